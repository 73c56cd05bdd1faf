#!/bin/sh
# Makes this clone ready and then runs the command it is given: npm packages when they are missing or stale,
# Node 24 (it comes as an npm package), and the system packages that Selvedge uses.
set -eu
cd "$(dirname "$0")/.."

sh scripts/npm-packages.sh

PATH="$PWD/node_modules/.bin:$PATH"
export PATH
major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
if [ "$major" -lt 24 ]; then
  echo "selvedge: this needs Node 24 or newer, and found $(node --version 2>/dev/null || echo none)." >&2
  echo "selvedge: npm brings it for Linux on x64 and arm64; on other systems install Node 24 and try again." >&2
  exit 1
fi

sh scripts/system-packages.sh bwrap:bubblewrap
exec "$@"
