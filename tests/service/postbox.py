"""A real SMTP server that keeps what it is handed."""

import socket

import pytest
from aiosmtpd.controller import Controller

FROM = "handrail@alder-creek.example"


class Postbox:
    """Keeps what it is handed; `refuse` makes it take nothing."""

    def __init__(self):
        self.taken, self.refuse = [], False

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  aiosmtpd's name
        if self.refuse:
            return "554 not here"
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content.decode()))
        return "250 taken"


@pytest.fixture
def postbox():
    handler = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    peer = Controller(handler, hostname="127.0.0.1", port=port)
    peer.start()
    handler.address = f"smtp://127.0.0.1:{port}"
    yield handler
    peer.stop()
