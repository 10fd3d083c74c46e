#!/usr/bin/env bash
# The main job as a story, on real TPM quotes: two software TPMs, a broker, one machine that boots well, and badly.
# Installs swtpm if it is missing, builds, and ends 0 only if every step did what it should.
set -euo pipefail
cd "$(dirname "$0")"
. ./tests/prerequisites.sh

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

bold='' grey='' green='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' grey=$'\e[90m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi

work=
pids=()
cleanup() {
  local status=$?
  if [ "$status" -ne 0 ] && [ -n "$work" ] && [ -s "$work/broker.log" ]; then
    echo "${red}The demo failed. The broker's last words:${plain}" >&2
    tail -n 15 "$work/broker.log" >&2
  fi
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null || true; done
  for pid in ${pids[@]+"${pids[@]}"}; do wait "$pid" 2>/dev/null || true; done
  [ -z "$work" ] || rm -rf "$work"
  exit "$status"
}
trap cleanup EXIT

chapter() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
ok() { printf '%s  ok  %s%s\n' "$green" "$plain" "$1"; }
fail() { printf '%s  failed: %s%s\n' "$red" "$1" "$plain" >&2; exit 1; }
show() { sed 's/^/      /' <<<"$1"; }

# Runs our command, showing it and its output; its failure is the demo's.
run() {
  printf '%s  $ keybroker %s%s\n' "$grey" "$*" "$plain"
  local answer
  answer=$("$keybroker" "$@") || fail "keybroker $*"
  [ -z "$answer" ] || show "$answer"
}

# refused EXPECTED COMMAND...: it has to end with exit code 1 and say EXPECTED.
refused() {
  local expected=$1 answer status=0
  shift
  printf '%s  $ keybroker %s%s\n' "$grey" "$*" "$plain"
  answer=$("$keybroker" "$@" 2>&1) || status=$?
  show "$answer"
  [ "$status" -eq 1 ] || fail "exit code 1 was expected, $status came"
  grep -q -e "$expected" <<<"$answer" || fail "'$expected' was expected in the answer"
  ok "refused: $expected"
}

wait_for() {
  local what=$1
  shift
  for _ in $(seq 150); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  fail "$what did not start"
}

free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 10000))
    if ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
  fail "no free port"
}

# The machine's TPM; after a restart its registers are as after a reboot.
start_tpm() {
  swtpm socket --tpm2 --tpmstate "dir=$work/tpm" --server "type=unixio,path=$work/tpm/sock" \
    --flags not-need-init,startup-clear >"$work/tpm.log" 2>&1 &
  tpm=$!
  pids+=("$tpm")
}

restart_tpm() {
  kill "$tpm"
  wait "$tpm" 2>/dev/null || true
  rm -f "$work/tpm/sock"
  start_tpm
  wait_for "the machine's TPM" test -S "$work/tpm/sock"
  ok "the machine restarts"
}

answers() { (: <"/dev/tcp/127.0.0.1/$1"); }

pcr() { "$keybroker" pcr read --pcrs "sha256:$1" | cut -d ' ' -f 2; }

# with_value LABEL VALUE: the policy on standard input, with this value for the register with that label.
with_value() { sed "/label: \"$1\"/s/[0-9a-f]\{64\}/$2/"; }

command -v dotnet >/dev/null 2>&1 || { echo "The .NET 10 SDK is missing: https://dot.net" >&2; exit 1; }
need swtpm swtpm
need openssl openssl

chapter "Building"
dotnet build src/KeyBroker -c Release -v quiet --nologo -clp:ErrorsOnly
dotnet build src/KeyBroker.Cli -c Release -v quiet --nologo -clp:ErrorsOnly
keybrokerd=$PWD/artifacts/bin/KeyBroker/release/keybrokerd
keybroker=$PWD/artifacts/bin/KeyBroker.Cli/release/keybroker
ok "built"
SECONDS=0

