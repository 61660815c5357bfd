#!/usr/bin/env bash
# JAX 0.10.2: the derivative of abs at 0 is 1, while that of its own sign(x) * x is 0 and every other engine tried
# (PyTorch, autograd, TensorFlow, PyTensor, CasADi, Paddle, MLX, MXNet, Chainer, tinygrad) gives 0. leaky_relu'(0) is 1 too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check jax==0.10.2
"$folder/bin/python" - <<'PY'
import jax
import jax.numpy as jnp

seen = {
    "abs": float(jax.grad(jnp.abs)(0.0)),
    "sign(x) * x": float(jax.grad(lambda x: jnp.sign(x) * x)(0.0)),
    "leaky_relu": float(jax.grad(jax.nn.leaky_relu)(0.0)),
    "relu": float(jax.grad(jax.nn.relu)(0.0)),
}
print("jax", jax.__version__, seen)
assert seen == {"abs": 1.0, "sign(x) * x": 0.0, "leaky_relu": 1.0, "relu": 0.0}
PY
