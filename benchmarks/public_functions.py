"""Every public function of the package with the arguments an analyst would give it.

`works` gives them by name for an office of any size; `apart` says of the others why their cost does
not depend on the number of schools. Together they have to be all there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

Work = Callable[[], Any]

# Not timed, and why.
APART = {
    "SuiteError": "a reason to stop",
    "Slide": "words for a figure",
    "style": "settings of matplotlib",
    "compare_indicators": "takes the office's own figures, which name no school",
}


def works(home: Path, out: Path) -> dict[str, Work]:
    """The functions by name, "name of what" where one is asked in several ways; the parts of a year
    and what it is made by stand with them under their own names."""
    import analysis as an

    year = an.load_year(home=home)
    register = an.load_register(year.school_year, home=home)
    return {
        **_reading(home, year, register),
        **_counting(year),
        **_over_time(register),
        **_showing(year, register, out),
    }


def _reading(home: Path, year: Any, register: Any) -> dict[str, Work]:
    import analysis as an
    from analysis.clean import clean_schools
    from analysis.raw import read_raw
    from analysis.status import restate_units, status_on

    rules, asked = year.reference.rules, {"school_year": year.school_year}
    books = home / "data" / "raw" / year.school_year
    raw = read_raw(books, rules)
    cleaned = clean_schools(raw, rules, **asked)
    before, after = register.years.values()
    held, units, directory = year.held, year.reference.units, register.directory
    return {
        "read_raw": lambda: read_raw(books, rules),
        "clean_schools": lambda: clean_schools(raw, rules, **asked),
        "Cleaned.issues": cleaned.issues,
        "status_on": lambda: status_on(held, year.as_of, rules),
        "restate_units": lambda: restate_units(year.identified, units, directory),
        "load_year": lambda: an.load_year(**asked, home=home),
        "load_register": lambda: an.load_register(**asked, home=home),
        "SchoolYear.schools": lambda: replace(year).schools,
        "SchoolYear.evidence": lambda: year.evidence,
        "SchoolYear.unclear": lambda: year.unclear,
        "SchoolYear.repairs_by_rule": lambda: year.repairs_by_rule,
        "compare_schools": lambda: an.compare_schools(before, after),
    }


def _counting(year: Any) -> dict[str, Work]:
    import analysis as an

    gaps = an.compare_to_targets(year, by="education_level")
    both, more = ["unit", "education_level"], {"scheme": "cqg", "more": 2}
    found: dict[str, Work] = {
        "compare_to_targets": lambda: an.compare_to_targets(year),
        "compare_to_targets by both": lambda: an.compare_to_targets(year, by=both),
        "compare_readings": lambda: an.compare_readings(year),
        "compare_groups": lambda: an.compare_groups(gaps),
        "compare_unevenness": lambda: an.compare_unevenness(gaps),
        "check_feasibility": lambda: an.check_feasibility(year),
        "check_coherence": lambda: an.check_coherence(year),
        "find_smallest_set": lambda: an.find_smallest_set(year),
        "what_if": lambda: an.what_if(year, **more),
        "list_candidates": lambda: an.list_candidates(year),
        "list_expiries": lambda: an.list_expiries(year, scheme="cqg"),
        "list_upgrades": lambda: an.list_upgrades(year, scheme="kdclgd"),
        "measure_completeness": lambda: an.measure_completeness(year),
        "measure_expiries": lambda: an.measure_expiries(year, scheme="cqg"),
        "measure_sessions": lambda: an.measure_sessions(year),
    }
    for by in (None, "education_level", "unit", "ownership", both):
        named = "both" if by is both else by
        found[f"measure_levels by {named}"] = lambda by=by: an.measure_levels(
            year, scheme="kdclgd", by=by
        )
    return found


def _over_time(register: Any) -> dict[str, Work]:
    import analysis as an

    scheme = {"scheme": "cqg"}
    return {
        "measure_bridge": lambda: an.measure_bridge(register, **scheme),
        "measure_rate_changes": lambda: an.measure_rate_changes(register, **scheme),
        "measure_renewals": lambda: an.measure_renewals(register, **scheme),
        "measure_transitions": lambda: an.measure_transitions(register, **scheme),
        "compare_scenarios": lambda: an.compare_scenarios(register, until=3, by="education_level"),
    }


def _tables(year: Any, register: Any) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Tables made beforehand, and what is asked of them."""
    import analysis as an

    level, cqg = {"by": "education_level"}, {"scheme": "cqg"}
    target = {"target_id": year.targets.parts[-1].id}
    return {
        "levels": (an.measure_levels(year, **cqg, **level), {}),
        "units": (an.measure_levels(year, scheme=["kdclgd", "cqg"], by="unit"), {}),
        "change": (an.measure_levels(register, **cqg, **level), {}),
        "targets": (an.compare_to_targets(year), {}),
        "gaps": (an.compare_to_targets(year, **level), target),
        "progress": (an.compare_to_targets(register, **level), target),
        "path": (an.compare_scenarios(register, until=3, **level), target),
        "bridge": (an.measure_bridge(register, **cqg, **level), {}),
        "transitions": (an.measure_transitions(register, **cqg), {}),
        "expiries": (an.measure_expiries(year, **cqg), {}),
        "sessions": (an.measure_sessions(year), {}),
        "completeness": (an.measure_completeness(year), {}),
    }


def _showing(year: Any, register: Any, out: Path) -> dict[str, Work]:
    """Charts, sentences and exports, from tables made beforehand."""
    import analysis as an

    home, made = register.reference.home, _tables(year, register)
    gaps, levels = made["gaps"][0], made["levels"][0]
    chart, schools = an.chart(levels), year.schools
    said = {
        "readings": an.compare_readings(year),
        "groups": an.compare_groups(gaps),
        "smallest set": an.find_smallest_set(year),
        "a year": year,
    }
    found: dict[str, Work] = {
        "explain": lambda: an.explain(schools),
        "explore_schools": lambda: an.explore_schools(home=home).shown,
        "saved_charts": lambda: an.saved_charts(register),
        "summarize": lambda: an.summarize(year),
        "show_table": lambda: an.show_table(schools)._repr_html_(),
        "save_chart": lambda: an.save_chart(chart, "chart", out),
        "export_deck": lambda: an.export_deck({"chart": chart}, out / "deck.pptx"),
        "export_tables": lambda: an.export_tables({"schools": schools}, out / "tables.xlsx"),
    }
    for name, (table, asked) in made.items():
        found[f"chart of {name}"] = lambda t=table, a=asked: an.chart(t, **a)
        found[f"tell of {name}"] = lambda t=table, a=asked: an.tell(t, **a)
    for name, what in said.items():
        found[f"tell of {name}"] = lambda what=what: an.tell(what)
    return found


def unnamed(timed: dict[str, Work]) -> list[str]:
    """The public functions that are neither timed nor named as standing apart."""
    import analysis as an

    return sorted(set(an.__all__) - {name.partition(" ")[0] for name in timed} - set(APART))
