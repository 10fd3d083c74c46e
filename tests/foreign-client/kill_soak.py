#!/usr/bin/env python3
"""Kills a loaded broker at random moments and looks for what was lost.

Starts keybrokerd with an embedded TPM or one beside it, loads it with everything a machine does, kills it with SIGKILL at
a random moment, starts it again, and uses every acknowledged key and secret; at the end it uses every key there is, also
those that nobody was told of, and verifies the audit chain. Prints counts. With --kill tpm it is the embedded TPM that is
killed, again and again under the load, and the broker has to go on.
"""

import argparse
import collections
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


TPM_KILLS = 10  # In a round.


class Broker:
    """One keybrokerd process over one state directory."""

    def __init__(self, program, home, port, tpm, *settings):
        self.program, self.home, self.url, self.tpm = program, home, f"http://127.0.0.1:{port}", tpm
        self.settings = settings
        self.state, self.policies = os.path.join(home, "state"), os.path.join(home, "policies")
        os.makedirs(self.policies, exist_ok=True)
        self.socket = os.path.join(self.state, "admin.sock")

    def start(self):
        log = open(os.path.join(self.home, "broker.log"), "ab")
        self.process = subprocess.Popen(
            [self.program, f"--urls={self.url}", f"--KeyBroker:StateDirectory={self.state}",
             f"--KeyBroker:PolicyDirectory={self.policies}", f"--KeyBroker:Tpm={self.tpm}", *self.settings], stdout=log, stderr=log)
        self.wait_ready()

    def wait_ready(self):
        for _ in range(600):
            expect(self.process.poll() is None, f"the broker to run, see {self.home}/broker.log")
            if subprocess.run(["curl", "-sf", "-o", "/dev/null", self.url + "/readyz"], check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise SystemExit("the broker did not become ready in 30 s")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def find_tpm(self):
        """The process of its embedded TPM; None while there is none."""
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/cmdline", "rb") as command:
                    if command.read().startswith(b"swtpm\0") and os.readlink(f"/proc/{process}/cwd") == self.state + "/tpm":
                        return int(process)
            except OSError:
                pass  # It ended meanwhile.
        return None

    def kill_tpm(self, kills):
        """Kills the TPM, and the one that comes in its place, so many times."""
        last = None
        for _ in range(kills):
            deadline = time.monotonic() + 30
            while self.find_tpm() in (None, last):
                expect(time.monotonic() < deadline, "a TPM in place of the one that was killed")
                time.sleep(0.002)
            time.sleep(random.uniform(0, 0.5))
            last = self.find_tpm()
            if last:
                os.kill(last, signal.SIGKILL)


class Options:
    def __init__(self, broker, work):
        self.broker, self.issuer, self.admin_socket = broker.url, broker.url, broker.socket
        self.policies, self.work, self.ak, self.name = broker.policies, work, "ecc", "soak"


TYPES = ["ec-p256", "ec-p384", "rsa-2048", "hmac-sha256", "aes-256"]
WEIGHTS = [6, 3, 1, 3, 4]
ALGORITHMS = {"ec-p256": "ES256", "ec-p384": "ES384", "rsa-2048": "PS256"}


def use(client, name, kind):
    """Uses a key as its type is made for, and checks what comes back."""
    path = f"/v1/keys/{urllib.parse.quote(name, safe='')}"
    if kind == "aes-256":
        sealed = client.receipt("POST", path + "/encrypt", {"plaintext": "AQID"})["result"]["ciphertext"]
        opened = client.receipt("POST", path + "/decrypt", {"ciphertext": sealed})["result"]["plaintext"]
        expect(opened == "AQID", "the plaintext back")
    elif kind == "hmac-sha256":
        mac = client.receipt("POST", path + "/mac", {"message": "AQID"})["result"]["mac"]
        checked = client.receipt("POST", path + "/mac-verify", {"message": "AQID", "mac": mac})
        expect(checked["result"]["valid"], "the code to be valid")
    else:
        alg = ALGORITHMS[kind]
        signed = client.receipt("POST", path + "/sign", {"alg": alg, "message": "AQID"})
        body = {"alg": alg, "message": "AQID", "signature": signed["result"]["signature"]}
        expect(client.receipt("POST", path + "/verify", body)["result"]["valid"], "the signature to be valid")
        return signed["key"]["version"]
    return None


class Load(threading.Thread):
    """Creates, rotates, uses, seals, releases and attests until the broker is gone; remembers what was acknowledged."""

    def __init__(self, client, number, round_number, acknowledged):
        super().__init__(daemon=True)
        self.client, self.prefix, self.acknowledged = client, f"soak/r{round_number}-t{number}", acknowledged
        self.attempts, self.refused = 0, None

    def run(self):
        try:
            while True:
                self.work()
        except (OSError, ValueError, KeyError):
            pass  # The broker was killed in the middle of a call: exactly what is wanted.
        except SystemExit as reason:
            # curl that found nobody there any more is what is wanted too; an answer that is no success is not.
            if ", got " in str(reason):
                self.refused = str(reason)

    def work(self):
        self.attempts += 1
        name = f"{self.prefix}-{self.attempts}"
        if random.random() < 0.3:
            value = os.urandom(random.choice([16, 100, 500]))
            self.client.receipt("PUT", f"/v1/secrets/{urllib.parse.quote(name, safe='')}", {"value": b64u(value)})
            self.acknowledged.append(("secret", name, value))
            return
        kind = random.choices(TYPES, WEIGHTS)[0]
        body = {"name": name, "type": kind, "residence": random.choice(["local", "fleet"])}
        if kind != "aes-256":
            body["protection"] = random.choice(["tpm", "sealed"])
        self.client.receipt("POST", "/v1/keys", body)
        self.acknowledged.append((kind, name, 1))
        use(self.client, name, kind)
        self.client.receipt("POST", f"/v1/keys/{urllib.parse.quote(name, safe='')}/rotate", {})
        self.acknowledged.append((kind, name, 2))


class PatientLoad(Load):
    """The same beside a TPM that is killed: the broker may call it unavailable, and fail in no other way."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.unavailable, self.over = 0, False

    def run(self):
        while not self.over:
            try:
                self.work()
            except SystemExit as reason:
                if "tpm-unavailable" in str(reason):
                    self.unavailable += 1
                else:
                    self.refused = str(reason)


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
        try:
            if kind == "secret":
                path = urllib.parse.quote(name, safe="")
                jwe = client.receipt("POST", f"/v1/secrets/{path}/release", {"to": "enc"})["result"]["jwe"]
                expect(client.open_jwe(jwe) == detail, "the secret's bytes")
            else:
                version = use(client, name, kind)
                expect(version is None or version >= detail, "the acknowledged version or a newer one")
        except SystemExit as reason:
            lost.append((kind, name, str(reason)))
    return lost


def half_made(client, known):
    """Uses every key there is, also those nobody was told of: one that is listed but does not work is half-made."""
    count, broken, after = 0, [], ""
    while True:
        page = client.receipt("GET", "/v1/keys?limit=500" + (f"&after={urllib.parse.quote(after)}" if after else ""))
        for key in page["result"]["items"]:
            count += 1
            versions = [v["version"] for v in key["versions"]]
            states = [v["state"] for v in key["versions"]]
            if versions != list(range(1, len(versions) + 1)) or states.count("active") != 1 or key["primary"] != len(versions):
                broken.append(key["name"])
            elif key["name"] not in known:
                broken += [name for _, name, _ in check(client, [(key["type"], key["name"], 1)])]
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


def unrecorded(database, acknowledged):
    """What was acknowledged and has no record that says it was done."""
    folder = {"secret": "secrets/"}
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as store:
        done = collections.Counter(resource for (resource,) in store.execute(
            "SELECT json_extract(record, '$.resource') FROM audit WHERE json_extract(record, '$.outcome') = 'done'"))
    acts = collections.Counter(folder.get(kind, "keys/") + name for kind, name, _ in acknowledged)
    return [(resource, count, done[resource]) for resource, count in acts.items() if done[resource] < count]


def start_swtpm(home, name):
    """A software TPM on a Unix socket, with the control socket that tpm2-tools want beside it."""
    state, socket = os.path.join(home, name), os.path.join(home, name + ".sock")
    os.makedirs(state)
    process = subprocess.Popen(
        ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--server", f"type=unixio,path={socket}",
         "--ctrl", f"type=unixio,path={socket}.ctrl", "--flags", "not-need-init,startup-clear"],
        stderr=subprocess.DEVNULL)
    while not os.path.exists(socket + ".ctrl") or not os.path.exists(socket):
        expect(process.poll() is None, "swtpm to start")
        time.sleep(0.02)
    return process, f"swtpm:path={socket}"


def prepare(broker, work):
    """A machine that is enrolled, approved, and in a state that the policy names."""
    os.makedirs(work)
    client = Client(Options(broker, work))
    client.make_keys()
    client.extend(7, "a known boot")
    with open(os.path.join(broker.policies, "soak.yaml"), "w", encoding="ascii") as stream:
        stream.write(POLICY.format(name="soak", value=client.pcrs([7])["7"]))
    client.admin("POST", "/v1/admin/policies/reload", {})
    client.enroll()
    client.admin("POST", f"/v1/admin/machines/{client.machine}/approve", {"labels": {"client": "soak"}})
    return client


def run_round(broker, client, number):
    """Load, a kill, a start, and a look at what was acknowledged; returns (acknowledged, lost, refused)."""
    expect(client.attest()[0] == 200, "a token")
    fresh = []
    loads = [Load(fork_client(client, t), t, number, fresh) for t in range(4)]
    for load in loads:
        load.start()
    time.sleep(random.uniform(0.1, 2.5))
    broker.kill()
    for load in loads:
        load.join()
    broker.start()
    expect(client.attest()[0] == 200, "a token after the restart")
    return fresh, check(client, fresh), [load.refused for load in loads if load.refused]


def run_tpm_round(broker, client, number):
    """Load and the kills of a round, and a look at what was acknowledged; returns (acknowledged, lost, refused)."""
    expect(client.attest()[0] == 200, "a token")
    fresh = []
    loads = [PatientLoad(fork_client(client, t), t, number, fresh) for t in range(4)]
    for load in loads:
        load.start()
    broker.kill_tpm(TPM_KILLS)
    for load in loads:
        load.over = True
        load.join()
    broker.wait_ready()
    print(f"round {number}: {sum(load.unavailable for load in loads)} told that the TPM is unavailable", flush=True)
    expect(client.attest()[0] == 200, "a token after the kills")
    return fresh, check(client, fresh), [load.refused for load in loads if load.refused]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the keybrokerd executable")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--port", type=int, default=18440)
    parser.add_argument("--tpm", choices=["embedded", "beside"], default="embedded", help="whose process the TPM is")
    parser.add_argument("--kill", choices=["broker", "tpm"], default="broker", help="what is killed; tpm only where it is embedded")
    options = parser.parse_args()

    home = tempfile.mkdtemp(prefix="keybroker-soak-")
    acknowledged, lost, refused, processes = [], [], [], []
    broker = None
    try:
        process, workload_tpm = start_swtpm(home, "workload")
        processes.append(process)
        os.environ["TPM2TOOLS_TCTI"] = workload_tpm
        tpm = "embedded"
        if options.tpm == "beside":
            process, tpm = start_swtpm(home, "broker")
            processes.append(process)
        broker = Broker(options.program, home, options.port, tpm)
        broker.start()
        client = prepare(broker, os.path.join(home, "client"))
        for number in range(1, options.rounds + 1):
            one_round = run_round if options.kill == "broker" else run_tpm_round
            fresh, missing, answers = one_round(broker, client, number)
            acknowledged, lost, refused = acknowledged + fresh, lost + missing, refused + answers
            print(f"round {number}: {len(fresh)} acknowledged, {len(lost)} lost and {len(refused)} refused so far", flush=True)

        expect(client.attest()[0] == 200, "a token")
        newest = {name: (kind, name, detail) for kind, name, detail in acknowledged}
        keys, broken = half_made(client, newest)
        expect(client.attest()[0] == 200, "a token")
        lost += check(client, random.sample(list(newest.values()), min(200, len(newest))))
        records, intents = audit_chain(os.path.join(broker.state, "keybroker.db"))
        silent = unrecorded(os.path.join(broker.state, "keybroker.db"), acknowledged)
        kills = options.rounds * (1 if options.kill == "broker" else TPM_KILLS)
        print(f"{options.tpm} TPM: {kills} kills of the {options.kill}, {len(acknowledged)} acknowledged, {len(lost)} lost, "
              f"{len(refused)} refused, {keys} keys, {len(broken)} half-made, {intents} intents left, {len(silent)} without record, "
              f"audit chain of {records} records verified")
        for item in lost + refused + broken + silent:
            print("wrong:", item)
        return 1 if lost or broken or intents or refused or silent else 0
    finally:
        if broker and getattr(broker, "process", None) and broker.process.poll() is None:
            broker.process.terminate()
            broker.process.wait()
        for process in processes:
            process.terminate()
            process.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
