"""The deck shows what the pictures show: for every kind of chart its names, words, colours, targets
and numbers, read from the XML of the deck and from the table of the chart."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pptx import Presentation

from analysis.charts import Chart, chart_gaps, chart_levels
from analysis.charts.numbers import read_targets
from analysis.charts.style import colour, own_colours, palette, standing_paint
from analysis.charts.words import Words
from analysis.measure import measure_levels
from analysis.reference import Corridor, Number, Points, Share, say
from analysis.slides import export_deck
from tests.chart_frames import FRAMES, YEARS, schools, transitions
from tests.charts import ABOUT, PLAUSIBLE, compared, office
from tests.decks import boxes, labels, plotted

LANGS = ("vi", "en")


def drawn(lang: str) -> dict[str, Chart]:
    """A chart of every kind."""
    gaps = compared(office(PLAUSIBLE), "education_level")
    return {name: make(lang=lang) for name, make in FRAMES.items()} | {
        "gaps": chart_gaps(gaps, target_id="K2", about=ABOUT, lang=lang),
        "progress": FRAMES["progress"](lang=lang, target_id="Q"),
        "progress-all": FRAMES["progress"](lang=lang),
    }


PAST = compared(schools(years=YEARS), "education_level")


@pytest.fixture(scope="module", params=LANGS)
def shown(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Language, charts, and the boxes of their deck."""
    lang = request.param
    path = tmp_path_factory.mktemp(lang) / "d.pptx"
    charts = drawn(lang)
    export_deck(charts, path)
    return lang, charts, boxes(Presentation(str(path)))


def fills(frame: Any) -> dict[str, str]:
    """The first colour of each series that is seen."""
    found = {}
    for series in frame.chart._chartSpace.xpath("//c:ser"):
        inks = series.xpath("./c:spPr//a:srgbClr/@val")
        found[series.xpath("string(./c:tx//c:v)")] = inks[0] if inks else ""
    return found


def bare(ink: str) -> str:
    return ink.lstrip("#")


def rows_of(table: pd.DataFrame) -> list[Any]:
    return table.to_dict("records")


def share_of(row: Any, total: str = "schools_total") -> Share:
    return Share(int(row["schools_count"]), int(row[total]))


def test_every_kind_with_a_form_has_it_and_the_others_are_pictures(shown: Any) -> None:
    _, charts, named = shown
    for name, chart in charts.items():
        assert named[f"acc:{name}"].has_chart == (chart.drawing is not None), name
    pictures = {chart.kind for chart in charts.values() if chart.drawing is None}
    assert pictures == {"units", "transitions", "completeness", "pace"}


def test_no_series_is_without_a_name_and_no_label_without_its_sign(shown: Any) -> None:
    lang, _, named = shown
    wrong = r"\d\.\d+%|\d\.\d điểm" if lang == "vi" else r"\d,\d%"
    for name, frame in named.items():
        if not getattr(frame, "has_chart", False):
            continue
        names = [s.xpath("string(./c:tx//c:v)") for s in frame.chart._chartSpace.xpath("//c:ser")]
        assert all(n.strip() for n in names) and len({*names}) == len(names), name
        assert not any(re.match(r"(?i)series|loạt \d", n) for n in names)
        said = [*labels(frame.chart).values(), *names, *frame.chart.plots[0].categories]
        assert not any(re.search(wrong, words) for words in said), name
        for code in frame.chart._chartSpace.xpath("//c:dLbls/c:numFmt/@formatCode"):
            assert "." not in code.replace('"."', ""), "no decimal sign of the viewer's"
            assert "#,##" not in code, "nor one of thousands"
        for code in frame.chart._chartSpace.xpath("//c:valAx/c:numFmt/@formatCode"):
            assert "0.0" not in code and "#,##" not in code


def test_letters_are_never_small(shown: Any) -> None:
    _, _, named = shown
    for frame in named.values():
        if getattr(frame, "has_chart", False):
            sizes = frame.chart._chartSpace.xpath("//@sz")
            assert sizes and min(map(int, sizes)) >= 1400


