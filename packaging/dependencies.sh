# Sourced by the scripts that must work on a bare system: installs what is missing, and says what.
# shellcheck shell=bash disable=SC2034

# Packages whose names differ: librrd and libpython, of which collectd's plugins need the version they were built with.
# shellcheck disable=SC1091
system=$(. /etc/os-release && echo "$ID ${VERSION_ID:-}")
browser=chromium
case "$system" in
  "debian 12") rrd=librrd8 python_library=libpython3.11 ;;
  "debian 13") rrd=librrd8t64 python_library=libpython3.13 ;;
  "ubuntu 24.04") rrd=librrd8t64 python_library=libpython3.12t64 browser="" ;;  # its chromium is a snap
  *) rrd=librrd8t64 python_library=libpython3.13 unknown=yes ;;
esac

build_packages="g++ cmake ninja-build pkg-config collectd-dev libuv1-dev libmicrohttpd-dev libgnutls28-dev
  libjansson-dev libxml2-dev libsqlite3-dev libfmt-dev libssl-dev libcurl4-openssl-dev
  libhowardhinnant-date-dev libcli11-dev libtomlplusplus-dev"
run_packages="collectd-core collectd-utils python3 openssl tzdata libprotobuf-c1 libyajl2 $rrd"
test_packages="libcmocka-dev clang clang-format clang-tidy libclang-rt-dev curl sqlite3 binutils
  util-linux procps git prometheus $python_library $browser"

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
  if [ $result -ne 0 ]; then
    echo "apt-get could not install them: see its message above. Without one, check the network." >&2
    case "$system" in
      ubuntu*) echo "Most of them are in Ubuntu's component universe: add-apt-repository universe" >&2 ;;
    esac
    [ -z "${unknown:-}" ] || echo "The package names are those of Debian 13; this system is $system." >&2
  fi
  return $result
}
