#!/usr/bin/env python3
"""Lives of keys, at random, against a small model; the broker is killed again and again in the middle of them.

A few threads, each with keys of its own, make, change and use them over both doors, with good and bad requests, old and new
ciphertexts, and tags that fit or not. Every answer has to be the one that life_model.py gives: status, code, state, what is
allowed instead, and the whole document. A call that a kill left without an answer happened or did not, and the model follows;
whatever was answered has to be there. Prints counts.

A destruction waits a day at least, by clocks that nobody sets. With --moved the program is tests/KeyBroker.MovedBroker, the whole
broker on a machine whose clock is moved by 25 hours at SIGUSR1: after each round that much time passes, for every key, and in half
of the rounds the broker is killed while it counts and destroys. What is over is destroyed then, nothing else is, tombstones answer
as they should, and the private parts are looked for in the database's files.
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import urllib.parse

from foreign_client import Client, b64u, expect, run, unb64u
from kill_soak import ALGORITHMS, Broker, audit_chain, fork_client, prepare, start_swtpm
from life_model import PASS, COMPROMISES, FUTURE, OTHER_REASONS, UNSUPPORTED, USES, Key, Refused, differences
from quick_client import NoAnswer, QuickClient

THREADS, KEYS, MOST_VERSIONS, MOST_CALLS, KEPT = 4, 4, 10, 120, 30
TYPES, WEIGHTS = list(USES), [5, 2, 2, 4, 6]


class Subject:
    """A key: what the model says of it, and what it made."""

    def __init__(self, model):
        self.model, self.made, self.calls, self.constants = model, [], 0, {}

    @property
    def path(self):
        return "/v1/keys/" + urllib.parse.quote(self.model.name, safe="")

    @property
    def admin_path(self):
        return "/v1/admin" + self.path.removeprefix("/v1")


class Call:
    """One request, and what has to come back: `predict` gives the status, the key afterwards (None where it stays as it
    is), and a check of the answer; or it raises `Refused`."""

    def __init__(self, door, method, path, body, predict, headers=()):
        self.door, self.method, self.path, self.body, self.predict = door, method, path, body, predict
        self.headers = dict(headers)

    def __str__(self):
        return f"{self.door} {self.method} {urllib.parse.unquote(self.path)} {self.body} {self.headers}"


class Worker(threading.Thread):
    """Lives of a few keys, one call after the other until the broker is gone."""

    def __init__(self, life):
        super().__init__(daemon=True)
        self.life = life

    def run(self):
        try:
            while True:
                self.life.step()
        except NoAnswer:
            pass  # The broker was killed: exactly what is wanted.
        except (Exception, SystemExit) as failure:  # pylint: disable=broad-except
            self.life.wrong.append(f"{self.life.unanswered and self.life.unanswered[1]}: {failure!r}")


class Life:
    """Keys that no other thread touches, so that the model knows what each call finds."""

    def __init__(self, client, seed, number, peers):
        self.client, self.peers, self.random = client, peers, random.Random(f"{seed}-{number}")
        self.quick, self.prefix, self.count = QuickClient(client), f"soak/l{number}", 0
        self.subjects, self.retired, self.unanswered = [], [], None
        self.calls, self.refusals, self.unknown, self.wrong, self.lost = 0, 0, 0, [], []
        self.planned, self.cancelled, self.keys_destroyed, self.versions_destroyed, self.on_tombstones = 0, 0, 0, 0, 0
        self.moved = False

    # A step.

    def step(self):
        if len(self.subjects) < KEYS:
            self.create()
            return
        subject = self.random.choice(self.subjects)
        subject.calls += 1
        gone = subject.model.state == "destroyed" and self.random.random() < 0.05
        if gone or subject.calls > MOST_CALLS or len(subject.model.versions) >= MOST_VERSIONS:
            self.subjects.remove(subject)
            self.retired.append(subject)
        else:
            self.perform(subject, self.pick(subject))

    def pick(self, subject):
        """Any call; more often than not one that is not refused, or keys would soon be beyond help."""
        kinds, weights = [self.any_use, self.change, self.rotate, self.read, self.stray], [50, 36, 6, 5, 3]
        call = self.random.choices(kinds, weights)[0](subject)
        for _ in range(self.random.choice([0, 0, 4])):
            try:
                call.predict(subject.model)
                break
            except Refused:
                call = self.random.choices(kinds, weights)[0](subject)
        return call

    def send(self, call):
        sender = self.quick.use if call.door == "machine" else self.quick.admin
        return sender(call.method, call.path, call.body, call.headers)

    def perform(self, subject, call):
        self.calls += 1
        self.unanswered = (subject, call)
        answered = self.send(call)
        self.unanswered = None
        self.judge(subject, call, answered)

    def judge(self, subject, call, answered):
        """Compares an answer with the model's, and goes on from there."""
        status, answer, headers = answered
        try:
            expected, after, check = call.predict(subject.model)
        except Refused as refused:
            self.refusals += 1
            self.on_tombstones += refused.status == 410
            found = self.compare_refusal(refused, subject.model, status, answer)
            after = None
        else:
            found = [f"expected {expected}, got {status} {answer}"] if status != expected else check(answer, headers)
        if found:
            self.give_up(subject, f"{call}: {found}, of {subject.model and subject.model.summary()}")
        elif after:
            subject.model = after
            self.planned += call.path.endswith("/destroy")
            self.cancelled += call.path.endswith("/cancel")

    def give_up(self, subject, why):
        self.wrong.append(why)
        if subject in self.subjects:
            self.subjects.remove(subject)

    @staticmethod
    def compare_refusal(refused, model, status, answer):
        found = differences({"status": refused.status, "code": refused.code}, answer)
        if status != refused.status:
            found.append(f"expected {refused.status} {refused.code}, got {status} {answer}")
        elif refused.state:
            found += differences(refused.state, answer.get("state"), "state")
            found += differences(sorted(model.made_for(refused.allowed)), sorted(answer.get("allowed", [])), "allowed")
        return found

    # Making and changing.

    def create(self):
        self.count += 1
        kind = self.random.choices(TYPES, WEIGHTS)[0]
        spec = {"name": f"{self.prefix}-{self.count}", "type": kind}
        if self.random.random() < 0.7 or kind == "rsa-2048":
            spec["operations"] = self.random.choice(USES[kind])
        if self.random.random() < 0.6:
            spec["protection"] = self.random.choice(["tpm", "sealed", "sealed"])
        if self.random.random() < 0.4:
            spec["exportable"] = True
        if self.random.random() < 0.5:
            spec["residence"] = self.random.choice(["local", "fleet"])
        if self.random.random() < 0.3:
            spec["labels"] = {"n": str(self.count)}
        subject = Subject(None)
        self.subjects.append(subject)
        self.perform(subject, self.creation(spec))
        if subject.model is None and subject in self.subjects:
            self.subjects.remove(subject)

    def creation(self, spec):
        machine = self.random.random() < 0.5

        def predict(model):
            if model is not None:
                raise Refused(409, "exists")
            made = Key(spec)
            if machine:
                return 201, made, lambda answer, _: differences({"publicJwk": made.versions[0].public} if made.has_public else {},
                                                                answer["result"])
            return 201, made, self.check_document(made)

        if machine:
            return Call("machine", "POST", "/v1/keys", spec, predict, self.once())
        return Call("admin", "POST", "/v1/admin/keys", spec, predict)

    def once(self):
        return {"Idempotency-Key": b64u(os.urandom(12))}

    @staticmethod
    def check_document(after, before=None):
        """The document and its tag, which grows."""
        def check(answer, headers):
            found = differences(after.document(), answer)
            if not after.revision.fits(headers["ETag"]):
                found.append(f"the tag is {headers['ETag']}, not {after.revision.value}")
            if before and before.revision.value and int(headers["ETag"].strip('"')) <= int(before.revision.value.strip('"')):
                found.append(f"the tag did not grow: {headers['ETag']}")
            return found
        return check

    def demand(self, model):
        """An If-Match now and then, and whether it fits."""
        chance = self.random.random()
        if chance < 0.75 or (chance < 0.88 and model.revision.value is None):
            return {}, None
        return ({"If-Match": model.revision.value}, True) if chance < 0.88 else ({"If-Match": '"0"'}, False)

    def a_version(self, model):
        """One that there is, nearly always."""
        return self.random.randint(1, len(model.versions) + (self.random.random() < 0.05))

    def change(self, subject):
        model = subject.model
        verb, body = self.random.choice(self.bodies(model))
        headers, fits = self.demand(model)

        def predict(before):
            after = before.change(verb, body, fits)
            return 200, after, self.check_document(after, before)

        return Call("admin", "POST", f"{subject.admin_path}/{verb}", body, predict, headers)

    def bodies(self, model):
        named, either = {"version": self.a_version(model)}, self.random.random() < 0.5
        one_or_all = named if self.random.random() < 0.6 else {}
        waits = ["24h"] * 8 + ["36h", "30d", "3650d", "1h"] if self.moved else ["24h", "36h", "30d", "3650d", "1h"]
        after = {"after": self.random.choice(waits)} if either or self.moved else {}
        date = {"compromiseDate": self.random.choice(["2020-02-02T00:00:00.000Z", FUTURE])} if self.random.random() < 0.2 else {}
        reason = {"reason": self.random.choice(OTHER_REASONS + COMPROMISES if either else OTHER_REASONS)}
        return [("rotate", {}), ("rotate", {"activate": False}), ("activate", {}), ("activate", named),
                ("suspend", one_or_all), ("suspend", named), ("resume", one_or_all), ("resume", one_or_all), ("resume", {}),
                ("deactivate", one_or_all), ("revoke", {**reason, **date, **one_or_all}), ("revoke", {**reason, **named}),
                ("destroy", {**after, **one_or_all}), ("destroy", {**after, **named}), ("cancel", one_or_all), ("cancel", {}),
                ("hold", {"reason": "a lawsuit"} if either else {}), ("unhold", {}), ("unhold", {}), ("settings", self.a_setting(model))]

    def a_setting(self, model):
        setting = self.random.choice([
            {"labels": {"drawn": str(self.random.randint(0, 9))}},
            {"minDecryptVersion": self.random.randint(0, len(model.versions))},
            {"rotation": {"period": self.random.choice(["3650d"] if self.moved else ["36h", "90d"])}},
            {"rotation": {"uses": 1 << 30}}, {"rotation": None},
            {"deletionProtection": False}, {"exportable": False}, {"exportable": True}, {}])
        if self.random.random() < 0.04:
            setting = {**setting, "deletionProtection": True}
        return setting

    def rotate(self, subject):
        headers, fits = self.demand(subject.model)

        def predict(before):
            after = before.change("rotate", {}, fits)
            made = after.version(after.primary)
            expected = {"key": after.claim(after.primary), "result": {"publicJwk": made.public} if made.public else {}}
            return 200, after, lambda answer, _: differences(expected, answer)

        return Call("machine", "POST", subject.path + "/rotate", {}, predict, {**headers, **self.once()})

    def read(self, subject):
        if self.random.random() < 0.4:
            return self.look(subject)

        def predict(model):
            if model.state == "destroyed":
                raise Refused(410, "destroyed")
            check = self.check_document(model)
            return 200, model, lambda answer, headers: check(answer["result"], headers)

        return Call("machine", "GET", subject.path, None, predict)

    def look(self, subject):
        """The document as administrators see it."""
        def predict(model):
            return 200, model, self.check_document(model)

        return Call("admin", "GET", subject.admin_path, None, predict)

    def stray(self, subject):
        """What there is not, or is there already."""
        def not_found(_):
            raise Refused(404, "not-found")

        nowhere = f"{subject.path}-not"
        return self.random.choice([
            lambda: self.creation({"name": subject.model.name, "type": subject.model.type}),
            lambda: Call("machine", "POST", nowhere + "/mac", {"message": "AQID"}, not_found),
            lambda: Call("machine", "POST", nowhere + "/rotate", {}, not_found),
            lambda: Call("admin", "POST", f"{subject.admin_path}-not/suspend", {}, not_found),
            lambda: Call("admin", "GET", f"{subject.admin_path}-not", None, not_found)])()

    # Using.

    def any_use(self, subject):
        uses = {"sign": self.sign, "verify": self.verify, "mac": self.mac, "mac-verify": self.verify_mac, "agree": self.agree,
                "encrypt": self.encrypt, "wrap": self.encrypt, "decrypt": self.decrypt, "unwrap": self.decrypt,
                "rewrap": self.rewrap, "data-key": self.make_data_key, "release": self.release}
        if self.random.random() < 0.04:
            verb = self.random.choice(list(uses))
        else:
            verb = self.random.choice([*subject.model.operations, *subject.model.operations, "release"])
        return uses[verb](subject, verb)

    def used(self, subject, verb, body, serve, check=None):
        """A call of which `serve` gives the version and what is to be in the result; `check` looks at what cannot be predicted."""
        def predict(model):
            version, result = serve(model)

            def compare(answer, _):
                found = differences({"op": verb, "key": model.claim(version), "result": result}, answer)
                return found or (check(version, answer["result"]) if check else []) or []

            return 200, None, compare

        return Call("machine", "POST", f"{subject.path}/{verb}", body, predict)

    def keep(self, subject, **made):
        subject.made.append(made)
        if len(subject.made) > KEPT:
            subject.made.pop(self.random.randrange(KEPT))

    def one_made(self, subject, *kinds):
        """Something that the key made, if there is any of these kinds."""
        fitting = [made for made in subject.made if made["kind"] in kinds]
        return self.random.choice(fitting) if fitting else None

    def some_version(self, subject):
        """A version for the calls that may name one; none, mostly."""
        return self.a_version(subject.model) if self.random.random() < 0.3 else None

    @staticmethod
    def named(version):
        return {} if version is None else {"version": version}

    def sign(self, subject, verb):
        message, alg, version = os.urandom(20), ALGORITHMS.get(subject.model.type, "ES256"), self.some_version(subject)

        def check(served, result):
            signature = unb64u(result["signature"])
            self.keep(subject, kind="signature", version=served, message=message, text=result["signature"])
            if self.random.random() < 0.05 and subject.model.version(served).public.value:
                self.client.verify(subject.model.version(served).public.value, message, signature, alg)

        return self.used(subject, verb, {"alg": alg, "message": b64u(message), **self.named(version)},
                         lambda model: (model.use("sign", version), {"alg": alg}), check)

    def verify(self, subject, verb):
        made, alg = self.one_made(subject, "signature"), ALGORITHMS.get(subject.model.type, "ES256")
        if made is None:
            return self.sign(subject, "sign")
        version = made["version"] if self.random.random() < 0.8 else self.some_version(subject)
        message = made["message"] if self.random.random() < 0.9 else b"another"

        def serve(model):
            served = model.use("verify", version)
            return served, {"valid": served == made["version"] and message == made["message"]}

        return self.used(subject, verb, {"alg": alg, "message": b64u(message), "signature": made["text"], **self.named(version)}, serve)

    def mac(self, subject, verb):
        message = os.urandom(20)
        return self.used(subject, verb, {"message": b64u(message)}, lambda model: (model.use("mac"), {}),
                         lambda version, result: self.keep(subject, kind="mac", version=version, message=message, text=result["mac"]))

    def verify_mac(self, subject, verb):
        made = self.one_made(subject, "mac")
        if made is None:
            return self.mac(subject, "mac")
        message = made["message"] if self.random.random() < 0.8 else b"another"

        def serve(model):
            version, valid = model.verify_mac(made["version"] if message == made["message"] else None)
            return version, {"valid": valid}

        return self.used(subject, verb, {"message": b64u(message), "mac": made["text"]}, serve)

    def aad(self, model):
        """For AES nearly as often as not; for RSA, which takes none, now and then."""
        return os.urandom(6) if self.random.random() < (0.03 if model.type == "rsa-2048" else 0.4) else None

    @staticmethod
    def with_aad(aad):
        return {} if aad is None else {"aad": b64u(aad)}

    def encrypt(self, subject, verb):
        member, made = ("plaintext", "ciphertext") if verb == "encrypt" else ("key", "wrapped")
        content, aad = os.urandom(self.random.choice([1, 16, 32, 100])), self.aad(subject.model)

        def serve(model):
            version = model.use(verb)
            if aad is not None and model.type == "rsa-2048":
                raise UNSUPPORTED
            return version, {}

        def check(version, result):
            self.keep(subject, kind=made, version=version, content=content, aad=aad, text=result[made])
            return [] if result[made].startswith(f"kb:v{version}:") else [f"not of version {version}: {result}"]

        return self.used(subject, verb, {member: b64u(content), **self.with_aad(aad)}, serve, check)

    def opening(self, subject, *kinds):
        """A ciphertext with its aad, as it was made or spoilt; what was made; whether it is genuine."""
        made = self.one_made(subject, *kinds)
        text, aad, chance = made["text"], made["aad"], self.random.random()
        prefix, _, body = text.partition(":v")[2].partition(":")
        if chance < 0.06:
            data = bytearray(unb64u(body))
            data[self.random.randrange(len(data))] ^= 1
            return f"kb:v{prefix}:{b64u(bytes(data))}", aad, made, int(prefix), False
        if chance < 0.12:
            number = self.a_version(subject.model)
            return f"kb:v{number}:{body}", aad, made, number, number == int(prefix)
        if chance < 0.16 and subject.model.type == "aes-256":
            return text, b"another", made, int(prefix), False
        return text, aad, made, int(prefix), True

    def decrypt(self, subject, verb):
        own, member, result = ("ciphertext", "ciphertext", "plaintext") if verb == "decrypt" else ("wrapped", "wrapped", "key")
        if self.one_made(subject, "ciphertext", "wrapped") is None:
            return self.encrypt(subject, "encrypt" if verb == "decrypt" else "wrap")
        only = [own] if self.random.random() < 0.9 and self.one_made(subject, own) else ["ciphertext", "wrapped"]
        text, aad, made, number, genuine = self.opening(subject, *only)

        def serve(model):
            version = model.open(verb, number, genuine and made["kind"] == own)
            return version, {result: b64u(made["content"])}

        return self.used(subject, verb, {member: text, **self.with_aad(aad)}, serve)

    def rewrap(self, subject, verb):
        if self.one_made(subject, "ciphertext", "wrapped") is None:
            return self.encrypt(subject, "wrap")
        text, aad, made, number, genuine = self.opening(subject, "ciphertext", "wrapped")

        def check(version, result):
            self.keep(subject, **{**made, "version": version, "text": result["ciphertext"]})
            return [] if result["ciphertext"].startswith(f"kb:v{version}:") else [f"not of version {version}: {result}"]

        return self.used(subject, verb, {"ciphertext": text, **self.with_aad(aad)},
                         lambda model: (model.open("rewrap", number, genuine), {}), check)

    def make_data_key(self, subject, verb):
        length = self.random.choice([16, 24, 32, 48, 64])

        def check(version, result):
            content = self.client.open_jwe(result["jwe"])
            self.keep(subject, kind="wrapped", version=version, content=content, aad=None, text=result["wrapped"])
            return [] if len(content) == length else [f"{len(content)} bytes instead of {length}"]

        return self.used(subject, verb, {"bytes": length}, lambda model: (model.use("data-key"), {}), check)

    def constant(self, subject, kind, version, value):
        """What is the same each time for one version."""
        same = subject.constants.setdefault((kind, version), value) == value
        return [] if same else [f"{kind} of version {version} changed"]

    def agree(self, subject, verb):
        peer, version = self.peers.get(subject.model.type, self.peers["ec-p256"]), self.some_version(subject)

        def check(served, result):
            shared, public = self.client.open_jwe(result["jwe"]), subject.model.version(served).public.value
            if public and ("Z", served) not in subject.constants:
                derived = run("openssl", "pkeyutl", "-derive", "-inkey", peer["file"], "-peerkey", self.client.public_key(public))
                subject.constants["Z", served] = derived
            return self.constant(subject, "Z", served, shared)

        return self.used(subject, verb, {"peer": peer["jwk"], **self.named(version)},
                         lambda model: (model.use("agree", version), {}), check)

    def release(self, subject, verb):
        version = self.some_version(subject)

        def check(served, result):
            return self.constant(subject, "the private key", served, self.client.open_jwe(result["jwe"]))

        return self.used(subject, verb, {"to": "enc", **self.named(version)}, lambda model: (model.release(version), {}), check)

    # After a kill.

    def recover(self):
        """Finds out what became of the call that was not answered, and whether all that was is there."""
        self.quick.close()
        if self.unanswered:
            subject, call = self.unanswered
            self.unknown, self.unanswered = self.unknown + 1, None
            if "Idempotency-Key" in call.headers and self.random.random() < 0.5:
                self.judge(subject, call, self.send(call))  # Whichever it was, it happened once after this.
            else:
                self.find_out(subject, call)
        self.subjects = [subject for subject in self.subjects if subject.model]
        for subject in list(self.subjects):
            self.find(subject)
            if subject in self.subjects:
                self.perform(subject, self.any_use(subject))

    def find_out(self, subject, call):
        if call.method == "GET":
            return
        path = subject.admin_path if subject.model else "/v1/admin/keys/" + urllib.parse.quote(call.body["name"], safe="")
        status, answer, headers = self.quick.admin("GET", path)
        try:
            after = call.predict(subject.model)[1]
        except Refused:
            after = None
        if subject.model is None and status == 404:
            return
        found = []
        for candidate in [subject.model, after]:
            if candidate:
                candidate = candidate.copy()
                found = self.check_document(candidate)(answer, headers)
                if not found:
                    subject.model = candidate
                    return
        if subject.model is None:
            subject.model = after
        self.give_up(subject, f"neither done nor not done: {call}: {found}")

    # Time.

    def go_on(self, certain):
        """Time passed, for retired keys too; returns the versions that ended by it, as the database knows them."""
        ended = []
        for subject in [*self.subjects, *self.retired]:
            waits = [each for each in [subject.model, *subject.model.versions] if each.wait]
            subject.model.go_on(certain)
            if not any(each.wait.may_be_over() for each in waits):
                continue
            before = {version.number for version in subject.model.versions if version.state != "destroyed"}
            self.versions_destroyed += subject.model.end(self.quick.admin("GET", subject.admin_path)[1])
            self.keys_destroyed += subject.model.state == "destroyed"
            ended += [(subject.model.name, number) for number in before if subject.model.version(number).state == "destroyed"]
            self.find(subject)
        return ended

    def find(self, subject):
        status, answer, headers = self.quick.admin("GET", subject.admin_path)
        found = [f"{status} {answer}"] if status != 200 else self.check_document(subject.model)(answer, headers)
        if found:
            self.lost.append(f"{subject.model.name}: {found}")
            if subject in self.subjects:
                self.subjects.remove(subject)


