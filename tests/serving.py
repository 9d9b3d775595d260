"""A WSGI application served on a loopback port for as long as one test runs."""

import threading
from contextlib import ExitStack, contextmanager

import pytest
from werkzeug.serving import make_server


@contextmanager
def served(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="served")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve():
    """`serve(app)` answers the address at which the application now stands."""
    with ExitStack() as running:
        yield lambda app: running.enter_context(served(app))