def test_levels(shown: Any) -> None:
    lang, charts, named = shown
    table, frame = charts["levels"].table, named["acc:levels"]
    inks = fills(frame)
    for standing, rows in table.groupby(table["standing"].astype(str)):
        name, counts = Words(lang).standing("kdclgd", standing), rows["schools_count"].tolist()
        if not any(counts):
            continue
        assert plotted(frame.chart)[name] == counts
        paint = standing_paint("kdclgd", standing)
        assert inks[name] == bare(paint.line if paint.pattern else paint.fill)
        pattern = frame.chart._chartSpace.xpath(f"//c:ser[c:tx//c:v='{name}']//a:pattFill")
        assert bool(pattern) == bool(paint.pattern)
    first = table[table["standing"].astype(str) == "1"]
    for category, row in zip(frame.chart.plots[0].categories, rows_of(first), strict=True):
        share = Share(int(row["reached_count"]), int(row["schools_total"]))
        group = Words(lang).group("education_level", str(row["group"]))
        assert category == f"{group}\n{share.text(lang)}"
    key = frame.chart._chartSpace.xpath("string(//c:catAx/c:title//a:t)")
    assert key == say("levels_column_kdclgd", lang, level=1)


def test_targets(shown: Any) -> None:
    lang, charts, named = shown
    chart = named["acc:targets"].chart
    values, said = plotted(chart), labels(chart)
    band = say("progress_band", lang)
    results, _ = read_targets(charts["targets"].table, "2024-2025", lang)
    for i, row in enumerate(rows_of(charts["targets"].table)):
        low, high = float(row["target_from"]), float(row["target_to"])
        assert values[say("deck_from", lang)][i] == low
        assert values[band][i] == pytest.approx(high - low)
        corridor = Corridor(low, high, int(row["decimals"]))
        assert said[band, i] == say("targets_band", lang, corridor=corridor)
        share = share_of(row)
        assert values[say("deck_share", lang)][i] == pytest.approx(float(share.percent))
        amount, off = said[say("deck_result", lang), i].split("\n")
        assert amount == share.text(lang, "plain") and off == results[i].off(Words(lang))
        assert chart.plots[0].categories[i].startswith(row[f"label_{lang}"] + "\n")
    assert fills(named["acc:targets"])[band] == bare(colour("bar.corridor"))
    assert fills(named["acc:targets"])[say("deck_share", lang)] == bare(colour("bar.measure"))


def test_gaps(shown: Any) -> None:
    lang, charts, named = shown
    chart = named["acc:gaps"].chart
    values, said = plotted(chart), labels(chart)
    rows = rows_of(charts["gaps"].table)
    corridor = Corridor(float(rows[0]["target_from"]), float(rows[0]["target_to"]), 0)
    target = say("targets_band", lang, corridor=corridor)
    inks = fills(named["acc:gaps"])
    for i, row in enumerate(rows):
        side = row["position"] if row["verdict"] in ("met", "not_met", "not_attainable") else ""
        for way in ("below", "above"):
            found = values.get(say(f"deck_gap_{way}", lang), [None] * len(rows))[i]
            assert found == (pytest.approx(row["gap_points"]) if side == way else None)
        assert share_of(row).text(lang, "plain") in said[target, i]
        if side in ("below", "above"):
            assert said[target, i].startswith(Points(row["gap_points"], 1).text(lang))
        assert str(row["schools_total"]) in chart.plots[0].categories[i]
    assert inks[say("deck_gap_below", lang)] == bare(colour("bar.below"))


@pytest.mark.parametrize("name", ["progress", "progress-all"])
def test_progress(shown: Any, name: str) -> None:
    lang, charts, named = shown
    table, chart = charts[name].table, named[f"acc:{name}"].chart
    values, said = plotted(chart), labels(chart)
    first = table["school_year"].min()
    result = say("deck_result", lang)
    for year in (first, "2024-2025"):
        rows = rows_of(table[table["school_year"] == year])
        shares = [float(share_of(row).percent) for row in rows]
        assert values[year] == pytest.approx(shares)
        form = "plain" if year != first else "short"
        for i, row in enumerate(rows):
            assert share_of(row).text(lang, form) in said[result, i]
        low = [float(row["target_from"]) for row in rows]
        assert values[say("deck_from", lang)] == low
    (band,) = [n for n in values if n in (say("progress_band", lang), *bands(table, lang))]
    widths = [float(row["target_to"]) - float(row["target_from"]) for row in rows]
    assert values[band] == pytest.approx(widths)
    steps = chart._chartSpace.xpath("//c:errBars/c:minus//c:v")
    ends = zip(values["2024-2025"], values[first], strict=True)
    rises = [max((now or 0) - (before or 0), 0) for now, before in ends]
    assert [float(step.text) for step in steps] == pytest.approx(rises)


