"""How figures look in the report: aligned columns, units, shares. No figure is made here."""

from collections.abc import Mapping, Sequence

WIDTH = 120


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table: the first column to the left, figures to the right."""
    wide = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    return [_line(row, wide) for row in (head, *rows)]


def _line(row: Sequence[str], wide: Sequence[int]) -> str:
    first, *figures = [
        cell.ljust(width) if place == 0 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, wide, strict=True))
    ]
    return "  ".join([first, *figures]).rstrip()


def ms(seconds: float) -> str:
    """Seconds as milliseconds."""
    return f"{seconds * 1000:.1f} ms"


def kb(size: int) -> str:
    """Bytes as kilobytes of 1000."""
    return f"{size / 1000:.1f} KB"


def times(ratio: float) -> str:
    """A ratio."""
    return f"{ratio:.2f} x"


def shares(spent: Mapping[str, float], *, least: float = 0.01) -> str:
    """Each part's share of the whole, the largest first: "commit 41 %, SQL 20 %"."""
    whole = sum(spent.values()) or 1.0
    ordered = sorted(spent.items(), key=lambda item: item[1], reverse=True)
    return ", ".join(f"{name} {value / whole:.0%}" for name, value in ordered if value / whole >= least)
