"""Words for times: periods as people say them."""

from __future__ import annotations

import pytest

from kommunegraf.graph import periods
from kommunegraf.graph.wording import PARTS, in_words


def test_every_part_of_a_year_has_words() -> None:
    assert set(PARTS) == set(periods.PARTS)


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("2018", "2018"),
        ("2018-06", "2018-06"),
        ("2018-06-30", "2018-06-30"),
        ("2018-autumn", "høsten 2018"),
        ("2019-H1", "første halvår 2019"),
        ("2019-late", "sent i 2019"),
        ("2016~", "ca. 2016"),
        ("2019-01-01/2019-12-30", "2019-01-01–2019-12-30"),
    ],
)
def test_a_period_in_words(token: str, words: str) -> None:
    assert in_words(token) == words
