"""What headlines, alt texts and sentences claim holds however what is unclear turns out.

The random offices and the plain Python of tests/test_verdicts.py, which completes them in every
way: blanks, doubts, rows set aside, unclear bases and groups, before and after the last day of the
targets. Only the pictures themselves are not drawn here. Many more offices are tried by hand:

    python -m pytest tests/test_headlines.py --hypothesis-profile=by_hand
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis.charts as charts
from analysis.charts import Chart, NothingToDraw, tell_chart
from analysis.charts.gaps import reach
from analysis.charts.numbers import TargetRow, read_gaps
from analysis.charts.words import Words
from analysis.compare import compare_scenarios, compare_to_targets
from analysis.measure import list_expiries, measure_expiries, measure_levels
from analysis.reference import About, Target, TargetSet, read_rules
from tests.charts import ABOUT, CONCLUDES
from tests.frames import held, school
from tests.test_verdicts import (
    BASES,
    LEVELS,
    RESOLUTION,
    SUITE,
    YEARS,
    Group,
    Row,
    group_of,
    judged,
    offices,
    place,
    split,
    targets,
)

pytestmark = pytest.mark.truth

EXAMPLES = settings(max_examples=60 if SUITE else settings().max_examples)
LANG = st.sampled_from(["vi", "en"])
BY = st.sampled_from(["education_level", "unit"])
DEADLINES = st.sampled_from([dt.date(2025, 12, 31), dt.date(2027, 12, 31)])
_DRAWN = ("targets", "gaps", "progress", "path", "levels", "units", "change", "expiries")


@pytest.fixture(scope="module", autouse=True)
def without_pictures() -> Iterator[None]:
    """Charts with their words and numbers, but nothing in the frame."""

    def bare(kind: str, w: Words, preset: str, table: Any, told: Any, *_: object) -> Chart:
        return Chart(preset, table=table, about=w.about, lang=w.lang, kind=kind, **told)

    with pytest.MonkeyPatch.context() as patch:
        for kind in _DRAWN:
            patch.setattr(f"analysis.charts.{kind}.drawn", bare)
        yield


class Truth(NamedTuple):
    """A target in a group: its completions, and what they all agree on."""

    part: Target
    group: Group
    verdict: str
    needed: tuple[Any, Any]

    @property
    def pairs(self) -> set[str]:
        """Its share as it may be written."""
        return {f"{self.group.k}/{self.group.n}"}

    def always(self, side: int) -> bool:
        """Whether every completion lies there: 0 within, 1 above."""
        return all(n and place(k, n, self.part) == side for k, n in self.group.completions)


def truth_of(year: list[Row], part: Target, by: str | None, group: str, late: bool) -> Truth:
    found = group_of(year, part, by, group)
    verdict, *needed = judged(found, part, late=late)
    return Truth(part, found, verdict, (needed[0], needed[1]))


@st.composite
def parts_of(draw: Any) -> tuple[Target, ...]:
    """The targets of the resolution or others, each with a label of its own."""
    some = draw(
        st.one_of(st.just([*RESOLUTION.parts]), st.lists(targets(), min_size=1, max_size=3))
    )
    return tuple(
        replace(part, id=f"T{i}", label_vi=f"P{i}", label_en=f"P{i}") for i, part in enumerate(some)
    )


def about_of(year: str) -> About:
    return replace(ABOUT, school_year=year, as_of=YEARS[year].date())


def states(year: list[Row], scheme: str) -> bool:
    return any(row[f"{scheme}_result"] is not None for row in year)


def items_of(text: str) -> list[str]:
    """The parts between signs, where no bracket is open."""
    items, level = [""], 0
    for piece in re.split(r"([()]|[;:] |\. |, (?=dưới|below))", text):
        level += (piece == "(") - (piece == ")")
        if level == 0 and piece[:1] in (";", ":", ".", ",") and piece[1:2] == " ":
            items.append("")
        else:
            items[-1] += piece
    return [item for item in items if item]


# What words say of a verdict, in both languages.
SAYS = {
    "met": r"đạt chỉ tiêu|đạt khi làm tròn|trong khoảng|trên khoảng|target reached|within the range"
    r"|above the range|reached once",
    "not_met": r"thiếu (?:\d|nhiều)|chưa đạt|dưới chỉ tiêu|\d schools? short|lacks most|not reached"
    r"|below (?:its|the) target",
    "not_attainable": r"[Kk]hông số trường nào vừa|[Nn]o number of schools",
    "open": r"chưa kết luận được|\bopen\b",
    "reference": r"tham khảo|for reference",
}


def check_words(words: str, truth: Truth) -> None:
    """Words on one target in one group claim only what every completion says of it."""
    words = re.sub(r"chưa đạt chỉ tiêu", "chưa đạt", words)
    for verdict, pattern in SAYS.items():
        assert not re.search(pattern, words) or truth.verdict == verdict, (words, truth)
    if truth.verdict in ("open", "reference", "no_schools"):
        assert not CONCLUDES.search(words), (words, truth)
    if found := re.search(r"thiếu (\d+)(?: đến (\d+))?|(\d+)(?: to (\d+))? schools? short", words):
        numbers = [int(n) for n in found.groups() if n]
        assert (numbers[0], numbers[-1]) == truth.needed, (words, truth)
    if re.search(r"trên khoảng|above the range", words):
        assert truth.always(1), (words, truth)
    if re.search(r"trong khoảng|within the range|làm tròn|once rounded", words):
        assert truth.always(0), (words, truth)


def check_order(said: str) -> None:
    """That no number of schools would do is said before any school is said to be lacking."""
    beyond = re.search(SAYS["not_attainable"], said)
    blamed = re.search(SAYS["not_met"], said)
    assert not (beyond and blamed) or beyond.start() < blamed.start(), said


def check_shares(words: str, allowed: set[str]) -> None:
    """Every k/n is one of those of the table."""
    assert set(re.findall(r"(?<![/\d])\d+/\d+(?![/\d])", words)) <= allowed, (words, allowed)


def check_named(text: str, truths: Mapping[str, Truth]) -> None:
    """Each item of an alt text or a sentence that begins with a name."""
    told = ""
    for item in items_of(text):
        named = [name for name in truths if re.match(rf"{re.escape(name)}(?![\w&])", item)]
        told = named[0] if named else told
        if told:
            check_words(item, truths[told])
            check_shares(item, truths[told].pairs)


def check_late(chart: Chart, told: Any) -> None:
    word = {"vi": "tham khảo", "en": "for reference"}[chart.lang]
    for said in (chart.headline, chart.alt, str(told), str(tell_chart(chart))):
        assert word in said, said
        assert not CONCLUDES.search(said), said


@EXAMPLES
@given(offices(), parts_of(), DEADLINES, LANG)
def test_targets(rows: list[Row], parts: tuple[Target, ...], end: dt.date, lang: str) -> None:
    wanted = replace(RESOLUTION, parts=parts, deadline=end)
    for year, some in split(rows):
        about: dict[str, Any] = {"about": about_of(year), "lang": lang}
        table = compare_to_targets(held(*rows, as_of=YEARS), wanted)
        stated = [part for part in parts if states(some, part.scheme)]
        chart = charts.chart_targets(table, **about)
        assert isinstance(chart, NothingToDraw) == (not stated)
        if not stated:
            continue
        late = about["about"].as_of > end
        truths = {p.label_vi: truth_of(some, p, None, "all", late) for p in stated}
        told = charts.tell_targets(table, **about)
        check_named(chart.alt, truths)
        check_shares(chart.headline, set().union(*(t.pairs for t in truths.values())))
        for claim in re.split(r"; (?![^(]*\))", chart.headline):
            check_claim(claim, truths)
        check_order(chart.headline)
        check_order(" ".join(told.lines[1:]))
        beyond = [t for t in truths.values() if t.verdict == "not_attainable"]
        if not any(t.verdict == "reference" for t in truths.values()):
            assert bool(beyond) == bool(re.search(SAYS["not_attainable"], chart.headline))
        for line in told.lines:
            check_claim(line, truths)
        if any(t.verdict == "reference" for t in truths.values()):
            check_late(chart, told)


def check_claim(claim: str, truths: Mapping[str, Truth]) -> None:
    """A clause that says one thing of all the targets it names."""
    of = {v: [t for t in truths.values() if t.verdict == v] for v in [*SAYS, "no_schools"]}
    if re.search(r"đều đạt|targets on schools are reached", claim):
        assert len(of["met"]) == len(truths)
    counted = {
        "open": r"hưa kết luận được (\d+) trong|(\d+) of \d+ targets open|\b(\d+) chưa kết luận",
        "not_met": r"(\d+) trong \d+ chỉ tiêu chưa đạt|(\d+) of \d+ targets are not"
        r"|\b(\d+) chưa đạt",
        "met": r"(?<!chưa )(?<!trong )\b(\d+) đạt\b|(\d+) reached",
    }
    for verdict, pattern in counted.items():
        for found in re.finditer(pattern, claim):
            (number,) = (int(n) for n in found.groups() if n)
            assert number == len(of[verdict]), (claim, truths)
    start = re.split(r"[:.]", claim)[0]
    for name in re.findall(r"P\d", claim):
        truth = truths[name]
        words = start if name not in start else claim
        if re.search(r"^Đến ngày|^On ", claim):
            continue
        for verdict in ("open", "not_attainable"):
            assert not re.search(SAYS[verdict], start) or truth.verdict == verdict, claim
        if re.search(r"chưa đạt|dưới chỉ tiêu|not reached|below|Not yet reached", start):
            assert truth.verdict == "not_met", (claim, truth)
        elif re.match(r"Đã đạt|Đạt và|Reached", start):
            assert truth.verdict == "met", (claim, truth)
        if re.search(r"trên khoảng|above the range", words):
            assert truth.always(1), (claim, truth)


@EXAMPLES
@given(offices(), parts_of(), DEADLINES, BY, LANG)
def test_gaps(rows: list[Row], parts: tuple[Target, ...], end: dt.date, by: str, lang: str) -> None:
    table = compare_to_targets(
        held(*rows, as_of=YEARS), replace(RESOLUTION, parts=parts, deadline=end), by=by
    )
    for (year, some), part in product(split(rows), parts):
        how: dict[str, Any] = {"about": about_of(year), "lang": lang, "target_id": part.id}
        chart, told = charts.chart_gaps(table, **how), charts.tell_gaps(table, **how)
        assert isinstance(chart, NothingToDraw) == (not states(some, part.scheme))
        if isinstance(chart, NothingToDraw):
            assert str(told) == chart.headline
            continue
        late = how["about"].as_of > end
        groups = {*table[table.target_id == part.id].group}
        truths = {g: truth_of(some, part, by, g, late) for g in groups}
        named = {Words(lang).group(by, g): t for g, t in truths.items()}
        check_named(chart.alt.partition(": ")[2], named)
        for line in told.lines:
            check_named(line.partition(": ")[2], named)
        check_shares(chart.headline, set().union(*(t.pairs for t in truths.values())))
        said = chart.headline.removeprefix(f"{part.label_vi}: ")
        check_axis(read_gaps(table, year, part.id, lang)[0], part)
        check_order(said)
        check_order(" ".join(told.lines[1:]))
        check_groups(said, {Words(lang).in_text(by, g): t for g, t in truths.items() if g != "all"})
        if any(t.verdict == "reference" for t in truths.values()):
            check_late(chart, told if truths["all"].group.n else tell_chart(chart))
        if not truths["all"].group.n:
            sure = not truths["all"].group.base_unclear
            assert bool(re.search(r"không có trường nào|no school is", str(told))) == sure
            assert len(told.lines) == 1


def check_axis(rows: list[TargetRow], part: Target) -> None:
    """Every bar ends on the axis, which does not reach where no share can lie, and has a side only
    where there are bars, if there are any."""
    left, right, _ = reach(rows)
    gaps = [row.gap for row in rows if row.position in ("below", "above")]
    assert left + right > 0
    assert -left - 1e-9 <= min(gaps, default=0) and max(gaps, default=0) <= right + 1e-9
    assert left <= max(part.from_percent, 1) and right <= 100 - part.to_percent + 1e-9
    if gaps:
        assert bool(left) == (min(gaps) < 0) and bool(right) == (max(gaps) > 0)


def check_groups(said: str, truths: Mapping[str, Truth]) -> None:
    """The headline of gaps: what each clause says of the groups it names or counts."""
    below = [t for t in truths.values() if t.verdict == "not_met"]
    if re.search(r"^không [^;]* nào dưới|^no [^;]* is below", said):
        assert all(t.verdict in ("met", "no_schools") for t in truths.values()), (said, truths)
        return
    if found := re.search(r"(\d+)(?: trong \d+| of \d+)? \S+(?: \S+)? (?:dưới|are below)", said):
        assert int(found[1]) == len(below), (said, truths)
    if re.search(r"(?:^|; )(?:chỉ|only) ", said):
        assert len(below) == 1
        assert {t.verdict for t in truths.values()} <= {"not_met", "met", "no_schools"}
    if most := re.search(r"; (\S[^;]*?) (?:thiếu nhiều nhất|lacks most)", said):
        mine = truths[most[1]]
        others = [t.needed[1] for t in below if t is not mine]
        assert all(mine.needed[0] > other for other in others), (said, truths)
    for clause in re.split(r"; (?![^(]*\))", said):
        for name, truth in truths.items():
            if re.search(rf"(?<![\w&]){re.escape(name)}(?![\w&])", clause):
                check_words(clause, truth)


@EXAMPLES
@given(offices(), LANG, BY, st.sampled_from([*LEVELS]), st.sampled_from([*BASES, None]))
def test_levels_and_units(
    rows: list[Row], lang: str, by: str, scheme: str, base: str | None
) -> None:
    table = measure_levels(held(*rows, as_of=YEARS), scheme=scheme, by=by, base=base)
    usual = base or read_rules().default_base(scheme)
    asked = replace(RESOLUTION.parts[0], scheme=scheme, level=1, reading="at_least", base=usual)
    for year, some in split(rows):
        how: dict[str, Any] = {"about": about_of(year), "lang": lang}
        found = charts.chart_levels(table, **how), charts.chart_units(table, **how)
        assert {isinstance(c, NothingToDraw) for c in found} == {not states(some, scheme)}
        told = charts.tell_levels(table, **how)
        if not states(some, scheme):
            assert {str(told)} == {c.headline for c in found}
            continue
        groups = {g: group_of(some, asked, by, g) for g in {*table.group}}
        total = groups["all"]
        for chart in found:
            check_levels(chart.headline, total, groups)
            for name, group in ((Words(lang).group(by, g), g) for g in groups):
                for share in re.findall(rf"(?<![\w&]){re.escape(name)}: (\d+/\d+)", chart.alt):
                    assert share == f"{groups[group].k}/{groups[group].n}"
        check_shares(found[0].headline, {f"{total.k}/{total.n}"})
        check_shares(
            str(told.lines[0]), {f"{total.k}/{total.n}", *re.findall(r"\d+/\d+/", str(told))}
        )


def check_levels(said: str, total: Group, groups: Mapping[str, Group]) -> None:
    rest = total.n - total.k - total.unclear
    if re.search(r"^(Cả|All) \d+ .*(đều|are)|^Ở cả|^In all", said):
        assert all(k == n for k, n in total.completions), (said, total)
    if re.search(r"chưa có trường nào|none is", said):
        assert all(k == 0 for k, n in total.completions), (said, total)
    if found := re.search(r"; (\d+) (?:trường chưa rõ|schools? unclear)", said):
        assert int(found[1]) == total.unclear
    if found := re.search(r"(\d+) trường còn lại|the other (\d+)\b", said):
        assert int(found[1] or found[2]) == rest
    if found := re.match(r"(\d+) trong (\d+) .* chưa đạt|(\d+) of (\d+) .* are not yet", said):
        numbers = tuple(int(n) for n in found.groups() if n)
        assert numbers == (rest, total.n), (said, total)
    if re.search(r"nhiều nhất|the most in|the largest part", said):
        assert all(len(group.completions) == 1 for group in groups.values()), (said, groups)


class Way(NamedTuple):
    """How a share changed in every completion: rose, fell, same; "" where they differ."""

    before: Group
    now: Group

    @property
    def way(self) -> str:
        shares = [{Fraction(k, n) for k, n in g.completions if n} for g in self]
        if not all(shares):
            return ""
        signs = {(b > a) - (b < a) for a in shares[0] for b in shares[1]}
        return {1: "rose", -1: "fell", 0: "same"}[signs.pop()] if len(signs) == 1 else ""


WAYS = {
    "rose": r"tăng từ|up from|rose from",
    "fell": r"giảm từ|down from|fell from",
    "same": r"không đổi|unchanged|did not change",
}


def check_way(said: str, way: Way) -> None:
    for name, pattern in WAYS.items():
        assert not re.search(pattern, said) or way.way == name, (said, way)


NUMBER = re.compile(
    r"(?:số trường|mẫu số) từ (\d+) (?:còn|lên) (\d+)|(\d+) schools now, (\d+) before"
)


def numbers_of(said: str) -> set[tuple[int, int]]:
    """The numbers of schools before and now, where it is said that they changed."""
    vi = {(int(m[1]), int(m[2])) for m in NUMBER.finditer(said) if m[1]}
    return vi | {(int(m[4]), int(m[3])) for m in NUMBER.finditer(said) if m[3]}


def moved_by_number(way: Way) -> set[tuple[int, int]]:
    """The numbers before and now where more schools came or went than count more or fewer, or where
    the share stayed as it was although they did."""
    old, new = way
    if not old.n or not new.n or old.n == new.n or old.base_unclear or new.base_unclear:
        return set()
    is_told = abs(new.n - old.n) > abs(new.k - old.k) or old.k * new.n == new.k * old.n
    return {(old.n, new.n)} if is_told else set()


def two_years(rows: list[Row]) -> dict[str, list[Row]]:
    found = dict(split(rows))
    return found if len(found) == 2 else {}


@EXAMPLES
@given(offices().filter(two_years), LANG, st.sampled_from([*LEVELS]))
def test_change(rows: list[Row], lang: str, scheme: str) -> None:
    years, asked = two_years(rows), RESOLUTION.parts[0]
    base = read_rules().default_base(scheme)
    asked = replace(asked, scheme=scheme, level=1, reading="at_least", base=base)
    table = measure_levels(held(*rows, as_of=YEARS), scheme=scheme, by="education_level")
    chart = charts.chart_change(table, about=about_of("2025-2026"), lang=lang)
    if not all(states(some, scheme) for some in years.values()):
        assert isinstance(chart, NothingToDraw) and chart.headline
        return
    ways = {
        group: Way(*(group_of(some, asked, "education_level", group) for some in years.values()))
        for group in {*table.group}
    }
    start, _, most = chart.headline.partition("; tăng" if lang == "vi" else "; the largest")
    check_way(start, ways["all"])
    if all(group.n for group in ways["all"]):
        assert numbers_of(start) == moved_by_number(ways["all"]), (start, ways["all"])
    check_shares(start, {f"{g.k}/{g.n}" for g in ways["all"]})
    if most:
        both = [group for way in ways.values() for group in way]
        assert all(len(group.completions) == 1 for group in both), (chart.headline, ways)
        assert ways["all"].way == "rose"
        named = {Words(lang).in_text("education_level", g): w for g, w in ways.items()}
        (way,) = (w for n, w in named.items() if re.match(rf"[^:]*: {re.escape(n)}, ", most))
        assert numbers_of(most) == moved_by_number(way), (chart.headline, way)


@EXAMPLES
@given(offices().filter(two_years), parts_of(), DEADLINES, LANG)
def test_progress(rows: list[Row], parts: tuple[Target, ...], end: dt.date, lang: str) -> None:
    years, (first, now) = two_years(rows), YEARS
    wanted = replace(RESOLUTION, parts=parts, deadline=end)
    table = compare_to_targets(held(*rows, as_of=YEARS), wanted, by="education_level")
    late = YEARS[now].date() > end
    how: dict[str, Any] = {"about": about_of(now), "lang": lang}
    stated = [part for part in parts if states(years[now], part.scheme)]
    truths = {p.label_vi: truth_of(years[now], p, None, "all", late) for p in stated}
    ways = {
        p.label_vi: Way(*(group_of(years[y], p, None, "all") for y in (first, now)))
        for p in stated
        if states(years[first], p.scheme)
    }
    for part in stated:
        chart = charts.chart_progress(table, target_id=part.id, **how)
        check_words(chart.headline, truths[part.label_vi])
        if part.label_vi in ways:
            way = ways[part.label_vi]
            check_way(chart.headline, way)
            check_shares(chart.headline, {f"{g.k}/{g.n}" for g in way})
            if way.now.n:
                assert numbers_of(chart.headline) == moved_by_number(way), (chart.headline, way)
        if truths[part.label_vi].verdict == "reference":
            check_late(chart, tell_chart(chart))
    every = charts.chart_progress(table, **how)
    assert isinstance(every, NothingToDraw) == (not stated)
    verdicts = [truth.verdict for truth in truths.values()]
    if rose := re.match(r"(\d+) (?:trong|of) (\d+)", every.headline):
        found = [way.way for way in ways.values()]
        assert [int(n) for n in rose.groups()] == [found.count("rose"), len(found)]
        assert "" not in found
        assert numbers_of(every.headline) == set().union(*map(moved_by_number, ways.values()))
    if below := re.search(r"; (\d+) (?:chỉ tiêu chưa|targets are not)", every.headline):
        assert int(below[1]) == verdicts.count("not_met")
        assert not {"open", "reference"} & {*verdicts}
    if re.search(r"mọi chỉ tiêu đều đạt|all targets are reached", every.headline):
        assert {*verdicts} == {"met"}
    if "reference" in verdicts:
        check_late(every, tell_chart(every))


ENDS = [pd.Timestamp(2026, 1, 1), pd.Timestamp(2026, 7, 1), pd.Timestamp(2029, 1, 1), None]


@EXAMPLES
@given(offices(), parts_of(), DEADLINES, LANG, st.data())
def test_path(
    rows: list[Row], parts: tuple[Target, ...], end: dt.date, lang: str, data: Any
) -> None:
    if not rows:
        return
    for row, scheme in product(rows, LEVELS):
        if row[f"{scheme}_result"] in ("recognised", "level_unknown"):
            row[f"{scheme}_expiry"] = data.draw(st.sampled_from(ENDS[-3:]))
    year, some = [*split(rows)][-1]
    day = YEARS[year] + pd.DateOffset(years=1)
    wanted: TargetSet = replace(RESOLUTION, parts=parts, deadline=end)
    table = compare_scenarios(
        held(*rows, as_of=YEARS), wanted, rules=read_rules(), until=1, by="education_level"
    )
    for part in parts:
        how: dict[str, Any] = {"about": about_of(year), "lang": lang}
        chart = charts.chart_path(table, target_id=part.id, **how)
        told = charts.tell_outlook(table, target_id=part.id, **how)
        if isinstance(chart, NothingToDraw):
            assert str(told) == chart.headline
            continue
        late = day.date() > end
        ways = {
            "none": truth_of([_lapsed(row, day) for row in some], part, None, "all", late),
            "all": truth_of(some, part, None, "all", late),
        }
        said = chart.headline
        check_shares(said, ways["none"].pairs | ways["all"].pairs)
        verdicts = {name: way.verdict for name, way in ways.items()}
        if re.search(r"vẫn dưới chỉ tiêu|below the target even", said):
            assert verdicts["all"] == "not_met", (said, verdicts)
        elif re.search(r"dù không trường nào|even without renewal", said):
            assert verdicts["none"] == "met", (said, verdicts)
        elif re.search(r"dưới chỉ tiêu|below the target", said):
            assert verdicts == {"none": "not_met", "all": "met"}, (said, verdicts)
        else:
            assert not CONCLUDES.search(said) or {*verdicts.values()} == {"not_attainable"}
        if "reference" in verdicts.values():
            check_late(chart, told)
        names = {"vi": ("không công nhận lại", "công nhận lại hết"), "en": ("none", "all")}[lang]
        for name, way in zip(names, ways.values(), strict=True):
            for item in items_of(chart.alt):
                if item.startswith(name) and way.group.n:
                    check_words(item, way)
                    check_shares(item, way.pairs)


def _lapsed(row: Row, day: pd.Timestamp) -> Row:
    """The school on that day, if nothing is renewed."""
    new: Row = {}
    for scheme in LEVELS:
        if row[f"{scheme}_result"] in ("recognised", "level_unknown"):
            ends = row[f"{scheme}_expiry"]
            if ends is None:
                new[f"{scheme}_result"] = "in_doubt"
            elif ends < day:
                new[f"{scheme}_result"] = "expired"
    return row | new


ROMAN = ("I", "II", "III", "IV")
LATER = st.dates(dt.date(2025, 5, 31), dt.date(2027, 6, 30))
DAYS = st.one_of(st.sampled_from([dt.date(2026, 5, 31), dt.date(2026, 6, 1)]), LATER, st.none())


@EXAMPLES
@given(
    st.lists(st.tuples(DAYS, st.sampled_from([1, 2]), st.sampled_from(["MN", "TH"])), max_size=9),
    st.sampled_from(["all", "MN"]),
    LANG,
    st.booleans(),
)
def test_expiries(ends: list[Any], group: str, lang: str, told: bool) -> None:
    """What ends within 12 months, counted day by day; where the table tells quarters only, a range
    that holds it. Then the one quarter in which most ends."""
    schools = held(
        *(
            school(cqg=level, cqg_expiry=day and pd.Timestamp(day), education_level=of)
            for day, level, of in ends
        ),
        school(cqg="not_reached", education_level="MN"),
    )
    table = measure_expiries(schools, scheme="cqg", by="education_level")
    if not told:
        table.attrs.pop("alert")
    some = [day for day, _, of in ends if group in ("all", of)]
    known = [day for day in some if day]
    if group not in {*table.group}:
        return
    chart = charts.chart_expiries(table, about=ABOUT, group=group, lang=lang)
    if not any(day for day, *_ in ends):
        assert isinstance(chart, NothingToDraw)
        return
    said = chart.headline.partition("; ")
    if not known:
        assert re.match("Không có chứng nhận|No certificate", chart.headline)
        return
    soon = sum(day <= dt.date(2026, 5, 31) for day in known)
    split = [day for day in known if dt.date(2026, 4, 1) <= day <= dt.date(2026, 6, 30)]
    start = re.sub(r"[Tt]rong \d+ trường rõ ngày|\d+ schools with a known", "", said[0])
    numbers = [int(n) for n in re.findall(r"\d+", start)]
    assert numbers.pop() == 12
    assert bool(re.search("rõ ngày|known end", said[0])) == (len(known) < len(some))
    if told or not split:
        assert numbers == ([soon] if soon else [])
        stages = list_expiries(schools, scheme="cqg")
        stages = stages[stages.education_level.eq(group) | (group == "all")].stage
        assert soon == stages.isin(["alert", "overdue"]).sum()
    else:
        first = sum(day < dt.date(2026, 4, 1) for day in known)
        least, most = numbers[0], numbers[-1]
        assert (least, most) == (first, first + len(split)) and least <= soon <= most
    assert bool(re.search("(?i)không trường nào|no certificate", said[0])) == (not numbers)
    quarters = [(day.year, (day.month - 1) // 3) for day in known]
    counts = {quarter: quarters.count(quarter) for quarter in quarters}
    fullest = [q for q, count in counts.items() if count == max(counts.values())]
    assert bool(said[2]) == (len(fullest) == 1)
    if said[2]:
        (year, quarter), count = fullest[0], max(counts.values())
        name = f"quý {ROMAN[quarter]}/{year}" if lang == "vi" else f"Q{quarter + 1} {year}"
        assert name in said[2] and f"{count}/{len(known)}" in said[2]
