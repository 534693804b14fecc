"""Where files go: their names, the folder of those without one, and written whole or not at all."""

from __future__ import annotations

import os
import re
import uuid
from contextlib import suppress
from pathlib import Path

from analysis.reference import LANGUAGES, SuiteError, read_reference

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_FIGURES, _DRAFTS = "figures", "nhap"
# Folders of sheets, by what there is one for.
SHEETS = {"school": "truong", "unit": "xa"}
CHARTS, NUMBERS, VERSIONS = "bieu_do", "so_lieu", "phien_ban"  # folders of a published one
NOTICE = "dinh_chinh"  # .html to read, .csv for programs
FIRST_PAGE, REPORT, WORKBOOK = "index.html", "bao_cao.html", "bang_so_lieu.xlsx"
LETTER = "bao_cao.docx"
_FOLDER_OF = {
    **dict.fromkeys((".png", ".svg", ".txt"), CHARTS),
    **dict.fromkeys((".csv", ".json"), NUMBERS),
}


def check_name(name: str) -> str:
    """A name that is safe as a file name everywhere: "phan-bo-cap-do"."""
    if not _NAME.fullmatch(name):
        raise SuiteError("chart_bad_name", name=name)
    return name


def published_folder(home: Path, school_year: str, lang: str) -> Path:
    """Where a school year is published in a language: figures/2024-2025, figures/2024-2025-en."""
    return home / _FIGURES / (school_year if lang == "vi" else f"{school_year}-{lang}")


def published_folders(home: Path, school_year: str, lang: str) -> list[Path]:
    """Where it has been published: in the language asked for, then in others."""
    langs = sorted(LANGUAGES, key=lambda other: other != lang)
    folders = [published_folder(home, school_year, lang) for lang in langs]
    return [folder for folder in folders if folder.is_dir()]


def sheets_folder(home: Path, school_year: str, lang: str, by: str) -> Path:
    """Where the sheets of a school year are published: figures/2024-2025-phieu-truong for those of
    schools, figures/2024-2025-phieu-xa for those of wards and communes."""
    return sheets_beside(published_folder(home, school_year, lang), by)


def sheets_beside(published: Path, by: str) -> Path:
    """Where the sheets of a published folder are."""
    return published.with_name(f"{published.name}-phieu-{SHEETS[by]}")


def published_place(file: Path) -> Path:
    """Where a file a notebook saved stands in a published folder: the files of a chart with the
    charts and the numbers, what is to be handed on at the top."""
    return Path(_FOLDER_OF.get(file.suffix, "")) / file if file.parent == Path() else file


def file_beside(path: Path, suffix: str) -> Path:
    """Another file of the same chart, by its ending: in the same folder, as drafts are, else where
    a published one is."""
    other = path.with_suffix(suffix)
    return other if other.exists() else path.parent.parent / _FOLDER_OF[suffix] / other.name


def in_a_run() -> bool:
    """Whether a run executes this notebook, to publish what it saves."""
    return bool(os.environ.get("ACCREDITATION_OUTPUT"))


def saved_folder() -> Path:
    """Where the charts of a run, or else the drafts, lie when they are read again."""
    given = os.environ.get("ACCREDITATION_SAVED")
    return Path(given) if given else output_folder()


def output_folder() -> Path:
    """The folder of the run that executes the notebook, else the one for drafts."""
    given = os.environ.get("ACCREDITATION_OUTPUT")
    return Path(given) if given else read_reference().home / _FIGURES / _DRAFTS


def place_of(path: str | Path) -> Path:
    """A bare file name goes where charts go; a path with a folder is taken as it is."""
    return output_folder() / path if Path(path).parent == Path() else Path(path)


def write_whole(path: Path, content: bytes) -> Path:
    """Write beside, then change places: a reader never meets half a file."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        os.replace(beside, path)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise SuiteError("chart_not_saved", file=path.name, cause=cause) from error
    finally:
        with suppress(OSError):  # where there is no such folder, nothing was written either
            beside.unlink()
    return path
