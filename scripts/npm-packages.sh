#!/bin/sh
# Installs the npm packages of this clone when they are missing or stale. Run in the clone's root.
set -eu

lock=$(cksum <package-lock.json)
[ "$(cat node_modules/.selvedge-lock 2>/dev/null || true)" != "$lock" ] || exit 0
echo "selvedge: installing npm packages (once for each change of package-lock.json) ..." >&2
# Not "npm ci": that fails where a registry lacks a package for some other platform.
npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >&2
printf '%s' "$lock" >node_modules/.selvedge-lock
