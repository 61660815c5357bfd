"""JAX, in float64 on the CPU."""

import jax
import jax.numpy as jnp
from jax.nn import leaky_relu, relu, sigmoid, softplus
from jax.numpy import abs, arctan2, clip, log, maximum, minimum, power, prod, sqrt, std, sum
from jax.scipy.special import logsumexp, xlogy

jax.config.update("jax_enable_x64", True)
VERSION = jax.__version__
amax, amin = jnp.max, jnp.min


def gradients(function, operands):
    """The gradient by each operand."""
    at = [jnp.asarray(each) for each in operands]
    return [each.tolist() for each in jax.grad(function, argnums=tuple(range(len(at))))(*at)]
