"""Published targets and counts of other offices, against our own arithmetic."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.cli import main
from analysis.compare import attainable_counts, recompute_published
from analysis.reference import Target, read_reference, read_rules
from tests.workbooks import save, school

pytestmark = pytest.mark.truth

SHARED = Path(__file__).parents[2] / "shared" / "data"
RESOLUTION = read_reference(Path(__file__).parents[1]).targets("huong-tra-2022-2025")
PARTS = {part.id: part for part in RESOLUTION.parts}


def table(name: str) -> pd.DataFrame:
    path = SHARED / name
    if not path.exists():
        pytest.skip("the published figures are not beside this checkout")
    with path.open(encoding="utf-8", newline="") as file:
        return pd.DataFrame(csv.DictReader(file))


def at_least(percent: float, decimals: int = 0) -> Target:
    return replace(PARTS["Q"], from_percent=percent, to_percent=100, decimals=decimals)


def test_our_target_set_says_what_was_published() -> None:
    published = table("vn_published_targets.csv").query("target_id == 'T01'")
    rows = published.to_dict("records")
    edges = {r["measure"]: [float(r[f"target_{end}_pct"]) for end in ("low", "high")] for r in rows}
    ours = {i: [part.from_percent, part.to_percent] for i, part in PARTS.items()}
    assert edges["KDCLGD>=1"] == ours["K1"]
    assert edges["KDCLGD=2"] == ours["K2"]
    assert edges["KDCLGD=3"] == ours["K3"]
    assert edges["CQG 1 or 2"][0] == ours["Q"][0]


def test_every_published_target_for_2030_is_quoted_and_those_of_schools_are_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each row is one target, of its document, source and day; what speaks of schools (CQG) is
    judged by `check`, the rest is asked of the office's own sheet."""
    rows = table("vn_targets_2030.csv").to_dict("records")
    for name, scope in (("viet-nam-2030", "cả nước"), ("hue-2030", "thành phố Huế")):
        targets = read_reference(tmp_path).targets(name)
        assert targets.deadline.isoformat() == "2030-12-31"
        own = [row for row in rows if row["scope"] == scope]
        assert own and {row["deadline"] for row in own} == {"2030"}
        checked = checked_verdicts(tmp_path, name, capsys)
        found = []
        for target in targets.targets:
            ids = [m["id"] for m in target.get("measure", ())]
            ids += [
                level["id"] for p in target.get("part", ()) for level in p.get("level_target", [p])
            ]
            wanted = {part.id: part for part in targets.parts}
            edges = {m["id"]: m["at_least"] for m in target.get("measure", ())}
            for one in ids:
                part = wanted.get(one)
                assert (part is None) or one in checked, f"check does not measure {one}"
                edge = f"{part.from_percent if part else edges[one]:g}"
                over = " (trên)" if part and part.exclusive == "from" else ""
                levels = part.education_levels if part else ()
                assert target["quote_shortened"] and edge in target["quote"]
                found.append((target, one, edge + over, levels))
        for row in own:
            mine = [f for f in found if f[2] == row["from_percent"] and is_of(row, *f)]
            assert len(mine) == 1, row
            found.remove(mine[0])
        assert not found, "a target that no row has"


def is_of(
    row: Mapping[Any, Any], target: Mapping[str, Any], one: str, edge: str, levels: tuple[str, ...]
) -> bool:
    """Whether a target is the one of a row: its document, source, day and schools."""
    day = str(target.get("date", "")) or str(target["source"])
    year, month = row["date"].split("-")[:2]
    same = target["document"] == row["document"] and str(target["source"]).startswith(row["source"])
    if not same or not (day == row["date"] or f"{month}/{year}" in day):
        return False
    if not row["indicator"].startswith("CQG"):
        return bool(target.get("measure"))
    said = row["education_level"]
    if said.startswith("phổ thông"):
        return {*levels} == {*read_rules().education_levels} - {"MN", "GDTX"}
    return levels == () if said == "tất cả" else levels[:1] == (said,)


def checked_verdicts(
    home: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> dict[str, dict[str, object]]:
    """What `check` says of the targets of an office whose year names a set of the package."""
    raw = home / "data" / "raw" / "2025-2026"
    raw.mkdir(parents=True, exist_ok=True)
    levels = ["Mầm non", "Tiểu học", "THCS", "TH&THCS", "THPT", "THCS&THPT"]
    save(raw / "a.xlsx", [
        school(n, level=level, name=f"Trường {level} Số {n}")
        for n, level in enumerate(levels, 1)
    ])  # fmt: skip
    settings = f'school_year = "2025-2026"\nas_of = 2026-05-31\ntarget_set = "{name}"\n'
    (home / "data" / "years").mkdir(exist_ok=True)
    (home / "data" / "years" / "2025-2026.toml").write_text(settings, encoding="utf-8")
    assert main(["check", str(raw), "--home", str(home), "--json", str(home / "x.json")]) == 0
    told = capsys.readouterr().out
    targets = json.loads((home / "x.json").read_text(encoding="utf-8"))["verdicts"]
    for part in read_reference(home).targets(name).parts:
        assert part.label_vi in told
    return {row["target"]: row for row in targets if row["group"] == "all"}


def test_every_published_target_is_a_corridor_of_schools() -> None:
    for row in table("vn_published_targets.csv").to_dict("records"):
        low, high = (float(row[f"target_{end}_pct"]) for end in ("low", "high"))
        part = replace(PARTS["K2"], from_percent=low, to_percent=high, decimals=1)
        counts = attainable_counts(1000, part)
        assert abs(counts.start - 10 * low) <= 1 and abs(counts.stop - 1 - 10 * high) <= 1


def test_what_is_lacking_of_a_published_target_is_named() -> None:
    counts = table("vn_published_counts.csv")
    targets = table("vn_published_targets.csv").query("target_id in ['T05', 'T07']")
    lacking = {}
    for target in targets.to_dict("records"):
        row = counts[counts.area == target["area"]].to_dict("records")[0]
        part = at_least(float(target["target_low_pct"]))
        wanted = attainable_counts(int(row["total_schools"]), part)
        lacking[target["area"]] = wanted.start - int(row["achieved"])
    # Hương Thủy wrote "at least 4 more schools": of 48 schools 37 and 4 are 85,4%, six are needed.
    assert lacking == {"Hương Thủy": 6, "Đồng Hỷ": 5}
    note = targets[targets.area == "Hương Thủy"].note.iloc[0]
    said = re.search(r"at least (\d+) more", note)
    assert said is not None and int(said[1]) < lacking["Hương Thủy"]


def test_published_percentages_come_out_of_their_counts_or_are_named() -> None:
    found = recompute_published(table("vn_published_counts.csv"))
    stated = found[found.check != ""]
    agreeing = stated[stated.check != "contradicts"]
    exact = agreeing[agreeing.pct_qualifier == "exact"]
    printed = exact.pct_published.astype(float)
    assert ((exact.recomputed_percent - printed).abs() < 0.1).all() and len(exact) == 10
    named = stated[stated.check == "contradicts"][["area", "phase", "achieved", "total_schools"]]
    assert named.to_numpy().tolist() == [
        ["Việt Nam", "TH", "8167", "15081"],
        ["Việt Nam", "THPT", "726", "2813"],
        ["Hương Thủy", "ALL", "37", "48"],
    ]
