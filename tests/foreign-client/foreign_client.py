#!/usr/bin/env python3
"""A client of the broker that shares nothing with KeyBroker.Client.

It uses tpm2-tools for the TPM, curl for HTTP, openssl for cryptography and Python's standard library for the
rest, and follows specs/protocol.md. It starts a software TPM of its own, enrols it, is approved over the admin
socket, attests, uses keys and secrets, has secrets released into that TPM and opens them there after a reboot, and checks
what comes back. It exits 0 only if every step did what it should.
"""

import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.parse

P256_SPKI_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
P384_SPKI_PREFIX = bytes.fromhex("3076301006072a8648ce3d020106052b81040022036200")
RSA_ALGORITHM = bytes.fromhex("300d06092a864886f70d0101010500")


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def run(*command, stdin=None):
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\nexit {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def step(text):
    print(f"- {text}", flush=True)


def expect(condition, what):
    if not condition:
        raise SystemExit(f"expected: {what}")


class SoftwareKey:
    """A P-256 key in a PEM file, used through openssl."""

    def __init__(self, path):
        self.path = path
        run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)
        point = run("openssl", "ec", "-in", path, "-pubout", "-outform", "DER")[-64:]
        self.jwk = {"kty": "EC", "crv": "P-256", "x": b64u(point[:32]), "y": b64u(point[32:])}

    def sign(self, message):
        return der_to_raw(run("openssl", "dgst", "-sha256", "-sign", self.path, stdin=message))

    def jws(self, header, payload):
        signed = f"{b64u(compact(header))}.{b64u(compact(payload))}"
        return f"{signed}.{b64u(self.sign(signed.encode()))}"


def der_to_raw(der):
    body, numbers = der[2:], b""
    while body:
        length = body[1]
        numbers += body[2:2 + length].lstrip(b"\0").rjust(32, b"\0")
        body = body[2 + length:]
    return numbers


def der(tag, content):
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def der_integer(data):
    data = data.lstrip(b"\0") or b"\0"
    return der(2, b"\0" + data if data[0] & 0x80 else data)


def raw_to_der(raw):
    half = len(raw) // 2
    return der(0x30, der_integer(raw[:half]) + der_integer(raw[half:]))


def spki(jwk):
    """The SubjectPublicKeyInfo of a public JWK."""
    if jwk["kty"] == "RSA":
        key = der(0x30, der_integer(unb64u(jwk["n"])) + der_integer(unb64u(jwk["e"])))
        return der(0x30, RSA_ALGORITHM + der(3, b"\0" + key))
    prefix = P256_SPKI_PREFIX if jwk["crv"] == "P-256" else P384_SPKI_PREFIX
    return prefix + b"\x04" + unb64u(jwk["x"]) + unb64u(jwk["y"])


