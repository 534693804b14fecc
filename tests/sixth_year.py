"""A sixth school year of the example office, as its schools might send it.

Made by the office's own generator from a changed configuration: two headings nobody has used
before, three schools with new names, and two schools merged into one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LAST, SIXTH = "2025-2026", "2026-2027"
NEW_HEADINGS = {"Công lập/Tư thục": "Khối chủ quản", "Số học sinh": "Quy mô người học"}
RENAMED = {
    "Trường Mầm non Sơn Ca": "Trường Mầm non Búp Sen Hồng",
    "Trường Tiểu học Sông Xanh": "Trường Tiểu học Bờ Sông",
    "Trường THCS Hoa Phượng": "Trường THCS Phượng Đỏ",
}
MERGED, INTO, INTO_ID = ("HT-TH-02", "HT-CS-01"), "Trường TH&THCS Sông Đồi", "HT-LC-04"
FILE = f"tong_hop_kdclgd_cqg_{SIXTH}.xlsx"

_MAKE = f"""
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import make_example_office
from example_office.simulate import clean_rows
from example_office.workbook import school_workbooks
files, _ = school_workbooks("{SIXTH}", clean_rows("{SIXTH}"))
for name, content in files.items():
    Path(sys.argv[2], name).write_bytes(content)
"""


def send_workbooks(scratch: Path, folder: Path) -> None:
    """Write the workbooks of the sixth year into `folder`; the generator works in `scratch`."""
    data = scratch / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("raw", "__pycache__"))
    years = data / "years"
    settings = (years / f"{LAST}.toml").read_text(encoding="utf-8")
    (years / f"{SIXTH}.toml").write_text(settings.replace("2026-05", "2027-05"), "utf-8")
    change_directory(data / "schools.csv")
    _add(data / "example_office" / "histories.csv", f"{INTO_ID},CL,50,60,2031-2032,\n")
    layouts = data / "example_office" / "layouts.toml"
    text = layouts.read_text(encoding="utf-8")
    own = re.search(rf'^\["{LAST}"\].*', text, re.MULTILINE | re.DOTALL)
    assert own is not None
    changed = own[0].replace(LAST, SIXTH)
    for old, new in NEW_HEADINGS.items():
        assert changed.count(f'"{old}"') == 1
        changed = changed.replace(f'"{old}"', f'"{new}"')
    _add(layouts, "\n" + changed)
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-B", "-c", _MAKE, str(data), str(folder)]
    subprocess.run(command, check=True, capture_output=True, text=True)


def change_directory(path: Path) -> None:
    """What the office writes into its directory: new names, and who went into whom."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for old, new in RENAMED.items():
        at = _place(lines, f",{old},")
        lines[at : at + 1] = _split(lines[at], "renamed,", old, new)
    for school_id in MERGED:
        at = _place(lines, f"{school_id},")
        lines[at] = lines[at].removesuffix(",,,") + f",2026-07-31,merged_into,{INTO_ID}"
    lines.append(f"{INTO_ID},46480999,{INTO},TH&THCS,Phường Hương Trà,2026-08-01,,,")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _place(lines: list[str], words: str) -> int:
    """The line of a school since the units of 2025."""
    return next(i for i, line in enumerate(lines) if words in line and ",2025-07-01," in line)


def _split(line: str, event: str, old: str, new: str) -> list[str]:
    """One line until 31 July 2026, and one with the new name from then on."""
    before = line.removesuffix(",,,") + f",2026-07-31,{event}"
    return [before, line.replace(old, new).replace("2025-07-01", "2026-08-01")]


def _add(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
