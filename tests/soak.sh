#!/usr/bin/env bash
# What takes longer than the test run: kill -9 under mixed load, with the TPM embedded and beside the broker, and of the
# embedded TPM itself, ten times in each of a tenth of the rounds; a TPM that is reset, gone, busy, silent and locked out;
# lives of keys against a model, with kill -9, to their destruction on a machine whose clock is moved; and rotation every second under 50 clients.
# Prints counts; exits 0 only if nothing was lost, refused, half-made or other than it should be. Usage: tests/soak.sh [ROUNDS]
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
dotnet build tests/KeyBroker.MovedBroker -c Release -v quiet
rounds=${1:-100}
seconds=$((rounds < 100 ? 15 : 60))
soak() {
  python3 tests/foreign-client/kill_soak.py --program artifacts/bin/KeyBroker/release/keybrokerd --rounds "$rounds" "$@"
}

live() {
  python3 tests/foreign-client/life_soak.py --program artifacts/bin/KeyBroker/release/keybrokerd --rounds "$rounds" "$@"
}

soak --tpm embedded --port 18440 &
embedded=$!
status=0
soak --tpm beside --port 18450 || status=1
wait "$embedded" || status=1
live --tpm embedded --port 18470 &
embedded=$!
live --tpm beside --port 18475 || status=1
wait "$embedded" || status=1
python3 tests/foreign-client/life_soak.py --program artifacts/bin/KeyBroker.MovedBroker/release/KeyBroker.MovedBroker --moved \
  --rounds "$rounds" --port 18480 || status=1
python3 tests/foreign-client/rotation_soak.py --program artifacts/bin/KeyBroker/release/keybrokerd --seconds "$seconds" || status=1
rounds=$(((rounds + 9) / 10))
soak --tpm embedded --kill tpm || status=1
python3 tests/foreign-client/moody_soak.py --program artifacts/bin/KeyBroker/release/keybrokerd --rounds "$rounds" || status=1
exit "$status"
