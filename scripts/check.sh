#!/bin/sh
# Everything that must hold before a commit: both typings, lint and format, tests.
set -eu
echo "check: types (Node)" && tsc -p .
echo "check: types (workers)" && tsc -p edge
echo "check: lint and format" && biome check --error-on-warnings .
[ "${1:-}" = static ] || vitest run
