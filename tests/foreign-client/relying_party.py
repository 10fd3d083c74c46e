#!/usr/bin/env python3
"""A relying party that shares nothing with KeyBroker.

Everything that the broker signs is verified by PyJWT, by python-jose, by the jose command, and by openssl alone; what a TPM says
of its signing keys by tpm2-tools. Then tokens that are wrong in one way each are shown to the broker. It exits 0 only if each good one
was accepted by all of them, and each wrong one refused by the broker.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import sys
import time

import jose.jws
import jose.jwt
import jwt

from foreign_client import Client, POLICY, SoftwareKey, SoftwareTpm, b64u, compact, expect, run, spki, step, unb64u

TIERS = ("none", "affirming", "warning", "contraindicated")
# The members of an EAR, and those of its submodule, in both namings.
NAMES = {
    "veraison": ("tag:github.com,2023:veraison/ear", "ear.verifier-id", "ear.status", "ear.trustworthiness-vector", "ear.appraisal-policy-id"),
    "ietf": ("tag:ietf.org,2026:rats/ear#03", "ear_verifier_id", "ear_status", "ear_trustworthiness_vector", "ear_appraisal_policy_ids"),
}
MEMBERS = {"instance-identity", "configuration", "executables", "file-system", "hardware", "runtime-opaque", "storage-opaque",
           "sourced-data"}


def parts(token):
    header, payload, _ = token.split(".")
    return json.loads(unb64u(header)), json.loads(unb64u(payload))


class Verifiers:
    """Four that know nothing of each other."""

    def __init__(self, client, jwks):
        self.client, self.jwks, self.count = client, jwks, 0
        self.keys = {key["kid"]: key for key in jwks["keys"]}
        client.write("jwks.json", compact(jwks))

    def accept(self, token, audience, kind):
        header, payload = parts(token)
        key = self.keys[header["kid"]]
        expect(header["typ"] == kind and header["alg"] == "ES256" and set(header) == {"alg", "kid", "typ"}, f"a plain header, got {header}")
        self.by_pyjwt(token, key, audience)
        self.by_python_jose(token, key, audience)
        self.by_jose(token, payload)
        self.client.verify(key, token.rpartition(".")[0].encode(), unb64u(token.rpartition(".")[2]))
        self.count += 4
        return payload

    def by_pyjwt(self, token, key, audience):
        known = jwt.PyJWKSet.from_dict(self.jwks)
        signer = next(one for one in known.keys if one.key_id == key["kid"])
        jwt.decode(token, signer.key, algorithms=["ES256"], audience=audience, issuer=self.client.options.issuer,
                   options={"require": ["iss", "aud", "iat", "jti"]})

    def by_python_jose(self, token, key, audience):
        jose.jwt.decode(token, key, algorithms=["ES256"], audience=audience, issuer=self.client.options.issuer)

    def by_jose(self, token, payload):
        out = run("jose", "jws", "ver", "-i", self.client.write("jws", token.encode()), "-k", self.client.file("jwks.json"), "-O", "-")
        expect(json.loads(out) == payload, "jose to find the same claims")

    def refuse(self, token, audience, openssl=True):
        """Everybody who looks at what is wrong sees it."""
        head, _, signature = token.rpartition(".")
        key = self.keys.get(parts(token)[0]["kid"], self.jwks["keys"][0])
        attempts = [lambda: self.by_pyjwt(token, key, audience), lambda: self.by_python_jose(token, key, audience)]
        if openssl:
            attempts += [lambda: self.by_jose(token, parts(token)[1]), lambda: self.client.verify(key, head.encode(), unb64u(signature))]
        for attempt in attempts:
            try:
                attempt()
            except (jwt.PyJWTError, jose.exceptions.JOSEError, SystemExit):
                self.count += 1
                continue
            raise SystemExit(f"expected: what is wrong with {token} to be seen")

    def refuse_broken(self, token, audience):
        """The same tools refuse what is broken, or they would prove nothing: signature, claims, type of key, audience."""
        head, _, signature = token.rpartition(".")
        header, payload = parts(token)
        wrong = bytearray(unb64u(signature))
        wrong[5] ^= 1
        self.refuse(f"{head}.{b64u(bytes(wrong))}", audience)
        self.refuse(f"{b64u(compact(header))}.{b64u(compact({**payload, 'iat': payload['iat'] - 1}))}.{signature}", audience)
        self.refuse(f"{b64u(compact({**header, 'typ': 'JWT'}))}.{head.split('.')[1]}.{signature}", audience)
        other = next(kid for kid in self.keys if kid != header["kid"])
        self.refuse(f"{b64u(compact({**header, 'kid': other}))}.{head.split('.')[1]}.{signature}", audience)
        self.refuse(token, audience + "-of-somebody-else", openssl=False)


def hold_ear(claims, names):
    """What the profile of an EAR asks, in the names of Veraison or of the IETF (draft-ietf-rats-ear, RFC 9711)."""
    profile, verifier, status, vector, policy = names
    expect(claims["eat_profile"] == profile, f"the profile, got {claims}")
    expect(set(claims[verifier]) == {"build", "developer"}, "a verifier's id")
    expect(isinstance(claims["iat"], int) and 10 <= len(claims["eat_nonce"]) <= 88, "iat and eat_nonce")
    expect(len(claims["submods"]) == 1 and "ear.raw-evidence" not in claims and "ear_raw_evidence" not in claims, "one submodule, no evidence")
    for submodule in claims["submods"].values():
        expect(submodule[status] in TIERS, "a tier")
        expect(set(submodule[vector]) <= MEMBERS, "members of AR4SI")
        expect(all(-128 <= claim <= 127 for claim in submodule[vector].values()), "claims in range")
        expect(set(submodule) <= {status, vector, policy}, f"no member of another naming, got {submodule}")
    expect(not any(name in json.dumps(claims) for other in NAMES.values() if other != names for name in other[1:]), "one naming, not two")


def hold_jwks(jwks):
    for key in jwks["keys"]:
        expect(key["kty"] == "EC" and key["crv"] == "P-256" and key["alg"] == "ES256" and key["use"] == "sig" and "d" not in key, f"a public key: {key}")
        thumbprint = json.dumps({name: key[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"), sort_keys=True)
        expect(key["kid"] == b64u(hashlib.sha256(thumbprint.encode()).digest()), "kid to be the thumbprint")


def check_quote(client, area, attest, signature, statement):
    for name, data in (("ak.area", area), ("attest", attest), ("attest.sig", signature)):
        client.write(name, data)
    run("tpm2_print", "-t", "TPMS_ATTEST", client.file("attest"))
    run("tpm2_checkquote", "-u", client.file("ak.area"), "-m", client.file("attest"), "-s", client.file("attest.sig"), "-g", "sha256",
        "-q", hashlib.sha256(b"keybroker-signing-key-v1" + statement).hexdigest())


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def hold_certification(client, signing_keys):
    """tpm2_checkquote: the broker's AK quoted over each statement, and over no other one, nor did another key."""
    area = unb64u(signing_keys["ak"]["public"])
    stranger = SoftwareKey(client.file("no-ak.pem")).jwk
    refused = 0
    for item in signing_keys["items"]:
        statement, quote = unb64u(item["statement"]), item["certification"]
        attest, signature = unb64u(quote["attest"]), unb64u(quote["signature"])
        said = json.loads(statement)
        expect(said["jkt"] == item["kid"] and said["issuer"] == client.options.issuer and said["use"] == item["use"], "a statement about the key")
        check_quote(client, area, attest, signature, statement)
        other_ak = area[:-68] + b"\0\x20" + unb64u(stranger["x"]) + b"\0\x20" + unb64u(stranger["y"])
        changed = compact({**said, "notAfter": "2099-01-01T00:00:00Z"})
        for wrong in ((area, attest, signature, changed), (area, flipped(attest, len(attest) - 1), signature, statement),
                      (area, attest, flipped(signature, len(signature) - 1), statement), (other_ak, attest, signature, statement)):
            try:
                check_quote(client, *wrong)
            except SystemExit:
                refused += 1
                continue
            raise SystemExit("expected: tpm2_checkquote to refuse a certification that is wrong")
    return refused


