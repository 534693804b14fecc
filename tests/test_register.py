"""The register: one event per certificate, one state per school on any day, both sources named."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.notebook.register import load_register
from analysis.reference import read_rules
from analysis.status import (
    check_certificates,
    know_again,
    list_certificates,
    reconcile,
    status_from_register,
    status_on,
)
from tests.frames import school, schools

RULES = read_rules()
ROOT = Path(__file__).parents[1]
YEARS = ["2021-2022", "2022-2023", "2023-2024", "2024-2025", "2025-2026"]


def row(school_year: str = "2024-2025", **facts: Any) -> dict[str, Any]:
    """A row of a roster: it has a code; a list has none."""
    known = {"school_id": "A", "school_code": "46480001", "school_year": school_year}
    return school(**(known | facts))


def listed(**facts: Any) -> dict[str, Any]:
    return row(**({"school_code": "", "source_file": "list.csv"} | facts))


def register(*rows: dict[str, Any]) -> pd.DataFrame:
    return list_certificates(schools(*rows), RULES)


def signed(scheme: str, level: int | str, day: str, decision: str = "", precision: str = "day",
           **facts: Any) -> dict[str, Any]:  # fmt: skip
    own = {scheme: level, f"{scheme}_date": day, f"{scheme}_decision": decision}
    return own | {f"{scheme}_date_precision": precision} | facts


def state(certificates: pd.DataFrame, day: str, scheme: str = "cqg", **facts: Any) -> str:
    asked = schools(row(**facts))
    held = status_from_register(certificates, asked, dt.date.fromisoformat(day), RULES)
    return str(held[f"{scheme}_standing"].iloc[0])


# One certificate, one event -----------------------------------------------------------------------


def test_the_same_certificate_in_several_years_is_one_event() -> None:
    own = signed("cqg", 1, "2022-11-08", "2155/QĐ-UBND")
    found = register(*[row(year, **own) for year in YEARS[1:]])
    assert len(found) == 1
    event = found.iloc[0]
    assert (event.first_seen, event.last_seen, event.source) == ("2022-2023", "2025-2026", "roster")
    assert (event.regime, event.level, event.expiry_derived) == ("2018", 1, True)
    assert event.expires == pd.Timestamp("2027-11-08")


def test_a_number_is_no_key_for_it_starts_anew_each_year() -> None:
    found = register(
        row("2022-2023", **signed("kdclgd", 2, "2018-03-05", "12/QĐ-SGDĐT")),
        row("2024-2025", **signed("kdclgd", 2, "2024-03-05", "12/QĐ-SGDĐT")),
    )
    assert found.signed.dt.year.tolist() == [2018, 2024]


def test_another_signer_of_the_same_number_is_another_certificate() -> None:
    found = register(
        row(**signed("cqg", 1, "2025-02-03", "12/QĐ-SGDĐT")),
        listed(**signed("cqg", 1, "2025-02-03", "12/QĐ-UBND")),
    )
    assert len(found) == 2


def test_two_schools_may_share_one_decision() -> None:
    own = signed("cqg", 1, "2021-04-09", "1912/QĐ-UBND")
    assert len(register(row(**own), row(school_id="B", **own))) == 2


@pytest.mark.parametrize(
    ("day", "precision", "decision"),
    [
        ("2021-01-01", "year", "781/QĐ-UBND"),
        ("2021-04-01", "month", "781/QĐ-UBND"),
        ("2021-04-09", "day", ""),
        ("2021-04-09", "day", "780-783/QĐ-UBND"),
        (None, "", "781/QĐ-UBND"),
    ],
)
def test_a_list_that_says_less_is_about_the_same_certificate(
    day: str | None, precision: str, decision: str
) -> None:
    rough = {"cqg_date": day, "cqg_date_precision": precision, "cqg_decision": decision}
    found = register(
        listed(cqg=1, **rough), row("2021-2022", **signed("cqg", 1, "2021-04-09", "781/QĐ-UBND"))
    )
    assert len(found) == 1
    event = found.iloc[0]
    assert (event.decision, event.signed_precision) == ("781/QĐ-UBND", "day")
    assert event.signed == pd.Timestamp("2021-04-09") and event.in_roster and event.in_list


def test_what_could_be_two_certificates_is_not_filled_in() -> None:
    found = register(
        row("2021-2022", **signed("cqg", 1, "2021-04-09", "12/QĐ-UBND")),
        row("2024-2025", **signed("cqg", 2, "2024-05-06", "12/QĐ-UBND")),
        listed(cqg=1, cqg_decision="12/QĐ-UBND"),
    )
    assert len(found) == 3 and found.signed.isna().sum() == 1


def test_a_level_is_taken_over_from_the_source_that_states_it() -> None:
    found = register(
        row("2021-2022", **signed("cqg", "level_unknown", "2021-04-09", "781/QĐ-UBND")),
        row("2022-2023", **signed("cqg", 1, "2021-04-09", "781/QĐ-UBND")),
    )
    assert found.level.tolist() == [1]


def test_two_levels_under_one_number_stay_two_rows() -> None:
    found = register(
        row("2021-2022", **signed("cqg", 1, "2021-04-09", "781/QĐ-UBND")),
        listed(**signed("cqg", 2, "2021-04-09", "781/QĐ-UBND")),
    )
    assert found.level.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("day", "precision", "regime", "effective", "expires"),
    [
        ("2018-10-09", "day", "before_2018", "2018-10-09", "2023-10-09"),
        ("2018-10-10", "day", "2018", "2018-10-10", "2023-10-10"),
        ("2018-10-01", "month", "", "2018-10-01", "2023-10-31"),
        ("2020-01-01", "year", "2018", "2020-01-01", "2025-12-31"),
        ("2024-02-29", "day", "2018", "2024-02-29", "2029-02-28"),
        ("2025-01-24", "day", "2018", "2025-01-24", "2030-01-24"),
        ("2025-01-25", "day", "2024", "2025-01-25", "2030-01-25"),
        ("2026-07-06", "day", "2024", "2026-07-06", "2031-07-06"),
        ("2026-07-07", "day", "2026", "2026-07-07", "2031-07-07"),
    ],
)
def test_regime_and_term_of_a_certificate(
    day: str, precision: str, regime: str, effective: str, expires: str
) -> None:
    event = register(row(**signed("cqg", 1, day, precision=precision))).iloc[0]
    assert (event.regime, event.expiry_derived) == (regime, True)
    assert (event.effective, event.expires) == (pd.Timestamp(effective), pd.Timestamp(expires))


def test_a_printed_last_day_is_kept() -> None:
    event = register(row(**signed("cqg", 1, "2021-04-09", cqg_expiry="2026-06-30"))).iloc[0]
    assert (event.expires, event.expiry_derived) == (pd.Timestamp("2026-06-30"), False)


def test_nothing_said_is_no_event() -> None:
    assert register(row(kdclgd="not_reached", cqg="not_evaluated"), row(school_id="B")).empty


# The state on a day -------------------------------------------------------------------------------

TWO = (
    row("2021-2022", **signed("cqg", 1, "2019-03-05", "9/QĐ-UBND")),
    row("2024-2025", **signed("cqg", 2, "2023-06-12", "50/QĐ-UBND")),
)


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        ("2019-03-04", "not_stated"),
        ("2019-03-05", "1"),
        ("2023-06-11", "1"),
        ("2023-06-12", "2"),
        ("2024-03-06", "2"),
        ("2028-06-11", "2"),
        ("2028-06-12", "2"),  # the last day
        ("2028-06-13", "expired"),
    ],
)
def test_any_day_can_be_asked(day: str, standing: str) -> None:
    assert state(register(*TWO), day) == standing


def test_the_highest_level_in_force_counts_not_the_last_signed() -> None:
    found = register(
        row("2021-2022", **signed("kdclgd", 3, "2021-05-06", "7/QĐ-SGDĐT")),
        row("2024-2025", **signed("kdclgd", 2, "2025-03-04", "8/QĐ-SGDĐT")),
    )
    assert state(found, "2026-05-06", "kdclgd") == "3"
    assert state(found, "2026-05-07", "kdclgd") == "2"


def test_before_the_first_certificate_the_roster_of_the_year_speaks() -> None:
    found = register(*TWO)
    assert state(found, "2018-05-31", cqg="not_evaluated") == "not_evaluated"
    assert state(found, "2018-05-31", cqg="not_reached") == "not_reached"
    assert state(found, "2018-05-31", cqg="pending") == "pending"
    assert state(found, "2018-05-31", cqg=1) == "not_stated", "what the roster claims is not in it"
    assert state(found, "2018-05-31", cqg="in_doubt") == "not_stated"


def test_the_register_says_nothing_of_a_year_that_does_not_state_the_scheme() -> None:
    assert state(register(*TWO), "2025-05-31", cqg=None) == "nan"


def test_a_school_without_a_finished_cohort() -> None:
    found = register(row())
    facts = {"eligible": False, "externally_evaluated": False, "kdclgd": "not_evaluated"}
    assert state(found, "2025-05-31", "kdclgd", **facts) == "not_evaluated"


@pytest.mark.parametrize("said", ["withdrawn", "expired"])
def test_what_a_source_says_has_ended_has_ended(said: str) -> None:
    own = signed("cqg", 1, "2021-04-09", "781/QĐ-UBND")
    with_number = row("2023-2024", **(own | {"cqg": said}))
    bare = row("2023-2024", cqg=said)
    for ending in (with_number, bare):
        found = register(row("2021-2022", **own), ending)
        assert state(found, "2024-05-30") == "1"
        assert state(found, "2024-05-31") == said
        event = found[found.signed.notna() & found.level.notna()].iloc[0]
        assert (event.ended, event.ended_seen) == (said, "2023-2024")


def test_a_new_certificate_after_a_withdrawal_counts() -> None:
    found = register(
        row("2021-2022", **signed("cqg", 1, "2021-04-09", "781/QĐ-UBND")),
        row("2023-2024", cqg="withdrawn"),
        row("2024-2025", **signed("cqg", 1, "2025-02-10", "61/QĐ-SGDĐT")),
    )
    assert state(found, "2025-02-09") == "withdrawn"
    assert state(found, "2025-02-10") == "1"


def test_without_any_day_it_counts_in_the_years_that_state_it() -> None:
    found = register(row("2022-2023", cqg=1), row("2023-2024", cqg=1))
    days = ["2022-05-31", "2022-06-01", "2024-05-31", "2024-06-01"]
    assert [state(found, day) for day in days] == [
        *("not_stated", "1", "1", "not_stated"),
    ]


def test_recognised_without_a_level_counts_less_than_a_level() -> None:
    older = row("2021-2022", **signed("cqg", "level_unknown", "2018-09-20", "5/QĐ-UBND"))
    newer = row("2023-2024", **signed("cqg", 1, "2022-03-07", "6/QĐ-UBND"))
    assert state(register(older), "2022-05-31") == "level_unknown"
    assert state(register(older, newer), "2022-05-31") == "1"


def test_the_columns_are_those_of_status_on() -> None:
    table = schools(*TWO)
    day = dt.date(2025, 5, 31)
    by_register = status_from_register(register(*TWO), table, day, RULES)
    by_roster = status_on(table, day, RULES)
    assert set(by_roster) <= set(by_register) and len(by_register) == len(table)
    assert by_register["cqg_decision"].tolist() == ["50/QĐ-UBND"] * 2
    assert by_register["cqg_source_row"].notna().all()
    for column in map(str, by_roster):
        if column.endswith(("_state", "_standing", "_level_held", "_expires")):
            assert by_register[column].dtype == by_roster[column].dtype


DAYS = st.dates(dt.date(2018, 10, 10), dt.date(2032, 12, 31))
HISTORY = st.lists(
    st.tuples(DAYS, st.integers(1, 4)), min_size=1, max_size=5, unique_by=lambda held: held[0]
)
HISTORIES = st.lists(HISTORY, min_size=1, max_size=12)
History = list[tuple[dt.date, int]]


def rows_of(histories: list[History]) -> list[dict[str, Any]]:
    return [
        row(school_id=f"S{n}", **signed("kdclgd", level, str(on), f"{i + 1}/QĐ-SGDĐT"))
        for n, history in enumerate(histories)
        for i, (on, level) in enumerate(history)
    ]


def standings(rows: list[dict[str, Any]], day: dt.date) -> list[str]:
    asked = schools(*[row(school_id=name) for name in sorted({r["school_id"] for r in rows})])
    held = status_from_register(register(*rows), asked, day, RULES)
    return held["kdclgd_standing"].astype(str).tolist()


def highest_in_force(history: History, day: dt.date) -> str:
    last = {on: (pd.Timestamp(on) + pd.DateOffset(years=5)).date() for on, _ in history}
    in_force = [level for on, level in history if on <= day <= last[on]]
    begun = any(on <= day for on, _ in history)
    return str(max(in_force)) if in_force else "expired" if begun else "not_stated"


@pytest.mark.truth
@settings(max_examples=25, deadline=None)
@given(histories=HISTORIES, day=DAYS)
def test_the_state_is_the_highest_level_in_force(histories: list[History], day: dt.date) -> None:
    expected = {f"S{n}": highest_in_force(h, day) for n, h in enumerate(histories)}
    assert standings(rows_of(histories), day) == [expected[name] for name in sorted(expected)]


@settings(max_examples=10, deadline=None)
@given(histories=HISTORIES, day=DAYS, again=st.randoms(use_true_random=False))
def test_order_and_repetition_of_the_sources_do_not_matter(
    histories: list[History], day: dt.date, again: Any
) -> None:
    rows = rows_of(histories)
    mixed = [*rows, *again.sample(rows, len(rows) // 2)]
    again.shuffle(mixed)
    assert len(register(*mixed)) == len(rows)
    assert standings(mixed, day) == standings(rows, day)


def test_a_school_without_a_code_is_known_again_by_its_name_in_another_year() -> None:
    named = {"school_name": "Trường Tiểu học Hàng Tre", "unit": "Phường Hương Văn"}
    rows = [
        row("2022-2023", **named),
        row("2023-2024", school_id="x", school_code="", **named | {"school_name": "TH Hàng Tre"}),
        row("2024-2025", school_id="y", school_code="", **named | {"school_name": "TH Hàng"}),
        row("2024-2025", school_id="z", school_code="", **named | {"unit": "Phường Tứ Hạ"}),
    ]
    table = status_on(schools(*rows).assign(matched_by=""), dt.date(2025, 5, 31), RULES)
    assert know_again(table, RULES)["school_id"].tolist() == ["A", "A", "y", "z"]
    twice = [*rows, row("2021-2022", school_id="B", school_code="46480002", **named)]
    table = status_on(schools(*twice).assign(matched_by=""), dt.date(2025, 5, 31), RULES)
    assert "x" in set(know_again(table, RULES)["school_id"]), "it may be either"


# Roster against register --------------------------------------------------------------------------


def differences(roster: dict[str, Any], *others: dict[str, Any]) -> pd.DataFrame:
    table, day = schools(roster), dt.date(2025, 5, 31)
    by_register = status_from_register(register(*others), table, day, RULES)
    return reconcile(status_on(table, day, RULES), by_register)


OWN = signed("cqg", 1, "2022-11-08", "2155/QĐ-UBND")


@pytest.mark.parametrize(
    ("roster", "others", "kind"),
    [
        (row(**OWN), [row(**OWN)], None),
        (row(), [listed(**OWN)], "roster_lacks"),
        (row(cqg="not_reached"), [listed(**OWN)], "roster_lacks"),
        (row(**OWN), [], "register_lacks"),
        (row(**OWN), [listed(**signed("cqg", 1, "2019-01-02"))], "register_ended"),
        (row(**OWN), [row(**OWN), row("2023-2024", cqg="withdrawn")], "register_ended"),
        (row(**OWN), [row(**OWN), listed(**signed("cqg", 2, "2023-05-04"))], "level"),
        (row(**OWN), [listed(**(OWN | {"cqg_expiry": "2027-12-31"}))], "expiry"),
        (row(cqg="not_reached"), [listed(**signed("cqg", 1, "2019-01-02"))], "state"),
        (row(cqg="in_doubt"), [listed(**OWN)], "roster_lacks"),
        (row(cqg="in_doubt"), [listed(**signed("cqg", 1, "2019-01-02"))], "unclear"),
        (row(cqg="in_doubt"), [], None),
        (row(cqg="pending"), [], None),
        (row(cqg="not_evaluated"), [], None),
        (row(cqg=None), [listed(**OWN)], None),
    ],
)
def test_the_kinds_of_disagreement(
    roster: dict[str, Any], others: list[dict[str, Any]], kind: str | None
) -> None:
    found = differences(roster, *others)
    assert found.kind.tolist() == ([kind] if kind else [])
    assert found.scheme.tolist() == (["cqg"] if kind else [])


def test_both_sources_are_named() -> None:
    found = differences(row(source_row=7), listed(**(OWN | {"source_row": 3}))).iloc[0]
    assert (found.roster_source_file, found.roster_source_row) == ("a.xlsx", 7)
    assert (found.register_source_file, found.register_source_row) == ("list.csv", 3)
    assert (found.roster_standing, found.register_standing) == ("not_stated", "1")
    assert found.register_decision == "2155/QĐ-UBND"


# The law of the day -------------------------------------------------------------------------------


def told(*rows: dict[str, Any], lang: str = "vi") -> list[tuple[str, str]]:
    found = check_certificates(register(*rows), RULES, lang=lang)
    return list(zip(found["rule"], found["message"], strict=True))


@pytest.mark.parametrize(
    ("scheme", "day", "issuer", "lawful"),
    [
        ("cqg", "2025-01-24", "UBND", True),
        ("cqg", "2025-01-24", "SGDĐT", False),
        ("cqg", "2025-01-25", "UBND", False),
        ("cqg", "2025-01-25", "SGDĐT", True),
        ("cqg", "2026-07-07", "SGD&ĐT", True),
        ("kdclgd", "2025-01-24", "SGDĐT", True),
        ("kdclgd", "2025-01-24", "UBND", False),
        ("cqg", "2025-01-24", "PGDĐT", False),
        ("cqg", "2025-01-24", "GDĐT", True),  # who that is cannot be told, so nothing is said
    ],
)
def test_who_signs_on_which_day(scheme: str, day: str, issuer: str, lawful: bool) -> None:
    found = told(row(**signed(scheme, 1, day, f"12/QĐ-{issuer}")))
    assert [rule for rule, _ in found] == ([] if lawful else ["register_signer"])


def test_a_month_in_which_the_signer_changed_is_not_judged() -> None:
    assert told(row(**signed("cqg", 1, "2025-01-01", "12/QĐ-SGDĐT", "month"))) == []
    found = told(row(**signed("cqg", 1, "2024-01-01", "12/QĐ-SGDĐT", "year")), lang="en")
    assert len(found) == 1 and "signed 2024" in found[0][1] and "chairman" in found[0][1]


@pytest.mark.parametrize(
    ("kdclgd", "cqg", "missing"),
    [
        ((2, "2022-10-05"), (1, "2022-11-08"), False),
        ((1, "2022-10-05"), (1, "2022-11-08"), True),
        ((2, "2022-10-05"), (2, "2022-11-08"), True),
        ((3, "2022-10-05"), (2, "2022-11-08"), False),
        ((2, "2017-11-07"), (1, "2022-11-08"), True),  # it had ended the day before
        ((1, "2018-10-09"), (1, "2022-11-08"), False),  # older circulars: not compared
        ((1, "2017-10-09"), (1, "2018-10-09"), False),  # nothing was asked then
        ((1, "2026-05-05"), (1, "2026-07-06"), True),
        ((1, "2026-05-05"), (1, "2026-07-07"), False),  # Mức of 2018, CQG of 2026
        (None, (1, "2022-11-08"), False),  # nothing is known of the school's KĐCLGD
    ],
)
def test_the_result_a_cqg_asks_for(
    kdclgd: tuple[int, str] | None, cqg: tuple[int, str], missing: bool
) -> None:
    rows = [row("2021-2022", **signed("kdclgd", *kdclgd))] if kdclgd else []
    found = told(*rows, row(**signed("cqg", *cqg)))
    assert [rule for rule, _ in found] == (["register_cqg_asks"] if missing else [])


def test_messages_are_complete_in_both_languages() -> None:
    rows = [row(**signed("kdclgd", 1, "2022-10-05")), row(**signed("cqg", 1, "2022-11-08"))]
    for lang, words in (("vi", "không ghi số"), ("en", "no number")):
        [(_, message)] = told(*rows, lang=lang)
        assert words in message and "08/11/2022" in message and "Mức 2" in message


# The example office -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example() -> Any:
    return load_register(home=ROOT)


def test_the_example_rosters_and_their_register_agree(example: Any) -> None:
    doubted = example.held[["school_year", "school_id", "doubts"]]
    told = example.differences.merge(doubted, on=["school_year", "school_id"])
    doubts = zip(told["scheme"], told["doubts"], strict=True)
    assert all(scheme in doubt for scheme, doubt in doubts), "a roster cannot contradict itself"
    assert set(told["roster_standing"]) == {"in_doubt"} and len(told) == 6
    assert example.warnings[["school_id", "rule"]].to_numpy().tolist() == [
        ["HT-MN-09", "register_cqg_asks"]
    ]
    wide = example.held[[c for c in example.held if c.endswith("_standing")]].astype(str)
    clear = ~wide.eq("in_doubt")
    told = example.by_register[wide.columns].astype(str)
    assert wide.where(clear).equals(told.where(clear))


@pytest.mark.truth
def test_the_example_certificates_are_those_of_the_histories(example: Any) -> None:
    truth = pd.read_csv(ROOT / "tests" / "truth" / "example" / "schools.csv", dtype=str)
    for scheme in ("kdclgd", "cqg"):
        names = ["school_id", *(f"{scheme}_{n}" for n in ("level", "decision", "date", "expires"))]
        told = truth[truth[f"{scheme}_date"].notna() & truth[f"{scheme}_result"].ne("in_doubt")]
        wanted = told[names].drop_duplicates()
        own = example.certificates[example.certificates.scheme == scheme]
        own = own[own["school_id"].str.startswith("HT-")]  # one row has no code
        found = own[["school_id", "level", "decision", "signed", "expires"]].astype(str)
        found = found.fillna("<NA>")
        assert set(found.itertuples(index=False, name=None)) == set(
            wanted.fillna("<NA>").itertuples(index=False, name=None)
        )


def test_a_list_of_decisions_joins_the_register(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    folder = tmp_path / "data" / "decisions"
    folder.mkdir()
    (folder / "cong_nhan_2026.csv").write_text(
        "Tên trường,Xã/phường,CQG mức độ,Số quyết định,Ngày ký\n"
        "TH Cầu Mây,Phường Kim Trà,1,900/QĐ-SGDĐT,20/4/2026\n"
        "Trường Tiểu học Cầu Mai,Phường Kim Trà,1,901/QĐ-SGDĐT,20/4/2026\n",
        encoding="utf-8",
    )
    found = load_register(home=tmp_path)
    assert found.listed["matched_by"].tolist() == ["name", ""]
    assert found.suggestions["suggested_id"].tolist() == ["HT-TH-15"], "a person decides"
    own = found.certificates.query("school_id == 'HT-TH-15' and in_list")
    assert own[["level", "decision"]].to_numpy().tolist() == [[1, "900/QĐ-SGDĐT"]]
    assert "roster" in set(found.certificates["source"])
