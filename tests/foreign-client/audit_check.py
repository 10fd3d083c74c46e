#!/usr/bin/env python3
"""Verifies an export of the audit log, proofs and checkpoints, with nothing of ours: hashlib, struct, and ECDSA of `cryptography`.

audit_check.py vectors                      prints known roots and checks every proof of small trees with its own code
audit_check.py export FILE [CHECKPOINT]     verifies an export, and that it goes as far as a checkpoint that was kept
audit_check.py proof FILE                   verifies what GET /v1/admin/audit/{seq}/proof gave
audit_check.py consistency OLD NEW PROOF    verifies what GET /v1/broker/audit/consistency gave
"""
import base64
import hashlib
import json
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils


def b64u(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf(entry):
    return sha(b"\x00", entry)


def tree(leaves):
    """MTH of RFC 9162, 2.1.1, as it is written there."""
    if not leaves:
        return sha()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha(b"\x01", tree(leaves[:k]), tree(leaves[k:]))


def included(index, size, node, path, root):
    """RFC 9162, 2.1.3.2."""
    if index >= size:
        return False
    fn, sn = index, size - 1
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = sha(b"\x01", p, node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = sha(b"\x01", node, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and node == root


def consistent(first, second, first_root, second_root, path):
    """RFC 9162, 2.1.4.2."""
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path
    if not path:
        return False
    path = list(path)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = sha(b"\x01", c, fr), sha(b"\x01", c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha(b"\x01", sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


def sized(data, at):
    (length,) = struct.unpack_from(">H", data, at)
    return data[at + 2 : at + 2 + length], at + 2 + length


class Checkpoint:
    """A TPM2_NV_Certify of a counter over a text, checked from its bytes."""

    def __init__(self, document):
        self.text = document["checkpoint"]
        origin, size, root, chain, counter, time, end = self.text.split("\n")
        assert end == "" and chain.startswith("chain ") and counter.startswith("counter ") and time.startswith("time ")
        self.size, self.root, self.chain = int(size), base64.b64decode(root), bytes.fromhex(chain[6:])
        self.counter, self.log = int(counter[8:]), origin.rsplit("/", 1)[1]
        attest, nv = b64u(document["attest"]), b64u(document["counter"])
        self.signer = self.verify(b64u(document["ak"]), attest, b64u(document["signature"]))
        magic, kind = struct.unpack_from(">IH", attest)
        assert (magic, kind) == (0xFF544347, 0x8014), "no TPM2_NV_Certify"
        signer, at = sized(attest, 6)
        extra, at = sized(attest, at)
        index_name, at = sized(attest, at + 17 + 8)
        (offset,) = struct.unpack_from(">H", attest, at)
        contents, at = sized(attest, at + 2)
        assert at == len(attest) and offset == 0
        assert extra == sha(b"keybroker-audit-checkpoint-v1", self.text.encode()), "another text was signed"
        assert int.from_bytes(contents, "big") == self.counter and len(contents) == 8, "another value was signed"
        assert index_name == b"\x00\x0b" + sha(nv), "another index was certified"
        (attributes,) = struct.unpack_from(">I", nv, 6)
        assert attributes & 0xF0 == 0x10 and attributes & (1 << 2), "no counter that is counted by its own secret"
        assert not attributes & (1 << 0 | 1 << 1 | 1 << 3 | 1 << 10), "somebody else may write the counter"
        endorsement = struct.pack(">I", 0x4000000B)
        assert signer == b"\x00\x0b" + sha(endorsement, self.signer), "no primary of the endorsement hierarchy"

    @staticmethod
    def verify(ak, attest, signature):
        area, _ = sized(ak, 0)
        kind, name_alg, attributes = struct.unpack_from(">HHI", area)
        assert (kind, name_alg) == (0x23, 0x0B) and attributes & (1 << 16) and attributes & (1 << 18) and not attributes & (1 << 17)
        _, at = sized(area, 8)
        symmetric, scheme, scheme_hash, curve, kdf = struct.unpack_from(">HHHHH", area, at)
        assert (symmetric, scheme, scheme_hash, curve, kdf) == (0x10, 0x18, 0x0B, 3, 0x10)
        x, at = sized(area, at + 10)
        y, at = sized(area, at)
        key = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()).public_key()
        assert struct.unpack_from(">HH", signature) == (0x18, 0x0B)
        r, at = sized(signature, 4)
        s, at = sized(signature, at)
        assert at == len(signature)
        der = utils.encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
        key.verify(der, attest, ec.ECDSA(hashes.SHA256()))
        return b"\x00\x0b" + sha(area)


def export(path, kept=None):
    previous, leaves, checkpoints = bytes(32), [], []
    for line in open(path, encoding="utf-8"):
        document = json.loads(line)
        if "checkpoint" in document:
            checkpoints.append(Checkpoint(document))
            continue
        record = document["record"].encode()
        assert document["seq"] == len(leaves) + 1 == json.loads(record)["seq"], f"record {len(leaves) + 1}"
        assert bytes.fromhex(document["previous"]) == previous, f"record {document['seq']} does not follow"
        previous = sha(previous, record)
        assert bytes.fromhex(document["hash"]) == previous, f"record {document['seq']} was changed"
        leaves.append((leaf(record), previous))
    if kept:
        checkpoints.append(Checkpoint(json.load(open(kept, encoding="utf-8"))))
    checkpoints.sort(key=lambda checkpoint: checkpoint.size)
    counter = 0
    for checkpoint in checkpoints:
        assert checkpoint.size <= len(leaves), "the log was cut"
        assert tree([entry for entry, _ in leaves[: checkpoint.size]]) == checkpoint.root, f"fork before {checkpoint.size}"
        assert leaves[checkpoint.size - 1][1] == checkpoint.chain
        assert checkpoint.counter >= counter and checkpoint.signer == checkpoints[0].signer and checkpoint.log == checkpoints[0].log
        counter = checkpoint.counter
    print(f"{len(leaves)} records and {len(checkpoints)} checkpoints fit")


def proof(path):
    document = json.load(open(path, encoding="utf-8"))
    checkpoint, entry = Checkpoint(document["checkpoint"]), document["entry"]
    node = leaf(entry["record"].encode())
    assert included(entry["seq"] - 1, checkpoint.size, node, [b64u(h) for h in document["proof"]], checkpoint.root), "not proven"
    print(f"record {entry['seq']} is one of {checkpoint.size}")


def consistency(old, new, path):
    first, second = (Checkpoint(json.load(open(name, encoding="utf-8"))) for name in (old, new))
    hashes_ = [b64u(h) for h in json.load(open(path, encoding="utf-8"))["proof"]]
    assert first.log == second.log and first.counter < second.counter
    assert consistent(first.size, second.size, first.root, second.root, hashes_), "not consistent"
    print(f"{second.size} records begin with {first.size}")


def vectors():
    """The eight leaves of the test vectors of certificate transparency, and the roots of their trees."""
    leaves = [leaf(bytes.fromhex(h)) for h in
              ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
    for size in range(9):
        print(size, tree(leaves[:size]).hex())


if __name__ == "__main__":
    try:
        {"export": export, "proof": proof, "consistency": consistency, "vectors": vectors}[sys.argv[1]](*sys.argv[2:])
    except (AssertionError, InvalidSignature) as wrong:
        print(f"WRONG: {wrong!r}")
        sys.exit(1)