def hold_certificate(client, jwks, use):
    """An authority made with openssl certifies the broker's key; openssl verifies what the JWKS then shows, and not under another root."""
    listed = client.admin("GET", "/v1/admin/signing-keys")["items"]
    kid = next(key["kid"] for key in listed if key["use"] == use and key["signs"])
    client.write("request.csr", client.admin("POST", f"/v1/admin/signing-keys/{kid}/csr", {"subject": "CN=keys.example.org"})["csr"].encode())
    for name in ("authority", "impostor"):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", client.file(f"{name}.key"),
            "-out", client.file(f"{name}.pem"), "-subj", "/CN=Authority", "-days", "2", "-addext", "basicConstraints=critical,CA:TRUE")
    run("openssl", "x509", "-req", "-in", client.file("request.csr"), "-CA", client.file("authority.pem"), "-CAkey", client.file("authority.key"),
        "-CAcreateserial", "-days", "1", "-copy_extensions", "copy", "-out", client.file("leaf.pem"))
    chain = client.read("leaf.pem").decode() + client.read("authority.pem").decode()
    client.admin("POST", f"/v1/admin/signing-keys/{kid}/certificate", {"chain": chain})
    key = next(key for key in get(client, "/.well-known/jwks.json")["keys"] if key["kid"] == kid)
    expect({name: key[name] for name in ("kty", "crv", "x", "y")} == {name: value for name, value in next(
        old for old in jwks["keys"] if old["kid"] == kid).items() if name in ("kty", "crv", "x", "y")}, "the same key as before")
    leaf = base64.b64decode(key["x5c"][0])
    expect(key["x5t#S256"] == b64u(hashlib.sha256(leaf).digest()), "the certificate's thumbprint")
    shown = client.write("shown.der", leaf)
    run("openssl", "x509", "-inform", "DER", "-in", shown, "-out", client.file("shown.pem"))
    run("openssl", "verify", "-CAfile", client.file("authority.pem"), client.file("shown.pem"))
    public = run("openssl", "pkey", "-pubin", "-outform", "DER", stdin=run("openssl", "x509", "-in", client.file("shown.pem"), "-pubkey", "-noout"))
    expect(public == spki(key), "the certificate of this very key")
    try:
        run("openssl", "verify", "-CAfile", client.file("impostor.pem"), client.file("shown.pem"))
    except SystemExit:
        return
    raise SystemExit("expected: openssl to refuse the certificate under another root")