class Client:
    ahead = 0  # Seconds that the broker's machine is ahead of this one.

    def __init__(self, options):
        self.options = options
        self.work = options.work
        self.cnf = SoftwareKey(self.file("cnf.pem"))
        self.enc = SoftwareKey(self.file("enc.pem"))
        self.token = None
        self.machine = None

    def file(self, name):
        return os.path.join(self.work, name)

    def read(self, name):
        with open(self.file(name), "rb") as stream:
            return stream.read()

    def write(self, name, data):
        with open(self.file(name), "wb") as stream:
            stream.write(data)
        return self.file(name)

    # HTTP, by curl.

    def call(self, method, path, body=None, headers=(), socket=None):
        command = ["curl", "-sS", "-X", method, "-D", self.file("headers"), "-o", self.file("answer"), "-w", "%{http_code}"]
        for header in headers:
            command += ["-H", header]
        if body is not None:
            data = body if isinstance(body, bytes) else compact(body)
            command += ["-H", "Content-Type: application/json", "--data-binary", "@" + self.write("request", data)]
        if socket:
            command += ["--unix-socket", socket, "http://localhost" + path]
        else:
            command += [self.options.broker + path]
        status = int(run(*command))
        return status, self.read("answer")

    def admin(self, method, path, body=None):
        status, answer = self.call(method, path, body, socket=self.options.admin_socket)
        expect(status < 300, f"{method} {path} over the admin socket to succeed, got {status} {answer!r}")
        return json.loads(answer) if answer else None

    def proof(self, method, path, token):
        return self.cnf.jws(
            {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.cnf.jwk},
            {"jti": b64u(os.urandom(16)), "htm": method, "htu": self.options.issuer + path, "iat": int(time.time()) + self.ahead,
             "ath": b64u(hashlib.sha256(token.encode()).digest())})

    def use(self, method, path, body=None, accept="application/jwt"):
        headers = [f"Authorization: DPoP {self.token}", f"DPoP: {self.proof(method, path, self.token)}",
                   f"Accept: {accept}"]
        return self.call(method, path, body, headers)

    def receipt(self, method, path, body=None):
        """Calls, checks the result JWT against the published keys, and returns its claims."""
        data = None if body is None else compact(body)
        status, answer = self.use(method, path, data)
        expect(status in (200, 201), f"{method} {path} to succeed, got {status} {answer!r}")
        claims = self.check_jws(answer.decode(), "keybroker-result+jwt")
        expect(claims["aud"] == self.machine and claims["iss"] == self.options.issuer, "iss and aud of the receipt")
        if data is not None:
            expect(claims["req"] == b64u(hashlib.sha256(data).digest()), "req to be the digest of the request body")
        return claims

    def check_jws(self, token, typ):
        header, payload, signature = token.split(".")
        head = json.loads(unb64u(header))
        expect(head["alg"] == "ES256" and head["typ"] == typ, f"an ES256 {typ}, got {head}")
        _, answer = self.call("GET", "/.well-known/jwks.json")
        key = next(k for k in json.loads(answer)["keys"] if k["kid"] == head["kid"])
        self.verify(key, f"{header}.{payload}".encode(), unb64u(signature))
        return json.loads(unb64u(payload))

    def verify(self, jwk, message, signature, alg="ES256"):
        pem = self.public_key(jwk)
        self.write("signature", raw_to_der(signature) if alg.startswith("ES") else signature)
        pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"] if alg == "PS256" else []
        run("openssl", "dgst", "-sha384" if alg == "ES384" else "-sha256", "-verify", pem, *pss,
            "-signature", self.file("signature"), stdin=message)

    def public_key(self, jwk):
        self.write("key.der", spki(jwk))
        run("openssl", "pkey", "-pubin", "-inform", "DER", "-in", self.file("key.der"), "-out", self.file("key.pem"))
        return self.file("key.pem")

    # The TPM, by tpm2-tools.

    def make_keys(self):
        kind = self.options.ak
        run("tpm2_createek", "-c", self.file("ek.ctx"), "-G", kind, "-u", self.file("ek.pub"))
        scheme = "rsassa" if kind == "rsa" else "ecdsa"
        run("tpm2_createak", "-C", self.file("ek.ctx"), "-c", self.file("ak.ctx"), "-G", kind, "-g", "sha256",
            "-s", scheme, "-u", self.file("ak.pub"), "-n", self.file("ak.name"))
        run("tpm2_flushcontext", "-t")

    def extend(self, pcr, text):
        run("tpm2_pcrextend", f"{pcr}:sha256={hashlib.sha256(text.encode()).hexdigest()}")

    def pcrs(self, indices):
        lines = run("tpm2_pcrread", "sha256:" + ",".join(map(str, indices))).decode().splitlines()
        values = {}
        for line in lines:
            name, _, value = line.partition(":")
            if name.strip().isdigit():
                values[name.strip()] = value.strip()[2:].lower()
        return values

    def enroll(self):
        body = {"name": self.options.name, "ek": {"public": b64u(self.read("ek.pub"))},
                "ak": {"public": b64u(self.read("ak.pub"))}}
        status, answer = self.call("POST", "/v1/enrollments", body)
        expect(status == 201, f"an enrolment, got {status} {answer!r}")
        attempt = json.loads(answer)
        self.machine = attempt["machine"]
        credential = bytes.fromhex("badcc0de00000001")
        credential += unb64u(attempt["credential"]["blob"]) + unb64u(attempt["credential"]["secret"])
        self.write("credential", credential)
        session = self.file("session.ctx")
        run("tpm2_startauthsession", "--policy-session", "-S", session)
        run("tpm2_policysecret", "-S", session, "-c", "e")
        run("tpm2_activatecredential", "-c", self.file("ak.ctx"), "-C", self.file("ek.ctx"),
            "-i", self.file("credential"), "-o", self.file("secret"), "-P", "session:" + session)
        run("tpm2_flushcontext", session)
        status, answer = self.call("POST", f"/v1/enrollments/{attempt['id']}/activation",
                                   {"secret": b64u(self.read("secret"))})
        expect(status == 200, f"an activation, got {status} {answer!r}")
        expect(json.loads(answer)["status"] == "pending", "a machine nobody vouched for to be pending")

    def evidence(self, nonce, pcrs=(0, 7), enc=None):
        runtime = compact({"nonce": nonce, "cnf": {"jwk": self.cnf.jwk}, "enc": enc or self.enc.jwk})
        run("tpm2_quote", "-c", self.file("ak.ctx"), "-l", "sha256:" + ",".join(map(str, pcrs)), "-g", "sha256",
            "-q", hashlib.sha256(runtime).hexdigest(), "-m", self.file("quote"), "-s", self.file("quote.sig"))
        run("tpm2_flushcontext", "-t")
        return {"machine": self.machine, "runtimeData": b64u(runtime),
                "quote": {"attest": b64u(self.read("quote")), "signature": b64u(self.read("quote.sig"))},
                "pcrs": {"sha256": self.pcrs(pcrs)}}

    def attest(self, pcrs=(0, 7), enc=None):
        _, answer = self.call("POST", "/v1/challenges", {})
        status, answer = self.call("POST", "/v1/attestations", self.evidence(json.loads(answer)["nonce"], pcrs, enc))
        result = json.loads(answer)
        if status == 200:
            self.token = result["token"]
            claims = self.check_jws(self.token, "eat+jwt")
            expect(claims["sub"] == self.machine, "the token to name this machine")
        return status, result

    def certify(self, context):
        """What TPM2_Certify by the AK says of a key: the two members that show where it lives."""
        run("tpm2_certify", "-c", context, "-C", self.file("ak.ctx"), "-g", "sha256", "-f", "tss",
            "-o", self.file("certify"), "-s", self.file("certify.sig"))
        run("tpm2_flushcontext", "-t")
        return {"certify": b64u(self.read("certify")), "signature": b64u(self.read("certify.sig"))}

    def make_parent(self, kind):
        run("tpm2_createprimary", "-C", "o", "-G", kind, "-c", self.file("parent.ctx"))
        run("tpm2_readpublic", "-c", self.file("parent.ctx"), "-o", self.file("parent.pub"))
        run("tpm2_flushcontext", "-t")

    def make_enc_in_tpm(self):
        """A key that agrees on secrets and cannot leave the TPM, as a JWK with what certifies it."""
        self.make_parent("ecc")
        run("tpm2_create", "-C", self.file("parent.ctx"), "-G", "ecc256", "-u", self.file("enc.pub"), "-r", self.file("enc.priv"),
            "-a", "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|decrypt")
        run("tpm2_flushcontext", "-t")
        run("tpm2_load", "-C", self.file("parent.ctx"), "-u", self.file("enc.pub"), "-r", self.file("enc.priv"),
            "-c", self.file("enc.ctx"))
        run("tpm2_flushcontext", "-t")
        run("tpm2_readpublic", "-c", self.file("enc.ctx"), "-f", "der", "-o", self.file("enc.der"))
        run("tpm2_flushcontext", "-t")
        point = self.read("enc.der")[-64:]
        return {"kty": "EC", "crv": "P-256", "x": b64u(point[:32]), "y": b64u(point[32:]),
                "public": b64u(self.read("enc.pub")), **self.certify(self.file("enc.ctx"))}

    def agree_in_tpm(self, x, y):
        self.write("point", (68).to_bytes(2, "big") + b"\0\x20" + x + b"\0\x20" + y)
        run("tpm2_ecdhzgen", "-c", self.file("enc.ctx"), "-u", self.file("point"), "-o", self.file("shared"))
        run("tpm2_flushcontext", "-t")
        shared = self.read("shared")
        return shared[4:4 + int.from_bytes(shared[2:4], "big")].rjust(32, b"\0")

    def release_into_tpm(self, path):
        parent = {"parent": b64u(self.read("parent.pub")), **self.certify(self.file("parent.ctx"))}
        result = self.receipt("POST", path, {"to": {"tpm2": parent}})["result"]
        expect(result["pcrs"] == {"sha256": [0, 7]}, f"the quoted registers, got {result['pcrs']}")
        for member, data in result["import"].items():
            self.write(member, unb64u(data))
        return result.get("jwe")

    def take_in(self):
        run("tpm2_import", "-C", self.file("parent.ctx"), "-u", self.file("public"), "-i", self.file("duplicate"),
            "-s", self.file("symSeed"), "-r", self.file("private"))
        run("tpm2_flushcontext", "-t")

    def unseal(self, jwe):
        """What was taken in, opened without the broker."""
        session = self.file("session.ctx")
        run("tpm2_load", "-C", self.file("parent.ctx"), "-u", self.file("public"), "-r", self.file("private"),
            "-c", self.file("sealed.ctx"))
        run("tpm2_flushcontext", "-t")
        run("tpm2_startauthsession", "--policy-session", "-S", session)
        try:
            run("tpm2_policypcr", "-S", session, "-l", "sha256:0,7")
            opened = run("tpm2_unseal", "-c", self.file("sealed.ctx"), "-p", "session:" + session)
        finally:
            run("tpm2_flushcontext", session)
            run("tpm2_flushcontext", "-t")
        return opened if jwe is None else open_direct(opened, jwe)

    # JOSE decryption: ECDH-ES and A256GCM from openssl's parts.

    def agree(self, x, y):
        self.write("epk.der", P256_SPKI_PREFIX + b"\x04" + x + y)
        return run("openssl", "pkeyutl", "-derive", "-inkey", self.enc.path, "-peerkey", self.file("epk.der"),
                   "-peerform", "DER")

    def open_jwe(self, jwe, in_tpm=False):
        protected, encrypted_key, iv, ciphertext, tag = jwe.split(".")
        header = json.loads(unb64u(protected))
        expect(header["alg"] == "ECDH-ES" and header["enc"] == "A256GCM" and encrypted_key == "", f"ECDH-ES: {header}")
        x, y = unb64u(header["epk"]["x"]), unb64u(header["epk"]["y"])
        shared = self.agree_in_tpm(x, y) if in_tpm else self.agree(x, y)

        def sized(data):
            return len(data).to_bytes(4, "big") + data

        other = sized(b"A256GCM") + sized(unb64u(header.get("apu", ""))) + sized(unb64u(header.get("apv", "")))
        key = hashlib.sha256(b"\0\0\0\1" + shared + other + (256).to_bytes(4, "big")).digest()
        return gcm_open(key, unb64u(iv), unb64u(ciphertext), unb64u(tag), protected.encode())


