"""Handrail behind gunicorn: one process on SQLite, which has one writer, and threads for many readers."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.errors import AppImportError
from gunicorn.workers.base import Worker

from service.actions import pinned
from service.app import create_app, make_checked_parts, settled
from service.commands.rounds import Round, begin
from service.settings import Settings
from service.web.context import Parts

THREADS = 8
POSTGRESQL_PROCESSES = 2
NOT_STARTED = "definitions were changed after they had been used; nothing was started"
MEMORY = Path("/dev/shm")  # noqa: S108  gunicorn makes a private file of its own there


class Server(BaseApplication):
    """The program on one address. With `beside`, the worker's rounds run beside it in the same process."""

    def __init__(
        self,
        settings: Settings,
        host: str,
        port: int,
        *,
        beside: Callable[[Parts], Sequence[Round]] | None = None,
    ) -> None:
        self._settings, self._address, self._beside = settings, f"{host}:{port}", beside
        super().__init__()

    def load_config(self) -> None:
        """What gunicorn is told: no access log, since addresses of people's records stand in it."""
        on_sqlite = self._settings.database_url.startswith("sqlite")
        chosen: dict[str, Any] = {
            "bind": self._address,
            "worker_class": "gthread",
            "workers": 1 if on_sqlite else POSTGRESQL_PROCESSES,
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "proc_name": "handrail",
            "control_socket_disable": True,
            "post_worker_init": self._begin_work,
        }
        if MEMORY.is_dir():
            chosen["worker_tmp_dir"] = str(
                MEMORY
            )  # heartbeats need no disk, and the file system may be read-only
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """The program, made inside the process that serves it: connections do not survive a fork.

        A process that starts later reads the definitions anew, so it asks again whether they are the used ones.
        """
        try:
            return settled(create_app(make_checked_parts(self._settings)))
        except pinned.UsedDefinitionsAltered as error:
            raise AppImportError(f"{NOT_STARTED}\n{error}") from None

    def _begin_work(self, process: Worker) -> None:
        if self._beside is not None:
            begin(self._beside(process.app.wsgi().extensions["handrail"]), threading.Event())
