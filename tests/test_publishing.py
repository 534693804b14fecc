"""Publishing: the new folder or the old one, never a mixture."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from analysis.export.publishing import publishing, write_manifest
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


@pytest.mark.parametrize("left", [".old-2024-2025", ".making-2024-2025-abc"])
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

    monkeypatch.setattr("analysis.export.publishing.os.replace", busy)
    with pytest.raises(SuiteError, match="2024-2025"):
        publish(tmp_path / "2024-2025", a="2")
    assert contents(tmp_path / "2024-2025") == {"a": "1"}


def test_the_manifest_holds_the_hash_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "in.xlsx").write_bytes(b"in")
    folder = tmp_path / "out"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.csv").write_bytes(b"a")
    path = write_manifest(folder, {"in.xlsx": tmp_path / "in.xlsx"}, {"school_year": "2024-2025"})
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["outputs"] == {"sub/a.csv": hashlib.sha256(b"a").hexdigest()}
    assert manifest["inputs"] == {"in.xlsx": hashlib.sha256(b"in").hexdigest()}
