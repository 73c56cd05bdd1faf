#!/bin/sh
# The command line, from any folder and by any link: `npx selvedge …` in the clone, or the path to this file.
# It needs Node 24, which comes as an npm package of the clone; the Node on PATH may be older.
set -eu

file=$0
while [ -L "$file" ]; do
  target=$(readlink "$file")
  case $target in
    /*) file=$target ;;
    *) file=$(dirname "$file")/$target ;;
  esac
done
root=$(cd "$(dirname "$file")/.." && pwd)

if [ ! -f "$root/control/cli/main.ts" ]; then
  echo "selvedge: this package holds the library alone; the command line runs from a clone of the repository." >&2
  exit 1
fi
[ -f "$root/package-lock.json" ] && (cd "$root" && sh scripts/npm-packages.sh)

node=$root/node_modules/.bin/node
[ -x "$node" ] || node=node
major=$("$node" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
if [ "$major" -lt 24 ]; then
  echo "selvedge: this needs Node 24 or newer, and found $("$node" --version 2>/dev/null || echo none)." >&2
  echo "selvedge: npm brings it for Linux on x64 and arm64; on other systems install Node 24 and try again." >&2
  exit 1
fi
exec "$node" "$root/control/cli/main.ts" "$@"