work=$(mktemp -d /tmp/keybroker-demo.XXXXXX)
port=$(free_port)
mkdir -m 0700 "$work/tpm" "$work/policies"
export KEYBROKER_BROKER=http://127.0.0.1:$port
export KEYBROKER_SOCKET=$work/broker/admin.sock
export KEYBROKER_STATE=$work/machine
export KEYBROKER_TPM=swtpm:path=$work/tpm/sock
export KEYBROKER_OUTPUT=table

chapter "1. A broker with a TPM of its own, and a machine with another"
"$keybrokerd" --urls "$KEYBROKER_BROKER" --KeyBroker:StateDirectory="$work/broker" \
  --KeyBroker:PolicyDirectory="$work/policies" --KeyBroker:Tpm=embedded >"$work/broker.log" 2>&1 &
pids+=($!)
start_tpm
wait_for "the machine's TPM" test -S "$work/tpm/sock"
wait_for "the broker" answers "$port"
wait_for "the administrative socket" test -S "$KEYBROKER_SOCKET"
ok "broker at $KEYBROKER_BROKER, no policy yet: everything is denied"

chapter "2. The machine enrolls: its attestation key is shown to sit in the TPM of its endorsement key"
run enroll web-1
refused machine-inactive attest
ok "known, but nobody has approved it"

chapter "3. An administrator approves it, over the Unix socket of the broker's host"
run admin machines approve web-1 --label role=web
run admin machines list

chapter "4. The machine boots: each stage measures the next into the TPM"
run pcr extend 0 --data "firmware 1.27"
run pcr extend 4 --data "boot loader 2.12, kernel 6.1.0-45"
run pcr extend 7 --data "secure boot on, db 2026-01"
refused attestation-denied attest
ok "a good quote alone opens nothing: no policy says what is good"

chapter "5. The policy's author takes these values as the known good boot"
policy=$work/policies/measured-boot.yaml
with_value "firmware 1.27" "$(pcr 0)" <policies/samples/measured-boot.yaml |
  with_value "kernel 6.1.0-45" "$(pcr 4)" | with_value "db 2026-01" "$(pcr 7)" >"$work/edited.yaml"
mv "$work/edited.yaml" "$policy"
show "$(grep -v '^#' "$policy")"
run policy validate "$work/policies"
run admin policies reload

chapter "6. The machine attests and gets a token bound to a key its TPM quoted"
run attest

chapter "7. A key is made inside the broker's TPM and signs; openssl checks the signature"
run key create web/signer
echo "pay 10 EUR to the baker" >"$work/order"
run key sign web/signer --file "$work/order" --raw-der --out "$work/order.sig"
"$keybroker" key show web/signer --pem >"$work/signer.pem"
checked=$(openssl dgst -sha256 -verify "$work/signer.pem" -signature "$work/order.sig" "$work/order") || fail "openssl: $checked"
ok "openssl says: $checked"
signature=$("$keybroker" key sign web/signer --file "$work/order")
run key verify web/signer --file "$work/order" --signature "$signature"
echo "pay 1000 EUR to the baker" >"$work/forged"
refused "not valid" key verify web/signer --file "$work/forged" --signature "$signature"
refused operation-denied key create bank/signer

chapter "8. A sealed key encrypts and decrypts"
run key create web/records --type aes-256
printf 'the plan' >"$work/plain"
"$keybroker" key encrypt web/records --file "$work/plain" --aad row-7 >"$work/cipher"
show "$(cat "$work/cipher")"
"$keybroker" key decrypt web/records --file "$work/cipher" --aad row-7 >"$work/again"
cmp "$work/plain" "$work/again" || fail "the plaintext came back changed"
ok "decrypted to what it was"
refused ciphertext-invalid key decrypt web/records --file "$work/cipher" --aad row-8

chapter "9. A secret is sealed, and released to this machine in this state only, encrypted to its attested key"
openssl rand 48 >"$work/password"
run secret put web/db-password --file "$work/password"
"$keybroker" secret get web/db-password >"$work/released"
cmp "$work/password" "$work/released" || fail "another secret was released"
ok "released, byte for byte"
run secret get web/db-password --to tpm
"$keybroker" secret open web/db-password >"$work/opened"
cmp "$work/password" "$work/opened" || fail "the TPM holds another secret"
ok "and into the machine's own TPM, which opens it in this state without any broker"

