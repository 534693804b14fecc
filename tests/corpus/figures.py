"""Numbers: counts, levels and codes, as people and programs write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.corpus.case import OUT, Cases, Must, one, roster, second_doubted, took
from tests.workbooks import school

NO_CERTIFICATE: dict[str, Any] = {
    "kdclgd_decision": None,
    "kdclgd_date": None,
    "cqg": None,
    "cqg_decision": None,
    "cqg_date": None,
}
NO_CQG: dict[str, Any] = {"cqg_decision": None, "cqg_date": None}
WITH_3: dict[str, Any] = {"kdclgd": 3}

_CLASSES: dict[str, tuple[Any, ...]] = {
    "text": ("12", took(12)),
    "text with spaces": (" 12 ", took(12)),
    "text with no-break space": ("12\u00a0", took(12)),
    "unit": ("12 lớp", took(12)),
    "unit close by": ("12lớp", took(12)),
    "apostrophe": ("'12", took(12)),
    "float that is whole": (12.0, took(12)),
    "comma zero": ("12,0", took(12), OUT),
    "full width digits": ("１２", took(12)),
    "Arabic digit": ("٣", took(3), OUT),
    "leading zeros": ("0012", took(12), OUT),
    "plus": ("+12", took(12), OUT),
    "zero": (0, took(0)),
    "fraction in text": ("2,5", OUT),
    "fraction with dot": ("2.5", OUT),
    "fraction": (2.5, OUT),
    "nearly whole": (11.99, OUT),
    "vulgar fraction": ("½", OUT),
    "slash": ("12/15", OUT),
    "negative": (-5, OUT),
    "negative text": ("-5", OUT),
    "true minus": ("−5", OUT),
    "in brackets": ("(5)", OUT),
    "logical": (True, OUT),
    "the word TRUE": ("TRUE", OUT),
    "date": (dt.datetime(2024, 1, 12), OUT),
    "time": (dt.time(12, 0), OUT),
    "absurd": (9999, OUT),
    "huge": (10**15, OUT),
    "enormous": (1e300, OUT),
    "words": ("mười hai", OUT, took(12)),
    "roman": ("XII", OUT),
    "about": ("khoảng 12", OUT),
    "tilde": ("~12", OUT),
    "range": ("12-15", OUT),
    "sum": ("12+3", OUT),
    "remark behind": ("12 (2 lớp ghép)", OUT),
    "percent text": ("50%", OUT),
    "exponent in text": ("1e2", OUT, took(100)),
    "letter O": ("1O", OUT),
    "letter l": ("l2", OUT),
    "circled": ("⑫", OUT, took(12)),
    "two numbers": ("12 13", OUT),
    "thousands of classes": ("12.000", OUT),
    "blank": (None, took(None)),
    "dash": ("-", took(None)),
    "n/a": ("n/a", took(None), OUT),
    "không có": ("không có", took(None), OUT),
    "chưa có số liệu": ("chưa có số liệu", took(None), OUT),
    "three dots": ("...", took(None), OUT),
    "error": ("#N/A", OUT),
    "division error": ("#DIV/0!", OUT),
    "too narrow": ("########", OUT),
    "infinity": ("∞", OUT),
}

_PUPILS: dict[str, tuple[Any, ...]] = {
    "dot of thousands": ("1.145", took(1145)),
    "comma of thousands": ("1,145", took(1145), OUT),
    "space of thousands": ("1 145", took(1145)),
    "narrow space of thousands": ("1\u202f145", took(1145)),
    "no-break space of thousands": ("1\u00a0145", took(1145)),
    "apostrophe of thousands": ("1'145", took(1145), OUT),
    "dot and decimals": ("1.145,0", took(1145), OUT),
    "dot, four digits": ("1.1450", OUT),
    "dot, two digits": ("1.14", OUT),
    "mixed signs": ("1.145,5", OUT),
    "a number that is no whole one": (1.145, OUT),
    "unit": ("345 học sinh", took(345)),
    "unit short": ("345 HS", took(345)),
    "unit em": ("345 em", took(345)),
    "millions": ("1.234.567", OUT),
    "absurd": (250_000, OUT),
    "negative text with unit": ("-345 HS", OUT),
    "words": ("ba trăm", OUT),
    "true": (True, OUT),
    "error": ("#REF!", OUT),
}

_LEVELS: dict[str, tuple[Any, ...]] = {
    "text": ("2", took(2)),
    "with words": ("Cấp độ 2", took(2)),
    "short": ("CĐ 2", took(2)),
    "short close": ("CĐ2", took(2)),
    "roman short": ("CĐ II", took(2)),
    "roman": ("II", took(2)),
    "roman sign": ("Ⅱ", took(2), OUT),
    "in words": ("Cấp độ hai", took(2)),
    "capitals": ("CẤP ĐỘ 2", took(2)),
    "no marks": ("cap do 2", took(2)),
    "mức": ("Mức 2", took(2)),
    "mức độ in the other column": ("Mức độ 2", took(2)),
    "đạt": ("Đạt cấp độ 2", took(2)),
    "colon": ("Cấp độ: 2", took(2)),
    "brackets": ("Cấp độ (2)", took(2)),
    "zero behind": ("02", took(2), OUT),
    "float": (2.0, took(2)),
    "comma zero": ("2,0", took(2), OUT),
    "full width": ("２", took(2), OUT),
    "dotless spaces": ("Cấp\u00a0độ\u00a02", took(2)),
    "five": (5, OUT),
    "cấp độ 5": ("cấp độ 5", OUT),
    "roman five": ("V", OUT),
    "minus one": (-1, OUT),
    "minus text": ("-1", OUT),
    "half": ("2,5", OUT),
    "half number": (2.5, OUT),
    "two levels": ("Cấp độ 2 và 3", OUT),
    "range": ("2-3", OUT),
    "slash": ("2/3", OUT),
    "arrow": ("1→2", OUT),
    "percent": ("20%", OUT),
    "percent number": (0.2, OUT),
    "twenty-two": (22, OUT),
    "raised": ("²", OUT),
    "logical": (True, OUT),
    "date": (dt.datetime(2024, 2, 1), OUT),
    "error": ("#VALUE!", OUT),
    "only đạt": ("Đạt", OUT),
    "a mark": ("x", OUT),
    "nonsense": ("tốt", OUT),
    "being asked for": ("đang đề nghị", OUT, took(None)),
    "question mark": ("Cấp độ 2?", OUT),
    "blank beside a decision": (None, OUT),
    "none beside a decision": ("Chưa đạt", OUT),
}

_NONE: dict[str, tuple[Any, ...]] = {
    "blank": (None, took(None)),
    "chưa đạt": ("Chưa đạt", took(None)),
    "không": ("Không", took(None)),
    "không đạt": ("Không đạt", took(None)),
    "dash": ("-", took(None)),
    "long dash": ("—", took(None)),
    "slash": ("/", took(None)),
    "zero": (0, took(0), took(None)),
    "zero text": ("0", took(0), took(None)),
    "not evaluated": ("Chưa đánh giá ngoài", took(None)),
    "not evaluated short": ("chưa ĐGN", took(None)),
    "not yet": ("chưa", took(None)),
    "n/a": ("N/A", took(None)),
    "expired word": ("Hết hạn", took(None), OUT),
    "withdrawn": ("Thu hồi", took(None), OUT),
}

_CQG: dict[str, tuple[Any, ...]] = {
    "mức độ": ("Mức độ 1", took(1)),
    "mức độ roman": ("mức độ II", took(2)),
    "cấp độ in the other column": ("Cấp độ 1", took(1)),
    "short": ("MĐ 1", took(1)),
    "CQG and number": ("CQG 1", took(1)),
    "whole sentence": ("Đạt chuẩn quốc gia mức độ 1", took(1)),
    "three": (3, OUT),
    "mức độ 3": ("Mức độ 3", OUT),
    "giai đoạn 1": ("giai đoạn 1", OUT, took(1)),
}

_CODES: dict[str, tuple[Any, ...]] = {
    "number": (46480002, took("46480002")),
    "float": (46480002.0, took("46480002")),
    "spaces": (" 46480002 ", took("46480002")),
    "spaces inside": ("46 480 002", took("46480002"), OUT),
    "dots inside": ("46.480.002", took("46480002"), OUT),
    "apostrophe": ("'46480002", took("46480002")),
    "word before": ("Mã: 46480002", took("46480002"), OUT),
    "point zero": ("46480002.0", took("46480002"), OUT),
    "full width": ("４６４８０００２", took("46480002")),
    "zero width": ("4648\u200b0002", took("46480002")),
    "zero lost": (1480002, took("01480002"), OUT),
    "zero lost in text": ("1480002", OUT, took("01480002")),
    "zero kept": ("01480002", took("01480002")),
    "six digits": (480002, OUT),
    "nine digits": ("464800021", OUT),
    "exponent": ("4.648E+07", OUT),
    "exponent with comma": ("4,648E+07", OUT),
    "fraction": (46480002.5, OUT),
    "letter O": ("4648000O", OUT),
    "letters": ("HT-00002", OUT),
    "negative": (-46480002, OUT),
    "blank": (None, OUT),
    "dash": ("-", OUT),
    "word": ("chưa có mã", OUT),
    "error": ("#N/A", OUT),
    "logical": (True, OUT),
    "date": (dt.datetime(2024, 2, 1), OUT),
    "two codes": ("46480002; 46480009", OUT),
    "all zeros": ("00000000", OUT, took("00000000")),
    "ten digits of the sector": ("4648010001", took("4648010001")),
    "letters of the sector": ("464801N1", took("464801N1")),
}


def cases() -> Cases:
    """All cases of counts, levels and codes."""
    found = []
    for what, table, also in (
        ("classes", _CLASSES, {}),
        ("pupils", _PUPILS, {}),
        ("kdclgd", _LEVELS, {}),
        ("kdclgd", _NONE, NO_CERTIFICATE),
        ("cqg", _CQG, WITH_3),
        ("cqg", _NONE, NO_CQG),
        ("code", _CODES, {}),
        ("order", _ORDERS, {}),
    ):
        found += [one(name, what, value, *ends, **also) for name, (value, *ends) in table.items()]
    return [*found, *_rosters()]


_ORDERS: dict[str, tuple[Any, ...]] = {
    "failed": ("#REF!", took(None), OUT),
    "logical": (True, took("TRUE"), OUT),
    "date": (dt.datetime(2024, 1, 2), took("2024-01-02"), OUT),
    "numbering": (1.2, took("1.2"), OUT),
    "text": (" 2. ", took("2.")),
    "roman": ("II", took("II")),
    "blank": (None, took(None)),
}


def _rosters() -> Cases:
    several = [school(1), school(2, classes="hai lăm", pupils=-3, kdclgd=9), school(3)]
    lost = [school(n, code=1480000 + n) for n in range(1, 5)]
    numbers = [school(n, code=46480000 + n) for n in range(1, 5)]
    wanted = {n + 1: {"code": f"46480{n:03d}"} for n in range(1, 5)}
    back = {n + 1: {"code": f"01480{n:03d}"} for n in range(1, 5)}
    return [
        roster("three faults in a row", several, second_doubted("kdclgd", "classes", "pupils")),
        roster("codes as numbers", numbers, Must(accepted=wanted, aside={}, repaired=("B2", "B5"))),
        roster(
            "codes without their zero",
            lost,
            [
                Must(accepted=back, aside={}, repaired=("B2",)),
                Must(
                    accepted={n: {"code": None} for n in back},
                    aside={},
                    doubts={n: f"B{n}" for n in back},
                ),
            ],
        ),
    ]
