"""Run a case, and check what must hold of every answer and of this one."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import re
import resource
import subprocess
import sys
import zipfile
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from analysis.clean import clean_schools
from analysis.cli import main
from analysis.export.contract import contract
from analysis.measure import CountedRows
from analysis.raw import read_raw
from analysis.reference import read_rules, read_targets
from analysis.work.counted import YearCounted
from tests.corpus.case import Case, Must, Place, plain
from tests.workbooks import HEADINGS, NAMES

PERIOD = ["--as-of", "2026-05-31", "--school-year", "2025-2026"]
RULES = read_rules().with_headings({}, PERIOD[3])
ROOT = Path(__file__).parents[2]
TARGETS = read_targets(ROOT / "data" / "targets" / "huong-tra-2022-2025.toml")
MOST_MEMORY = 700 * 2**20
MOST_SECONDS = 30
_PLACE = ("file", "sheet", "row")
_KEYS = {
    "accepted": {*_PLACE, "school", "values"},
    "doubts": {*_PLACE, "cell", "column", "value", "reason", "concerns"},
    "quarantined": {*_PLACE, "cell", "value", "reason"},
    "ignored": {*_PLACE, "reason"},
    "repairs": {"file", "sheet", "cell", "raw", "clean", "rule"},
    "figures": {"scheme", "base", "group", "k", "unclear", "n"},
    "verdicts": {"target_set", "target", "group", "k", "unclear", "n", "verdict", "needed"},
}
_FORMULA = re.compile(r"[=+@\t\r]|-(?!\d)")


def answer(case: Case, folder: Path) -> dict[str, Any]:
    """The answer of `accreditation check` to a case; what holds of every answer is checked."""
    inside = folder / "in"
    inside.mkdir()
    path = case.make(inside)
    if case.quick and not (case.exports or case.confined):
        return _quick(path, case.rows)
    before = _listing(folder)
    out, file = folder / "out", folder / "answer.json"
    call = ["check", str(path), "--json", str(file), *PERIOD]
    call += ["--out", str(out)] if case.exports else []
    code, screen = _confined(call) if case.confined else _here(call)
    assert code in (0, 2), f"exit {code}: {screen[-800:]}"
    assert "Traceback" not in screen
    new = {p for p in _listing(folder) - before if not p.startswith(("out/", "answer.json"))}
    assert new <= {"out"}, f"files outside the folder: {new}"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    assert (code == 2) == (found["status"] == "error")
    check_form(found)
    check_rows(found, path, case.rows, by_openpyxl=not case.confined)
    if case.exports and out.exists():
        check_exports(out, found)
    return found


def _quick(path: Path, rows: int | None) -> dict[str, Any]:
    """The answer without the screen."""
    raw = read_raw(path, RULES)
    cleaned, counted, day = None, None, dt.date.fromisoformat(PERIOD[1])
    if raw.tables:
        cleaned = clean_schools(raw, RULES, school_year=PERIOD[3], as_of=day)
        schools = CountedRows(cleaned.rows, cleaned.barred, day, RULES)
        counted = YearCounted(PERIOD[3], schools, TARGETS)
    found: dict[str, Any] = json.loads("".join(contract(raw, cleaned, RULES, counted)))
    check_form(found)
    check_rows(found, path, rows)
    return found


def _here(call: list[str]) -> tuple[int, str]:
    screen = io.StringIO()
    with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
        code = main(call)
    return code, screen.getvalue()


def _confined(call: list[str]) -> tuple[int, str]:
    """In a process of its own; more memory or time than allowed ends it."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))

    script = (
        "import re, sys; from analysis.cli import main; code = main(sys.argv[1:]); "
        "held = re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read()); "
        "print('MEMORY', held[1]); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *call],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=4 * MOST_SECONDS,
        preexec_fn=limit,
    )
    used = re.search(r"MEMORY (\d+)", done.stdout)
    assert used, f"exit {done.returncode}: {done.stderr[-800:]}"
    assert int(used[1]) * 1024 <= MOST_MEMORY, f"{int(used[1]) // 1024} MB"
    return done.returncode, done.stdout + done.stderr


def _listing(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}


