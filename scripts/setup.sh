#!/usr/bin/env bash
# Makes the Python environment of this checkout; says plainly what cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
fail() { printf 'Callroom cannot be set up: %s\n' "$*" >&2; exit 1; }

command -v python3 >/dev/null || fail "python3 is missing; on Debian: apt-get install python3 python3-venv"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed"
if ! python3 -c 'import ensurepip' 2>/dev/null; then
    [ "$(id -u)" = 0 ] || fail "python3-venv is missing; run: apt-get install python3-venv"
    say "Installing python3-venv"
    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null || fail "python3-venv could not be installed"
fi
say "Making the Python environment (once, about a minute)"
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/pip install -q --require-hashes -r requirements-dev.txt || fail "Python packages could not be installed"
.venv/bin/pip install -q --no-deps --no-build-isolation -e . || fail "Callroom itself could not be installed"
touch .venv/.ready
