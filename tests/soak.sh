#!/usr/bin/env bash
# What takes longer than the test run: kill -9 under mixed load, with the TPM embedded and beside the broker, and of the
# embedded TPM itself, ten times in each of a tenth of the rounds; and a TPM that is reset, gone, busy, silent and locked out.
# Prints counts; exits 0 only if nothing was lost, refused or half-made. Usage: tests/soak.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
. ./tests/prerequisites.sh
need swtpm swtpm
need tpm2_quote tpm2-tools
need curl curl
need openssl openssl
need python3 python3
need_file '/usr/lib/*/libtss2-tcti-swtpm.so.0' libtss2-tcti-swtpm0

dotnet build src/KeyBroker -c Release -v quiet
rounds=${1:-100}
soak() {
  python3 tests/foreign-client/kill_soak.py --program artifacts/bin/KeyBroker/release/keybrokerd --rounds "$rounds" "$@"
}

soak --tpm embedded --port 18440 &
embedded=$!
status=0
soak --tpm beside --port 18450 || status=1
wait "$embedded" || status=1
rounds=$(((rounds + 9) / 10))
soak --tpm embedded --kill tpm || status=1
python3 tests/foreign-client/moody_soak.py --program artifacts/bin/KeyBroker/release/keybrokerd --rounds "$rounds" || status=1
exit "$status"
