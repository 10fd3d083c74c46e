"""A TPM with moods: stands between whoever asks and a real swtpm, and makes it busy, silent, reset, or gone.

Listens as swtpm does, on a Unix socket with a control socket beside it, so that the broker and tpm2-tools both find it.
"""

import os
import signal
import socket
import struct
import subprocess
import threading
import time

RETRY = struct.pack(">HII", 0x8001, 10, 0x922)  # TPM_RC_RETRY: Part 2, 6.6.3.
INIT = struct.pack(">II", 2, 0)  # CMD_INIT of swtpm's control channel: a reset of the TPM.


def receive(connection, count):
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise ConnectionError("the connection ended")
        data += part
    return data


def read_frame(connection):
    """A command or a response: its header says how long it is (Part 1, 18)."""
    header = receive(connection, 10)
    return header + receive(connection, struct.unpack(">I", header[2:6])[0] - 10)


class MoodyTpm:
    def __init__(self, home, name):
        self.state, self.inner = os.path.join(home, name), os.path.join(home, name + ".inner")
        self.path = os.path.join(home, name + ".sock")
        os.makedirs(self.state)
        self.turn = threading.Lock()  # A TPM does one thing at a time.
        self.busy, self.silent, self.commands = 0, 0, 0
        self.start()
        os.symlink(self.inner + ".ctrl", self.path + ".ctrl")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def tcti(self):
        return "swtpm:path=" + self.path

    def start(self):
        for end in (self.inner, self.inner + ".ctrl"):
            if os.path.exists(end):
                os.unlink(end)
        self.process = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.state}", "--server", f"type=unixio,path={self.inner}",
             "--ctrl", f"type=unixio,path={self.inner}.ctrl", "--flags", "not-need-init,startup-clear"],
            stderr=subprocess.DEVNULL)
        self.upstream = socket.socket(socket.AF_UNIX)
        while not self.listens():
            time.sleep(0.01)

    def listens(self):
        """Connects; a socket that is there may not be listened on yet."""
        try:
            self.upstream.connect(self.inner)
            return True
        except (FileNotFoundError, ConnectionRefusedError):
            return False

    # The moods.

    def say_retry(self, times):
        self.busy = times

    def fall_silent(self, seconds):
        """The next command, whoever's, is answered only after so long."""
        self.silent = seconds
        time.sleep(seconds)

    def reset(self):
        with self.turn, socket.socket(socket.AF_UNIX) as control:
            control.connect(self.inner + ".ctrl")
            control.sendall(INIT)
            receive(control, 4)

    def kill(self, seconds):
        """Gone for so long, then there again with its state."""
        with self.turn:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.upstream.close()
        time.sleep(seconds)
        with self.turn:
            self.start()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    # The wire.

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with connection:
                while True:
                    connection.sendall(self.answer(read_frame(connection)))
        except OSError:
            pass  # Whoever asked went away, or the TPM did.

    def answer(self, command):
        if self.silent:
            pause, self.silent = self.silent, 0
            time.sleep(pause)
        with self.turn:
            if self.busy > 0:
                self.busy -= 1
                return RETRY
            self.commands += 1
            self.upstream.sendall(command)
            return read_frame(self.upstream)
