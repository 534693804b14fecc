"""The watch over what a workbook unpacks to: parts that cost more than they should are stopped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from analysis.reference import InputError
from analysis.workbooks import package
from analysis.workbooks.fast import count_fast
from analysis.workbooks.package import Watch, walk

CHUNK = 2**18


def pieces(unit: bytes, count: int, size: int = CHUNK) -> Iterator[bytes]:
    piece = unit * (size // len(unit))
    yield from (piece for _ in range(count))


def stopped(chunks: Iterator[bytes]) -> str:
    with pytest.raises(InputError) as caught:
        for _ in chunks:
            pass
    assert "a.xlsx" in caught.value.text("vi")
    return caught.value.key


def test_a_large_plain_sheet_passes_unchanged() -> None:
    row = b'<row r="1"><c r="A1" t="s"><v>12</v></c><c r="B1"/></row>'
    given = list(pieces(row, 200))
    assert list(Watch("a.xlsx").over("p", given)) == given


@pytest.mark.parametrize(
    ("unit", "count", "key"),
    [
        (b"<c/>", 2000, "file_bomb"),
        (b"a", 4, "file_part_damaged"),
        (b'a="1" ', 4, "file_part_damaged"),
        (b"<v>" + b"1" * 1000, 3000, "file_bomb"),
    ],
)
def test_floods_are_stopped(unit: bytes, count: int, key: str) -> None:
    assert stopped(Watch("a.xlsx").over("p", pieces(unit, count))) == key


def test_parts_beside_the_cells_may_hold_less() -> None:
    watch = Watch("a.xlsx")
    assert stopped(watch.over("p", pieces(b"<xf/>", 200), package.MAX_SIGNS_BESIDE)) == "file_bomb"


def test_all_parts_and_passes_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_SIGNS", 100_000)
    watch = Watch("a.xlsx")
    list(watch.over("p", pieces(b"<c/>", 1)))
    assert stopped(watch.over("q", pieces(b"<c/>", 1))) == "file_bomb"


def test_the_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_SECONDS", 0)
    assert stopped(Watch("a.xlsx").over("p", pieces(b"<c/>", 1))) == "reader_time"


def test_nesting_without_end_is_stopped() -> None:
    with pytest.raises(ValueError, match="without end"):
        walk(pieces(b"<a>", 1), {"a": lambda element: None})
    walk([b"<x>", *pieces(b"<a><b/></a>", 50), b"</x>"], {"a": lambda element: None})


@pytest.mark.parametrize("piece", [b"", b"<", b"a", b"<c/>" * 999 + b"\x00\xff<"])
def test_signs_are_counted_alike_in_both_lanes(piece: bytes) -> None:
    assert count_fast(piece) == piece.count(b"<")
