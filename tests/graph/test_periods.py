"""Dates as sources write them, and the days that they allow."""

from __future__ import annotations

from datetime import date

import pytest

from kommunegraf.graph.periods import parse_period

ALLOWED = {
    "2018-03-01": ("2018-03-01", "2018-03-02"),
    "2018-12": ("2018-12-01", "2019-01-01"),
    "2018": ("2018-01-01", "2019-01-01"),
    "2018-H1": ("2018-01-01", "2018-07-01"),
    "2018-H2": ("2018-07-01", "2019-01-01"),
    "2018-Q4": ("2018-10-01", "2019-01-01"),
    "2018-autumn": ("2018-08-01", "2018-12-01"),
    "2018-late": ("2018-09-01", "2019-01-01"),
    "2023~": ("2022-07-01", "2024-07-01"),
    "2014-01-01/2019-12-31": ("2014-01-01", "2020-01-01"),
    "2017-mid/2020-12-31": ("2017-05-01", "2021-01-01"),
    "2020-02-29": ("2020-02-29", "2020-03-01"),
}


@pytest.mark.parametrize(("token", "days"), ALLOWED.items())
def test_a_period_allows_these_days(token: str, days: tuple[str, str]) -> None:
    period = parse_period(token)
    assert (period.first, period.after) == tuple(map(date.fromisoformat, days))
    assert period.token == token
    assert period.is_day == (token.count("-") == 2 and "/" not in token)


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        ("2013-02-30", "does not exist"),
        ("2018-13", "no such month"),
        ("31.12.2018", "is no date"),
        ("2018-H3", "is no date"),
        ("", "is no date"),
        ("0018", "is no year"),
        ("2019/2018", "ends before it begins"),
    ],
)
def test_what_is_no_period_is_refused(token: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_period(token)
