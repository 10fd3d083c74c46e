#!/bin/sh
# Installs KeyBroker from this folder, or an upgrade over it: ./install.sh
# Removes it again, without its keys and configuration:        ./install.sh --uninstall
set -eu
cd "$(dirname "$0")"

lib=/usr/lib/keybroker
unit=/etc/systemd/system/keybrokerd.service
etc=/etc/keybroker

fail() { echo "install.sh: $1" >&2; exit 1; }

systemd_runs() { [ -d /run/systemd/system ]; }

uninstall() {
  if systemd_runs && [ -e "$unit" ]; then systemctl disable --now keybrokerd.service; fi
  rm -rf "$lib" "$unit" /etc/sysusers.d/keybroker.conf
  if [ "$(readlink /usr/bin/keybroker)" = "$lib/keybroker" ]; then rm -f /usr/bin/keybroker; fi
  if systemd_runs; then systemctl daemon-reload; fi
  echo "Removed. Keys and audit stay in /var/lib/keybroker, the configuration in $etc."
}

install_files() {
  # The running broker keeps the files that it has open; the new ones take their place at once.
  rm -rf "$lib.new" "$lib.old"
  cp -R lib "$lib.new"
  chown -R 0:0 "$lib.new"
  if [ -e "$lib" ]; then mv "$lib" "$lib.old"; fi
  mv "$lib.new" "$lib"
  rm -rf "$lib.old"
  ln -sfn "$lib/keybroker" /usr/bin/keybroker
  install -D -m 0644 keybrokerd.service "$unit"
  install -D -m 0644 sysusers.conf /etc/sysusers.d/keybroker.conf
  install -D -m 0644 operations.md /usr/share/doc/keybroker/operations.md
  install -d -m 0755 "$etc" "$etc/policies"
  if [ ! -e "$etc/appsettings.json" ]; then install -m 0644 appsettings.json "$etc/appsettings.json"; fi
}

[ "$(id -u)" -eq 0 ] || fail "run this as root"
if [ "${1:-}" = --uninstall ]; then uninstall; exit 0; fi
[ $# -eq 0 ] || fail "usage: install.sh [--uninstall]"
if command -v dpkg >/dev/null && dpkg -s keybroker >/dev/null 2>&1; then fail "the Debian package is installed: upgrade that"; fi
command -v systemd-sysusers >/dev/null || fail "systemd-sysusers is missing: install systemd"

install_files
systemd-sysusers /etc/sysusers.d/keybroker.conf
if systemd_runs; then
  systemctl daemon-reload
  systemctl try-restart keybrokerd.service
fi
echo "Installed. Choose the TPM in $etc/appsettings.json, then: systemctl enable --now keybrokerd"
