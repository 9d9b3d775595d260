"""Arrow and Parquet files made to hurt: cut short, with turned bytes, of wrong kinds, lying about themselves, bombs."""

import io

import numpy as np
import pyarrow as pa
from pyarrow import ipc, parquet

_TURNED = 24
"""In how many places, spread over a file, eight bytes are turned."""

_ROWS = 500
_LONG = 20 * 1024 * 1024


def tables():
    """Every file: its door, its name, its bytes."""
    for name, table in _sound().items():
        for kind, written in (
            ("arrow", _file(table)),
            ("arrow", _stream(table)),
            ("parquet", _parquet(table)),
        ):
            yield kind, name, written
            yield from ((kind, f"{name}, {what}", content) for what, content in _spoilt(written))
    for name, table in _odd().items():
        yield "arrow", name, _file(table)
    for name, table in _strange().items():
        yield "arrow", name, _file(table)
        yield "parquet", name, _parquet(table)
    yield from (("parquet", name, content) for name, content in _bombs().items())
    for kind in ("arrow", "parquet"):
        yield from ((kind, name, content) for name, content in _no_tables().items())


def _sound():
    numbers = pa.array(np.arange(_ROWS) % 4, pa.int8())
    words = pa.array([None, "refused", "0", "3"] * (_ROWS // 4))
    ids = pa.array([f"row {n}" for n in range(_ROWS)])
    return {
        "numbers": pa.table({"q1": numbers, "q2": numbers}),
        "words": pa.table({"id": ids, "q1": words.dictionary_encode(), "q2": words}),
    }


def _spoilt(written):
    for part in (1, 4, 16):
        yield f"cut to {part} of 17", written[: len(written) * part // 17]
    yield "without its last byte", written[:-1]
    yield "twice", written + written
    for place in range(0, len(written), max(1, len(written) // _TURNED)):
        turned = bytes(255 - byte for byte in written[place : place + 8])
        yield f"turned at {place}", written[:place] + turned + written[place + 8 :]


def _odd():
    """What only Arrow can say: places of words that are not there, text beyond its own bytes, no UTF-8."""
    far = pa.DictionaryArray.from_arrays(pa.array([0, 1 << 20, -5], pa.int32()), ["0", "1"], safe=False)
    offsets = pa.py_buffer(np.array([0, 1, 1 << 28, 3], np.int32).tobytes())
    beyond = pa.Array.from_buffers(pa.string(), 3, [None, offsets, pa.py_buffer(b"012")])
    falling = pa.py_buffer(np.array([0, 3, 1, 3], np.int32).tobytes())
    back = pa.Array.from_buffers(pa.string(), 3, [None, falling, pa.py_buffer(b"012")])
    bytes_of = pa.py_buffer(np.array([0, 2, 4, 6], np.int32).tobytes())
    broken = pa.Array.from_buffers(
        pa.string(), 3, [None, bytes_of, pa.py_buffer(b"\xff\xfe\xed\xa0\xc0\xae")]
    )
    return {
        "words that are not there": pa.table({"q1": far}),
        "text beyond its bytes": pa.table({"q1": beyond}),
        "text that goes back": pa.table({"q1": back}),
        "text that is no UTF-8": pa.table({"q1": broken}),
        "an id that is no UTF-8": pa.table({"id": broken, "q1": pa.array([0, 1, 2])}),
        "an id beyond its bytes": pa.table({"id": beyond, "q1": pa.array([0, 1, 2])}),
    }


def _strange():
    two = pa.array([0, 1])
    nested = pa.array([0])
    for _ in range(40):
        nested = pa.array([nested.to_pylist()])
    return {
        "fractions": pa.table({"q1": pa.array([0.5, float("nan")])}),
        "truth values": pa.table({"q1": pa.array([True, False])}),
        "bytes": pa.table({"q1": pa.array([b"\0", b"1"])}),
        "lists in lists": pa.table({"q1": nested}),
        "structures": pa.table({"q1": pa.array([{"a": 1}, {"a": 2}])}),
        "moments": pa.table({"q1": pa.array([0, 1], pa.timestamp("us"))}),
        "great numbers": pa.table({"q1": pa.array([2**63 - 1, -(2**63)])}),
        "greatest numbers": pa.table({"q1": pa.array([2**64 - 1, 0], pa.uint64())}),
        "a column twice": pa.Table.from_arrays([two, two], ["q1", "q1"]),
        "a column without a name": pa.table({"": two, "q1": two}),
        "a name with a nul": pa.table({"q1\0": two}),
        "five thousand columns": pa.table({f"x{n}": two for n in range(5000)}),
        "much said of itself": pa.table({"q1": two}).replace_schema_metadata({"x": "y" * 2_000_000}),
        "nothing in it": pa.table({"q1": pa.array([], pa.int8())}),
        "words without end": pa.table({"q1": pa.array(["9" * 100_000, "refused" * 10_000])}),
        "formulas": pa.table({"id": pa.array(["=1+1", "@SUM(A1)"]), "q1": two}),
    }


def _bombs():
    """Small files that say much: what they come to is more than a process may hold."""
    long, many = pa.array(["a" * _LONG, "b"]), pa.array(np.zeros(1_000_000, np.int8))
    return {
        "one long word": _parquet(pa.table({"q1": long}), compression="zstd"),
        "one long id": _parquet(pa.table({"id": long, "q1": pa.array([0, 1])}), compression="zstd"),
        "a million rows": _parquet(pa.table({"q1": many, "q2": many}), compression="zstd"),
    }


def _no_tables():
    return {
        "nothing": b"",
        "a beginning": b"ARROW1\0\0",
        "a beginning and an end": b"PAR1" + b"\xff\xff\xff\x7f" + b"PAR1",
        "an end": b"ARROW1\0\0" + b"\xff\xff\xff\x7f" + b"ARROW1",
        "text": b"id,q1,q2\na,0,1\n",
        "zip": b"PK\x03\x04" + b"\0" * 500,
        "nul": b"\0" * 4096,
        "minus one": b"\xff" * 4096,
    }


def _file(table):
    sink = io.BytesIO()
    with ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _stream(table):
    sink = io.BytesIO()
    with ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _parquet(table, compression="snappy"):
    sink = io.BytesIO()
    parquet.write_table(table, sink, compression=compression)
    return sink.getvalue()
