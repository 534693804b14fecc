"""Tables as they are written down under `tests/truth/`, to be compared to the letter."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

TRUTH = Path(__file__).parent / "truth"
MISSING = "(missing)"


def written(table: pd.DataFrame) -> str:
    """A table as text; columns in which nothing stands are named below it. No table, no text."""
    if table.empty:
        return ""
    text = table.astype(object).where(table.notna(), MISSING).astype(str)
    held = [name for name in text if not text[name].isin(["", MISSING]).all()]
    blank = [f"{name}: {', '.join(text[name].unique())}" for name in text if name not in held]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(held)
    writer.writerows(text[held].itertuples(index=False))
    writer.writerows([line] for line in blank)
    return file.getvalue()


def differing(name: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[str, str]]:
    """The tables that are not what was written down: what they are, and what they should be."""
    files = {table: TRUTH / name / f"{table}.csv" for table in tables}
    wanted = {t: f.read_text(encoding="utf-8") if f.exists() else "" for t, f in files.items()}
    found = {table: written(rows) for table, rows in tables.items()}
    return {t: (found[t], wanted[t]) for t in tables if found[t] != wanted[t]}


def write_down(name: str, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write the tables down anew."""
    folder = TRUTH / name
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        file = folder / f"{table}.csv"
        file.unlink(missing_ok=True)
        if not rows.empty:
            file.write_text(written(rows), encoding="utf-8")
