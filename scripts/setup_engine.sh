#!/usr/bin/env bash
# Provides the telephone engine: a system Asterisk that is new enough, else a private root that touches nothing of the host.
set -euo pipefail
root=${CALLROOM_ENGINE_ROOT:-/var/lib/callroom/engine}
WHAT_ZH="语音引擎无法安装" WHAT_EN="The telephone engine cannot be set up"
. "$(dirname "$0")/say.sh"
[ -e "$root/usr/sbin/asterisk" ] && command -v bwrap >/dev/null && exit 0
if command -v asterisk >/dev/null && asterisk -V | grep -qE 'Asterisk (22\.(1[0-9]|[2-9][0-9])|2[3-9]\.)'; then exit 0; fi
[ "$(id -u)" = 0 ] || fail "首次请以 root 运行" "run this once as root"
missing=()
for tool in mmdebstrap:mmdebstrap bwrap:bubblewrap; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
done
[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || missing+=(debian-archive-keyring)
[ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
[ -e "$root/usr/sbin/asterisk" ] && exit 0
# The mirror that this host's own apt uses.
mirror=$(apt-get indextargets --format '$(SITE) $(ORIGIN)' 2>/dev/null | awk '$2 == "Debian" {print $1; exit}')
[ -n "$mirror" ] || mirror=$(awk '/^URIs:/ {print $2; exit} /^deb / {print $2; exit}' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null || true)
[ -n "$mirror" ] || fail "本机 apt 中没有 Debian 软件源" "no Debian mirror in this host's apt configuration"
say "正在下载语音引擎（仅首次，约一分钟，380 MB）" "Fetching the telephone engine (once, about a minute, 380 MB)"
mkdir -p "$(dirname "$root")"
part=$(mktemp -d "$root.XXXXXX")
trap 'rm -rf "$part"' EXIT
# The index may be past its date where a mirror lags; signatures are still checked.
mmdebstrap --quiet --variant=apt --aptopt='Acquire::Check-Valid-Until "false"' \
    --include=asterisk,asterisk-modules,asterisk-core-sounds-en-wav,asterisk-moh-opsound-wav \
    forky "$part" "$mirror" || fail "无法从 $mirror 下载软件包" "packages could not be fetched from $mirror"
chmod 755 "$part"
mv -T "$part" "$root"
trap - EXIT