def as_client(client, path, body, kind="application/json"):
    command = ["curl", "-sS", "-o", client.file("answer"), "-w", "%{http_code}", "-u", f"shop:{client.options.secret}",
               "-H", f"Content-Type: {kind}", "--data-binary", "@" + client.write("request", body), client.options.broker + path]
    return int(run(*command)), client.read("answer")


def is_active(client, token):
    status, answer = as_client(client, "/v1/introspection", b"token=" + token.encode(), "application/x-www-form-urlencoded")
    expect(status == 200, f"an introspection, got {status} {answer!r}")
    answer = json.loads(answer)
    expect(answer["active"] or answer == {"active": False}, f"nothing about a token that is not active, got {answer}")
    return answer["active"]


def forgeries(client, jwks, appraisal, receipt):
    """Wrong in one way each, with the number of the threat."""
    header, payload = parts(client.token)
    stranger = SoftwareKey(client.file("stranger.pem"))
    public = spki(next(key for key in jwks["keys"] if key["kid"] == header["kid"]))
    pem = run("openssl", "pkey", "-pubin", "-inform", "DER", stdin=public)

    def unsigned(alg):
        return f"{b64u(compact({**header, 'alg': alg}))}.{b64u(compact(payload))}."

    def keyed(secret):
        signed = f"{b64u(compact({**header, 'alg': 'HS256'}))}.{b64u(compact(payload))}"
        return f"{signed}.{b64u(hmac.new(secret, signed.encode(), 'sha256').digest())}"

    def forged(**more):
        return stranger.jws({**header, **more}, payload)

    yield from ((f"G01 alg {alg}", unsigned(alg)) for alg in ("none", "None", "nOnE"))
    yield from ((f"G01 HS256 {name}", keyed(secret)) for name, secret in (("PEM", pem), ("DER", public), ("JWK", compact(jwks["keys"][0])), ("empty", b"")))
    yield "G02 jwk", forged(jwk=stranger.jwk)
    yield "G02 jku", forged(jku="http://127.0.0.1:9/keys")
    yield "G02 x5u", forged(x5u="http://127.0.0.1:9/chain")
    yield "G02 x5c", forged(x5c=["AA"])
    yield from ((f"G03 kid {kid[:12]}", forged(kid=kid)) for kid in ("../../x", "' OR 1=1", "k" * 8000, "unknown", ""))
    yield "G03 the right kid", forged()
    yield from ((f"G07 exp {exp}", stranger.jws(header, {**payload, "exp": exp})) for exp in (-1, 0, 2 ** 31, 2 ** 63))
    yield "a receipt", receipt
    yield "an appraisal", appraisal


