"""Publishing: the new folder or the old one, never a mixture."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pytest

from analysis.export.checking import check_folder
from analysis.export.manifest import write_manifest
from analysis.export.publishing import publishing
from analysis.reference import SuiteError


def contents(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text() for p in folder.iterdir()}


def publish(folder: Path, **files: str) -> None:
    with publishing(folder) as staging:
        for name, text in files.items():
            (staging / name).write_text(text)


def test_the_new_folder_replaces_the_old_whole(tmp_path: Path) -> None:
    publish(tmp_path / "2024-2025", a="1", b="1")
    publish(tmp_path / "2024-2025", a="2")
    assert contents(tmp_path / "2024-2025") == {"a": "2"}
    assert [p.name for p in tmp_path.iterdir()] == ["2024-2025"]


def test_a_failure_leaves_what_stood_there(tmp_path: Path) -> None:
    publish(tmp_path / "2024-2025", a="1")
    with pytest.raises(RuntimeError), publishing(tmp_path / "2024-2025") as staging:
        (staging / "a").write_text("half")
        raise RuntimeError
    assert contents(tmp_path / "2024-2025") == {"a": "1"}
    assert [p.name for p in tmp_path.iterdir()] == ["2024-2025"]


@pytest.mark.parametrize("left", [".old-2024-2025", ".making-2024-2025-abcdefgh"])
def test_what_a_killed_run_left_is_cleared(tmp_path: Path, left: str) -> None:
    publish(tmp_path / "2024-2025", a="1")
    (tmp_path / left).mkdir()
    publish(tmp_path / "2024-2025", a="2")
    assert [p.name for p in tmp_path.iterdir()] == ["2024-2025"]


def test_a_run_killed_between_the_two_renames_is_put_right(tmp_path: Path) -> None:
    publish(tmp_path / "2024-2025", a="1")
    (tmp_path / "2024-2025").rename(tmp_path / ".old-2024-2025")
    with pytest.raises(RuntimeError), publishing(tmp_path / "2024-2025"):
        raise RuntimeError
    assert contents(tmp_path / "2024-2025") == {"a": "1"}


def test_a_folder_that_cannot_be_replaced_is_a_clear_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "2024-2025", a="1")

    def busy(*_: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr("analysis.export.switching.exchange", lambda *_: False)
    monkeypatch.setattr("analysis.export.switching.os.rename", busy)
    with pytest.raises(SuiteError, match="2024-2025"):
        publish(tmp_path / "2024-2025", a="2")
    assert contents(tmp_path / "2024-2025") == {"a": "1"}


def test_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(SuiteError) as caught, publishing(tmp_path / "2024-2025"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.key == "publish_full" and "Excel" not in caught.value.text()


def test_the_manifest_holds_the_hash_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.csv").write_bytes(b"a")
    path = write_manifest(tmp_path, {"school_year": "2024-2025"})
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["outputs"] == {"sub/a.csv": hashlib.sha256(b"a").hexdigest()}
    assert manifest["school_year"] == "2024-2025"


def test_two_runs_at_a_time_are_one_too_many(tmp_path: Path) -> None:
    with publishing(tmp_path / "2024-2025") as staging:
        (staging / "a").write_text("1")
        with pytest.raises(SuiteError) as caught:
            publish(tmp_path / "2024-2025", a="2")
    assert caught.value.key == "publish_busy"
    assert contents(tmp_path / "2024-2025") == {"a": "1"}


def test_what_is_not_right_is_not_published(tmp_path: Path) -> None:
    def refuse(_: Path) -> None:
        raise SuiteError("publish_not_right", file="a", cause="b")

    publish(tmp_path / "2024-2025", a="1")
    with pytest.raises(SuiteError), publishing(tmp_path / "2024-2025", check=refuse) as staging:
        (staging / "a").write_text("2")
    assert contents(tmp_path / "2024-2025") == {"a": "1"}
    assert [p.name for p in tmp_path.iterdir()] == ["2024-2025"]


FAILED = b'{"output_type": "error", "ename": "E"}'
LEDGER = "source_file,source_sheet,rows_in,accepted,set_aside,ignored\n"
LEVELS = "group,schools_count,schools_total,schools_percent\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", f"{LEDGER}a.xlsx,S,5,3,1,0\n".encode()),
        ("a.csv", f"{LEVELS}MN,3,2,\n".encode()),
        ("a.csv", f"{LEVELS}MN,1,2,51.0\n".encode()),
        ("a.csv", f"{LEVELS}MN,1,2\n".encode()),
        ("a.csv", "Mầm non".encode("utf-16")),
        ("a.png", b"no picture"),
        ("a.svg", b"<svg>"),
        ("a.html", b"<!DOCTYPE html><html><body>"),
        ("a.xlsx", b"PK no archive"),
        (
            "a.ipynb",
            b'{"cells": [{"id": "c", "outputs": [{"output_type": "error", "ename": "E"}]}]}',
        ),
        ("a.txt", b""),
        ("a.bin", b""),
    ],
)
def test_a_file_that_is_not_right_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    write_manifest(tmp_path, {})
    with pytest.raises(SuiteError) as caught:
        check_folder(tmp_path)
    assert caught.value.key == "publish_not_right" and caught.value.facts["file"] == name


def test_a_file_changed_after_its_hash_was_taken_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{LEVELS}MN,1,2,50.0\n", encoding="utf-8")
    write_manifest(tmp_path, {})
    check_folder(tmp_path)
    (tmp_path / "a.csv").write_text(f"{LEVELS}MN,2,2,100.0\n", encoding="utf-8")
    with pytest.raises(SuiteError, match=r"a\.csv"):
        check_folder(tmp_path)