def open_direct(key, jwe):
    protected, encrypted_key, iv, ciphertext, tag = jwe.split(".")
    header = json.loads(unb64u(protected))
    expect(header == {"alg": "dir", "enc": "A256GCM"} and encrypted_key == "", f"a JWE under a known key: {header}")
    return gcm_open(key, unb64u(iv), unb64u(ciphertext), unb64u(tag), protected.encode())


def gcm_open(key, iv, ciphertext, tag, aad):
    def block(data):
        return run("openssl", "enc", "-aes-256-ecb", "-nopad", "-K", key.hex(), stdin=data)

    def multiply(x, y):
        product = 0
        for bit in range(127, -1, -1):
            if x >> bit & 1:
                product ^= y
            y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
        return product

    def padded(data):
        return data + bytes(-len(data) % 16)

    hash_key, state = int.from_bytes(block(bytes(16)), "big"), 0
    material = padded(aad) + padded(ciphertext)
    material += (8 * len(aad)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    for start in range(0, len(material), 16):
        state = multiply(state ^ int.from_bytes(material[start:start + 16], "big"), hash_key)
    mask = int.from_bytes(block(iv + b"\0\0\0\1"), "big")
    expect((state ^ mask).to_bytes(16, "big") == tag, "the JWE's tag to hold")
    return run("openssl", "enc", "-d", "-aes-256-ctr", "-K", key.hex(), "-iv", (iv + b"\0\0\0\2").hex(),
               stdin=ciphertext)


POLICY = """apiVersion: keybroker/v1
kind: Policy
metadata: {{ name: {name} }}
spec:
  machines: {{ labels: {{ client: {name} }}, trust: [approved] }}
  pcrs:
    bank: sha256
    require:
      - {{ pcr: 7, anyOf: [ {{ value: "{value}", label: "known boot" }} ] }}
  grants:
    - {{ keys: ["{name}/*"], allow: [create, read, sign, verify, encrypt, decrypt, mac, mac-verify, wrap, unwrap, data-key, agree, rewrap,
                               release, rotate] }}
    - {{ secrets: ["{name}/*"], allow: [seal, read, release] }}
"""


def every_type(client):
    step("every type and protection against openssl")
    name = client.options.name
    for protection in ("tpm", "sealed"):
        for kind, algorithms in (("ec-p256", ["ES256"]), ("ec-p384", ["ES384"]), ("rsa-2048", ["RS256", "PS256"])):
            path = urllib.parse.quote(f"{name}/{kind}-{protection}", safe="")
            made = client.receipt("POST", "/v1/keys", {"name": f"{name}/{kind}-{protection}", "type": kind,
                                                       "protection": protection})
            for alg in algorithms:
                signed = client.receipt("POST", f"/v1/keys/{path}/sign", {"alg": alg, "message": b64u(b"hello")})
                client.verify(made["result"]["publicJwk"], b"hello", unb64u(signed["result"]["signature"]), alg)

        path = urllib.parse.quote(f"{name}/opener-{protection}", safe="")
        made = client.receipt("POST", "/v1/keys", {"name": f"{name}/opener-{protection}", "type": "rsa-2048",
                                                   "protection": protection, "operations": ["encrypt", "decrypt"]})
        sealed = run("openssl", "pkeyutl", "-encrypt", "-pubin", "-inkey", client.public_key(made["result"]["publicJwk"]),
                     "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256", stdin=b"for the broker")
        opened = client.receipt("POST", f"/v1/keys/{path}/decrypt", {"ciphertext": "kb:v1:" + b64u(sealed)})
        expect(unb64u(opened["result"]["plaintext"]) == b"for the broker", "what openssl encrypted")

        path = urllib.parse.quote(f"{name}/mac-{protection}", safe="")
        client.receipt("POST", "/v1/keys", {"name": f"{name}/mac-{protection}", "type": "hmac-sha256",
                                            "protection": protection})
        messages = [bytes([n]) * (n * 700) for n in range(4)]
        macs = client.receipt("POST", f"/v1/keys/{path}/mac", {"items": [{"message": b64u(m)} for m in messages]})
        items = [{"message": b64u(m), "mac": r["mac"]} for m, r in zip(messages, macs["results"])]
        items.append({"message": b64u(b"another"), "mac": items[0]["mac"]})
        checked = client.receipt("POST", f"/v1/keys/{path}/mac-verify", {"items": items})
        expect([r["valid"] for r in checked["results"]] == [True] * 4 + [False], f"four good codes, got {checked}")


def make(client, name, kind, **more):
    """Makes a key; its path, and its public JWK if it has one."""
    full = f"{client.options.name}/{name}"
    made = client.receipt("POST", "/v1/keys", {"name": full, "type": kind, **more})
    return "/v1/keys/" + urllib.parse.quote(full, safe=""), made["result"].get("publicJwk")


def wrapping(client):
    step("wrapped keys, as the specification says, by openssl; a data key, brought forward")
    for protection in ("tpm", "sealed"):
        path, public = make(client, f"wrap-{protection}", "rsa-2048", protection=protection, operations=["wrap", "unwrap"])
        marked = run("openssl", "pkeyutl", "-encrypt", "-pubin", "-inkey", client.public_key(public),
                     "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256",
                     stdin=b"keybroker-wrap-v1\0" + b"a key of ours")
        opened = client.receipt("POST", path + "/unwrap", {"wrapped": "kb:v1:" + b64u(marked), "to": "enc"})
        expect(client.open_jwe(opened["result"]["jwe"]) == b"a key of ours", "the key that openssl wrapped")

    path, _ = make(client, "data", "aes-256")
    made = client.receipt("POST", path + "/data-key", {"bytes": 48, "aad": b64u(b"disk")})["result"]
    key = client.open_jwe(made["jwe"])
    expect(len(key) == 48, "48 bytes")
    client.receipt("POST", path + "/rotate", {})
    forward = client.receipt("POST", path + "/rewrap", {"ciphertext": made["wrapped"], "aad": b64u(b"disk")})["result"]
    expect(forward["ciphertext"].startswith("kb:v2:"), "version 2")
    opened = client.receipt("POST", path + "/unwrap", {"wrapped": forward["ciphertext"], "aad": b64u(b"disk")})
    expect(unb64u(opened["result"]["key"]) == key, "the same key")


def handing_out(client):
    step("agreement with openssl; released keys, which openssl finds whole; random bytes")
    for protection in ("tpm", "sealed"):
        for kind, curve in (("ec-p256", "prime256v1"), ("ec-p384", "secp384r1")):
            path, public = make(client, f"agree-{kind}-{protection}", kind, protection=protection, operations=["agree"])
            theirs = client.file("theirs.pem")
            run("openssl", "ecparam", "-name", curve, "-genkey", "-noout", "-out", theirs)
            size = 64 if curve == "prime256v1" else 96
            point = run("openssl", "ec", "-in", theirs, "-pubout", "-outform", "DER")[-size:]
            peer = {"kty": "EC", "crv": public["crv"], "x": b64u(point[:size // 2]), "y": b64u(point[size // 2:])}
            agreed = client.receipt("POST", path + "/agree", {"peer": peer})
            derived = run("openssl", "pkeyutl", "-derive", "-inkey", theirs, "-peerkey", client.public_key(public))
            expect(client.open_jwe(agreed["result"]["jwe"]) == derived, "the secret that openssl derives")

    path, public = make(client, "export", "rsa-2048", protection="sealed", exportable=True)
    jwk = json.loads(client.open_jwe(client.receipt("POST", path + "/release", {"to": "enc"})["result"]["jwe"]))
    numbers = [b"\0"] + [unb64u(jwk[member]) for member in ("n", "e", "d", "p", "q", "dp", "dq", "qi")]
    released = client.write("released.der", der(0x30, b"".join(der_integer(number) for number in numbers)))
    run("openssl", "rsa", "-inform", "DER", "-in", released, "-check", "-noout")
    signature = run("openssl", "dgst", "-sha256", "-sign", released, "-keyform", "DER", stdin=b"hello")
    client.verify(public, b"hello", signature, "RS256")

    random = client.receipt("POST", "/v1/random", {"bytes": 1024, "to": "enc"})
    expect(random["sub"] == "random" and len(client.open_jwe(random["result"]["jwe"])) == 1024, "1024 random bytes")


class SoftwareTpm:
    """A swtpm process; every start is a boot."""

    def __init__(self, folder):
        self.folder, self.socket = folder, os.path.join(folder, "tpm.sock")
        os.makedirs(folder, exist_ok=True)
        self.process = None

    def boot(self):
        self.stop()
        self.process = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.folder}", "--server", f"type=unixio,path={self.socket}",
             "--ctrl", f"type=unixio,path={self.socket}.ctrl", "--flags", "not-need-init,startup-clear"])
        for _ in range(100):
            if os.path.exists(self.socket) and os.path.exists(self.socket + ".ctrl"):
                break
            time.sleep(0.05)
        os.environ["TPM2TOOLS_TCTI"] = f"swtpm:path={self.socket}"

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        for path in (self.socket, self.socket + ".ctrl"):
            if os.path.exists(path):
                os.remove(path)


def refused(action, by):
    try:
        action()
    except SystemExit as failure:
        expect(str(failure).startswith(by), f"{by} to refuse, got {failure}")
        return
    raise SystemExit(f"expected: {by} to refuse")


def release_everything(client):
    step("release into the TPM: tpm2_import, tpm2_load, tpm2_policypcr and tpm2_unseal get every size back")
    name = urllib.parse.quote(f"{client.options.name}/into-tpm", safe="")
    for parent, sizes in (("rsa", [33, 129]), ("ecc", [1, 32, 33, 128, 129, 4096, 65536])):
        client.make_parent(parent)
        for size in sizes:
            value = os.urandom(size)
            client.receipt("PUT", f"/v1/secrets/{name}", {"value": b64u(value)})
            jwe = client.release_into_tpm(f"/v1/secrets/{name}/release")
            expect((jwe is None) == (size <= 128), f"a JWE for more than 128 bytes only, {size}")
            client.take_in()
            expect(client.unseal(jwe) == value, f"{size} bytes back")
    return value, jwe


def open_after_a_reboot(client, tpm, released):
    value, jwe = released
    step("in another state nothing opens")
    refused(lambda: client.unseal(jwe), "tpm2_unseal")

    step("after a reboot to the same state it opens, without the network")
    tpm.boot()
    client.make_parent("ecc")
    refused(lambda: client.unseal(jwe), "tpm2_unseal")
    client.extend(7, "a known boot")
    expect(client.unseal(jwe) == value, "the secret back after a reboot")
    client.extend(7, "something else")
    refused(lambda: client.unseal(jwe), "tpm2_unseal")

    step("another TPM, in the same state, does not take it in")
    tpm.stop()
    other = SoftwareTpm(client.file("other"))
    try:
        other.boot()
        client.extend(7, "a known boot")
        client.make_parent("ecc")
        refused(client.take_in, "tpm2_import")
        refused(lambda: client.unseal(jwe), "tpm2_load")
    finally:
        other.stop()


def story(client, tpm):
    options, name = client.options, client.options.name
    step(f"TPM: an {options.ak} EK and AK by tpm2-tools; PCR 7 extended")
    client.make_keys()
    client.extend(7, "a known boot")
    with open(os.path.join(options.policies, f"{name}.yaml"), "w", encoding="ascii") as stream:
        stream.write(POLICY.format(name=name, value=client.pcrs([7])["7"]))
    client.admin("POST", "/v1/admin/policies/reload", {})

    step("enrol, activate, be approved")
    client.enroll()
    status, answer = client.attest()
    expect(status == 403 and answer["code"] == "machine-inactive", f"a pending machine to be refused, got {answer}")
    client.admin("POST", f"/v1/admin/machines/{client.machine}/approve", {"labels": {"client": name}})

    step("attest")
    status, answer = client.attest()
    expect(status == 200 and answer["policies"] == [name], f"a token, got {status} {answer}")

    step("create a key in the broker's TPM, sign, verify with openssl")
    key = urllib.parse.quote(f"{name}/signer", safe="")
    created = client.receipt("POST", "/v1/keys", {"name": f"{name}/signer", "type": "ec-p256"})
    public = created["result"]["publicJwk"]
    signed = client.receipt("POST", f"/v1/keys/{key}/sign", {"alg": "ES256", "message": b64u(b"hello")})
    client.verify(public, b"hello", unb64u(signed["result"]["signature"]))
    verified = client.receipt("POST", f"/v1/keys/{key}/verify",
                              {"alg": "ES256", "message": b64u(b"hello"), "signature": signed["result"]["signature"]})
    expect(verified["result"]["valid"] is True, "the broker to agree with openssl")

    step("rotate: the old signature still verifies")
    expect(client.receipt("POST", f"/v1/keys/{key}/rotate", {})["key"]["version"] == 2, "version 2")
    verified = client.receipt("POST", f"/v1/keys/{key}/verify",
                              {"alg": "ES256", "message": b64u(b"hello"), "signature": signed["result"]["signature"],
                               "version": 1})
    expect(verified["result"]["valid"] is True, "version 1 to verify still")

    step("encrypt and decrypt")
    box = urllib.parse.quote(f"{name}/box", safe="")
    client.receipt("POST", "/v1/keys", {"name": f"{name}/box", "type": "aes-256"})
    sealed = client.receipt("POST", f"/v1/keys/{box}/encrypt", {"plaintext": b64u(b"secret"), "aad": b64u(b"x")})
    opened = client.receipt("POST", f"/v1/keys/{box}/decrypt",
                            {"ciphertext": sealed["result"]["ciphertext"], "aad": b64u(b"x")})
    expect(unb64u(opened["result"]["plaintext"]) == b"secret", "the plaintext back")

    every_type(client)
    wrapping(client)
    handing_out(client)

    step("seal a secret, have it released to the attested key")
    secret = urllib.parse.quote(f"{name}/password", safe="")
    client.receipt("PUT", f"/v1/secrets/{secret}", {"value": b64u(b"correct horse")})
    released = client.receipt("POST", f"/v1/secrets/{secret}/release", {"to": "enc"})
    expect(client.open_jwe(released["result"]["jwe"]) == b"correct horse", "the secret back")

    released = release_everything(client)

    step("an enc key that the TPM made and certified: tpm2_ecdhzgen opens what comes to it")
    status, answer = client.attest(enc=client.make_enc_in_tpm())
    expect(status == 200, f"a token, got {status} {answer}")
    expect(json.loads(unb64u(client.token.split(".")[1]))["keybroker.tpmKeys"] == ["enc"], "the token to say so")
    opened = client.receipt("POST", f"/v1/secrets/{secret}/release", {"to": "enc"})
    expect(client.open_jwe(opened["result"]["jwe"], in_tpm=True) == b"correct horse", "the secret back")
    client.make_parent("ecc")

    step("Bearer, and a proof for another path, are refused")
    status, _ = client.call("GET", "/v1/keys", headers=[f"Authorization: Bearer {client.token}"])
    expect(status == 401, f"401 for Bearer, got {status}")
    wrong = client.proof("GET", "/v1/secrets", client.token)
    status, _ = client.call("GET", "/v1/keys", headers=[f"Authorization: DPoP {client.token}", f"DPoP: {wrong}"])
    expect(status == 401, f"401 for another path's proof, got {status}")

    step("the boot is tampered with: refused, naming PCR 7")
    client.extend(7, "something else")
    status, answer = client.attest()
    reasons = answer.get("reasons", [])
    expect(status == 403 and answer["code"] == "attestation-denied", f"a denial, got {status} {answer}")
    expect(any(r["code"] == "policy-pcr" and r["pcr"] == 7 and r["expected"] == ["known boot"] for r in reasons),
           f"a reason that names PCR 7, got {reasons}")
    open_after_a_reboot(client, tpm, released)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--broker", required=True, help="base URL")
    parser.add_argument("--issuer", help="the broker's issuer (default: the base URL)")
    parser.add_argument("--admin-socket", required=True)
    parser.add_argument("--policies", required=True, help="the broker's policy directory")
    parser.add_argument("--work", required=True, help="an empty directory")
    parser.add_argument("--ak", choices=["rsa", "ecc"], default="ecc")
    parser.add_argument("--name", default="foreign")
    options = parser.parse_args()
    options.issuer = options.issuer or options.broker

    tpm = SoftwareTpm(os.path.join(options.work, "tpm"))
    try:
        tpm.boot()
        story(Client(options), tpm)
    finally:
        tpm.stop()
    print("every step did what it should")


if __name__ == "__main__":
    sys.exit(main())
