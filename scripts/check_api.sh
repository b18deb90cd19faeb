#!/usr/bin/env bash
# Proves that the committed description of the API and the client made from it are those of the code.
set -euo pipefail
cd "$(dirname "$0")/.."
WHAT_ZH="接口描述已过期" WHAT_EN="The API's description is out of date"
. scripts/say.sh
told="请运行 make api 并提交 web/openapi.json 和 web/src/api" tell="run make api and commit web/openapi.json and web/src/api"
.venv/bin/python -m callroom.http.openapi | diff -q - web/openapi.json >/dev/null || fail "$told" "$tell"
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
scripts/npm.sh run --silent api -- --silent --output "$fresh/api" >/dev/null
diff -rq "$fresh/api" web/src/api || fail "$told" "$tell"
