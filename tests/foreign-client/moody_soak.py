#!/usr/bin/env python3
"""Loads a broker whose TPM has moods, and looks for what was lost and for errors that nobody need have seen.

In mid-load the TPM is reset, killed and started again, put into lockout by somebody else's wrong passwords, answers
TPM_RC_RETRY 20 times, or is silent for 10 seconds. Meanwhile the broker may say 503 with Retry-After, if it must, and
nothing else; afterwards it goes on by itself. Prints counts for each mood.
"""

import argparse
import collections
import os
import shutil
import subprocess
import sys
import tempfile
import time

from foreign_client import expect
from kill_soak import Broker, Load, audit_chain, check, fork_client, half_made, prepare, start_swtpm
from moody_tpm import MoodyTpm

SILENCE, RETRIES, GONE = 10, 20, 1
NV_INDEX = "0x1500001"


class CountingLoad(Load):
    """Goes on whatever it is told; counts what it was refused, and whether it was told when to come back."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.unavailable, self.without_retry_after, self.others, self.slowest, self.over = 0, 0, [], 0, False

    def run(self):
        while not self.over:
            began = time.monotonic()
            try:
                self.work()
            except SystemExit as reason:
                if "tpm-unavailable" in str(reason):
                    self.unavailable += 1
                    self.without_retry_after += "retry-after:" not in self.headers()
                else:
                    self.others.append(str(reason))
            self.slowest = max(self.slowest, time.monotonic() - began)

    def headers(self):
        return self.client.read("headers").decode("latin-1").lower()


def lock_out(moody):
    """Somebody else's mistakes: wrong passwords for an index that is under dictionary attack protection."""
    environment = dict(os.environ, TPM2TOOLS_TCTI=moody.tcti)

    def tool(*command):
        return subprocess.run(command, env=environment, check=False, capture_output=True)

    tool("tpm2_nvdefine", NV_INDEX, "-C", "o", "-s", "8", "-p", "right", "-a", "authread|authwrite|ownerwrite")
    tool("tpm2_nvwrite", NV_INDEX, "-C", NV_INDEX, "-P", "right", "-i", "/dev/null")
    for _ in range(40):
        answer = tool("tpm2_nvread", NV_INDEX, "-C", NV_INDEX, "-P", "wrong", "-s", "8")
        if b"lockout" in answer.stderr.lower():
            return
    raise SystemExit("expected the TPM to go into lockout")


def is_locked_out(moody):
    shown = subprocess.run(
        ["tpm2_getcap", "properties-variable"], env=dict(os.environ, TPM2TOOLS_TCTI=moody.tcti), check=True, capture_output=True)
    return b"inLockout:                 1" in shown.stdout or b"inLockout: 1" in shown.stdout.replace(b"  ", b"")


def moods(moody):
    return {
        "reset": moody.reset,
        "killed": lambda: moody.kill(GONE),
        "retry": lambda: moody.say_retry(RETRIES),
        "silent": lambda: moody.fall_silent(SILENCE),
        "lockout": lambda: lock_out(moody),
    }


def run_round(broker, client, mood, number):
    """Load, a mood in the middle of it, and a while after; returns the loads and what they were promised."""
    expect(client.attest()[0] == 200, "a token")
    fresh = []
    loads = [CountingLoad(fork_client(client, t), t, number, fresh) for t in range(4)]
    for load in loads:
        load.start()
    time.sleep(1)
    mood()
    broker.wait_ready()
    before, deadline = len(fresh), time.monotonic() + 30
    while len(fresh) < before + len(loads):
        expect(time.monotonic() < deadline, "the broker to go on by itself")
        time.sleep(0.05)
    for load in loads:
        load.over = True
    for load in loads:
        load.join()
    return loads, fresh


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the keybrokerd executable")
    parser.add_argument("--rounds", type=int, default=10, help="of each mood")
    parser.add_argument("--port", type=int, default=18460)
    options = parser.parse_args()

    home = tempfile.mkdtemp(prefix="keybroker-moody-")
    broker, moody, workload = None, None, None
    counts = collections.defaultdict(collections.Counter)
    slowest = collections.Counter()
    acknowledged, lost, others = [], [], []
    try:
        workload, tcti = start_swtpm(home, "workload")
        os.environ["TPM2TOOLS_TCTI"] = tcti
        moody = MoodyTpm(home, "broker")
        broker = Broker(options.program, home, options.port, moody.tcti)
        broker.start()
        client = prepare(broker, os.path.join(home, "client"))
        for number in range(1, options.rounds + 1):
            for name, mood in moods(moody).items():
                loads, fresh = run_round(broker, client, mood, f"{number}{name}")
                count = counts[name]
                count["acknowledged"] += len(fresh)
                count["attempts"] += sum(load.attempts for load in loads)
                count["unavailable"] += sum(load.unavailable for load in loads)
                count["without Retry-After"] += sum(load.without_retry_after for load in loads)
                slowest[name] = max(slowest[name], max(load.slowest for load in loads))
                others += [f"{name}: {other}" for load in loads for other in load.others]
                if name == "lockout":
                    count["locked out"] += is_locked_out(moody)
                expect(client.attest()[0] == 200, "a token")
                lost += check(client, fresh)
                acknowledged += fresh
                print(f"round {number}, {name}: {dict(count)}", flush=True)

        newest = {name: (kind, name, detail) for kind, name, detail in acknowledged}
        expect(client.attest()[0] == 200, "a token")
        keys, broken = half_made(client, newest)
        records, intents = audit_chain(os.path.join(broker.state, "keybroker.db"))
        for name, count in counts.items():
            print(f"{name}: {options.rounds} times, {dict(count)}, slowest piece of work {slowest[name]:.1f} s")
        print(f"moody TPM: {len(acknowledged)} acknowledged, {len(lost)} lost, {len(others)} other errors, {keys} keys, "
              f"{len(broken)} half-made, {intents} intents left, {moody.commands} commands, audit chain of {records} records verified")
        for item in lost + others + broken:
            print("wrong:", item)
        missing = sum(count["without Retry-After"] for count in counts.values())
        return 1 if lost or others or broken or intents or missing else 0
    finally:
        if broker and getattr(broker, "process", None) and broker.process.poll() is None:
            broker.process.terminate()
            broker.process.wait()
        if moody:
            moody.stop()
        if workload:
            workload.terminate()
            workload.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
