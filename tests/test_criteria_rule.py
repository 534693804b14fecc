"""The mức of circular 57/2026 (Điều 5 khoản 3), against a second writing of the rule.

`python -m tests.test_criteria_rule` compares all 3^15 = 14,348,907 states (half a minute); the test
takes every hundredth of them, the same ones each time.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.criteria.counting import Levels, lacking_only, reached
from analysis.criteria.structure import read_structure, set_of

TT57 = read_structure()["TT57-2026"]
MANDATORY = (2, 3, 4, 5, 7, 8, 12, 13)  # 1.3 1.4 2.1 2.2 3.1 3.2 4.1 4.2
OTHERS = (0, 1, 6, 9, 10, 11, 14)


def law(state: Sequence[int]) -> int:
    """The mức of a school, as the circular says it."""
    mandatory, others = min(state[i] for i in MANDATORY), [state[i] for i in OTHERS]
    if mandatory == 2 and others.count(2) >= 5 and min(others) >= 1:
        return 2
    return 1 if mandatory >= 1 and others.count(0) <= 2 else 0


def states(numbers: range) -> Levels:
    """The states with these numbers: a criterion is a digit in base 3."""
    codes = np.arange(numbers.start, numbers.stop, numbers.step)[:, None]
    return (codes // 3 ** np.arange(15) % 3).astype(np.int8)


def compare(numbers: range) -> Counter[int]:
    """How many states are at which mức, once both writings agree on each."""
    some = states(numbers)
    found = reached(some, TT57, 1).astype(int) + reached(some, TT57, 2)
    wanted = [law(state) for state in some.tolist()]
    differ = np.flatnonzero(found != np.array(wanted))
    assert not len(differ), some[differ[:3]].tolist()
    return Counter(wanted)


def test_every_hundredth_state_is_judged_as_the_law_says() -> None:
    assert compare(range(0, 3**15, 100)).total() == 143_490


states_known = st.lists(st.sampled_from([0, 1, 2]), min_size=15, max_size=15)
places = st.sets(st.integers(0, 14), max_size=4)


@settings(max_examples=150, deadline=None)
@given(states_known, places, st.sampled_from([1, 2]))
def test_what_is_unknown_is_judged_as_every_completion_is(
    state: list[int], unknown: set[int], level: int
) -> None:
    """Met, missed, and lacking exactly one, only where all completions say so."""
    low, high = (
        np.array([[end if i in unknown else s for i, s in enumerate(state)]], np.int8)
        for end in (0, 2)
    )
    completions = []
    for filled in itertools.product([0, 1, 2], repeat=len(unknown)):
        one = [*state]
        for place, value in zip(sorted(unknown), filled, strict=True):
            one[place] = value
        completions.append(one)
    met = {law(one) >= level for one in completions}
    assert bool(reached(low, TT57, level)[0]) == (met == {True})
    assert bool(reached(high, TT57, level)[0]) == (True in met)
    for place in range(15):
        alone = met == {False} and all(
            law([max(v, level) if i == place else v for i, v in enumerate(one)]) >= level
            for one in completions
        )
        assert bool(lacking_only(low, high, TT57, level)[0, place]) == alone


def test_the_sets_are_those_of_the_circulars() -> None:
    counts = {name: (len(s.split), len(s.names)) for name, s in read_structure().items()}
    assert counts == {
        "TT19-2018": (5, 25),
        "TT17-2018": (5, 27),
        "TT18-2018": (5, 28),
        "TT57-2026": (4, 15),
    }
    assert [TT57.names.index(name) for name in TT57.mandatory] == [*MANDATORY]
    for year, level, wanted in (
        ("2018-2019", "MN", "TT19-2018"),
        ("2025-2026", "MN", "TT19-2018"),
        ("2026-2027", "MN", "TT57-2026"),
        ("2030-2031", "GDTX", "TT57-2026"),
        ("2025-2026", "GDTX", None),
        ("2017-2018", "TH", None),
    ):
        found = set_of(year, level)
        assert (found and found.id) == wanted, (year, level)


if __name__ == "__main__":
    parts = (range(first, min(first + 3**12, 3**15)) for first in range(0, 3**15, 3**12))
    told = sum((compare(part) for part in parts), Counter[int]())
    print(dict(told), told.total())
