"""Text: spaces, Unicode forms, look-alikes, old fonts, damage, spellings, words for missing."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from analysis.reference.legacy_fonts import legacy_fonts
from tests.corpus.case import OUT, Case, Cases, Must, Rows, all_of, one, roster, took
from tests.workbooks import HEADINGS, save, school

NAME = "Trường Tiểu học Số 2"
UNIT = "Phường Tứ Hạ"


def wrongly_read(text: str, page: str) -> str:
    """UTF-8 bytes taken for letters of an old page."""
    return "".join(
        bytes([b]).decode(page) if page == "latin-1" or b not in _OPEN else chr(b)
        for b in text.encode()
    )


_OPEN = {0x81, 0x8D, 0x8F, 0x90, 0x9D, 0x8A, 0x8E, 0x9A, 0x9E}  # not set in cp1252 or in cp1258

_TIDIED = {
    "spaces around": f"  {NAME} ",
    "double spaces": NAME.replace(" ", "  "),
    "no-break space": NAME.replace(" ", "\u00a0"),
    "thin and ideographic space": "Trường\u2009Tiểu\u3000học Số 2",
    "zero width space": NAME.replace("T", "\u200bT"),
    "byte order mark": "\ufeff" + NAME,
    "soft hyphen": NAME.replace("ư", "ư\u00ad"),
    "right to left mark": NAME + "\u200f",
    "direction override": "\u202e" + NAME + "\u202c",
    "isolates": "\u2068" + NAME + "\u2069",
    "NFD": unicodedata.normalize("NFD", NAME),
    "line break": NAME.replace(" Số", "\nSố"),
    "tab": NAME.replace(" Số", "\tSố"),
    "word joiner": NAME.replace("Số", "\u2060Số"),
    "Cyrillic letters": NAME.replace("T", "\u0422").replace("c", "\u0441"),
    "Greek letters": NAME.replace("T", "\u03a4"),
}

_LOST = {
    "question marks": "Tr??ng Ti?u h?c S? 2",
    "replacement characters": "Tr\ufffd\ufffdng Tiểu học Số 2",
    "only a dash": "-",
    "only digits": "123",
    "only spaces": "   ",
    "blank": None,
    "n/a": "n/a",
    "không có": "Không có",
    "chưa có": "chưa có",
    "six hundred letters": "Trường " + "a" * 600,
    "the longest text of a cell": "Trường " + "rất dài " * 4000,
    "escaped Unicode": "Tr\\u01b0\\u1eddng Ti\\u1ec3u h\\u1ecdc",
}

_KEPT = {
    "formula": "=1+1 Trường",
    "dde": "=cmd|' /C calc'!A0 Trường",
    "plus": "+84 Trường A",
    "at sign": "@SUM(1+1) Trường",
    "template": "{{7*7}} Trường ${7*7}",
    "markup": "<script>alert(1)</script> Trường",
    "path": "../../etc/passwd Trường",
    "sql": "Trường '; DROP TABLE schools; --",
    "percent signs": "Trường %s %n {0} {file}",
    "quotes": 'Trường "Hoa Sen" ‘A’',
    "emoji": "Trường Mầm non 🌸",
    "ampersand": "Trường TH & THCS A",
}

_LEVELS = {
    "small letters": ("tiểu học", "Tiểu học"),
    "capitals": ("TIỂU HỌC", "Tiểu học"),
    "no marks": ("Tieu hoc", "Tiểu học"),
    "short": ("TH", "TH"),
    "spaces": (" Tiểu  học ", "Tiểu học"),
    "cấp 1": ("Cấp 1", "Tiểu học"),
    "full width": ("ＴＨ", "Tiểu học"),
    "look-alike": ("\u0422\u041d", "Tiểu học"),
    "preschool": ("mầm non", "Mầm non"),
    "kindergarten": ("Mẫu giáo", "Mầm non"),
    "typo known": ("Mần non", "Mầm non"),
    "lower secondary": ("Trung học cơ sở", "THCS"),
    "dots": ("T.H.C.S", "THCS"),
    "both": ("Tiểu học và THCS", "TH&THCS"),
    "both, dash": ("TH - THCS", "TH&THCS"),
    "both, slash": ("TH/THCS", "TH&THCS"),
    "both, comma": ("TH, THCS", "TH&THCS"),
    "upper secondary": ("Trung học phổ thông", "THPT"),
    "all three": ("TH, THCS và THPT", "TH&THCS&THPT"),
}

_OWNERS = {
    "small letters": ("công lập", "Công lập"),
    "no marks": ("Cong lap", "Công lập"),
    "code": ("CL", "CL"),
    "private": ("Tư thục", "Tư thục"),
    "people founded": ("dân lập", "Dân lập"),
    "non-public": ("NCL", "NCL"),
    "half public": ("Bán công", "Bán công"),
}

_UNITS = {
    "short": ("P. Tứ Hạ", UNIT),
    "no space": ("P.Tứ Hạ", UNIT),
    "small letters": ("phường Tứ Hạ", UNIT),
    "commune": ("X. Hương Toàn", "Xã Hương Toàn"),
    "township": ("TT. Sịa", "Thị trấn Sịa"),
    "blank": (None, None),
    "a dash": ("-", None),
}


def cases() -> Cases:
    """All cases of text."""
    names = [one(n, "name", text, took(NAME)) for n, text in _TIDIED.items()]
    names += [one(n, "name", text, OUT) for n, text in _LOST.items()]
    names += [one(n, "name", text, took(text)) for n, text in _KEPT.items()]
    for page in ("cp1252", "latin-1", "cp1258"):
        text = wrongly_read(NAME, page)
        names.append(one(f"UTF-8 read as {page}", "name", text, took(NAME), OUT))
    codes = "Tr&#432;&#7901;ng Ti&#7875;u h&#7885;c S&#7889; 2"
    names.append(one("web codes", "name", codes, took(NAME), OUT))
    names.append(one("a single VNI name", "name", "Tröôøng Tieåu hoïc Soá 2", took(NAME), OUT))
    foreign = "\u0442\u0445\u043e"  # a whole word in Cyrillic: nobody can tell for certain
    names.append(one("all Cyrillic", "name", foreign, OUT, took(foreign, "C3")))
    return [*names, *_words(), *_fonts(), *_doubles()]


def _words() -> Cases:
    found = []
    for what, table in (("level", _LEVELS), ("ownership", _OWNERS), ("unit", _UNITS)):
        for name, (text, clean) in table.items():
            ends = [took(clean)] if text is not None else [took(None)]
            if what == "level" and clean != text:
                ends.append(took(_CODES.get(str(clean), clean)))
            if name in ("half public", "look-alike"):
                ends.append(OUT)
            found.append(one(name, what, text, *ends))
    for name, text in {"university": "Đại học", "typo": "Tieu hocc", "number": "12"}.items():
        found.append(one(name, "level", text, OUT))
    centre = one("centre", "level", "GDNN-GDTX", took("GDTX"), name="Trung tâm GDTX Hương Trà")
    blank = one("blank", "level", None, OUT, took("Tiểu học"))
    unknown = one("unknown", "ownership", "Liên doanh", OUT)
    return [*found, centre, blank, unknown, one("blank", "ownership", None, took(None))]


_CODES = {"Tiểu học": "TH", "Mầm non": "MN"}


def _in_font(text: str, key: str) -> str:
    """The letters of a text as an old font has them."""
    return legacy_fonts()[key].write(text)


def _fonts() -> Cases:
    found = []
    names = [
        "Trường Tiểu học Đoàn Kết",
        "Trường Mầm non Sơn Ca",
        "Trường THCS Hướng Dương",
        "Trường Tiểu học Nguyễn Huệ",
    ]
    units = ["Phường Tứ Hạ", "Xã Hương Toàn", "Phường Hương Vân", "Xã Bình Điền"]
    for key in ("tcvn3", "vni", "viscii"):
        rows = [
            school(n, name=_in_font(name, key), unit=_in_font(unit, key))
            for n, (name, unit) in enumerate(zip(names, units, strict=True), 1)
        ]
        wanted = {n + 1: {"name": names[n - 1], "unit": units[n - 1]} for n in range(1, 5)}
        must = Must(accepted=wanted, aside={}, repaired=("C2", "D5"))
        found.append(roster(f"columns in {key}", rows, must))
    return found


def _doubles() -> Cases:
    twin = school(2, name="Trường Tiểu học Số 1")
    rows: Rows = [school(1), twin]
    same_code = [school(1), school(2), school(1, order=3, pupils=999)]
    tones = [
        school(1, name="Trường Tiểu học Hoà Bình"),
        school(1, order=2, name="Trường Tiểu học Hòa Bình"),
    ]
    three: Rows = [school(1), school(1, order=2), school(1, order=3)]
    renamed = [school(1), school(1, order=2, name="Trường Tiểu học Kim Đồng")]
    kept_one = Must(accepted={2: {}}, aside={})
    both_out = Must(accepted={}, aside={2: "", 3: ""})
    return [
        roster(
            "two codes for one name", rows, Must(accepted={2: {}, 3: {}}, aside={}, warned=("C3",))
        ),
        roster(
            "one code, other pupils",
            same_code,
            Must(
                accepted={2: {"pupils": None}, 3: {}, 4: {}},
                aside={},
                doubts={2: "N2"},
                schools=2,
            ),
        ),
        roster("one code, tone mark elsewhere", tones, kept_one),
        roster("a row three times", three, kept_one),
        roster("one code, other name", renamed, both_out),
        roster(
            "the same but for its note",
            _noted(),
            Must(accepted={2: {}, 3: {}}, aside={}, schools=1),
            [*HEADINGS, "Ghi chú"],
        ),
        Case("nothing but spaces in a row", _spaces, (all_of(2, 4),)),
    ]


def _noted() -> Rows:
    return [[*school(1), ""], [*school(1, order=2), "xem lại"]]


def _spaces(folder: Path) -> Path:
    return save(folder / "a.xlsx", [school(1), [" "] * 14, school(3)])
