# Shared by the scripts beside it: where the project is, and what it needs on a Debian machine.
# shellcheck shell=bash disable=SC2034

set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$project"

# Debian packages for building and running accountd. Swift itself is the one thing that must be there already.
build_packages=(pkg-config libfcgi-dev libsqlite3-dev libssl-dev libargon2-dev libsodium-dev libcrypt-dev
    libvips-dev libseccomp-dev zlib1g-dev)
server_packages=(nginx-light curl openssl)
test_packages=(python3 python3-venv sqlite3 shellcheck strace fail2ban man-db groff mandoc)
package_packages=(dpkg-dev binutils)
debian_packages=(mmdebstrap lintian openssl)
bench_packages=(python3 python3-venv gcc libc6-dev make wrk)

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }

# install_packages NAME…: installs what is missing, as root or by sudo; else says the one line to run, and stops.
install_packages() {
    local missing=() name
    for name in "$@"; do
        # Debian's larger nginx packages provide what nginx-light does.
        if [ "$name" = nginx-light ] && { command -v nginx || [ -x /usr/sbin/nginx ]; } >/dev/null; then continue; fi
        [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null | cut -c1-2)" = ii ] || missing+=("$name")
    done
    if [ ${#missing[@]} -eq 0 ]; then return; fi
    local install=(apt-get install -y --no-install-recommends "${missing[@]}")
    if [ "$(id -u)" = 0 ]; then
        say "Installing ${missing[*]}"
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive "${install[@]}"; } >&2
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        say "Installing ${missing[*]} by sudo"
        { sudo apt-get update -q && sudo DEBIAN_FRONTEND=noninteractive "${install[@]}"; } >&2
    else
        die "packages are missing; as root, run: apt-get update && ${install[*]}"
    fi
}

# Without Swift nothing goes; it comes from https://www.swift.org/install/linux/.
require_swift() {
    command -v swift >/dev/null || die "Swift 6 is not on the PATH: see https://www.swift.org/install/linux/"
}

# The Python of the tests, with what Tests/EndToEnd/requirements.txt names, is made anew when that changes.
venv=.build-python
make_venv() {
    local needs=Tests/EndToEnd/requirements.txt
    cmp -s "$needs" "$venv/requirements.txt" || {
        python3 -m venv "$venv"
        "$venv/bin/pip" install -q -r "$needs"
        cp "$needs" "$venv/requirements.txt"
    }
}
