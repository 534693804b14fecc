"""Small directories of schools and crosswalks of units for tests."""

from __future__ import annotations

from pathlib import Path

from analysis.reference import Directory, Units, read_directory, read_rules, read_units

_SCHOOLS = (
    "school_id,school_code,school_name,education_level,unit,valid_from,valid_to,event,successor_id"
)
_TOLD = ",decision,decision_date,case,planned"
_UNITS = "unit,valid_from,valid_to,event,successor,resolution,sure"


def directory(folder: Path, *lines: str) -> Directory:
    """A directory of these lines; the first stands in line 2 of its file. Lines may leave out the
    last four columns, and where all do the file does not have them."""
    told = any(line.count(",") > _SCHOOLS.count(",") for line in lines)
    head = _SCHOOLS + _TOLD * told
    return read_directory(_written(folder / "schools.csv", head, lines), _levels())


def units(folder: Path, *lines: str) -> Units:
    """A crosswalk of these lines."""
    return read_units(_written(folder / "units.csv", _UNITS, lines))


def _levels() -> list[str]:
    return read_rules().education_levels


def _written(path: Path, head: str, lines: tuple[str, ...]) -> Path:
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path