def check_form(found: dict[str, Any]) -> None:
    """The document has the form of the contract."""
    assert set(found) == {"status", "errors", "warnings", *_KEYS}
    assert found["status"] in ("ok", "error", "skip")
    assert all(isinstance(w, str) and w for w in found["warnings"])
    assert all(
        e["message"] and set(e) <= {"message", "file", "sheet", "cell"} for e in found["errors"]
    )
    for name, keys in _KEYS.items():
        assert all(set(entry) == keys for entry in found[name]), name
    for row in found["accepted"]:
        assert all(v is None or type(v) in (str, int) for v in row["values"].values())
    assert all(q["reason"] and q["cell"] is not None for q in found["quarantined"])
    assert all(d["reason"] and d["cell"] and d["column"] for d in found["doubts"])
    assert all({*d["concerns"]} <= {"kdclgd", "cqg", "sessions"} for d in found["doubts"])
    assert all(type(row["school"]) is str for row in found["accepted"])
    for told in (*found["figures"], *found["verdicts"]):
        assert 0 <= told["k"] <= told["k"] + told["unclear"] <= told["n"]
    whole = {f["scheme"]: f["n"] for f in found["figures"] if f["group"] == "all"}
    schools = len({row["school"] for row in found["accepted"]})
    assert {*whole} == {f["scheme"] for f in found["figures"]}
    assert max(whole.values(), default=0) <= schools


def _place(entry: dict[str, Any]) -> tuple[str, str, int]:
    return entry["file"], entry["sheet"], entry["row"]


def check_rows(
    found: dict[str, Any], path: Path, rows: int | None, by_openpyxl: bool = True
) -> None:
    """Each row that holds a value has one fate, and no changed value lacks its repair."""
    fates = {n: [_place(e) for e in found[n]] for n in ("accepted", "quarantined", "ignored")}
    asides = set(fates["quarantined"])
    counted = Counter([*fates["accepted"], *asides, *fates["ignored"]])
    twice = [place for place, count in counted.items() if count > 1]
    assert not twice, f"rows with two fates: {twice[:5]}"
    _check_doubts(found)
    if rows is not None:
        assert len(counted) == rows, f"{len(counted)} of {rows} rows have a fate"
    if by_openpyxl and path.suffix.casefold() in (".xlsx", ".xlsm") and rows is None:
        _check_workbook(found, path, set(counted))


def _check_doubts(found: dict[str, Any]) -> None:
    """A cell in doubt has no value, in a row that is accepted, and was not repaired."""
    accepted = {_place(row): row["values"] for row in found["accepted"]}
    repaired = {(r["file"], r["sheet"], r["cell"]) for r in found["repairs"]}
    for doubt in found["doubts"]:
        assert accepted[_place(doubt)].get(doubt["column"]) is None, doubt
        assert (doubt["file"], doubt["sheet"], doubt["cell"]) not in repaired, doubt


def _check_workbook(found: dict[str, Any], path: Path, places: set[tuple[str, str, int]]) -> None:
    if found["status"] != "ok":
        return
    try:
        book = load_workbook(path, data_only=True)
    except Exception:  # openpyxl does not know all that is legal; then the case counts its rows
        return
    cells = {
        (path.name, sheet.title, cell.row, cell.column_letter): cell.value
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
        if cell.value is not None and str(cell.value).strip()
    }
    rows = {place[:3] for place in cells}
    assert places >= rows, f"rows without a fate: {sorted(rows - places)[:5]}"
    told = [*found["repairs"], *found["doubts"]]
    changed = {(r["file"], r["sheet"], r["cell"]) for r in told}
    headings = _headings(found, cells)
    for row in found["accepted"]:
        for heading, value in row["values"].items():
            column = headings.get((row["sheet"], heading))
            if column is None:
                continue
            raw = plain(cells.get((*_place(row), column)))
            same = raw == value or (row["file"], row["sheet"], f"{column}{row['row']}") in changed
            assert same, f"{column}{row['row']}: {raw!r} became {value!r} without a word"


def _headings(found: dict[str, Any], cells: dict[Any, Any]) -> dict[tuple[str, str], str]:
    """The columns of headings that stand in a sheet just as in the answer, in one place only."""
    heads = {(e["sheet"], e["row"]) for e in found["ignored"] if e["reason"].startswith("Hàng tên")}
    places: dict[tuple[str, str], set[str]] = {}
    for (_, sheet, row, column), value in cells.items():
        if (sheet, row) in heads and value in HEADINGS:
            places.setdefault((sheet, value), set()).add(column)
    return {key: columns.pop() for key, columns in places.items() if len(columns) == 1}