chapter "10. The key is rotated; what the old version signed still verifies"
run key rotate web/signer
run key verify web/signer --file "$work/order" --signature "$signature" --version 1
run key show web/signer
"$keybroker" key attestation web/signer --version 1 >"$work/signer.json"
broker_ak=$("$keybroker" receipt keys | sed -n '/"ak"/,/}/s/.*"name": "\([0-9a-f]*\)".*/\1/p')
run verify key-attestation "$work/signer.json" --ak "$broker_ak"

chapter "11. Somebody tampers with the boot: one more measurement in register 4"
run pcr extend 4 --data "rootkit"
refused "PCR 4" attest
refused "PCR 4" key sign web/signer --file "$work/order"
refused "PCR 4" secret get web/db-password
refused "PCR" secret open web/db-password
ok "no key and no secret, and the refusal names the register"

chapter "12. It was a kernel update after all: the author adds the new value beside the old one"
sed '/kernel 6.1.0-45/{p;s/6.1.0-45/6.1.0-47/}' "$policy" | with_value "kernel 6.1.0-47" "$(pcr 4)" >"$work/edited.yaml"
mv "$work/edited.yaml" "$policy"
show "$(grep 'label: "kernel' "$policy")"
run policy validate "$work/policies"
run admin policies reload
run attest
"$keybroker" key sign web/signer --file "$work/order" --raw-der --out "$work/order.sig"
"$keybroker" key show web/signer --pem >"$work/signer.pem"
checked=$(openssl dgst -sha256 -verify "$work/signer.pem" -signature "$work/order.sig" "$work/order") || fail "openssl: $checked"
"$keybroker" secret get web/db-password >"$work/released"
cmp "$work/password" "$work/released" || fail "another secret was released"
ok "access is back, with the key's second version"

chapter "13. The firmware is updated: who is locked out, why, and how nobody is"
boots=policies/samples/boots
restart_tpm
run pcr replay "$boots/firmware-1.27.log"
rm "$policy"
run policy record --name fleet/firmware-1.27 --pcrs 0,4,7 --event-log "$boots/firmware-1.27.log" --out "$work/policies/firmware-1.27.yaml"
sed -e '/^  pcrs:/,/^  grants:/{/^  grants:/!d}' -e 's/^  grants:/  pcrs: { baselines: ["fleet\/*"] }\n  grants:/' <policies/samples/measured-boot.yaml >"$policy"
run admin policies reload
run attest --event-log "$boots/firmware-1.27.log"
restart_tpm
run pcr replay "$boots/firmware-1.28.log"
refused "PCR 0" attest --event-log "$boots/firmware-1.28.log"
refused "EV_S_CRTM_VERSION 1.28" policy explain --machine web-1
ok "the event that differs has a name"

chapter "14. The author records the new boot from what the broker kept, and tries it on what the machines have shown"
cp -r "$work/policies" "$work/draft"
run policy record --name fleet/firmware-1.28 --machine web-1 --out "$work/draft/firmware-1.28.yaml"
run policy what-if "$work/draft"
cp "$work/draft/firmware-1.28.yaml" "$work/policies/"
run admin policies reload
run attest --event-log "$boots/firmware-1.28.log"
run key sign web/signer --file "$work/order"
ok "let in, and nobody was locked out on the way"

chapter "15. The end of a key: suspended, compromised, under a legal hold, and then to be destroyed"
run admin keys suspend web/signer
refused key-state key sign web/signer --file "$work/order"
run admin keys resume web/signer
run admin keys revoke web/signer --reason key-compromise --yes
refused key-state key verify web/signer --file "$work/order" --signature "$signature" --version 1
run admin keys hold web/signer --reason "case 7"
refused key-state admin keys destroy web/signer --yes
run admin keys unhold web/signer
run admin keys destroy web/signer --after 30d --yes
run admin keys show web/signer
ok "thirty days in which it can still be cancelled"

printf '\n%s%s%s\n' "$bold$green" "Every step did what it should, in $SECONDS s." "$plain"
