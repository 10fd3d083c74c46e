#!/usr/bin/env bash
# Installs what is missing, checks the format, builds, and runs every test.
# The last line is "N passed, N failed, N skipped"; the exit code is 0 only if nothing failed.
set -euo pipefail
cd "$(dirname "$0")"
. ./tests/prerequisites.sh

export DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

need swtpm swtpm
need swtpm_setup swtpm-tools
need certtool gnutls-bin
need tpm2_quote tpm2-tools
need curl curl
need openssl openssl
need jq jq
need chattr e2fsprogs
need python3 python3
need_file '/usr/lib/python3/dist-packages/jwt/__init__.py' python3-jwt
need_file '/usr/lib/python3/dist-packages/cryptography/__init__.py' python3-cryptography
need_file '/usr/lib/python3/dist-packages/jose/__init__.py' python3-jose
need jose jose
need_file '/usr/lib/*/libtss2-tcti-swtpm.so.0' libtss2-tcti-swtpm0
need systemd-analyze systemd

dotnet restore KeyBroker.sln --locked-mode
dotnet format KeyBroker.sln --no-restore --verify-no-changes
dotnet build KeyBroker.sln --no-restore

log=$(mktemp)
export KEYBROKER_COUNTS=$(mktemp -d) # What tests counted, for whoever reads the log.
trap 'rm -rf "$log" "$KEYBROKER_COUNTS"' EXIT
status=0
dotnet test --solution KeyBroker.sln --no-build --no-progress | tee "$log" || status=$?
# What failed, once more: above, it is far from the end.
awk '/^failed /{shown=25} /^[^ ]/ && !/^failed /{shown=0} shown-->0' "$log"
find "$KEYBROKER_COUNTS" -name '*.txt' -exec cat {} +
awk '/^ *succeeded:/{p=$2} /^ *failed:/{f=$2} /^ *skipped:/{s=$2}
     END{printf "%d passed, %d failed, %d skipped\n", p, f, s}' "$log"
exit "$status"
