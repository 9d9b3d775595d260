#!/usr/bin/env bash
# Renews every lock file of the project: exact versions and hashes, and no address of any package index.
# Called by `make lock`; pass --upgrade to move to the newest releases that pyproject.toml allows.
set -euo pipefail
cd "$(dirname "$0")/../.."

lock() {
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --custom-compile-command "make lock" "$@"
}

lock "$@" pyproject.toml --output-file requirements.lock
lock "$@" --constraint requirements.lock pyproject.toml --group dev --output-file requirements-dev.lock
for tool in build uv node; do
  lock "$@" --no-annotate "deploy/setup/$tool.in" --output-file "deploy/setup/requirements-$tool.lock"
done
