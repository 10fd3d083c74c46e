#!/usr/bin/env bash
# Inside the throwaway machine: installs, runs, stops, upgrades and removes the broker as an operator would.
set -euo pipefail
cd /
. /test/checks.sh

export KEYBROKER_SOCKET=/run/keybroker/admin.sock KEYBROKER_TPM=swtpm:path=/run/machine/sock KEYBROKER_STATE=/root/machine
deb=$(ls /packages/keybroker_*_amd64.deb)
tarball=$(ls /packages/keybroker-*-linux-x64.tar.gz)

chapter "The package installs, and waits for a TPM to be chosen"
dpkg --install "$deb" >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log >&2; fail "dpkg --install"; }
grep -q "choose the TPM" /tmp/dpkg.log || fail "the package does not say what comes next"
is "no .NET on this machine" "$(command -v dotnet || echo none)" none
is "keybrokerd is" "$(systemctl is-active keybrokerd || true)" inactive
is "keybroker --version" "$(keybroker --version | cut -d + -f 1)" "$(dpkg-query -f '${Version}' -W keybroker)"
sed -i 's|"device:/dev/tpmrm0"|"embedded"|' /etc/keybroker/appsettings.json
# The made-up registers of a sample, so that a machine here can hold: its own value of register 7.
mkdir -m 0700 /run/machine
swtpm socket --tpm2 --daemon --tpmstate dir=/run/machine --server type=unixio,path=/run/machine/sock --flags not-need-init,startup-clear

chapter "It starts, as its own user and with nothing that it does not need"
start_broker
is "readyz" "$(ready)" 200
is "state directory" "$(stat -c '%a %U %G' /var/lib/keybroker)" "700 keybroker keybroker-admin"
is "runtime directory" "$(stat -c '%a %U %G' /run/keybroker)" "750 keybroker keybroker-admin"
is "admin socket" "$(stat -c '%a %U %G' "$KEYBROKER_SOCKET")" "660 keybroker keybroker-admin"
is "files in the state that others may read" "$(find /var/lib/keybroker -perm /077 ! -type d ! -type l | wc -l)" 0
pid=$(main_pid)
is "user" "$(stat -c %U "/proc/$pid")" keybroker
for pair in CapEff:0000000000000000 CapPrm:0000000000000000 CapBnd:0000000000000000 CapAmb:0000000000000000 NoNewPrivs:1 Seccomp:2; do
  is "${pair%:*}" "$(status_of "$pid" "${pair%:*}")" "${pair#*:}"
  is "${pair%:*} of its swtpm" "$(status_of "$(pgrep -P "$pid" swtpm)" "${pair%:*}")" "${pair#*:}"
done
is "core limit" "$(awk '/Max core file size/{print $5, $6}' "/proc/$pid/limits")" "0 0"
if [ "$(awk '/Max nice priority/{print $4}' "/proc/$pid/limits")" -ge 31 ] && [ "$(nproc)" -gt 1 ]; then
  is "nice value of its swtpm" "$(ps -o ni= -p "$(pgrep -P "$pid" swtpm)" | tr -d ' ')" -11
else
  echo "  not shown here: the nice value of its swtpm (this host cannot raise limits, or has one processor)"
fi

chapter "The sandbox holds: another program under the very same settings"
probe

chapter "The socket is for administrators"
useradd --no-create-home alice
useradd --no-create-home --groups keybroker-admin bob
if runuser -u alice -- keybroker admin machines list >/tmp/alice 2>&1; then fail "alice is no administrator"; fi
ok "refused to a user outside keybroker-admin"
runuser -u bob -- keybroker admin machines list >/dev/null || fail "bob is an administrator"
ok "open to a member of keybroker-admin"
if runuser -u bob -- ls /var/lib/keybroker >/dev/null 2>&1; then fail "bob reads the state"; fi
ok "who has no way into the state directory"

chapter "A machine uses it"
keybroker enroll web-1 >/dev/null
runuser -u bob -- keybroker admin machines approve web-1 --label role=web >/dev/null
write_policy
keybroker attest >/dev/null
keybroker key create web/signer >/dev/null
echo "pay 10 EUR to the baker" >/tmp/order
signs "a key is made and signs"
keybroker key show web/signer --pem >/tmp/before.pem

chapter "It stops on SIGTERM, comes back after a crash, and keeps its keys"
systemctl stop keybrokerd
is "result" "$(systemctl show -P Result keybrokerd) $(systemctl show -P ExecMainStatus keybrokerd)" "success 0"
is "swtpm left behind" "$(pgrep -u keybroker swtpm || echo none)" none
start_broker
kill -KILL "$(main_pid)"
await_ready
ok "restarted after SIGKILL"
keybroker attest >/dev/null
signs "the same key signs"

chapter "An upgrade restarts it; a removal and a purge leave the keys"
pid=$(main_pid)
dpkg --install "$deb" >/dev/null 2>&1
await_ready
[ "$(main_pid)" != "$pid" ] || fail "not restarted"
ok "restarted"
grep -q '"embedded"' /etc/keybroker/appsettings.json || fail "the configuration was overwritten"
ok "the configuration stays"
dpkg --purge keybroker >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log >&2; fail "dpkg --purge"; }
grep -q "keys and audit stay in /var/lib/keybroker" /tmp/dpkg.log || fail "the purge does not say where the keys are"
is "user processes" "$(pgrep -u keybroker || echo none)" none
is "programs" "$(ls -d /usr/lib/keybroker /usr/bin/keybroker 2>/dev/null || echo none)" none
is "state directory" "$(stat -c '%a %U' /var/lib/keybroker) $(ls /var/lib/keybroker/keybroker.db)" "700 keybroker /var/lib/keybroker/keybroker.db"

chapter "The tarball brings the same broker back, over the same keys"
mkdir /tmp/tarball
tar -xzf "$tarball" -C /tmp/tarball --strip-components 1
/tmp/tarball/install.sh >/dev/null
sed -i 's|"device:/dev/tpmrm0"|"embedded"|' /etc/keybroker/appsettings.json
start_broker
keybroker attest >/dev/null
signs "the same key signs"
keybroker key show web/signer --pem | cmp - /tmp/before.pem || fail "another key"
/tmp/tarball/install.sh >/dev/null
await_ready
ok "installed over itself"

chapter "TLS with a key that only root and the broker can read"
tls

/tmp/tarball/install.sh --uninstall >/dev/null 2>&1
is "programs" "$(ls -d /usr/lib/keybroker /usr/bin/keybroker /etc/systemd/system/keybrokerd.service 2>/dev/null || echo none)" none
[ -e /var/lib/keybroker/keybroker.db ] || fail "the keys are gone"
ok "uninstalled; the keys stay"
printf '\nEverything held.\n'
