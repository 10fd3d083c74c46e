# Sourced: a throwaway machine. Its disk is a copy-on-write view of this one's, its processes, network and mounts are its own,
# and its first process is systemd.
# shellcheck shell=bash

_machine=
_cgroup=
_launcher=

# machine_on PACKAGES TESTS SAMPLES: boots it, with these folders at /packages, /test and /samples.
machine_on() {
  local cgroups
  cgroups=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
  [ -n "$cgroups" ] || { echo "no cgroup2 file system is mounted here" >&2; return 1; }
  _machine=$(mktemp -d /tmp/keybroker-machine.XXXXXX)
  mkdir "$_machine"/{disk,root}
  _cgroup=$cgroups/keybroker-test-$$
  mkdir "$_cgroup"
  (
    echo "$BASHPID" >"$_cgroup/cgroup.procs"
    exec unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child \
      "${BASH_SOURCE[0]%/*}/boot.sh" "$_machine" "$@" >"$_machine/boot.log" 2>&1
  ) &
  _launcher=$!
  local _
  for _ in $(seq 300); do
    if in_machine systemctl is-active --quiet basic.target 2>/dev/null; then return; fi
    kill -0 "$_launcher" 2>/dev/null || break
    sleep 0.2
  done
  echo "the throwaway machine did not boot:" >&2
  tail -n 20 "$_machine/boot.log" >&2
  return 1
}

# in_machine COMMAND...: runs it there, as root.
in_machine() {
  local first
  first=$(pgrep -P "$_launcher") || return 1
  nsenter --target "$first" --mount --pid --net --uts --ipc --cgroup --root --wdns=/ -- \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
}

machine_off() {
  local status=$? first
  if [ -n "$_launcher" ]; then
    if first=$(pgrep -P "$_launcher"); then kill -KILL "$first" 2>/dev/null || true; fi
    wait "$_launcher" 2>/dev/null || true
  fi
  if [ -n "$_cgroup" ]; then
    # The kernel lets go of the last processes a moment after their end.
    local _
    for _ in $(seq 50); do
      find "$_cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || true
      [ -d "$_cgroup" ] || break
      sleep 0.1
    done
  fi
  [ -z "$_machine" ] || rm -rf "$_machine"
  exit "$status"
}
