"""The law over time, to the day: regimes, waiting, validity, who signs, what CQG asks for."""

from __future__ import annotations

import copy
import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reference import (
    SCHEMES,
    SuiteError,
    alert_from,
    comparable,
    earliest_upgrade,
    last_day,
    list_regimes,
    read_rules,
    renewal_due,
    rule_on,
    signer_of,
    term_end,
)
from analysis.reference.regimes import DATED, checked_regimes
from analysis.status.judging import last_days

RULES = read_rules()
DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2060, 12, 31))


def day(text: str) -> dt.date:
    """ "25/01/2025", as the law writes it."""
    d, m, y = map(int, text.split("/"))
    return dt.date(y, m, d)


def test_regimes_follow_each_other_without_a_gap() -> None:
    regimes = list_regimes(RULES)
    for one, following in pairwise(regimes):
        assert one.end + dt.timedelta(1) == following.start
    assert (regimes[0].start, regimes[-1].end) == (dt.date.min, dt.date.max)


@pytest.mark.parametrize(
    ("signed", "first"),
    [
        ("23/01/2023", "23/01/2025"),  # two years are over while they are asked for
        ("24/01/2023", "24/01/2025"),
        ("25/01/2023", "25/01/2025"),  # one year was over long ago, but that law is new today
        ("01/06/2024", "01/06/2025"),
        ("06/07/2025", "06/07/2026"),  # the last day on which one year is enough
        ("07/07/2025", "07/07/2027"),
        ("01/08/2025", "01/08/2027"),
        ("29/02/2024", "28/02/2025"),
        ("29/02/2028", "28/02/2030"),
        ("31/12/2025", "31/12/2027"),
        ("01/03/2016", "10/10/2018"),  # how long the wait was before is not known
    ],
)
def test_the_law_on_the_day_of_asking_decides(signed: str, first: str) -> None:
    assert earliest_upgrade(day(signed), "cqg", 1, RULES) == day(first)


@pytest.mark.parametrize(
    ("not_before", "first"),
    [
        ("01/06/2026", "01/06/2026"),
        ("06/07/2026", "06/07/2026"),
        ("07/07/2026", "01/06/2027"),  # whoever missed the short wait has the long one again
        ("02/06/2027", "02/06/2027"),
    ],
)
def test_a_day_missed_can_be_lost(not_before: str, first: str) -> None:
    found = earliest_upgrade(day("01/06/2025"), "cqg", 1, RULES, not_before=day(not_before))
    assert found == day(first)


def test_no_day_where_there_is_no_higher_level_or_no_law_for_it() -> None:
    assert earliest_upgrade(day("01/06/2023"), "cqg", 2, RULES) is None
    assert earliest_upgrade(day("01/06/2023"), "kdclgd", 4, RULES) is None
    assert earliest_upgrade(day("06/07/2025"), "kdclgd", 2, RULES) == day("06/07/2026")
    assert earliest_upgrade(day("07/07/2025"), "kdclgd", 2, RULES) is None


@given(signed=DAYS, not_before=DAYS)
def test_the_day_found_is_legal_and_the_day_before_is_not(
    signed: dt.date, not_before: dt.date
) -> None:
    found = earliest_upgrade(signed, "cqg", 1, RULES, not_before=not_before)
    assert found is not None and found >= not_before

    def legal(on: dt.date) -> bool:
        years = rule_on("waiting", on, RULES).get("cqg")
        return years is not None and on >= term_end(signed, 12 * years)

    assert legal(found)
    assert found == not_before or not legal(found - dt.timedelta(1))


@pytest.mark.parametrize(
    ("decision", "signer"),
    [
        ("780/QĐ-UBND", "chairman"),
        ("725/QĐ-SGDĐT", "director"),
        ("725/QĐ-SGD&ĐT", "director"),
        ("12/QĐ-PGDĐT", "division"),
        ("12/QĐ-GDĐT", None),  # a Phòng or a Sở
        ("", None),
    ],
)
def test_the_number_tells_who_signed(decision: str, signer: str | None) -> None:
    assert signer_of(decision, RULES) == signer


def test_every_signer_of_a_rule_has_its_letters_among_the_issuers() -> None:
    known = set(RULES.regulations["decision"]["issuers"])
    for signer in RULES.regimes["signers"].values():
        assert set(signer["issuers"]) <= known


def test_muc_2_is_compared_on_one_ladder_only() -> None:
    assert comparable(day("10/10/2018"), day("06/07/2026"), RULES)
    assert not comparable(day("06/07/2026"), day("07/07/2026"), RULES)
    assert not comparable(day("09/10/2018"), day("10/10/2018"), RULES)


@pytest.mark.parametrize(
    ("expires", "due", "alert"),
    [
        ("09/04/2026", "09/11/2025", "09/04/2025"),
        ("31/07/2025", "28/02/2025", "31/07/2024"),
        ("31/07/2028", "29/02/2028", "31/07/2027"),
        ("29/02/2028", "29/09/2027", "28/02/2027"),
        ("31/05/2026", "31/12/2025", "31/05/2025"),
        ("30/11/2025", "30/06/2025", "30/11/2024"),
    ],
)
def test_renewal_five_months_before_and_alert_a_year_before(
    expires: str, due: str, alert: str
) -> None:
    assert renewal_due(day(expires), RULES) == day(due)
    assert alert_from(day(expires), RULES) == day(alert)


@given(expires=DAYS)
def test_the_lead_time_is_never_short(expires: dt.date) -> None:
    assert term_end(renewal_due(expires, RULES), 5) <= expires
    assert alert_from(expires, RULES) < renewal_due(expires, RULES) < expires


@given(signed=DAYS, scheme=st.sampled_from(SCHEMES))
def test_one_day_and_a_column_of_days_end_alike(signed: dt.date, scheme: str) -> None:
    column = last_days(np.array([signed], dtype="datetime64[D]"), scheme, RULES)
    assert column[0].item() == last_day(signed, scheme, RULES)


@given(start=DAYS, months=st.integers(-600, 600))
def test_a_term_ends_on_the_same_day_or_the_last_of_its_month(start: dt.date, months: int) -> None:
    end = term_end(start, months)
    assert 12 * (end.year - start.year) + end.month - start.month == months
    assert end.day == start.day or (end.day < start.day and (end + dt.timedelta(1)).day == 1)


def test_every_dated_rule_says_where_it_stands_and_how_sure_it_is() -> None:
    for name in DATED:
        for entry in RULES.regimes[name]:
            assert entry["source"] and entry["sure"][0] in "SKI"


def test_faults_of_the_table_are_named_together() -> None:
    tables = copy.deepcopy(dict(RULES.regimes))
    tables["waiting"][1], tables["waiting"][2] = tables["waiting"][2], tables["waiting"][1]
    del tables["signer"][1]["source"]
    tables["signer"][2]["cqg"] = "minister"
    with pytest.raises(SuiteError) as error:
        checked_regimes(tables)
    for word in ("waiting", "2025-01-25", "signer 2", "source", "minister"):
        assert word in str(error.value)
