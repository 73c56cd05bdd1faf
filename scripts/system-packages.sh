#!/bin/sh
# For each argument `command:package`: if the command is missing, installs the Debian package as root, and
# otherwise prints the command that would. Never fails: what needs the command says so itself.
set -u
missing=
for pair in "$@"; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "selvedge: installing system packages:$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # one word a package
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >&2 ||
    echo "selvedge: that failed; install them yourself:$missing" >&2
elif command -v apt-get >/dev/null 2>&1; then
  echo "selvedge: system packages are missing; install them with: sudo apt-get install$missing" >&2
else
  echo "selvedge: system packages are missing; install them with your package manager:$missing" >&2
fi
exit 0