class _Dead(HTMLParser):
    """A page in which nothing runs and nothing is fetched."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert tag not in ("script", "iframe", "object", "embed"), self.path
        assert not any(name.startswith("on") for name in given), self.path
        source = given.get("src") or given.get("href") or given.get("xlink:href") or "#"
        assert source.startswith(("#", "data:image/")), f"{self.path}: {source}"


def check_exports(out: Path, found: dict[str, Any]) -> None:
    """Exports open again; nothing in them runs."""
    for path in out.rglob("*"):
        assert path.resolve().is_relative_to(out.resolve())
        if path.suffix == ".xlsx":
            assert not any(_formulas(path)) or "can_sua" in path.parts, path
        elif path.suffix == ".csv":
            text = path.read_text(encoding="utf-8-sig")
            assert not any(_FORMULA.match(c.strip('"')) for c in re.split(r"[,;\n]", text)), path
        elif path.suffix in (".html", ".svg"):
            _Dead(path).feed(path.read_text(encoding="utf-8"))
        elif path.suffix == ".png":
            assert path.read_bytes().startswith(b"\x89PNG")
    if found["accepted"]:
        assert list(out.glob("*.xlsx")) and list(out.glob("*.html"))


def _formulas(path: Path) -> list[str]:
    assert zipfile.ZipFile(path).testzip() is None
    book = load_workbook(path)
    cells = (c for s in book.worksheets for line in s.iter_rows() for c in line)
    return [c.coordinate for c in cells if c.data_type == "f"]


def failures(found: dict[str, Any], musts: tuple[Must, ...]) -> str:
    """Why the answer is none of those that may be; "" where it is one."""
    reasons = [_failure(found, must) for must in musts]
    return "" if not all(reasons) else " | ".join(reasons)


def _failure(found: dict[str, Any], must: Must) -> str:
    if found["status"] != must.status:
        return f"status {found['status']}: {[e['message'] for e in found['errors']][:2]}"
    errors = " ".join(e["message"] for e in found["errors"]).casefold()
    if must.error and not any(word.casefold() in errors for word in must.error.split("|")):
        return f"error is {errors!r}"
    aside = {_place(q): q for q in found["quarantined"]}
    if must.accepted is not None and (wrong := _accepted(found, must.accepted)):
        return wrong + "".join(f"; {q['reason']}" for q in list(aside.values())[:3])
    if must.aside is not None and len(must.aside) != len(aside):
        return f"aside: {[(q['row'], q['reason']) for q in aside.values()]}"
    for place, cell in (must.aside or {}).items():
        cells = [q["cell"] for q in found["quarantined"] if _same(place, _place(q))]
        if not cells or (cell and cell not in cells):
            return f"row {place} aside at {cells}, not {cell}"
    if must.doubts is not None and (wrong := _doubts(found, must.doubts)):
        return wrong
    schools = len({row["school"] for row in found["accepted"]})
    if must.schools is not None and schools != must.schools:
        return f"{schools} schools, not {must.schools}"
    return _told(found, must)


def _doubts(found: dict[str, Any], wanted: Any) -> str:
    for doubt in found["doubts"]:
        if not any(_same(place, _place(doubt)) for place in wanted):
            return f"{doubt['cell']} is in doubt: {doubt['reason']}"
    for place, cells in wanted.items():
        got = {d["cell"] for d in found["doubts"] if _same(place, _place(d))}
        if not got or (cells and got != {*cells.split()}):
            return f"in doubt of row {place}: {got}, not {cells}"
    return ""


def _told(found: dict[str, Any], must: Must) -> str:
    repaired = {r["cell"] for r in found["repairs"]}
    for cell in must.repaired:
        if cell not in repaired:
            return f"{cell} is not among the repairs {sorted(repaired)[:8]}"
    warnings = [w.casefold() for w in found["warnings"]]
    for word in must.warned:
        if not any(word.casefold() in w for w in warnings):
            return f"no warning of {word!r}: {warnings}"
    for word in must.unwarned:
        if any(word.casefold() in w for w in warnings):
            return f"a warning of {word!r}: {warnings}"
    rules = {r["rule"] for r in found["repairs"]}
    if lacking := {*must.repaired_rules} - rules:
        return f"no repair by {sorted(lacking)}: {sorted(rules)}"
    return "" if must.counted is None else _counted(found, must.counted)


def _counted(found: dict[str, Any], wanted: int) -> str:
    counted = [f["n"] for f in found["figures"] if (f["scheme"], f["group"]) == ("cqg", "all")]
    return "" if counted == [wanted] else f"{counted} schools are counted, not {wanted}"


def _accepted(found: dict[str, Any], wanted: Any) -> str:
    rows = found["accepted"]
    if len(rows) != len(wanted):
        return f"accepted rows {[r['row'] for r in rows]}, wanted {list(wanted)}"
    for place, values in wanted.items():
        row = next((r for r in rows if _same(place, _place(r))), None)
        if row is None:
            return f"row {place} is not accepted"
        for what, value in values.items():
            got = row["values"].get(NAMES[what])
            if isinstance(value, dt.datetime):
                value = value.date().isoformat()
            if got != value:
                return f"row {place} {what} is {got!r}, not {value!r}"
    return ""


def _same(wanted: Place, place: tuple[Any, ...]) -> bool:
    key = wanted if isinstance(wanted, tuple) else (wanted,)
    return place[-len(key) :] == key
