#!/usr/bin/env bash
# Builds the pages into the Python package.
set -euo pipefail
cd "$(dirname "$0")/.."
WHAT_ZH="网页界面无法构建" WHAT_EN="The pages cannot be built"
. scripts/say.sh
say "正在构建网页界面" "Building the pages"
told=$(mktemp)
trap 'rm -f "$told"' EXIT
if ! scripts/npm.sh run --silent build >"$told" 2>&1; then
    cat "$told" >&2
    fail "构建出错，见上" "the build failed, see above"
fi
