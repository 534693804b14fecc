"""The office's own figures against the targets that are not about schools."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from analysis.compare.exact import decimals, exceeds, keeps_to, reaches, stays_under, written
from analysis.reference import Corridor, Number, Percent, SuiteError, TargetSet, fold, say
from analysis.tables import columns_of, known


def compare_indicators(
    indicators: Any,
    target_set: TargetSet | None = None,
    *,
    school_years: Sequence[str] | None = None,
    lang: str = "",
) -> pd.DataFrame:
    """What the office reports of its other targets, part by part.

    `indicators` is a school year, or has school_year, target_id (the id of a [[target.measure]]),
    numerator and denominator, or value (a number, or the words of a status), and perhaps source.
    `school_years` names the years wanted where the sheet may lack some.

    One row per school_year x measure, in the order of the document:

    - `target_id`, `number`, `title` of the target; `measure_id`, `label`, `unit` of its part;
    - `value`: the percentage (0-100) or count, missing where none is stated;
    - `value_text`, `target_text`: both as they are written in `lang`;
    - `met`: met, not_met, or not_stated where nothing is stated: no verdict without data. A
      percentage compares at the decimals its target is printed with, and 100% means all. More than
      the upper end of "1-2" is met: a plan is not missed by doing more; "at most 3" is;
    - `target_met`: the same of the whole target: met when all parts are, not_met when one is not.

    What a list states beside these, of a figure the set has no target for, stands below them with
    `met` no_target.

    >>> compare_indicators(load_year("2024-2025"))["met"].value_counts().to_dict()
    {'met': 7, 'not_met': 6}
    """
    year = indicators if hasattr(indicators, "indicators") else None
    if year is not None:
        target_set = target_set or year.targets
        school_years, lang = school_years or [year.school_year], lang or year.lang
        indicators = year.indicators
    if target_set is None:
        raise SuiteError("maker_needs", table="indicators", what="target_set")
    lang = lang or "vi"
    measures = [(t, m) for t in target_set.targets for m in t.get("measure", [])]
    stated, known_ids = _stated(indicators), {m["id"] for _, m in measures}
    years = school_years or sorted({year for year, _ in stated}) or [""]
    rows = [
        _row(year, target, measure, stated.get((year, measure["id"]), {}), lang)
        for year in years
        for target, measure in measures
    ]
    rows += [_unasked(*key, row, lang) for key, row in stated.items() if key[1] not in known_ids]
    table = pd.DataFrame(rows, columns=columns_of("indicators")).astype({"value": "Float64"})
    verdicts = table.groupby(["school_year", "target_id"])["met"].transform(_together)
    return known(table.assign(target_met=verdicts), "indicators", year)


def _stated(indicators: pd.DataFrame) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The rows of the sheet by year and id; a repeated id is an error."""
    rows: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in indicators.to_dict("records"):
        key = (str(row["school_year"]), str(row["target_id"]))
        if key in rows:
            raise SuiteError("indicator_doubled", year=key[0], id=key[1])
        rows[key] = {str(name): value for name, value in row.items()}
    return rows


def _row(
    year: str,
    target: Mapping[str, Any],
    measure: Mapping[str, Any],
    row: Mapping[str, Any],
    lang: str,
) -> dict[str, Any]:
    """One measure in one year, with its verdict."""
    value, text, met = JUDGES[measure["kind"]](measure, row, lang)
    source = row.get("source")
    return {
        "school_year": year,
        "target_id": target["id"],
        "measure_id": measure["id"],
        "number": target["number"],
        "title": target[f"title_{lang}"],
        "label": measure[f"label_{lang}"],
        "unit": measure.get(f"unit_{lang}", ""),
        "value": value,
        "value_text": text or say("indicator_not_stated", lang),
        "target_text": _wanted(measure, lang, yearly=bool(target.get("yearly"))),
        "met": {True: "met", False: "not_met", None: "not_stated"}[met],
        "source": source if isinstance(source, str) else "",
    }


