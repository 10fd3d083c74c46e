# Sourced by installed.sh: what it checks with.
# shellcheck shell=bash

chapter() { printf '\n%s\n' "$1"; }
ok() { printf '  ok  %s\n' "$1"; }
fail() {
  printf '  failed: %s\n' "$1" >&2
  journalctl --no-pager --output cat --unit keybrokerd --lines 15 >&2 || true
  exit 1
}

# is WHAT ACTUAL EXPECTED
is() {
  [ "$2" = "$3" ] || fail "$1: '$2', not '$3'"
  ok "$1: $2"
}

url=(http://127.0.0.1:8440)
ready() { curl -s -o /dev/null -w '%{http_code}' "${url[@]}"/readyz; }
main_pid() { systemctl show -P MainPID keybrokerd; }
status_of() { awk -v name="$2:" '$1 == name { print $2 }' "/proc/$1/status"; }

start_broker() {
  systemctl start keybrokerd || fail "systemctl start keybrokerd"
  await_ready
}

await_ready() {
  local _
  for _ in $(seq 200); do
    if [ "$(ready)" = 200 ]; then return; fi
    sleep 0.2
  done
  fail "keybrokerd is not ready"
}

# A sample policy with this machine's own value in place of the made-up one.
write_policy() {
  local pcr
  pcr=$(keybroker pcr read --pcrs sha256:7 | cut -d ' ' -f 2)
  sed -e '/pcr: [04]$/,+2d' -e "s/value: \"[0-9a-f]*\"/value: \"$pcr\", unextended: true/" /samples/measured-boot.yaml \
    >/etc/keybroker/policies/web.yaml
  keybroker policy validate /etc/keybroker/policies >/dev/null || fail "the policy"
  keybroker admin policies reload >/dev/null
}

# openssl checks a signature by web/signer.
signs() {
  keybroker key sign web/signer --file /tmp/order --raw-der --out /tmp/order.sig >/dev/null || fail "$1: key sign"
  keybroker key show web/signer --pem >/tmp/signer.pem
  openssl dgst -sha256 -verify /tmp/signer.pem -signature /tmp/order.sig /tmp/order >/dev/null || fail "$1: openssl"
  ok "$1"
}

# The unit with another program: each of its lines is one thing that has to be possible, or impossible.
probe() {
  local unit=/run/systemd/system/probe.service line
  sed -e 's/^Type=.*/Type=oneshot/' -e 's/^Restart=.*/Restart=no/' -e '/^WatchdogSec=/d' -e '/^StateDirectory=/d' \
    -e '/^RuntimeDirectory=/d' -e 's|^ExecStart=.*|ExecStart=/usr/bin/perl /run/probe.pl|' -e '/^WorkingDirectory=/d' \
    /usr/lib/systemd/system/keybrokerd.service >"$unit"
  sed -i '/^ProtectSystem=/a ReadWritePaths=/var/lib/keybroker /run/keybroker' "$unit"
  cp /test/probe.pl /run/probe.pl
  chgrp tss /dev/tpmrm0
  echo secret >/root/secret
  systemctl daemon-reload
  systemctl start probe || true
  journalctl --no-pager --output cat --unit probe --grep '^(ok|not ok) ' >/tmp/probe || fail "the probe said nothing"
  while read -r line; do
    case $line in
      "ok "*) ok "${line#ok }" ;;
      *) fail "${line#not ok }" ;;
    esac
  done </tmp/probe
  is "probes" "$(wc -l </tmp/probe)" "$(grep -c '^probe' /test/probe.pl)"
}

# Certificates reach the broker as credentials; an address that is not the loopback takes them.
tls() {
  mkdir -p /etc/keybroker/tls /etc/systemd/system/keybrokerd.service.d
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=keys.example.org \
    -addext subjectAltName=DNS:keys.example.org -keyout /etc/keybroker/tls/tls.key -out /etc/keybroker/tls/tls.crt 2>/dev/null
  chmod 0600 /etc/keybroker/tls/tls.key
  printf '[Service]\nLoadCredential=tls.crt:/etc/keybroker/tls/tls.crt\nLoadCredential=tls.key:/etc/keybroker/tls/tls.key\n' \
    >/etc/systemd/system/keybrokerd.service.d/tls.conf
  # Only what the comments of the packaged file say.
  sed -i -e 's|"http://127.0.0.1:8440"|"https://0.0.0.0:8440"|' -e 's|"Tpm":|"Issuer": "https://keys.example.org:8440", "Tpm":|' \
    -e '/^  \/\/ "Kestrel"/,/^  \/\/ },$/s|^  // |  |' /etc/keybroker/appsettings.json
  systemctl daemon-reload
  systemctl restart keybrokerd || fail "restart with TLS"
  url=(--cacert /etc/keybroker/tls/tls.crt --resolve keys.example.org:8440:127.0.0.1 https://keys.example.org:8440)
  await_ready
  ok "readyz over TLS"
}
