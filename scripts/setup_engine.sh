#!/usr/bin/env bash
# Provides the telephone engine: a system Asterisk that is new enough, else a private root that touches nothing of the host.
set -euo pipefail
root=${CALLROOM_ENGINE_ROOT:-/var/lib/callroom/engine}
fail() { printf 'The telephone engine cannot be set up: %s\n' "$*" >&2; exit 1; }
[ -e "$root/usr/sbin/asterisk" ] && command -v bwrap >/dev/null && exit 0
if command -v asterisk >/dev/null && asterisk -V | grep -qE 'Asterisk (22\.(1[0-9]|[2-9][0-9])|2[3-9]\.)'; then exit 0; fi
[ "$(id -u)" = 0 ] || fail "run this once as root"
export DEBIAN_FRONTEND=noninteractive
missing=()
for tool in mmdebstrap:mmdebstrap bwrap:bubblewrap; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
done
[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || missing+=(debian-archive-keyring)
if [ ${#missing[@]} != 0 ]; then
    printf '\033[1m==> Installing %s\033[0m\n' "${missing[*]}"
    { apt-get update -qq && apt-get install -y -qq "${missing[@]}" >/dev/null; } || fail "could not install ${missing[*]}"
fi
[ -e "$root/usr/sbin/asterisk" ] && exit 0
# The mirror that this host's own apt uses.
mirror=$(apt-get indextargets --format '$(SITE) $(ORIGIN)' 2>/dev/null | awk '$2 == "Debian" {print $1; exit}')
[ -n "$mirror" ] || mirror=$(awk '/^URIs:/ {print $2; exit} /^deb / {print $2; exit}' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null || true)
[ -n "$mirror" ] || fail "no Debian mirror in this host's apt configuration"
printf '\033[1m==> Fetching the telephone engine (once, about a minute, 380 MB)\033[0m\n'
mkdir -p "$(dirname "$root")"
part=$(mktemp -d "$root.XXXXXX")
trap 'rm -rf "$part"' EXIT
# The index may be past its date where a mirror lags; signatures are still checked.
mmdebstrap --quiet --variant=apt --aptopt='Acquire::Check-Valid-Until "false"' \
    --include=asterisk,asterisk-modules,asterisk-core-sounds-en-wav,asterisk-moh-opsound-wav \
    forky "$part" "$mirror" || fail "Debian's packages could not be fetched from $mirror"
chmod 755 "$part"
mv -T "$part" "$root"
trap - EXIT