def _unasked(school_year: str, name: str, row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A figure of the office the target set wants nothing of, as the list has it."""
    parts = [written(row.get(part)) for part in ("numerator", "denominator")]
    told = [Number(part, decimals(part)).text(lang) for part in parts if part is not None]
    text = "/".join(told)
    value = row.get("value")
    return {
        "school_year": school_year,
        "target_id": name,
        "measure_id": name,
        "title": name,
        "label": name,
        "unit": "",
        "value_text": text if pd.isna(value) else str(value),
        "target_text": "",
        "met": "no_target",
        "source": row["source"] if isinstance(row.get("source"), str) else "",
    }


Judged = tuple[float | None, str, bool | None]


def _percent(measure: Mapping[str, Any], row: Mapping[str, Any], lang: str) -> Judged:
    """A share of two counts, or a percentage where the office states no counts."""
    part, whole = written(row.get("numerator")), written(row.get("denominator"))
    if part is None or whole is None:
        value = written(row.get("value"))
        if value is None:
            return None, _words(row), None
        share = Fraction(value)
        return float(share), Percent(share, 1).text(lang), _meets(share, measure)
    if not 0 <= part <= whole:
        raise SuiteError("indicator_counts", id=measure["id"], part=part, whole=whole)
    counts = {"count": Number(part), "total": Number(whole)}
    if not whole:
        return None, say("cell_share", lang, **counts), None
    share = 100 * Fraction(part) / Fraction(whole)
    text = say("share", lang, percent=Percent(share, 1), **counts)
    return float(share), text, _meets(share, measure)


# What an end asks of a share, and of a plain number. An upper end beside a lower one is a plan, and
# more of it is not amiss.
_ENDS: dict[str, tuple[Callable[[Fraction, Decimal], bool], Callable[[Any, Any], bool]]] = {
    "at_least": (reaches, operator.ge),
    "over": (exceeds, operator.gt),
    "at_most": (keeps_to, operator.le),
    "under": (stays_under, operator.lt),
}


_PAIRS = (("at_least", "over"), ("at_most", "under"))


def _end(measure: Mapping[str, Any]) -> str:
    """The end a figure is judged by."""
    return next(end for end in _ENDS if end in measure)


def _meets(share: Fraction, measure: Mapping[str, Any]) -> bool:
    end = _end(measure)
    return _ENDS[end][0](share, _exact(measure[end]))


def _count(measure: Mapping[str, Any], row: Mapping[str, Any], lang: str) -> Judged:
    """A plain number."""
    value = written(row.get("value"))
    if value is None:
        return None, _words(row), None
    end = _end(measure)
    met = _ENDS[end][1](value, _exact(measure[end]))
    return float(value), Number(value, decimals(value)).text(lang), met


def _exact(edge: Any) -> Decimal:
    return Decimal(str(edge))


def _status(measure: Mapping[str, Any], row: Mapping[str, Any], lang: str) -> Judged:
    """A word; any other than the one required is not (yet) what was wanted."""
    text = _words(row)
    return None, text, fold(text) == fold(measure["required"]) if text else None


def _words(row: Mapping[str, Any]) -> str:
    """What the sheet says where no number stands."""
    value = row.get("value")
    return value.strip() if isinstance(value, str) else ""


# What judges a figure, by the kind of its target: a further kind is one more, and its keys under
# [measure.KIND] of reference/settings.toml.
JUDGES: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any], str], Judged]] = {
    "percent": _percent,
    "count": _count,
    "status": _status,
}


def _wanted(measure: Mapping[str, Any], lang: str, *, yearly: bool) -> str:
    """The target as it is written: "100%", "≥ 50%", "1–2 mỗi năm", "≤ 3", "Đạt"."""
    wanted: object = measure.get("required")
    if wanted is None:
        unit = "percent" if measure["kind"] == "percent" else "number"
        ends = [measure.get(end, measure.get(over)) for end, over in _PAIRS]
        places = max(decimals(_exact(end)) for end in ends if end is not None)
        whole = 100 if unit == "percent" and ends[1] is None else ends[1]
        ways = zip(("from", "to"), _PAIRS, strict=True)
        beyond = [way for way, (_, over) in ways if over in measure]
        wanted = Corridor(ends[0], whole, places, unit, " ".join(beyond))
    return say("wanted_yearly" if yearly else "wanted", lang, wanted=wanted)


def _together(met: pd.Series[Any]) -> str:
    """The verdict on a target of several parts."""
    parts = set(met)
    if "no_target" in parts:
        return "no_target"
    return "not_met" if "not_met" in parts else "not_stated" if "not_stated" in parts else "met"
