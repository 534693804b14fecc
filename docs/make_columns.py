"""Write the pages of the columns anew from the registry of tables: run this file.

A table stands there if an analyst meets it: a part of a school year or register, or made by a
public function. tests/test_docs.py sees that the pages are those of today.
"""

from __future__ import annotations

from pathlib import Path

import analysis as an
from analysis.notebook.register import Register
from analysis.notebook.school_year import SchoolYear
from analysis.reference import SCHEMES, say
from analysis.tables import Column, Table, column_of, own_columns, tables
from analysis.tables.words import in_word

FOLDER = Path(__file__).parent
PAGES = {"vi": "columns.vi.md", "en": "columns.md"}
_FIRST = ("schools", "sizes", "evidence", "places", "unclear", "levels", "comparison")
_WORDS = {
    "vi": (
        "# Các cột của các bảng",
        "[English](columns.md)",
        "Mỗi bảng của bộ công cụ, cách có được nó, và các cột của nó: tên trong pandas, tiêu đề mà"
        " người đọc thấy, loại dữ liệu, ý nghĩa. Trong sổ ghi chép: `an.explain(year.schools)`."
        " Trang này viết từ `analysis/tables/`; cột riêng của danh sách trường đứng cuối bảng"
        " `schools`.",
        "| Cột | Tiêu đề | Loại | Ý nghĩa |",
    ),
    "en": (
        "# The columns of the tables",
        "[Tiếng Việt](columns.vi.md)",
        "Every table of this package, how to come by it, and its columns: the name in pandas, the"
        " heading a reader sees, what its cells are, what they mean. In a notebook:"
        " `an.explain(year.schools)`. This page is written from `analysis/tables/`; a column of the"
        " school lists that no table names stands at the end of `schools`.",
        "| Column | Heading | Holds | Meaning |",
    ),
}


def met() -> list[Table]:
    """The tables an analyst meets, the first ones first."""
    first = [tables()[name] for name in _FIRST]
    return first + [t for t in tables().values() if t.name not in _FIRST and way_to(t)]


def way_to(table: Table) -> str:
    """How one comes by a table: by a function, from a year or register, else as a published file;
    "" where no analyst does."""
    name = table.maker.rpartition(".")[2]
    if not table.maker.startswith(".") and name in an.__all__:
        return f"an.{name}(…)"
    if table.maker.startswith("criteria."):
        return f"{table.maker}(…)"
    if table.name == name or table.published:
        for word, kind in (("year", SchoolYear), ("register", Register)):
            if hasattr(kind, name) or name in kind.__dataclass_fields__:
                return f"{word}.{name}"
    return f"so_lieu/{table.published[0].file}.csv" if table.published else ""


def page(lang: str) -> str:
    """The page of one language."""
    title, other, intro, head = _WORDS[lang]
    lines = [title, "", other, "", intro, ""]
    for table in met():
        facts = {"scheme": "/".join(in_word(s, ("scheme",), lang, "") for s in SCHEMES)}
        called = table.title(lang).format(**facts, by=column_of("group").heading(lang).lower())
        lines += [f"## {called}", "", f"`{way_to(table)}`", "", head, "|---|---|---|---|"]
        names = [*table.columns, *(own_columns() if table.name == "schools" else ())]
        lines += [_row(table.column(name), lang) for name in names] + [""]
    return "\n".join(lines).rstrip() + "\n"


def _row(column: Column, lang: str) -> str:
    holds, meaning = say(f"holds_{column.kind}", lang), column.meaning(lang).replace("|", "\\|")
    return f"| `{column.name}` | {column.heading(lang)} | {holds} | {meaning} |"


def main() -> None:
    """Write both."""
    for lang, name in PAGES.items():
        (FOLDER / name).write_text(page(lang), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
