"""Calls in quick succession: connections that stay open, and proofs signed by libcrypto in this process."""

import ctypes
import ctypes.util
import hashlib
import http.client
import json
import os
import socket
import time

from foreign_client import b64u, compact, der_to_raw


def load_crypto():
    crypto = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
    for name in ("BIO_new_mem_buf", "PEM_read_bio_PrivateKey", "EVP_MD_CTX_new", "EVP_sha256"):
        getattr(crypto, name).restype = ctypes.c_void_p
    crypto.PEM_read_bio_PrivateKey.argtypes = [ctypes.c_void_p] * 4
    crypto.EVP_DigestSignInit.argtypes = [ctypes.c_void_p] * 5
    crypto.EVP_DigestSign.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    crypto.EVP_MD_CTX_free.argtypes = [ctypes.c_void_p]
    return crypto


CRYPTO = load_crypto()


class Signer:
    """ES256 with the key of a PEM file."""

    def __init__(self, path):
        with open(path, "rb") as stream:
            pem = stream.read()
        self.key = CRYPTO.PEM_read_bio_PrivateKey(CRYPTO.BIO_new_mem_buf(pem, len(pem)), None, None, None)

    def sign(self, message):
        context = CRYPTO.EVP_MD_CTX_new()
        try:
            out, size = ctypes.create_string_buffer(256), ctypes.c_size_t(256)
            done = CRYPTO.EVP_DigestSignInit(context, None, CRYPTO.EVP_sha256(), None, self.key) == 1
            if not done or CRYPTO.EVP_DigestSign(context, out, ctypes.byref(size), message, len(message)) != 1:
                raise SystemExit("libcrypto did not sign")
            return der_to_raw(out.raw[:size.value])
        finally:
            CRYPTO.EVP_MD_CTX_free(context)


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class NoAnswer(Exception):
    """The call may have happened or not."""


class QuickClient:
    """An enrolled client's calls, on connections of its own: one for each thread."""

    TIMEOUT = 60

    def __init__(self, client):
        self.client, self.signer = client, Signer(client.cnf.path)
        self.header = b64u(compact({"typ": "dpop+jwt", "alg": "ES256", "jwk": client.cnf.jwk}))
        self.connections = {}

    def proof(self, method, path):
        token = self.client.token
        payload = {"jti": b64u(os.urandom(16)), "htm": method, "htu": self.client.options.issuer + path,
                   "iat": int(time.time()) + self.client.ahead, "ath": b64u(hashlib.sha256(token.encode()).digest())}
        signed = f"{self.header}.{b64u(compact(payload))}"
        return f"{signed}.{b64u(self.signer.sign(signed.encode()))}"

    def use(self, method, path, body=None, headers=()):
        """A machine's call; the claims of its result without their signature, or the problem, with status and headers."""
        headers = {"Authorization": f"DPoP {self.client.token}", "DPoP": self.proof(method, path),
                   "Accept": "application/json", **dict(headers)}
        return self.call("machine", method, path, body, headers)

    def admin(self, method, path, body=None, headers=()):
        return self.call("admin", method, path, body, dict(headers))

    def call(self, door, method, path, body, headers):
        data = None if body is None else compact(body)
        if data is not None:
            headers = {**headers, "Content-Type": "application/json"}
        try:
            connection = self.connections.get(door) or self.connect(door)
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as failure:
            connection = self.connections.pop(door, None)
            if connection:
                connection.close()
            raise NoAnswer(str(failure)) from failure
        return answer.status, json.loads(text) if text else {}, answer.headers

    def close(self):
        for connection in self.connections.values():
            connection.close()
        self.connections = {}

    def connect(self, door):
        options = self.client.options
        if door == "admin":
            self.connections[door] = SocketConnection(options.admin_socket, self.TIMEOUT)
        else:
            self.connections[door] = http.client.HTTPConnection(options.broker.removeprefix("http://"), timeout=self.TIMEOUT)
        return self.connections[door]
