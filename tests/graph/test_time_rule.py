"""The rule on time: how a relation stands as of a day, by what its sources say."""

from __future__ import annotations

from datetime import date

import pytest

from kommunegraf.graph.standing import OPEN_END, OPEN_START, Bounds, Times, bounds


def day(text: str) -> date:
    return date.fromisoformat(text)


CASES = {
    "from a day on, and seen in the report's year": (
        Times(valid_from=day("2014-01-01"), observed_from=day("2019-01-01"), observed_until=day("2020-01-01")),
        ("2014-01-01", "2014-01-01", "2020-01-01", None),
    ),
    "a snapshot is not a start": (
        Times(observed_from=day("2018-12-31"), observed_until=day("2019-01-01")),
        (None, "2018-12-31", "2019-01-01", None),
    ),
    "seen in 2018 and ended with it": (
        Times(observed_from=day("2018-01-01"), observed_until=day("2019-01-01"), valid_until=day("2019-01-01")),
        (None, "2018-01-01", "2019-01-01", "2019-01-01"),
    ),
    "only a start": (
        Times(valid_from=day("2020-03-01")),
        ("2020-03-01", "2020-03-01", "2020-03-02", None),
    ),
    "only an end": (
        Times(valid_until=day("2019-01-01")),
        (None, "2018-12-31", "2019-01-01", "2019-01-01"),
    ),
    "began some day in April, seen that year": (
        Times(
            valid_from=day("2019-04-01"), valid_from_latest=day("2019-04-30"),
            observed_from=day("2019-01-01"), observed_until=day("2020-01-01"),
        ),
        ("2019-04-01", "2019-04-30", "2020-01-01", None),
    ),
    "a plan stands from the day announced only": (
        Times(valid_from=day("2019-06-01"), observed_from=day("2019-03-01"), observed_until=day("2019-03-02"), plan=True),
        ("2019-06-01", "2019-06-01", None, None),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("times", "expected"), CASES.values(), ids=CASES.keys())
def test_bounds(
    times: Times, expected: tuple[str | None, str | None, str | None, str | None]
) -> None:
    first, second, third, fourth = expected
    assert bounds(times) == Bounds(
        day(first) if first else OPEN_START,
        day(second) if second else OPEN_START,
        day(third) if third else OPEN_END,
        day(fourth) if fourth else OPEN_END,
    )


def test_what_an_organisation_had_ends_when_it_is_dissolved() -> None:
    seen = Times(observed_from=day("2019-01-01"), observed_until=day("2020-01-01"))
    assert bounds(seen, dissolved=day("2020-01-01")).possible_until == day("2020-01-01")


def test_nobody_plans_for_an_organisation_that_is_no_more() -> None:
    plan = Times(valid_from=day("2019-06-01"), plan=True)
    assert bounds(plan, dissolved=day("2020-01-01")).stated_until == day("2020-01-01")
    later = Times(valid_from=day("2020-03-01"), plan=True)
    assert bounds(later, dissolved=day("2020-01-01")).stated_until == OPEN_END


def test_a_new_organisation_had_nothing_before_it_was_founded() -> None:
    seen = Times(observed_from=day("2020-05-13"), observed_until=day("2020-05-14"))
    assert bounds(seen, founded=day("2020-01-01")).possible_from == day("2020-01-01")
    earlier = Times(observed_from=day("2019-12-01"), observed_until=day("2020-01-01"))
    assert bounds(earlier, founded=day("2020-01-01")).possible_from == OPEN_START


def test_a_source_that_speaks_of_it_later_outweighs_the_dissolution() -> None:
    seen = Times(observed_from=day("2020-05-13"), observed_until=day("2020-05-14"))
    assert bounds(seen, dissolved=day("2020-01-01")).possible_until == OPEN_END