def bands(table: pd.DataFrame, lang: str) -> list[str]:
    edges = {(row["target_from"], row["target_to"], row["decimals"]) for row in rows_of(table)}
    return [
        say("targets_band", lang, corridor=Corridor(float(a), float(b), int(c)))
        for a, b, c in edges
    ]


def test_sessions(shown: Any) -> None:
    lang, charts, named = shown
    table, frame = charts["sessions"].table, named["acc:sessions"]
    values, said = plotted(frame.chart), labels(frame.chart)
    for measure, ink in (("classes", "bar.measure"), ("pupils", "bar.second")):
        name = say(f"sessions_{measure}", lang)
        for i, row in enumerate(rows_of(table[table["measure"] == measure])):
            share = Share(int(row["two_sessions_count"]), int(row["whole_count"]))
            assert values[name][i] == pytest.approx(float(share.percent))
            assert said[name, i] == share.text(lang, "plain")
        assert fills(frame)[name] == bare(colour(ink))


def test_bridge(shown: Any) -> None:
    lang, charts, named = shown
    frame = named["acc:bridge"]
    table = charts["bridge"].table
    steps = [r for r in rows_of(table) if r["schools_count"] or r["step"] in ("start", "end")]
    said, values = labels(frame.chart), plotted(frame.chart)
    level = 0
    for i, row in enumerate(steps):
        count, whole = int(row["schools_count"]), row["step"] in ("start", "end")
        before, level = (0, count) if whole else (level, level + count)
        text = Number(count).text(lang) if whole else Points(count, 0).text(lang)
        assert said[say("deck_bridge_end", lang), i] == text
        seen = [values[say(f"deck_bridge_{part}", lang)][i] for part in ("level", "more", "less")]
        assert sum(v or 0 for v in seen) == abs(level - before)
        assert values[say("deck_bridge_below", lang)][i] == (0 if whole else min(before, level))
    for part, look in (("level", "whole"), ("more", "up"), ("less", "down")):
        paint = palette("change")[look]
        ink = paint.get("line", paint["fill"])
        assert fills(frame)[say(f"deck_bridge_{part}", lang)] == bare(ink)


def test_expiries(shown: Any) -> None:
    lang, charts, named = shown
    frame, table = named["acc:expiries"], charts["expiries"].table.dropna(subset="quarter_from")
    values, said = plotted(frame.chart), labels(frame.chart)
    quarters = [*dict.fromkeys(table["quarter"])]
    for level, rows in table.groupby("level"):
        name = Words(lang).standing("kdclgd", str(level))
        counts = rows.groupby("quarter", sort=False)["schools_count"].sum()
        assert values[name] == [int(counts.get(q, 0)) for q in quarters]
        assert fills(frame)[name] == bare(standing_paint("kdclgd", str(level)).fill)
    sums = table.groupby("quarter", sort=False)["schools_count"].sum()
    assert values[say("deck_total", lang)] == sums.tolist()
    names = frame.chart.plots[0].categories
    assert names[1] == f"{say('quarter_3', lang)}\n2025"
    strokes = {tuple(names[i].split("\n")): text for (_, i), text in said.items()}
    assert "31/10/2025" in strokes[say("quarter_4", lang), "2025"]
    assert "31/05/2026" in strokes[say("quarter_2", lang), "2026"]