def refuse(client, name, token):
    headers = [f"Authorization: DPoP {token}", f"DPoP: {client.proof('GET', '/v1/keys', token)}"]
    status, answer = client.call("GET", "/v1/keys", headers=headers)
    expect(status == 401 and json.loads(answer)["code"] == "token-invalid", f"{name} to be refused, got {status} {answer!r}")
    expect(len(token) > 16000 or not is_active(client, token), f"{name} not to be active")


def refuse_stolen(client):
    """G06: a good token in the wrong hands."""
    path, token = "/v1/keys", client.token
    thief = SoftwareKey(client.file("thief.pem"))
    claims = {"jti": b64u(os.urandom(16)), "htm": "GET", "htu": client.options.issuer + path, "iat": int(time.time()),
              "ath": b64u(hashlib.sha256(token.encode()).digest())}
    head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": client.cnf.jwk}
    shown = client.proof("GET", path, token)
    wrong = [[f"Authorization: Bearer {token}"], [f"Authorization: DPoP {token}"],
             [f"Authorization: DPoP {token}", f"DPoP: {thief.jws({**head, 'jwk': thief.jwk}, claims)}"],
             [f"Authorization: DPoP {token}", f"DPoP: {thief.jws(head, claims)}"],
             [f"Authorization: DPoP {token}", f"DPoP: {client.cnf.jws({**head, 'jwk': {**client.cnf.jwk, 'd': b64u(bytes(32))}}, claims)}"],
             [f"Authorization: DPoP {token}", f"DPoP: {client.cnf.jws(head, {**claims, 'htm': 'POST'})}"],
             [f"Authorization: DPoP {token}", f"DPoP: {client.cnf.jws(head, {**claims, 'htu': client.options.issuer + '/v1/secrets'})}"],
             [f"Authorization: DPoP {token}", f"DPoP: {client.cnf.jws(head, {**claims, 'ath': b64u(bytes(32))})}"],
             [f"Authorization: DPoP {token}", f"DPoP: {client.cnf.jws(head, {**claims, 'iat': int(time.time()) - 600})}"],
             [f"Authorization: DPoP {token}", f"DPoP: {client.cnf.jws(head, {**claims, 'iat': int(time.time()) + 600})}"]]
    good = [f"Authorization: DPoP {token}", f"DPoP: {shown}"]
    expect(client.call("GET", path, headers=good)[0] == 200, "the right hands to get in")
    for headers in [*wrong, good]:
        status, answer = client.call("GET", path, headers=headers)
        expect(status == 401, f"401 for a stolen token, got {status} {answer!r}")
    return len(wrong) + 1


