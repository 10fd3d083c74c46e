#!/usr/bin/env python3
"""Kills a loaded broker at random moments and looks for what was lost.

Starts keybrokerd with an embedded TPM, loads it with create, rotate and seal, kills it with SIGKILL at a random moment,
starts it again, and checks every acknowledged key and secret, that nothing is half-made, and the audit chain. Prints counts.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from foreign_client import POLICY, Client, b64u, expect


class Broker:
    """One keybrokerd process over one state directory."""

    def __init__(self, program, home, port):
        self.program, self.home, self.url = program, home, f"http://127.0.0.1:{port}"
        self.state, self.policies = os.path.join(home, "state"), os.path.join(home, "policies")
        os.makedirs(self.policies, exist_ok=True)
        self.socket = os.path.join(self.state, "admin.sock")

    def start(self):
        log = open(os.path.join(self.home, "broker.log"), "ab")
        self.process = subprocess.Popen(
            [self.program, f"--urls={self.url}", f"--KeyBroker:StateDirectory={self.state}",
             f"--KeyBroker:PolicyDirectory={self.policies}"], stdout=log, stderr=log)
        for _ in range(600):
            expect(self.process.poll() is None, f"the broker to start, see {self.home}/broker.log")
            if subprocess.run(["curl", "-sf", "-o", "/dev/null", self.url + "/readyz"], check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise SystemExit("the broker did not become ready in 30 s")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Options:
    def __init__(self, broker, work):
        self.broker, self.issuer, self.admin_socket = broker.url, broker.url, broker.socket
        self.policies, self.work, self.ak, self.name = broker.policies, work, "ecc", "soak"


class Load(threading.Thread):
    """Creates, rotates and seals until the broker is gone; remembers what was acknowledged."""

    def __init__(self, client, number, round_number, acknowledged):
        super().__init__(daemon=True)
        self.client, self.prefix, self.acknowledged = client, f"soak/r{round_number}-t{number}", acknowledged
        self.attempts = 0

    def run(self):
        try:
            self.work()
        except (SystemExit, OSError, ValueError, KeyError):
            pass  # The broker was killed in the middle of a call: exactly what is wanted.

    def work(self):
        while True:
            self.attempts += 1
            name = f"{self.prefix}-{self.attempts}"
            path = urllib.parse.quote(name, safe="")
            kind = random.choice(["key", "aes", "secret"])
            if kind == "secret":
                value = os.urandom(random.choice([16, 100, 500]))
                self.client.receipt("PUT", f"/v1/secrets/{path}", {"value": b64u(value)})
                self.acknowledged.append(("secret", name, value))
                continue
            self.client.receipt("POST", "/v1/keys", {"name": name, "type": "ec-p256" if kind == "key" else "aes-256"})
            self.acknowledged.append((kind, name, 1))
            self.client.receipt("POST", f"/v1/keys/{path}/rotate", {})
            self.acknowledged.append((kind, name, 2))


def fork_client(client, number):
    """The same enrolled machine and token, with files of its own, for a thread."""
    twin = object.__new__(Client)
    twin.__dict__.update(client.__dict__)
    twin.work = os.path.join(client.work, f"thread{number}")
    os.makedirs(twin.work, exist_ok=True)
    return twin


def check(client, acknowledged):
    """Uses every acknowledged key and secret; returns what is lost."""
    lost = []
    for kind, name, detail in acknowledged:
        path = urllib.parse.quote(name, safe="")
        try:
            if kind == "secret":
                jwe = client.receipt("POST", f"/v1/secrets/{path}/release", {"to": "enc"})["result"]["jwe"]
                expect(client.open_jwe(jwe) == detail, "the secret's bytes")
            elif kind == "aes":
                sealed = client.receipt("POST", f"/v1/keys/{path}/encrypt", {"plaintext": "AA"})["result"]["ciphertext"]
                client.receipt("POST", f"/v1/keys/{path}/decrypt", {"ciphertext": sealed})
            else:
                signed = client.receipt("POST", f"/v1/keys/{path}/sign", {"alg": "ES256", "message": "AA"})
                expect(signed["key"]["version"] >= detail, "the acknowledged version or a newer one")
        except SystemExit as reason:
            lost.append((kind, name, str(reason)))
    return lost


def half_made(client):
    """Lists all keys and uses each: one that is listed but does not work is half-made."""
    count, broken, after = 0, [], ""
    while True:
        page = client.receipt("GET", "/v1/keys?limit=500" + (f"&after={urllib.parse.quote(after)}" if after else ""))
        for key in page["result"]["items"]:
            count += 1
            versions = [v["version"] for v in key["versions"]]
            if versions != list(range(1, len(versions) + 1)) or key["primary"] != len(versions):
                broken.append(key["name"])
        after = page["result"].get("next")
        if not after:
            return count, broken


def audit_chain(database):
    """Verifies the chain from the database file: SHA-256(previous || record), numbered without gaps."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as store:
        previous, count = bytes(32), 0
        for seq, record, before, digest in store.execute("SELECT seq, record, previous, hash FROM audit ORDER BY seq"):
            count += 1
            data = record.encode() if isinstance(record, str) else record
            expect(seq == count and before == previous, f"an unbroken chain at {seq}")
            expect(hashlib.sha256(before + data).digest() == digest, f"the hash of record {seq}")
            previous = digest
        intents = store.execute("SELECT count(*) FROM intents").fetchone()[0]
    return count, intents


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the keybrokerd executable")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--port", type=int, default=18440)
    options = parser.parse_args()

    home = tempfile.mkdtemp(prefix="keybroker-soak-")
    broker = Broker(options.program, home, options.port)
    acknowledged, lost, fresh = [], [], []
    tpm, tpm_socket = os.path.join(home, "workload-tpm"), os.path.join(home, "tpm.sock")
    os.makedirs(tpm)
    swtpm = subprocess.Popen(
        ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={tpm}", "--server", f"type=unixio,path={tpm_socket}",
         "--ctrl", f"type=unixio,path={tpm_socket}.ctrl", "--flags", "not-need-init,startup-clear"],
        stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        os.environ["TPM2TOOLS_TCTI"] = f"swtpm:path={tpm_socket}"
        broker.start()
        work = os.path.join(home, "client")
        os.makedirs(work)
        client = Client(Options(broker, work))
        client.make_keys()
        client.extend(7, "a known boot")
        with open(os.path.join(broker.policies, "soak.yaml"), "w", encoding="ascii") as stream:
            stream.write(POLICY.format(name="soak", value=client.pcrs([7])["7"]))
        client.admin("POST", "/v1/admin/policies/reload", {})
        client.enroll()
        client.admin("POST", f"/v1/admin/machines/{client.machine}/approve", {"labels": {"client": "soak"}})

        for number in range(1, options.rounds + 1):
            expect(client.attest()[0] == 200, "a token")
            fresh = []
            loads = [Load(fork_client(client, t), t, number, fresh) for t in range(4)]
            for load in loads:
                load.start()
            time.sleep(random.uniform(0.1, 3.0))
            broker.kill()
            for load in loads:
                load.join()
            broker.start()
            expect(client.attest()[0] == 200, "a token after the restart")
            lost += check(client, fresh)
            acknowledged += fresh
            print(f"round {number}: {len(fresh)} acknowledged, {len(lost)} lost so far", flush=True)

        expect(client.attest()[0] == 200, "a token")
        keys, broken = half_made(client)
        records, intents = audit_chain(os.path.join(broker.state, "keybroker.db"))
        print(f"{options.rounds} kills, {len(acknowledged)} acknowledged, {len(lost)} lost, {keys} keys, "
              f"{len(broken)} half-made, {intents} intents left, audit chain of {records} records verified")
        for item in lost:
            print("lost:", item)
        return 1 if lost or broken or intents else 0
    finally:
        if getattr(broker, "process", None) and broker.process.poll() is None:
            broker.process.terminate()
            broker.process.wait()
        swtpm.terminate()
        swtpm.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
