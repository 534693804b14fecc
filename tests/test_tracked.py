"""What is kept in git can be read: text, pictures, and the example's workbooks. Anything else that
is binary came in by accident, like the wheel that once lay at the top."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PICTURES = {".png", ".svg"}
WORKBOOKS = ("data", "raw")
PACKED = {"analysis/reference/wards_2025.csv.gz"}  # 10,000 wards, read as they are


def tracked() -> list[Path]:
    """The files git knows of, relative to the top."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("no git, or no checkout of it here")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip(f"git does not tell its files: {listed.stderr.decode().strip()}")
    return [Path(name) for name in listed.stdout.decode().split("\0") if name]


def may_be_binary(path: Path) -> bool:
    """Pictures, the workbooks of the example office, and one packed list."""
    is_workbook = path.parts[:2] == WORKBOOKS and path.suffix == ".xlsx"
    return path.suffix in PICTURES or is_workbook or path.as_posix() in PACKED


def is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def test_no_binary_but_pictures_and_the_workbooks_of_the_example_is_tracked() -> None:
    files = [path for path in tracked() if (ROOT / path).is_file()]
    assert len(files) > 100
    others = [path for path in files if not may_be_binary(path)]
    assert [str(p) for p in others if not is_text((ROOT / p).read_bytes())] == []


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("docs/images/gaps.en.png", True),
        ("data/raw/2024-2025/truong_tieu_hoc_2024-2025.xlsx", True),
        ("numpy-2.4.6-cp311-cp311-manylinux_x86_64.whl", False),
        ("data/schools.xlsx", False),
        ("data/raw/2024-2025/archive.zip", False),
        ("other/wards_2025.csv.gz", False),
    ],
)
def test_what_may_be_binary(path: str, allowed: bool) -> None:
    assert may_be_binary(Path(path)) == allowed


def test_what_is_text() -> None:
    assert not is_text(b"PK\x03\x04\x00") and not is_text(b"\xff") and is_text("Trường".encode())
