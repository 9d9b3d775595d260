#!/usr/bin/env bash
# Makes .venv and fills it from the locks: `python.sh runtime` for what the service needs, `python.sh development`
# for the tests and checks as well. Every package is checked against its hash. Needs Python 3.11 or newer; PYTHON
# names another one than the first found.
set -euo pipefail
cd "$(dirname "$0")/../.."
locks=deploy/setup

say() { printf 'setup: %s\n' "$*" >&2; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if new_enough "$candidate"; then echo "$candidate"; return; fi
  done
  say "Handrail needs Python 3.11 or newer; it is none of ${PYTHON:-python3, python3.13, python3.12, python3.11}"
  exit 1
}

# Debian keeps the part of Python that makes virtual environments in a package of its own.
ensure_venv_module() {
  if "$1" -c 'import ensurepip' 2>/dev/null; then return; fi
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing python3-venv"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends python3-venv >/dev/null
  else
    say "$1 cannot make a virtual environment: install its venv package (on Debian: apt-get install python3-venv)"
    exit 1
  fi
}

make_venv() {
  if .venv/bin/python -c 'import pip' 2>/dev/null; then return; fi
  local python
  python=$(find_python)
  ensure_venv_module "$python"
  say "making .venv with $("$python" --version)"
  "$python" -m venv --clear .venv
}

# uv installs in a tenth of pip's time; where uv cannot be had, pip does the same work. What is compiled once here
# need not be compiled by every command.
ensure_uv() {
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
    --requirement "$locks/requirements-uv.lock" || say "uv could not be installed; going on with pip"
}

install() {
  if [ -x .venv/bin/uv ]; then
    .venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python "$@"
  else
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
  fi
}

case "${1:-}" in
  runtime)
    make_venv
    ensure_uv
    say "installing what the service needs"
    install --require-hashes --requirement "$locks/requirements-build.lock" --requirement requirements.lock
    install --no-deps --no-build-isolation --editable .
    ;;
  development)
    say "installing what the tests and checks need"
    install --require-hashes --requirement requirements-dev.lock
    ;;
  *)
    say "usage: $0 runtime|development"
    exit 2
    ;;
esac
