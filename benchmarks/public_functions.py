"""Every public function of the package with the arguments an analyst would give it.

`works` gives them by name for an office of any size; `apart` says of the others why their cost does
not depend on the number of schools. Together they have to be all there are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Work = Callable[[], Any]

# Not timed, and why.
APART = {
    "InputError": "a reason to stop",
    "SuiteError": "a reason to stop",
    "SchoolYear": "made by load_year",
    "Slide": "words for a figure",
    "read_reference": "reads rules and settings",
    "check_coherence": "takes how many schools there are, not the schools",
    "check_feasibility": "takes how many schools there are, not the schools",
    "tell_feasibility": "takes targets",
    "tell_period": "takes targets",
    "compare_indicators": "takes the office's own figures, which name no school",
    "tell_indicators": "takes the office's own figures, which name no school",
    "recompute_published": "takes counts as they were printed, which name no school",
}


def works(home: Path, out: Path) -> dict[str, Work]:
    """The functions by name, "name of what" where one is asked in several ways."""
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
    from analysis.compare import SCHOOL_COLUMNS

    rules, asked = year.reference.rules, {"school_year": year.school_year}
    books = home / "data" / "raw" / year.school_year
    raw = an.read_raw(books, rules)
    cleaned = an.clean_schools(raw, rules, **asked)
    repairs = year.repairs
    before, after = [y.schools for y in register.years.values()]
    columns = list(SCHOOL_COLUMNS)
    first = year.schools["school_id"].iloc[0]
    return {
        "read_raw": lambda: an.read_raw(books, rules),
        "clean_schools": lambda: an.clean_schools(raw, rules, **asked),
        "clean_schools issues": cleaned.issues,
        "load_year": lambda: an.load_year(**asked, home=home),
        "load_years": lambda: an.load_years(home=home),
        "load_register": lambda: an.load_register(**asked, home=home),
        "count_repairs": lambda: an.count_repairs(repairs),
        "list_remarks": lambda: an.list_remarks(cleaned.remarks),
        "list_cells": lambda: an.list_cells(year, first),
        "compare_schools": lambda: an.compare_schools(before[columns], after[columns]),
        "restate_units": lambda: an.restate_units(
            year.schools, year.reference.units, register.directory
        ),
    }


def _counting(year: Any) -> dict[str, Work]:
    import analysis as an

    held, targets, rules = year.held, year.targets, year.reference.rules
    target, level = targets.parts[-1], {"by": "education_level"}
    levels = an.measure_levels(held, scheme="cqg", by="unit")
    gaps = an.compare_to_targets(held, targets, **level)
    found: dict[str, Work] = {
        "status_on": lambda: an.status_on(held, year.as_of, rules),
        "compare_to_targets": lambda: an.compare_to_targets(held, targets),
        "compare_readings": lambda: an.compare_readings(held, targets),
        "compare_groups": lambda: an.compare_groups(gaps),
        "compare_unevenness": lambda: an.compare_unevenness(gaps),
        "foremost_groups": lambda: an.foremost_groups(levels),
        "find_smallest_set": lambda: an.find_smallest_set(held, targets, rules=rules),
        "list_candidates": lambda: an.list_candidates(
            held, target, deadline=targets.deadline, rules=rules
        ),
        "list_expiries": lambda: an.list_expiries(held, scheme="cqg", rules=rules),
        "list_upgrades": lambda: an.list_upgrades(held, scheme="kdclgd", rules=rules),
        "measure_completeness": lambda: an.measure_completeness(held),
        "measure_expiries": lambda: an.measure_expiries(held, scheme="cqg"),
        "measure_sessions": lambda: an.measure_sessions(held),
    }
    for by in (None, "education_level", "unit", "ownership"):
        found[f"measure_levels by {by}"] = lambda by=by: an.measure_levels(
            held, scheme="kdclgd", by=by
        )
    return found


def _over_time(register: Any) -> dict[str, Work]:
    import analysis as an

    held, targets = register.held, register.latest.targets
    rules, scheme = register.reference.rules, {"scheme": "cqg"}
    return {
        "measure_bridge": lambda: an.measure_bridge(held, **scheme, directory=register.directory),
        "measure_renewals": lambda: an.measure_renewals(held, **scheme),
        "measure_transitions": lambda: an.measure_transitions(held, **scheme),
        "compare_scenarios": lambda: an.compare_scenarios(
            held, targets, rules=rules, until=3, by="education_level"
        ),
    }


def _showing(year: Any, register: Any, out: Path) -> dict[str, Work]:
    """Charts, sentences and exports, from tables made beforehand."""
    import analysis as an
    from analysis.compare import SCHOOL_COLUMNS

    told, level, cqg = {"about": year.about}, {"by": "education_level"}, {"scheme": "cqg"}
    now, held, targets = year.schools, register.held, year.targets
    rules, target = year.reference.rules, {"target_id": year.targets.parts[-1].id}
    levels, units = (an.measure_levels(now, **cqg, by=by) for by in ("education_level", "unit"))
    all_years = an.measure_levels(held, **cqg, **level)
    whole, gaps = an.compare_to_targets(now, targets), an.compare_to_targets(now, targets, **level)
    past = an.compare_to_targets(held, targets, **level)
    ahead = an.compare_scenarios(held, targets, rules=rules, until=3, **level)
    sessions, completeness = an.measure_sessions(now), an.measure_completeness(now)
    bridge = an.measure_bridge(held, **cqg, **level, directory=register.directory)
    transitions, expiries = an.measure_transitions(held, **cqg), an.measure_expiries(now, **cqg)
    readings, spread = an.compare_readings(now, targets), an.compare_groups(gaps)
    smallest = an.find_smallest_set(now, targets, rules=rules)
    chart, explorer = (
        an.chart_levels(levels, **told),
        an.explore_schools(home=register.reference.home),
    )
    shown, listed = explorer.shown, {"schools": now[SCHOOL_COLUMNS]}
    return {
        "explore_schools": lambda: an.explore_schools(home=register.reference.home).shown,
        "list_schools": lambda: an.list_schools(shown),
        "chart_levels": lambda: an.chart_levels(levels, **told),
        "chart_units": lambda: an.chart_units(units, **told),
        "chart_targets": lambda: an.chart_targets(whole, **told),
        "chart_gaps": lambda: an.chart_gaps(gaps, **target, **told),
        "chart_change": lambda: an.chart_change(all_years, **told),
        "chart_progress": lambda: an.chart_progress(past, **target, **told),
        "chart_path": lambda: an.chart_path(ahead, past=past, **target, **told),
        "chart_bridge": lambda: an.chart_bridge(bridge, **told),
        "chart_transitions": lambda: an.chart_transitions(transitions, **told),
        "chart_expiries": lambda: an.chart_expiries(expiries, **told),
        "chart_sessions": lambda: an.chart_sessions(sessions, **told),
        "chart_completeness": lambda: an.chart_completeness(completeness, **told),
        "show_year": lambda: an.show_year(register),
        "show_table": lambda: an.show_table(now)._repr_html_(),
        "tell_chart": lambda: an.tell_chart(chart),
        "tell_data": lambda: an.tell_data(year),
        "tell_levels": lambda: an.tell_levels(levels, **told),
        "tell_targets": lambda: an.tell_targets(whole, **told),
        "tell_gaps": lambda: an.tell_gaps(gaps, **target, **told),
        "tell_groups": lambda: an.tell_groups(spread, **told),
        "tell_outlook": lambda: an.tell_outlook(ahead, **target),
        "tell_readings": lambda: an.tell_readings(readings, **told),
        "tell_smallest_set": lambda: an.tell_smallest_set(smallest, **told),
        "save_chart": lambda: an.save_chart(chart, "chart", out),
        "export_deck": lambda: an.export_deck({"chart": chart}, out / "deck.pptx", **told),
        "export_tables": lambda: an.export_tables(listed, out / "tables.xlsx", **told),
    }


def unnamed(timed: dict[str, Work]) -> list[str]:
    """The public functions that are neither timed nor named as standing apart."""
    import analysis as an

    return sorted(set(an.__all__) - {name.partition(" ")[0] for name in timed} - set(APART))
