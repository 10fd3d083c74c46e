"""A small model of a key's life: what specs/life-cycle.md promises, written anew.

`Key` has a method for every verb. Each returns what the broker has to answer, having changed the model as the broker has to
change the key; what is refused raises `Refused` and changes nothing. Times and public keys are the broker's to choose: the
model learns them when it first sees them, and from then on they may not change.
"""

import copy
import datetime
import re

ORDER = ["active", "pre-active", "deactivated", "suspended", "compromised", "pending-deletion", "destroyed"]  # From lax to strict.

PROTECT = ["encrypt", "sign", "mac", "wrap", "data-key", "agree", "release"]
PROCESS = ["decrypt", "verify", "unwrap", "mac-verify", "rewrap"]
LOOK = ["read", "attestation"]
ADMITS = {
    "pre-active": set(LOOK),
    "active": {*PROTECT, *PROCESS, *LOOK, "rotate"},
    "suspended": set(LOOK),
    "deactivated": {*PROCESS, *LOOK, "rotate"},
    "too-old": {*LOOK, "rotate"},
    "compromised": {*LOOK, "rotate"},
    "pending-deletion": set(LOOK),
    "destroyed": set(),
}

PASS = 25  # Hours that pass at once, where they do.

USES = {
    "ec-p256": [["sign", "verify"], ["agree"]],
    "ec-p384": [["sign", "verify"], ["agree"]],
    "rsa-2048": [["sign", "verify"], ["encrypt", "decrypt", "wrap", "unwrap", "data-key", "rewrap"]],
    "hmac-sha256": [["mac", "mac-verify"]],
    "aes-256": [["encrypt", "decrypt", "wrap", "unwrap", "data-key", "rewrap"]],
}

COMPROMISES = ["key-compromise", "ca-compromise"]
FUTURE = "2999-01-01T00:00:00.000Z"
OTHER_REASONS = ["unspecified", "affiliation-changed", "superseded", "cessation-of-operation", "privilege-withdrawn"]


class Refused(Exception):
    """What the broker has to say no with."""

    def __init__(self, status, code, state=None, allowed=None):
        super().__init__(code)
        self.status, self.code, self.state, self.allowed = status, code, state, allowed


def conflict(state, allowed=None):
    if state == "destroyed":
        return Refused(410, "destroyed")
    return Refused(409, "key-state", state, ADMITS[state] if allowed is None else allowed)


UNSUPPORTED, NOT_FOUND = Refused(422, "operation-unsupported"), Refused(404, "not-found")
BAD_CIPHERTEXT, MALFORMED = Refused(400, "ciphertext-invalid"), Refused(400, "request-malformed")


class Learned:
    """Something that the broker chooses once."""

    def __init__(self):
        self.value = None

    def fits(self, actual):
        if self.value is None:
            self.value = actual
        return self.value == actual


class Time(Learned):
    def fits(self, actual):
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", actual)) and super().fits(actual)


class Later:
    """So long after another time."""

    def __init__(self, since, hours):
        self.since, self.hours = since, hours

    def fits(self, actual):
        def read(text):
            return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))

        return read(actual) - read(self.since.value) == datetime.timedelta(hours=self.hours)


OPTIONAL = {"minDecryptVersion", "rotation", "hold", "destruction", "destroyedAt", "activatedAt", "deactivatedAt", "revocation",
            "publicJwk", "reason", "compromiseDate", "period", "uses", "next"}


def differences(expected, actual, path=""):
    """Where a document is not what the model says. Members that the model knows nothing of are none of its business."""
    if isinstance(expected, (Learned, Later)):
        return [] if actual is not None and expected.fits(actual) else [f"{path}: {actual}"]
    if isinstance(expected, dict) and isinstance(actual, dict):
        found = [f"{path}/{member}: {actual[member]}, which is not expected" for member in OPTIONAL & actual.keys() - expected.keys()]
        for member, value in expected.items():
            found += differences(value, actual.get(member), f"{path}/{member}")
        return found
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [line for n, (one, other) in enumerate(zip(expected, actual)) for line in differences(one, other, f"{path}/{n}")]
    return [] if expected == actual else [f"{path}: expected {expected}, got {actual}"]


class Wait:
    """What passed of the wait before a destruction: at least and at most, where a kill left it open."""

    def __init__(self, after):
        self.hours, self.least, self.most = int(after[:-1]) * (24 if after.endswith("d") else 1), 0, 0

    def go_on(self, certain):
        self.least, self.most = self.least + certain, self.most + 1

    def is_over(self):
        return self.least * PASS >= self.hours

    def may_be_over(self):
        return self.most * PASS >= self.hours


