#!/usr/bin/env bash
# Makes the Python environment of this checkout; says plainly what cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."
WHAT_ZH="Callroom 无法完成安装" WHAT_EN="Callroom cannot be set up"
. scripts/say.sh

command -v python3 >/dev/null || install_packages python3 python3-venv
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || fail "需要 Python 3.11 或更新版本" "Python 3.11 or newer is needed"
python3 -c 'import ensurepip' 2>/dev/null || install_packages python3-venv
say "正在准备 Python 环境（仅首次，约一分钟）" "Making the Python environment (once, about a minute)"
[ -x .venv/bin/python ] || python3 -m venv .venv
# What is fetched is counted on a terminal; pip's own lines would only be noise, its errors still show.
count() {
    local n=0 line
    while read -r line; do
        case $line in Collecting*) n=$((n + 1)); if [ -t 1 ]; then printf '\r    %d' "$n"; fi ;; esac
    done
    if [ -t 1 ]; then echo; fi
}
PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/pip install --progress-bar off --require-hashes -r requirements-dev.txt \
    2> >(grep -v '^WARNING' >&2 || true) | count \
    || fail "Python 软件包无法安装，请检查网络或 pip 的设置" "Python packages could not be installed; check the network or pip's settings"
.venv/bin/pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e . \
    || fail "Callroom 自身无法安装" "Callroom itself could not be installed"
touch .venv/.ready
