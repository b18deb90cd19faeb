#!/usr/bin/env bash
# Installs what only the tests need from the system, where it is missing.
set -euo pipefail
missing=()
need() { [ -n "$(compgen -G "$1")" ] || missing+=("$2"); }
need '/usr/lib/postgresql/*/bin/initdb' postgresql
need '/sbin/ip' iproute2
[ ${#missing[@]} = 0 ] && exit 0
[ "$(id -u)" = 0 ] || { echo "The tests need: ${missing[*]}; run: apt-get install ${missing[*]}" >&2; exit 1; }
printf '\033[1m==> Installing for the tests: %s\033[0m\n' "${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq "${missing[@]}" >/dev/null || {
    echo "These packages could not be installed: ${missing[*]}" >&2
    exit 1
}