class Version:
    def __init__(self, number, state, public):
        self.number, self.state, self.created = number, state, Time()
        self.public = Learned() if public else None
        self.before = None  # What a suspension or a planned destruction interrupted.
        self.activated = self.deactivated = self.revocation = self.destruction = self.wait = self.destroyed = None

    def detour(self, state):
        self.before, self.state = self.before or self.state, state

    def may_deactivate(self):
        return self.state == "active" or (self.state == "suspended" and self.before != "compromised")

    def deactivate(self):
        self.state, self.before, self.deactivated = "deactivated", None, self.deactivated or Time()

    def may_revoke(self, reason):
        if reason in COMPROMISES:
            return self.state in ("pre-active", "active", "suspended", "deactivated")
        return self.may_deactivate()

    def revoke(self, reason, date):
        if reason in COMPROMISES:
            self.state, self.before = "compromised", None
        else:
            self.deactivate()
        self.revocation = {"reason": reason, "at": Time(), **({"compromiseDate": date} if date else {})}


    def destroy(self):
        if self.state != "destroyed":
            self.state, self.before, self.destruction, self.wait, self.destroyed = "destroyed", None, None, None, Time()


class Key:
    """A key and its versions, and every verb on them."""

    def __init__(self, spec):
        self.name, self.type = spec["name"], spec["type"]
        aes = self.type == "aes-256"
        self.protection = spec.get("protection", "sealed" if aes else "tpm")
        self.exportable = spec.get("exportable", False)
        if (aes and self.protection == "tpm") or (self.exportable and self.protection == "tpm"):
            raise UNSUPPORTED
        self.residence, self.labels = spec.get("residence", "local"), spec.get("labels", {})
        self.operations = spec.get("operations") or USES[self.type][0]
        self.has_public = self.type not in ("hmac-sha256", "aes-256")
        self.state, self.primary, self.created = "active", 1, Time()
        self.protected, self.oldest, self.rotation = False, 0, {}
        self.hold = self.destruction = self.wait = self.destroyed = None
        self.revision = Learned()
        self.versions = [Version(1, "active", self.has_public)]

    def copy(self):
        return copy.deepcopy(self)

    # What holds.

    def version(self, number):
        if not 1 <= number <= len(self.versions):
            raise NOT_FOUND
        return self.versions[number - 1]

    def holds(self, number=None):
        """The stricter of the version's state and the key's."""
        return max(self.state, self.version(number or self.primary).state, key=ORDER.index)

    def admitted(self, number):
        state = self.holds(number)
        return ADMITS["too-old" if state == "deactivated" and number < self.oldest else state]

    def require(self, verb, number=None):
        number = number or self.primary
        state, admitted = self.holds(number), self.admitted(number)
        if verb not in admitted:
            raise conflict(state, admitted)
        return number

    def made_for(self, verbs):
        """What a refusal names: of what the state admits, what the key was made for."""
        return {verb for verb in verbs if verb in self.operations or verb in (*LOOK, "rotate") or (verb == "release" and self.exportable)}

    # Changes of the whole key or of one version, by administrators.

    def living(self):
        if self.state in ("pending-deletion", "destroyed"):
            raise conflict(self.state)

    def only_fit(self, fits, version):
        """The refusal of a version's change names the state that holds: the stricter of its own and the key's."""
        if not fits:
            raise conflict(self.holds(version.number), self.admitted(version.number))

    def only_when(self, holds, state):
        if not holds:
            raise conflict(state)

    def rotate(self, body):
        self.require("rotate")
        activate = body.get("activate", True)
        self.versions.append(Version(len(self.versions) + 1, "active" if activate else "pre-active", self.has_public))
        if activate:
            self.replace_primary(len(self.versions))

    def replace_primary(self, number):
        if self.version(self.primary).state == "active":
            self.version(self.primary).deactivate()
        self.primary = number

    def activate(self, body):
        self.require("rotate")
        waiting = [version.number for version in self.versions if version.state == "pre-active"]
        self.only_when("version" in body or waiting, self.state)
        number = body.get("version") or waiting[-1]
        chosen = self.version(number)
        self.only_fit(chosen.state == "pre-active", chosen)
        self.only_when(number > self.primary, "pre-active")
        self.replace_primary(number)
        chosen.state, chosen.activated = "active", Time()

    def suspend(self, body):
        if "version" in body:
            self.living()
            chosen = self.version(body["version"])
            self.only_fit(chosen.state in ("active", "deactivated"), chosen)
            chosen.detour("suspended")
        else:
            self.only_when(self.state == "active", self.state)
            self.state = "suspended"

    def resume(self, body):
        if "version" in body:
            self.living()
            chosen = self.version(body["version"])
            self.only_fit(chosen.state == "suspended", chosen)
            chosen.state, chosen.before = chosen.before, None
        else:
            self.only_when(self.state == "suspended", self.state)
            self.state = "active"

    def deactivate(self, body):
        self.living()
        chosen = self.version(body.get("version", self.primary))
        self.only_fit(chosen.may_deactivate() or self.is_overtaken(chosen), chosen)
        chosen.deactivate()

    def is_overtaken(self, version):
        """It waited, and can never be activated any more."""
        return version.state == "pre-active" and version.number < self.primary

    def revoke(self, body):
        reason, date = body["reason"], body.get("compromiseDate")
        if reason not in COMPROMISES + OTHER_REASONS or (date and (reason not in COMPROMISES or date == FUTURE)):
            raise MALFORMED
        self.living()
        if "version" in body:
            chosen = [self.version(body["version"])]
            self.only_fit(chosen[0].may_revoke(reason), chosen[0])
        else:
            chosen = [version for version in self.versions if version.may_revoke(reason)]
            self.only_when(chosen, self.holds())
        for version in chosen:
            version.revoke(reason, date)

    def destroy(self, body):
        after, ended = body.get("after", "30d"), ("suspended", "deactivated", "compromised")
        if after not in ("24h", "36h", "30d", "3650d"):
            raise MALFORMED
        self.living()
        self.only_when(not self.hold and not self.protected and body.get("version") != self.primary, self.holds())
        planned = {"scheduledAt": Time(), "after": "1d" if after == "24h" else after}
        if "version" in body:
            chosen = self.version(body["version"])
            self.only_fit(chosen.state in ended or self.is_overtaken(chosen), chosen)
            chosen.detour("pending-deletion")
            chosen.destruction, chosen.wait = planned, Wait(after)
        else:
            self.only_when(self.holds() in ended, self.holds())
            self.state, self.destruction, self.wait = "pending-deletion", planned, Wait(after)

    def cancel(self, body):
        if "version" in body:
            self.living()
            chosen = self.version(body["version"])
            self.only_fit(chosen.state == "pending-deletion", chosen)
        else:
            chosen = self
            self.only_when(self.state == "pending-deletion", self.state)
        chosen.state, chosen.destruction, chosen.wait = "suspended", None, None

    def put_on_hold(self, body):
        self.only_when(self.state != "destroyed" and not self.hold, self.state)
        self.hold = {"since": Time(), **body}

    def lift_hold(self, _):
        self.only_when(self.hold, self.state)
        self.hold = None

    def settings(self, body):
        if body.get("minDecryptVersion") == 0:
            raise MALFORMED
        self.only_when(self.state != "destroyed", self.state)
        planned = self.destruction or any(version.destruction for version in self.versions)
        protect = body.get("deletionProtection")
        turned_back = (protect is False and self.protected) or (body.get("exportable") and not self.exportable)
        too_new = body.get("minDecryptVersion", 0) > self.primary
        self.only_when(not turned_back and not (protect and planned) and not too_new, self.holds())
        if "uses" in (body.get("rotation") or {}) and self.type != "aes-256":
            raise UNSUPPORTED
        self.labels, self.oldest = body.get("labels", self.labels), body.get("minDecryptVersion", self.oldest)
        self.protected, self.exportable = body.get("deletionProtection", self.protected), body.get("exportable", self.exportable)
        self.rotation = (body["rotation"] or {}) if "rotation" in body else self.rotation

    CHANGES = {"rotate": rotate, "activate": activate, "suspend": suspend, "resume": resume, "deactivate": deactivate,
               "revoke": revoke, "destroy": destroy, "cancel": cancel, "hold": put_on_hold, "unhold": lift_hold,
               "settings": settings}

    def change(self, verb, body, matches=True):
        """The key as it is afterwards."""
        after = self.copy()
        if matches is False:
            # What is wrong with the body is said first, whatever the tag.
            try:
                self.CHANGES[verb](self.copy(), body)
            except Refused as refused:
                if refused.status == 400:
                    raise
            raise conflict(self.holds())
        self.CHANGES[verb](after, body)
        after.revision = Learned()
        return after

    # What time does.

    def go_on(self, certain):
        """Time passes, certainly or perhaps; under a hold it stands still."""
        for waiting in [self, *self.versions]:
            if waiting.wait and not self.hold:
                waiting.wait.go_on(certain)

    def end(self, shown):
        """What is over is destroyed; what may be over is what the document shows. Returns how many versions ended."""
        before = sum(version.state == "destroyed" for version in self.versions)
        for version, seen in zip(self.versions, shown["versions"]):
            if version.wait and self.is_ended(version.wait, seen["state"]):
                version.destroy()
                self.revision = Learned()
        if self.wait and self.is_ended(self.wait, shown["state"]):
            for version in self.versions:
                version.destroy()
            self.state, self.destruction, self.wait, self.destroyed = "destroyed", None, None, Time()
            self.rotation = {member: value for member, value in self.rotation.items() if member != "period"}
            self.revision = Learned()
        return sum(version.state == "destroyed" for version in self.versions) - before

    @staticmethod
    def is_ended(wait, shown):
        over = wait.is_over() or (wait.may_be_over() and shown == "destroyed")
        if not over and not shown == "destroyed" and wait.least == wait.most - 1 and wait.may_be_over():
            wait.most = wait.least  # It would be over.
        return over

    # Uses, by machines: the version that serves.

    def use(self, verb, number=None):
        if verb not in self.operations:
            raise UNSUPPORTED
        return self.require(verb, number)

    def open(self, verb, number, genuine):
        """decrypt, unwrap, rewrap: of the version that the ciphertext names."""
        if verb not in self.operations:
            raise UNSUPPORTED
        if number > len(self.versions):
            raise BAD_CIPHERTEXT
        self.require(verb, number)
        if not genuine:
            raise BAD_CIPHERTEXT
        return self.require("encrypt") if verb == "rewrap" else number

    def verify_mac(self, maker):
        """The version that the receipt names, and whether the code is valid; `maker` is None for a code of nobody's."""
        if "mac-verify" not in self.operations:
            raise UNSUPPORTED
        asked = [version.number for version in self.versions if "mac-verify" in self.admitted(version.number)]
        if not asked:
            self.require("mac-verify")
        return (maker, True) if maker in asked else (self.primary, False)

    def release(self, number):
        if not self.exportable:
            raise UNSUPPORTED
        return self.require("release", number)

    # What everybody sees.

    def summary(self):
        states = [version.state + (f" (was {version.before})" if version.before else "") for version in self.versions]
        return f"{self.type} {self.protection} {self.state}, primary {self.primary}, oldest {self.oldest}, {states}"

    def document(self):
        return {
            "name": self.name, "type": self.type, "protection": self.protection, "residence": self.residence,
            "operations": self.operations, "primary": self.primary, "labels": self.labels,
            "versions": [self.version_document(version) for version in self.versions],
            "state": self.state, "createdAt": self.created, "exportable": self.exportable, "deletionProtection": self.protected,
            **({"minDecryptVersion": self.oldest} if self.oldest else {}),
            **({"rotation": self.rotation_document()} if self.rotation else {}),
            **({"hold": self.hold} if self.hold else {}),
            **({"destruction": self.destruction} if self.destruction else {}),
            **({"destroyedAt": self.destroyed} if self.destroyed else {}),
        }

    def rotation_document(self):
        if "period" not in self.rotation:
            return self.rotation
        primary = self.version(self.primary)
        hours = int(self.rotation["period"][:-1]) * (24 if self.rotation["period"].endswith("d") else 1)
        return {**self.rotation, "next": Later(primary.activated or primary.created, hours)}

    def version_document(self, version):
        shown = {"version": version.number, "state": self.holds(version.number), "createdAt": version.created,
                 "publicJwk": version.public, "activatedAt": version.activated, "deactivatedAt": version.deactivated,
                 "revocation": version.revocation, "destruction": version.destruction, "destroyedAt": version.destroyed}
        return {member: value for member, value in shown.items() if value is not None}

    def claim(self, number):
        """What a receipt says of the version that served."""
        return {"name": self.name, "version": number, "type": self.type, "protection": self.protection,
                "residence": self.residence, "state": self.holds(number)}
