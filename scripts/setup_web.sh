#!/usr/bin/env bash
# Fetches what the pages are built from; Node itself comes with the Python environment.
set -euo pipefail
cd "$(dirname "$0")/.."
WHAT_ZH="网页界面无法构建" WHAT_EN="The pages cannot be built"
. scripts/say.sh
say "正在下载网页界面的组件（仅首次，约一分钟）" "Fetching the parts of the pages (once, about a minute)"
# Not "npm ci": it refuses a lock that lacks the tools of other platforms, which not every registry carries. This too
# installs the locked versions only, checks their hashes and leaves the lock as it is.
told=$(mktemp)
trap 'rm -f "$told"' EXIT
scripts/npm.sh install --no-save --no-fund --no-audit --loglevel=error >"$told" 2>&1 \
    || { head -n 20 "$told" >&2; fail "组件无法下载，请检查网络或 npm 的设置" "its parts could not be fetched; check the network or npm's settings"; }
touch web/node_modules/.ready
