"""Real peers that checkpoints are sent to: a log, a syslog listener and a web server on this machine."""

import socket
import socketserver
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

LONGEST_WAIT = 10
"""Seconds after which a peer that heard nothing says so: no test waits as long when all is well."""


@contextmanager
def _running(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(LONGEST_WAIT)


@contextmanager
def syslog():
    """A listener for syslog over TCP: (port, what it heard, one connection at a time)."""
    heard = Queue()

    class Listener(socketserver.StreamRequestHandler):
        def handle(self):
            heard.put(self.rfile.read())

    with _running(socketserver.TCPServer(("127.0.0.1", 0), Listener)) as server:
        yield server.server_address[1], lambda: heard.get(timeout=LONGEST_WAIT)


@contextmanager
def own_log():
    """A log as a machine has one for its own programs, at a short path: (path, what it heard, a message at a time)."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(f"{folder}/log")
        log.settimeout(LONGEST_WAIT)
        yield f"{folder}/log", lambda: log.recv(64 * 1024)


@contextmanager
def web():
    """A server that answers with the next of `answers` (202 when there is none): (port, answers, what it was sent)."""
    answers, sent = [], []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append((self.path, self.headers["Content-Type"], body.decode()))
            status = answers.pop(0) if answers else 202
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Nothing is said of a request."""

    with _running(ThreadingHTTPServer(("127.0.0.1", 0), Server)) as server:
        yield server.server_address[1], answers, sent


def closed_port():
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
