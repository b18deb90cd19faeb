#!/usr/bin/env bash
# Installs what only the tests need from the system, where it is missing.
set -euo pipefail
WHAT_ZH="测试环境不完整" WHAT_EN="The tests cannot run"
. "$(dirname "$0")/say.sh"
missing=()
need() { [ -n "$(compgen -G "$1")" ] || missing+=("$2"); }
need '/usr/lib/postgresql/*/bin/initdb' postgresql
need '/sbin/ip' iproute2
need '/usr/bin/chromium' chromium
need '/usr/share/fonts/opentype/noto/NotoSansCJK*' fonts-noto-cjk
need '/usr/bin/sipp' sip-tester
[ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
