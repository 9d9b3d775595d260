"""Tables of answers in Arrow and Parquet files, a record batch at a time. Needs pyarrow, which is an extra."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc, parquet

from instruments.table_rows import (
    ID,
    BadTable,
    Codes,
    Column,
    Flags,
    Numbers,
    Piece,
    Texts,
    codes_of_numbers,
    codes_of_words,
    value_of_word,
)
from service.commands.table_files import ROWS_AT_ONCE

WHOLE = 100
"""A record batch, in the hundredths in which progress through it is told."""


class _Reader:
    """What both kinds of files have in common: record batches of a known schema."""

    length: int

    def __init__(self, schema: Any) -> None:  # noqa: ANN401  pyarrow publishes no types
        self.names: Sequence[str] = schema.names
        self._done = 0
        odd = [f"{field.name} ({field.type})" for field in schema if not _is_usable(field)]
        if odd:
            raise BadTable(f"{', '.join(odd)}: allowed are whole numbers and text, null for no answer")

    @property
    def done(self) -> int:
        """Hundredths of record batches of an Arrow file, rows of a Parquet file."""
        return self._done

    def _batches(self) -> Iterator[tuple[Any, int]]:
        """Every record batch, and how much of `length` it is."""
        raise NotImplementedError

    def pieces(self) -> Iterator[Piece]:
        """Every piece, in order."""
        first = 1
        try:
            for batch, share in self._batches():
                batch.validate(full=True)  # a file can say that words or places are where no memory is
                before = self._done
                for start in range(0, batch.num_rows, ROWS_AT_ONCE):
                    part = batch.slice(start, ROWS_AT_ONCE)
                    self._done = before + share * (start + part.num_rows) // batch.num_rows
                    yield _piece(first, part)
                    first += part.num_rows
                self._done = before + share
        except (pa.ArrowException, OSError) as error:
            raise BadTable(f"the file cannot be read after row {first - 1}: {_short(error)}") from None


def _opened(path: Path) -> Any:  # noqa: ANN401  as above
    """The file, mapped where it can be: a record batch may hold every row there is, and need not be in memory."""
    try:
        return pa.memory_map(str(path))
    except (pa.ArrowException, OSError):
        return pa.OSFile(str(path))


class ArrowReader(_Reader):
    """An Arrow IPC file, or a stream of record batches in a file."""

    def __init__(self, path: Path) -> None:
        self._file = _opened(path)
        try:
            self._open()
        except pa.ArrowException as error:
            raise BadTable(f"this is no Arrow file: {_short(error)}") from None
        super().__init__(self._source.schema)

    def _open(self) -> None:
        try:
            self._source = ipc.open_file(self._file)
            self.length = self._source.num_record_batches * WHOLE
        except pa.ArrowInvalid:
            self._file.seek(0)
            self._source, self.length = ipc.open_stream(self._file), 0

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _batches(self) -> Iterator[tuple[Any, int]]:
        if isinstance(self._source, ipc.RecordBatchStreamReader):
            yield from ((batch, 0) for batch in self._source)
        for place in range(self.length // WHOLE):
            yield self._source.get_batch(place), WHOLE


class ParquetReader(_Reader):
    """A Parquet file."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
        except pa.ArrowException as error:
            raise BadTable(f"this is no Parquet file: {_short(error)}") from None
        self.length = self._file.metadata.num_rows
        super().__init__(self._file.schema_arrow)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _batches(self) -> Iterator[tuple[Any, int]]:
        for batch in self._file.iter_batches(ROWS_AT_ONCE, use_threads=False):
            yield batch, batch.num_rows


class _Writer:
    """What both kinds of files have in common. The file's own metadata names the instrument and its digest."""

    def __init__(self, path: Path, metadata: dict[str, str]) -> None:
        self._path, self._metadata = path, metadata
        self._sink: Any = None

    def _begin(self, schema: Any) -> Any:  # noqa: ANN401  as above
        raise NotImplementedError

    def write(self, columns: dict[str, Column]) -> None:
        """Write some rows as one record batch."""
        arrays = [_array(column) for column in columns.values()]
        if self._sink is None:
            fields = [pa.field(name, array.type) for name, array in zip(columns, arrays, strict=True)]
            self._schema = pa.schema(fields, metadata=self._metadata)
            self._sink = self._begin(self._schema)
        self._sink.write_batch(pa.record_batch(arrays, schema=self._schema))

    def close(self) -> None:
        """Finish the file."""
        if self._sink is not None:
            self._sink.close()


class ArrowWriter(_Writer):
    """An Arrow IPC file."""

    def _begin(self, schema: Any) -> Any:  # noqa: ANN401  as above
        return ipc.new_file(str(self._path), schema)


class ParquetWriter(_Writer):
    """A Parquet file."""

    def _begin(self, schema: Any) -> Any:  # noqa: ANN401  as above
        return parquet.ParquetWriter(self._path, schema)


WAYS = {".arrow": (ArrowReader, ArrowWriter), ".parquet": (ParquetReader, ParquetWriter)}
"""What reads and what writes a file, by the end of its name."""


def _is_usable(field: Any) -> bool:  # noqa: ANN401  as above
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return bool(text or pa.types.is_integer(kind) or pa.types.is_null(kind))


def _piece(first: int, batch: Any) -> Piece:  # noqa: ANN401  as above
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    ids = columns.pop(ID, None)
    return Piece(
        first,
        batch.num_rows,
        None if ids is None else ids.cast(pa.string()).to_pylist(),
        {item: _codes(column) for item, column in columns.items()},
        lambda item, row: _cell(columns[item][row].as_py()),
        {},
    )


def _codes(column: Any) -> Codes:  # noqa: ANN401  as above
    if pa.types.is_null(column.type):
        return codes_of_words([None] * len(column), len(column))
    if pa.types.is_integer(column.type):
        missing = pc.is_null(column).to_numpy(zero_copy_only=False)
        return codes_of_numbers(pc.fill_null(column, 0).to_numpy(zero_copy_only=False), missing)
    encoded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    words = [None if value is None else str(value) for value in encoded.dictionary.to_pylist()]
    table = np.append(codes_of_words(words, len(words)), codes_of_words([None], 1))
    return table[pc.fill_null(encoded.indices.cast(pa.int64()), len(words)).to_numpy(zero_copy_only=False)]


def _cell(value: object) -> object:
    return value_of_word(value) if isinstance(value, str) else value


def _array(column: Column) -> Any:  # noqa: ANN401  as above
    if isinstance(column, Texts):
        return pa.array(column.values, pa.string())
    if isinstance(column, Flags):
        return pa.array(column.values)
    if isinstance(column, Numbers):
        return pa.array(column.values.astype(np.int32, copy=False), mask=~column.known)
    places = pa.array(column.places, mask=column.places < 0)
    return pa.DictionaryArray.from_arrays(places, list(column.words))


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
