# Read by the other scripts: every message in Chinese and English, and a clear end where something cannot be had.
say() { printf '\033[1m==> %s\033[0m\n    %s\n' "$1" "$2"; }
fail() {
    printf '\033[31m%s：%s\n%s: %s\033[0m\n' "$WHAT_ZH" "$1" "$WHAT_EN" "$2" >&2
    exit 1
}
as_root() { [ "$(id -u)" = 0 ] || fail "缺少 $*，请以 root 运行：apt-get install $*" "missing: $*; run as root: apt-get install $*"; }
install_packages() {
    as_root "$@"
    say "正在安装系统软件包：$*" "Installing system packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq "$@" >/dev/null; } \
        || fail "系统软件包无法安装（$*），请检查网络和 apt 软件源" "system packages could not be installed ($*); check the network and apt's sources"
}
