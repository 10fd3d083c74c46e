#!/usr/bin/env python3
"""Rotation under load: clients use keys while these get a new version every second, and nothing may fail.

A third of the clients encrypts and decrypts, a third signs and verifies, a third makes and verifies codes; each with what the
version of the moment makes and with what older ones made. Two keys of each kind, one in the TPM where it may be, are rotated every
second, over both doors in turn. Prints counts and rates.
"""

import argparse
import collections
import os
import random
import shutil
import sys
import tempfile
import threading
import time
import urllib.parse

from foreign_client import b64u, expect
from kill_soak import Broker, audit_chain, fork_client, prepare, start_swtpm
from quick_client import NoAnswer, QuickClient

KEYS = {
    "box": {"type": "aes-256"}, "far": {"type": "aes-256", "residence": "fleet"},
    "pen": {"type": "ec-p256"}, "ink": {"type": "ec-p256", "protection": "sealed"},
    "mac": {"type": "hmac-sha256"}, "tag": {"type": "hmac-sha256", "protection": "sealed"},
}
WORK = [("box", "far"), ("pen", "ink"), ("mac", "tag")]
KEPT, RENEWAL = 200, 120


def path_of(name):
    return "/v1/keys/" + urllib.parse.quote(f"soak/{name}", safe="")


class User(threading.Thread):
    """Makes something with a key, and puts it and something older to the test."""

    def __init__(self, client, number, failures):
        super().__init__(daemon=True)
        self.quick, self.names, self.failures = QuickClient(client), WORK[number % len(WORK)], failures
        self.made, self.counts, self.over = collections.defaultdict(list), collections.Counter(), False

    def run(self):
        while not self.over:
            try:
                name = random.choice(self.names)
                made = self.make(name)
                self.check(name, *made)
                kept = self.made[name]
                if kept:
                    self.check(name, *random.choice(kept))
                if len(kept) < KEPT:
                    kept.append(made)
                else:
                    kept[random.randrange(KEPT)] = made
            except (NoAnswer, SystemExit, KeyError) as failure:
                self.failures.append(repr(failure))

    def call(self, name, verb, body):
        status, answer, _ = self.quick.use("POST", f"{path_of(name)}/{verb}", body)
        expect(status == 200, f"{verb} with {name} to succeed, got {status} {answer}")
        self.counts[verb] += 1
        return answer["key"]["version"], answer["result"]

    def make(self, name):
        content = os.urandom(24)
        if name in WORK[0]:
            version, result = self.call(name, "encrypt", {"plaintext": b64u(content)})
            expect(result["ciphertext"].startswith(f"kb:v{version}:"), f"a ciphertext of version {version}")
            return version, content, result["ciphertext"]
        if name in WORK[1]:
            version, result = self.call(name, "sign", {"alg": "ES256", "message": b64u(content)})
            return version, content, result["signature"]
        version, result = self.call(name, "mac", {"message": b64u(content)})
        return version, content, result["mac"]

    def check(self, name, version, content, made):
        if name in WORK[0]:
            by, result = self.call(name, "decrypt", {"ciphertext": made})
            expect(result["plaintext"] == b64u(content), "the plaintext back")
        elif name in WORK[1]:
            body = {"alg": "ES256", "message": b64u(content), "signature": made, "version": version}
            by, result = self.call(name, "verify", body)
            expect(result["valid"], "the signature to be valid")
        else:
            by, result = self.call(name, "mac-verify", {"message": b64u(content), "mac": made})
            expect(result["valid"], "the code to be valid")
        expect(by == version, f"version {version} to have served, not {by}")
        self.counts["of old versions"] += version < self.newest(name, version)

    def newest(self, name, version):
        return max([version, *[made[0] for made in self.made[name]]])


class Rotations(threading.Thread):
    """A new version of a key every second."""

    def __init__(self, client, name, failures):
        super().__init__(daemon=True)
        self.quick, self.name, self.failures = QuickClient(client), name, failures
        self.over, self.version, self.slowest = False, 1, 0

    def run(self):
        while not self.over:
            began = time.monotonic()
            try:
                self.rotate()
            except (NoAnswer, SystemExit, KeyError) as failure:
                self.failures.append(repr(failure))
            took = time.monotonic() - began
            self.slowest = max(self.slowest, took)
            time.sleep(max(0, 1 - took))

    def rotate(self):
        path = path_of(self.name)
        if self.version % 2:
            status, answer, _ = self.quick.use("POST", path + "/rotate", {})
            made = answer.get("key", {}).get("version")
        else:
            status, answer, _ = self.quick.admin("POST", "/v1/admin" + path.removeprefix("/v1") + "/rotate", {})
            made = answer.get("primary")
        expect(status == 200, f"{self.name} to be rotated, got {status} {answer}")
        expect(made == self.version + 1, f"version {self.version + 1} of {self.name}, got {made}")
        self.version = made


def run_load(options, client):
    failures = []
    users = [User(client if n == 0 else fork_client(client, n), n, failures) for n in range(options.clients)]
    rotations = [Rotations(client, name, failures) for name in KEYS]
    began = renewed = time.monotonic()
    for thread in [*users, *rotations]:
        thread.start()
    while time.monotonic() - began < options.seconds:
        time.sleep(0.5)
        if time.monotonic() - renewed > RENEWAL:
            expect(client.attest()[0] == 200, "a token")
            renewed = time.monotonic()
            for user in users:
                user.quick.client.token = client.token
    for thread in [*users, *rotations]:
        thread.over = True
    for thread in [*users, *rotations]:
        thread.join()
    return users, rotations, failures, time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the keybrokerd executable")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--port", type=int, default=18480)
    options = parser.parse_args()

    home = tempfile.mkdtemp(prefix="keybroker-rotation-")
    broker, workload = None, None
    try:
        workload, os.environ["TPM2TOOLS_TCTI"] = start_swtpm(home, "workload")
        broker = Broker(options.program, home, options.port, "embedded")
        broker.start()
        client = prepare(broker, os.path.join(home, "client"))
        expect(client.attest()[0] == 200, "a token")
        for name, spec in KEYS.items():
            client.receipt("POST", "/v1/keys", {"name": f"soak/{name}", **spec})
        users, rotations, failures, took = run_load(options, client)
        counts = sum((user.counts for user in users), collections.Counter())
        old = counts.pop("of old versions")
        records, intents = audit_chain(os.path.join(broker.state, "keybroker.db"))
        rates = ", ".join(f"{count} {verb} ({count / took:.0f}/s)" for verb, count in sorted(counts.items()))
        print(f"{options.clients} clients in {took:.0f} s: {rates}; {old} with what an older version made; "
              f"{sum(each.version - 1 for each in rotations)} rotations of {len(KEYS)} keys, up to version "
              f"{max(each.version for each in rotations)}, one took at most {max(each.slowest for each in rotations):.1f} s; {len(failures)} failures, "
              f"{intents} intents left, audit chain of {records} records verified")
        for failure in failures[:50]:
            print("wrong:", failure)
        return 1 if failures or intents else 0
    finally:
        if broker and getattr(broker, "process", None) and broker.process.poll() is None:
            broker.process.terminate()
            broker.process.wait()
        if workload:
            workload.terminate()
            workload.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
