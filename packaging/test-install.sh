#!/usr/bin/env bash
# Installs the Debian package, and the tarball, in a throwaway copy of this machine with a systemd of its own, and runs the
# broker there as an operator would. Takes root; this machine stays as it is. Usage: packaging/test-install.sh [FOLDER OF PACKAGES]
set -euo pipefail
cd "$(dirname "$0")/.."
. ./tests/prerequisites.sh
. ./packaging/test/machine.sh
[ "$(id -u)" -eq 0 ] || { echo "run this as root: it mounts and makes namespaces" >&2; exit 1; }
need swtpm swtpm
need curl curl
need ip iproute2
need openssl openssl
need systemctl systemd
need perl perl-base

packages=${1:-artifacts/packages}
[ $# -gt 0 ] || ./packaging/publish.sh
packages=$(realpath "$packages")

trap machine_off EXIT
machine_on "$packages" "$PWD/packaging/test" "$PWD/policies/samples"
in_machine /test/installed.sh
