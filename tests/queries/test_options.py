"""Options that several commands have: what they take, and what they refuse with one sentence."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from kommunegraf.queries.free.command import sparql
from kommunegraf.queries.options import Seconds
from kommunegraf.viz.serve import serve


@pytest.mark.parametrize("text", ["nan", "inf", "1e400", "-1", "86401", "soon"])
@pytest.mark.parametrize("command", [sparql, serve])
def test_a_time_that_is_none_is_refused(command: click.Command, text: str) -> None:
    done = CliRunner().invoke(command, ["--timeout", text])
    assert done.exit_code == 2
    assert "Invalid value for '--timeout'" in done.stderr


@pytest.mark.parametrize("text", ["0", "0.5", "86400"])
def test_a_time_is_a_number(text: str) -> None:
    assert Seconds().convert(text, None, None) == float(text)
