"""Handrail's own instruments, read and compiled once and kept beside their files, as Python keeps its own modules.

Kept in `__pycache__` next to the definitions, by the same rule as there: whoever may write in the folder of the
program may change the program, so what lies there is trusted as far as the program is, and no further. Only the
definitions that come with the program are kept; an organisation's own are read and compiled at every start. What
is kept counts for the very bytes of its definition, the very source files of this package and this Python; else it
is passed over and made anew. Nothing is kept where Python keeps nothing (`sys.dont_write_bytecode`).
"""

from __future__ import annotations

import hashlib
import io
import marshal
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from instruments.compiling import Program
from instruments.model import Instrument

_PACKAGE: Final = Path(__file__).parent
_MARK: Final = hashlib.sha256().digest_size


def kept(path: Path) -> tuple[Instrument, Program] | None:
    """What is kept for a definition's file: the instrument and its program; None where it must be made anew."""
    with suppress(OSError, ValueError, EOFError, TypeError, pickle.UnpicklingError):
        mark, content = _parted(_place(path).read_bytes())
        if mark == _mark(path.read_bytes(), content):
            program, instrument = marshal.loads(content)  # noqa: S302 - as trusted as the program, see above
            return _Reader(io.BytesIO(instrument)).load(), Program(*program)
    return None


def keep(path: Path, read: bytes, instrument: Instrument, program: Program) -> None:
    """Keep what was made of the bytes that were read from a definition's file, if that folder may be written."""
    if sys.dont_write_bytecode:
        return
    parts = (program.complete, program.complete_tables, program.any_answers, program.any_tables)
    content = marshal.dumps((parts, _pickled(instrument)))
    with suppress(OSError):
        _write(_place(path), _mark(read, content) + content)


def _write(place: Path, content: bytes) -> None:
    """All of it or nothing: another process may be reading."""
    place.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(place)


def _place(path: Path) -> Path:
    return path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.kept"


def _parted(file: bytes) -> tuple[bytes, bytes]:
    return file[:_MARK], file[_MARK:]


def _mark(definition: bytes, content: bytes) -> bytes:
    """What must be as it was: this package's source files, the definition's bytes, and what was made of them."""
    parts = (_sources(), definition, content)
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()


@cache
def _sources() -> bytes:
    """Names, sizes and times of the source files, once a process: what Python itself goes by."""
    found = sorted((each.name, each.stat()) for each in os.scandir(_PACKAGE) if each.name.endswith(".py"))
    return repr([(name, seen.st_size, seen.st_mtime_ns) for name, seen in found]).encode()


def _pickled(instrument: Instrument) -> bytes:
    target = io.BytesIO()
    writer = pickle.Pickler(target, protocol=pickle.HIGHEST_PROTOCOL)
    writer.dispatch_table = {MappingProxyType: lambda pairs: (_fixed, (dict(pairs),))}
    writer.dump(instrument)
    return target.getvalue()


def _fixed(pairs: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(pairs)


_OTHERS: Final = {("builtins", "frozenset"), ("datetime", "date")}


class _Reader(pickle.Unpickler):
    """Makes values of this package, and nothing else that could do something."""

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """The type that a kept value is of. Raises UnpicklingError for one that is none of ours."""
        if module.startswith("instruments.") or (module, name) in _OTHERS:
            found: Callable[..., Any] = super().find_class(module, name)
            # A dotted name may lead out of the package again, as `keeping` and `os.remove`.
            if isinstance(found, type) or found is _fixed:
                return found
        message = f"{module}.{name} is no part of an instrument"
        raise pickle.UnpicklingError(message)