def test_change(shown: Any) -> None:
    lang, charts, named = shown
    frame, chart = named["acc:change"], charts["change"]
    table = chart.table[chart.table["standing"].astype(str) == "1"]
    years, said = sorted(table["school_year"].unique()), labels(frame.chart)
    assert [*frame.chart.plots[0].categories] == [years[0], "2024-2025"]
    for group, rows in table.groupby(table["group"].astype(str)):
        name = Words(lang).group("education_level", group)
        shares = [
            Share(int(r["reached_count"]), int(r["schools_total"]))
            for r in sorted(rows_of(rows), key=lambda r: str(r["school_year"]))
        ]
        assert plotted(frame.chart)[name] == pytest.approx([float(s.percent) for s in shares])
        assert said[name, 0] == shares[0].text(lang, "plain")
        assert said[name, 1] == f"{name} {shares[1].text(lang, 'plain')}", "its name at the line"
        ink = colour("bar.measure" if group == "all" else "bar.line")
        assert fills(frame)[name] == bare(ink)


def test_path_has_a_chart_for_every_group(shown: Any) -> None:
    lang, charts, named = shown
    chart = charts["path"]
    groups = ["all", *(g for g in dict.fromkeys(chart.table["group"]) if g != "all")]
    low = float(chart.table["target_from"].iloc[0])
    for i, group in enumerate(groups):
        frame = named["acc:path" if not i else f"acc:path:body{i + 1}"]
        title = frame.chart._chartSpace.xpath("string(/c:chartSpace/c:chart/c:title//a:t)")
        assert title.startswith(Words(lang).group("education_level", group))
        values, inks = plotted(frame.chart), fills(frame)
        days = frame.chart._chartSpace.xpath("(//c:ser)[1]/c:cat//c:v/text()")
        years = [f"{dt.date(1899, 12, 30) + dt.timedelta(int(day)):%Y}" for day in days]
        for scenario, look in palette("scenarios").items():
            rows = chart.table[chart.table["group"].eq(group)]
            rows = rows[rows["scenario"].eq(scenario)]
            name = say(f"scenario_{scenario}", lang)
            if scenario == "past":
                before = PAST[PAST["group"].eq(group) & PAST["target_id"].eq("Q")]
                points = {
                    row["school_year"][-4:]: float(share_of(row).percent) for row in rows_of(before)
                }
            else:
                seen = Share(5, 9)
                if scenario == "past_rate":
                    name = say("scenario_past_rate_seen", lang, share=seen)
                points = {
                    str(row["as_of"].year): 100 * row["schools_count"] / row["schools_total"]
                    for row in rows_of(rows)
                }
            line = dict(zip(years, values[name], strict=True))
            assert {y: line[y] for y in points} == pytest.approx(points)
            assert inks[name] == bare(look["ink"])
            dashes = frame.chart._chartSpace.xpath(f"//c:ser[c:tx//c:v='{name}']//c:spPr//a:ds")
            assert len(dashes) >= len(look.get("dash", ())) // 2
        assert set(values[say("deck_from", lang)]) == {low}
        ends = chart.table[chart.table["group"].eq(group)].groupby("scenario", sort=False).tail(1)
        wanted = {share_of(row).text(lang, "short") for row in rows_of(ends)}
        assert set(labels(frame.chart).values()) == wanted


def test_own_colours_are_in_the_deck_too(tmp_path: Path) -> None:
    with own_colours("levels", ["#111111", "#222222"]):
        chart = chart_levels(
            measure_levels(office(PLAUSIBLE), scheme="kdclgd", by="education_level"), about=ABOUT
        )
    chart.colours = ("#111111", "#222222")
    named = boxes(Presentation(str(export_deck({"a": chart}, tmp_path / "d.pptx").path)))
    assert fills(named["acc:a"])["Cấp độ 2"] == "222222"


def test_levels_in_a_table_on_a_slide_are_called_as_their_scheme_calls_them(tmp_path: Path) -> None:
    words = {"kdclgd": ("Cấp độ", "Mức độ"), "cqg": ("Mức độ", "Cấp độ")}
    for scheme, (own, other) in words.items():
        export_deck({"moves": transitions(scheme=scheme)}, tmp_path / "d.pptx")
        frames = boxes(Presentation(str(tmp_path / "d.pptx"))).values()
        told = " ".join(
            cell.text
            for frame in frames
            if getattr(frame, "has_table", False)
            for row in frame.table.rows
            for cell in row.cells
        )
        assert own in told and other not in told
