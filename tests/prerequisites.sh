# Sourced by the scripts: installs Debian packages that are missing, as root or by sudo.
# shellcheck shell=bash

_apt_updated=

install_package() {
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "The Debian package '$1' is missing. Install it as root: apt-get install $1" >&2
      exit 1
    fi
    root=(sudo)
  fi
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "'$1' is missing and there is no apt-get here: install it by hand, then run this again." >&2
    exit 1
  fi
  if [ -z "$_apt_updated" ]; then
    "${root[@]}" apt-get update -qq
    _apt_updated=yes
  fi
  echo "installing $1" >&2
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1" >/dev/null
}

# need COMMAND PACKAGE: installs PACKAGE when COMMAND is not on the PATH.
need() {
  command -v "$1" >/dev/null 2>&1 || install_package "$2"
}

# need_file PATTERN PACKAGE: installs PACKAGE when no file matches PATTERN.
need_file() {
  compgen -G "$1" >/dev/null || install_package "$2"
}