def make_peers(client):
    peers = {}
    for kind, curve, name, size in (("ec-p256", "prime256v1", "P-256", 64), ("ec-p384", "secp384r1", "P-384", 96)):
        path = client.file(f"peer-{kind}.pem")
        run("openssl", "ecparam", "-name", curve, "-genkey", "-noout", "-out", path)
        point = run("openssl", "ec", "-in", path, "-pubout", "-outform", "DER")[-size:]
        jwk = {"kty": "EC", "crv": name, "x": b64u(point[:size // 2]), "y": b64u(point[size // 2:])}
        peers[kind] = {"file": path, "jwk": jwk}
    return peers


def run_round(broker, lives, client):
    workers = [Worker(life) for life in lives]
    for worker in workers:
        worker.start()
    time.sleep(random.uniform(0.5, 8))
    broker.kill()
    for worker in workers:
        worker.join()
    broker.start()
    expect(client.attest()[0] == 200, "a token after the restart")
    for life in lives:
        life.client.token = client.token
        life.recover()


class Time:
    """Lets it pass, and looks at what it left."""

    def __init__(self, broker, home):
        self.broker, self.file, self.hours = broker, os.path.join(home, "clock"), 0
        self.database = os.path.join(broker.state, "keybroker.db")
        self.passes, self.kills, self.searched, self.left, self.unreadable = 0, 0, 0, [], []
        os.environ["KEYBROKER_CLOCK"] = self.file

    def read(self, end=""):
        try:
            with open(self.file + end, encoding="ascii") as stream:
                return int(stream.read())
        except FileNotFoundError:
            return 0

    def go_on(self, lives, client):
        parts, wanted = self.private_parts(), self.hours + PASS
        if self.integrity() != "ok":
            self.left.append(f"the database after round {self.passes}: {self.integrity()}")
        os.kill(self.broker.process.pid, signal.SIGUSR1)
        if random.random() < 0.5:
            time.sleep(random.uniform(0, 0.15))
            self.broker.kill()
            self.kills += self.read(".done") != wanted
            self.broker.start()
        else:
            self.until(lambda: self.read(".done") == wanted, "time to pass")
        self.passes, moved, self.hours = self.passes + 1, self.read() == wanted, self.read()
        Client.ahead = self.hours * 3600
        self.until(self.is_settled, "what is due to be destroyed and gone from the files")
        expect(client.attest()[0] == 200, "a token afterwards")
        for life in lives:
            life.client.token = client.token
            life.quick.close()
            if moved:
                self.search([parts[version] for version in life.go_on(self.read(".done") == wanted)])

    @staticmethod
    def until(is_so, what):
        deadline = time.monotonic() + 120
        while not is_so():
            expect(time.monotonic() < deadline, what)
            time.sleep(0.02)

    def query(self, sql):
        store = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)
        try:
            return store.execute(sql).fetchall()
        finally:
            store.close()

    def integrity(self):
        """What SQLite finds of the whole file."""
        return self.query("PRAGMA integrity_check")[0][0]

    def is_settled(self):
        try:
            due = self.query("SELECT COUNT(*) FROM destructions WHERE remaining <= 0")[0][0]
            return due == 0 and self.query("SELECT COUNT(*) FROM erasures")[0][0] == 0
        except sqlite3.DatabaseError as failure:
            self.unreadable.append(f"not readable beside the broker: {failure}")  # Whether it stays so is seen by the next look.
            return False

    def private_parts(self):
        rows = self.query("SELECT name, version, private, wrapped FROM key_versions JOIN keys ON keys.id = key_id")
        return {(name, version): [part for part in (private, wrapped) if part] for name, version, private, wrapped in rows}

    def search(self, ended):
        if not ended:
            return
        files = [self.database + end for end in ("", "-wal", "-shm") if os.path.exists(self.database + end)]
        content = [open(path, "rb").read() for path in files]
        for part in [part for parts in ended for part in parts]:
            self.searched += 1
            pieces = [part[start:start + 24] for start in range(8, len(part) - 24, max(1, len(part) // 4))]
            if any(piece in data for piece in pieces for data in content):
                self.left.append("a private part is still in the files")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the keybrokerd executable")
    parser.add_argument("--rounds", type=int, default=100, help="each ends with a kill")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"), help="of the choices, not of the moments")
    parser.add_argument("--port", type=int, default=18470)
    parser.add_argument("--moved", action="store_true", help="the program is KeyBroker.MovedBroker: time passes")
    parser.add_argument("--seconds", type=int, default=0, help="stop after the round in which they are over")
    parser.add_argument("--tpm", choices=["embedded", "beside"], default="embedded", help="whose process the TPM is")
    options = parser.parse_args()

    home = tempfile.mkdtemp(prefix="keybroker-life-")
    processes, broker = [], None
    print(f"seed {options.seed}", flush=True)
    random.seed(options.seed)
    try:
        process, os.environ["TPM2TOOLS_TCTI"] = start_swtpm(home, "workload")
        processes.append(process)
        tpm = "embedded"
        if options.tpm == "beside":
            process, tpm = start_swtpm(home, "broker")
            processes.append(process)
        broker = Broker(options.program, home, options.port, tpm)
        passing, started = Time(broker, home) if options.moved else None, time.monotonic()
        broker.start()
        client = prepare(broker, os.path.join(home, "client"))
        expect(client.attest()[0] == 200, "a token")
        peers = make_peers(client)
        lives = [Life(fork_client(client, n), options.seed, n, peers) for n in range(THREADS)]
        for life in lives:
            life.moved = options.moved

        def total(what):
            return sum(getattr(life, what) for life in lives)

        for number in range(1, options.rounds + 1):
            run_round(broker, lives, client)
            if passing:
                passing.go_on(lives, client)
            wrong, lost = [line for life in lives for line in life.wrong], [line for life in lives for line in life.lost]
            print(f"round {number}: {total('calls')} calls, {len(wrong)} differences and {len(lost)} lost so far", flush=True)
            if options.seconds and time.monotonic() - started > options.seconds:
                break

        for life in lives:
            for subject in life.retired:
                life.find(subject)
        wrong, lost = [line for life in lives for line in life.wrong], [line for life in lives for line in life.lost]
        records, intents = audit_chain(os.path.join(broker.state, "keybroker.db"))
        print(f"{options.tpm} TPM, seed {options.seed}: {total('calls')} calls of which {total('refusals')} were refused as they should, "
              f"{total('count')} keys, {number} kills, {total('unknown')} calls without an answer, {len(wrong)} differences, "
              f"{len(lost)} lost, {intents} intents left, audit chain of {records} records verified")
        if passing:
            wrong += passing.left + passing.unreadable
            print(f"time: {passing.passes} times {PASS} hours passed, {passing.kills} kills while they did; {total('planned')} destructions planned, "
                  f"{total('cancelled')} cancelled, {total('keys_destroyed')} keys and {total('versions_destroyed')} versions destroyed, "
                  f"{passing.searched} private parts looked for in the files and {len(passing.left)} found, {total('on_tombstones')} calls on what is destroyed; "
                  f"integrity of the database looked at each time, {len(passing.unreadable)} reads that failed")
        for line in wrong + lost:
            print("wrong:", line)
        return 1 if wrong or lost or intents else 0
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
