# Sourced by the scripts that must work on a bare Debian 12: installs what is missing, and says what.

build_packages="g++ cmake ninja-build pkg-config collectd-dev libuv1-dev libmicrohttpd-dev libgnutls28-dev
  libjansson-dev libxml2-dev libsqlite3-dev libfmt-dev libssl-dev libcurl4-openssl-dev
  libhowardhinnant-date-dev libcli11-dev libtomlplusplus-dev"
run_packages="collectd-core collectd-utils python3 openssl tzdata libprotobuf-c1 libyajl2 librrd8"
test_packages="libcmocka-dev clang clang-format clang-tidy libclang-rt-14-dev curl sqlite3 binutils
  util-linux procps git prometheus chromium"

install_missing() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "These packages are missing: ${missing[*]}. Run this as root, or install sudo." >&2
      return 1
    }
    sudo=sudo
  fi
  echo "Installing ${missing[*]}"
  # The package's own collectd shall not start: the scripts start theirs.
  local policy=/usr/sbin/policy-rc.d made=""
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null && $sudo chmod 755 "$policy" && made=yes
  fi
  $sudo apt-get update -qq &&
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  local result=$?
  [ -n "$made" ] && $sudo rm -f "$policy"
  [ $result -eq 0 ] || echo "apt-get could not install them: is the network there?" >&2
  return $result
}