def hold_digest(claims):
    """RFC 8785, as far as JSON of plain texts and numbers goes: whatever the order in which it came."""
    canonical = json.dumps(claims["result"], separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    expect(claims["resultDigest"] == b64u(hashlib.sha256(canonical.encode()).digest()), "resultDigest over the canonical result")


def get(client, path):
    status, answer = client.call("GET", path)
    expect(status == 200, f"{path}, got {status}")
    return json.loads(answer)


def story(client):
    name = client.options.name
    client.make_keys()
    client.extend(7, "a known boot")
    with open(os.path.join(client.options.policies, f"{name}.yaml"), "w", encoding="ascii") as stream:
        stream.write(POLICY.format(name=name, value=client.pcrs([7])["7"]))
    client.admin("POST", "/v1/admin/policies/reload", {})
    client.enroll()
    client.admin("POST", f"/v1/admin/machines/{client.machine}/approve", {"labels": {"client": name}})
    expect(client.attest()[0] == 200, "a token")

    step("the keys, and what the TPM says of them")
    jwks = get(client, get(client, "/.well-known/openid-configuration")["jwks_uri"].removeprefix(client.options.issuer))
    hold_jwks(jwks)
    uncertified = hold_certification(client, get(client, "/v1/broker/signing-keys"))
    for use in ("token", "result"):
        hold_certificate(client, jwks, use)

    step("a token, a result, a receipt, appraisals: PyJWT, python-jose, jose and openssl")
    verifiers, issuer, names = Verifiers(client, jwks), client.options.issuer, NAMES[client.options.ear_names]
    hold_ear(verifiers.accept(client.token, issuer, "eat+jwt"), names)
    body = compact({"name": f"{name}/signer", "type": "ec-p256"})
    status, result = client.use("POST", "/v1/keys", body)
    expect(status == 201, f"a result, got {status} {result!r}")
    claims = verifiers.accept(result.decode(), client.machine, "keybroker-result+jwt")
    expect(claims["req"] == b64u(hashlib.sha256(body).digest()), "req")
    hold_digest(claims)
    status, described = client.use("GET", f"/v1/keys/{name}%2Fsigner")
    expect(status == 200, f"a description, got {status} {described!r}")
    hold_digest(verifiers.accept(described.decode(), client.machine, "keybroker-result+jwt"))
    _, unsigned = client.use("GET", f"/v1/keys/{name}%2Fsigner", accept="application/json")
    hold_digest(json.loads(unsigned))
    headers = [f"Authorization: DPoP {client.token}", f"DPoP: {client.proof('GET', '/v1/keys', client.token)}", "Prefer: receipt"]
    status, receipt = client.call("GET", "/v1/keys", headers=headers)
    receipt = receipt.decode()
    expect("result" not in verifiers.accept(receipt, client.machine, "keybroker-result+jwt"), "a receipt without a result")

    nonce = b64u(os.urandom(20))
    status, answer = as_client(client, "/v1/appraisals", compact(client.evidence(nonce)))
    expect(status == 200, f"an appraisal, got {status} {answer!r}")
    appraisal = json.loads(answer)["result"]
    claims = verifiers.accept(appraisal, "shop", "eat+jwt")
    hold_ear(claims, names)
    expect(claims["eat_nonce"] == nonce and claims["submods"]["tpm"][names[2]] == "affirming" and "cnf" not in claims, "an affirmation")
    for token, audience in ((client.token, issuer), (result.decode(), client.machine), (receipt, client.machine), (appraisal, "shop")):
        verifiers.refuse_broken(token, audience)

    step("wrong tokens, shown to the broker")
    expect(is_active(client, client.token), "the good one to be active")
    wrong = list(forgeries(client, jwks, appraisal, receipt))
    for what, token in wrong:
        refuse(client, what, token)
    stolen = refuse_stolen(client)

    step("another boot: contraindicated, with the register")
    client.extend(7, "something else")
    _, answer = as_client(client, "/v1/appraisals", compact(client.evidence(nonce)))
    claims = verifiers.accept(json.loads(answer)["result"], "shop", "eat+jwt")
    hold_ear(claims, names)
    expect(claims["submods"]["tpm"][names[2]] == "contraindicated" and claims["keybroker.reasons"][0]["pcr"] == 7, f"a reason, got {claims}")
    print(f"{verifiers.count} verdicts of others on what we sign, {uncertified} wrong certifications refused by tpm2-tools, "
          f"{len(wrong) + stolen} wrong tokens and proofs refused by the broker")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for option in ("--broker", "--admin-socket", "--policies", "--work", "--secret"):
        parser.add_argument(option, required=True)
    parser.add_argument("--ear-names", choices=sorted(NAMES), default="veraison")
    options = parser.parse_args()
    options.issuer, options.ak, options.name = options.broker, "ecc", "relying"
    tpm = SoftwareTpm(os.path.join(options.work, "tpm"))
    try:
        tpm.boot()
        story(Client(options))
    finally:
        tpm.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
