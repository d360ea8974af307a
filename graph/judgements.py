"""Judgements on who is who: what is judged, what is not, and rows for the table of matches."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode

from ..ontology.namespaces import CODE
from .dataset import Graph
from .errors import SourceError
from .kind import all_kinds
from .likeness import Candidate, Sought
from .names_of_units import host_of
from .orgnumbers import read_number
from .tables import read_table

REGISTER_SINCE: Final = date(1995, 1, 1)
"""Enhetsregisteret began in 1995: what ended before can have no organisation number."""

COLUMNS: Final = ("organisation", "number", "name", "verdict", "reason", "decided", "place")

_PREFIXES: Final = """
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX scheme: <https://w3id.org/kommunegraf/code/identifier-scheme/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX verdict: <https://w3id.org/kommunegraf/code/match-verdict/>
"""

_LABELS: Final = """
SELECT ?organisation ?label ?type WHERE {
  ?organisation a org:Organization ; skos:prefLabel ?label ; dcterms:type ?type .
  FILTER(LANG(?label) = "nb")
  FILTER(STRSTARTS(STR(?organisation), "https://w3id.org/kommunegraf/id/org/"))
} ORDER BY ?organisation"""

_NAMES: Final = """
SELECT ?organisation ?value WHERE {
  { ?organisation a org:Organization ; skos:prefLabel|skos:altLabel ?value }
  UNION { ?name a kg:DatedName ; kg:about ?organisation ; rdfs:label ?value }
}"""

_MUNICIPALITY_NUMBERS: Final = """
SELECT ?organisation ?value WHERE {
  ?number a adms:Identifier ; dcterms:type scheme:municipality-number ;
    kg:about ?organisation ; skos:notation ?value .
}"""

_NUMBERED: Final = """
SELECT ?organisation ?value WHERE {
  ?number a adms:Identifier ; dcterms:type scheme:organisation-number ;
    kg:about ?organisation ; skos:notation ?value .
}"""

_HOLDERS: Final = """
SELECT ?organisation ?value ?label WHERE {
  { ?number a adms:Identifier ; dcterms:type scheme:organisation-number ;
      kg:about ?organisation ; skos:notation ?value }
  UNION { ?match a kg:Match ; kg:verdict verdict:same ; kg:about ?organisation ;
      skos:notation ?value }
  ?organisation skos:prefLabel ?label . FILTER(LANG(?label) = "nb")
}"""

_HOME_PAGES: Final = """
SELECT ?organisation ?value WHERE { ?organisation a org:Organization ; foaf:homepage ?value }"""

_ENDED: Final = """
SELECT ?organisation ?value WHERE {
  ?event org:originalOrganization ?organisation ; kg:periodFrom ?value .
  FILTER NOT EXISTS { ?event org:resultingOrganization ?organisation }
}"""

_VERDICTS: Final = """
SELECT ?organisation ?number ?verdict WHERE {
  ?match a kg:Match ; kg:about ?organisation ; skos:notation ?number ; kg:verdict ?verdict .
}"""


def read_verdicts(graph: Graph) -> dict[tuple[str, str], str]:
    """Returns the verdicts of a graph by organisation key and organisation number."""
    return {
        (_key(row["organisation"]), row["number"].value): row["verdict"].value.removeprefix(
            f"{CODE}match-verdict/"
        )
        for row in graph.select(_PREFIXES + _VERDICTS)
    }


def read_sought(graph: Graph) -> dict[str, Sought]:
    """Returns every organisation of a graph as matching needs it, by its key."""
    names = _values(graph, _NAMES)
    numbers = _values(graph, _MUNICIPALITY_NUMBERS)
    pages = _values(graph, _HOME_PAGES)
    return {
        key: Sought(
            key=key,
            label=row["label"].value,
            names=tuple(sorted(names[key])),
            type=row["type"].value.rpartition("/")[2],
            municipality_numbers=frozenset(numbers.get(key, ())),
            homepages=frozenset(map(host_of, pages.get(key, ()))),
        )
        for row in graph.select(_PREFIXES + _LABELS)
        for key in [_key(row["organisation"])]
    }


def read_holders(graph: Graph) -> dict[str, dict[str, str]]:
    """Returns which organisations hold each number: labels by key, by organisation number.

    By a dated number of a source, or by a judgement that they are the same.
    """
    holders: dict[str, dict[str, str]] = defaultdict(dict)
    for row in graph.select(_PREFIXES + _HOLDERS):
        holders[row["value"].value][_key(row["organisation"])] = row["label"].value
    return holders


def without_number(graph: Graph, sought: Iterable[Sought], undecided: bool) -> list[Sought]:
    """Returns the organisations that have no organisation number and no judgement.

    `undecided`: those instead that have none but undecided ones. Organisations that ended before
    the register began are never among them.
    """
    numbered = _values(graph, _NUMBERED)
    ended = {
        key: min(map(date.fromisoformat, days)) for key, days in _values(graph, _ENDED).items()
    }
    verdicts: dict[str, set[str]] = defaultdict(set)
    for (key, _), verdict in read_verdicts(graph).items():
        verdicts[key].add(verdict)
    wanted = {"undecided"} if undecided else set[str]()
    return [
        one
        for one in sought
        if one.key not in numbered
        and verdicts[one.key] == wanted
        and ended.get(one.key, date.max) >= REGISTER_SINCE
    ]


def rows_to_judge(
    candidates: Mapping[str, Sequence[Candidate]],
    known: Mapping[tuple[str, str], str],
    place: str,
    day: date,
) -> list[dict[str, str]]:
    """Returns rows for `matches.csv`, undecided, of the candidates on which there is no verdict."""
    return [
        {
            "organisation": key,
            "number": candidate.unit.number,
            "name": candidate.unit.names[0],
            "verdict": "undecided",
            "reason": "Ikke vurdert ennå; likheten er "
            f"{f'{candidate.score:.2f}'.replace('.', ',')}.",
            "decided": day.isoformat(),
            "place": f"{place} {candidate.unit.number}",
        }
        for key, of_key in candidates.items()
        for candidate in of_key
        if (key, candidate.unit.number) not in known
    ]


def as_csv(rows: Iterable[Mapping[str, str]], columns: Sequence[str], header: bool) -> str:
    """Returns rows as CSV text with the given columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows({name: row.get(name, "") for name in columns} for row in rows)
    return text.getvalue()


def append_rows(file: Path, rows: Iterable[Mapping[str, str]]) -> tuple[int, int]:
    """Adds the rows that a table of matches does not have; returns how many, and all its rows.

    What is in the table stays byte for byte; the file is replaced in whole or not at all. Raises
    SourceError when the table is not one of matches.
    """
    columns: Sequence[str] = COLUMNS
    text = as_csv((), COLUMNS, header=True)
    there: set[tuple[str, str]] = set()
    if file.exists():
        known = all_kinds()["matches"].known_columns
        for row in (table := read_table(file, known, COLUMNS)):
            there.add((row["organisation"], _normal(row["number"])))
        count = len(table)
        text = file.read_bytes().decode("utf-8")
        columns = [name.strip() for name in next(csv.reader(io.StringIO(text.lstrip("\ufeff"))))]
        text += "" if text.endswith("\n") else "\n"
    else:
        count = 0
    new = [row for row in rows if (row["organisation"], row["number"]) not in there]
    if new or not file.exists():
        _replace(file, text + as_csv(new, columns, header=False))
    return len(new), count + len(new)


def _replace(file: Path, text: str) -> None:
    if not file.parent.is_dir():
        raise SourceError("cannot be written: its folder is not there", file)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(text.encode())
            out.flush()
            os.fsync(out.fileno())
        if file.exists():
            Path(name).chmod(file.stat().st_mode & 0o777)
        else:
            Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _normal(number: str) -> str:
    try:
        return read_number(number)
    except ValueError:
        return number


def _values(graph: Graph, text: str) -> dict[str, set[str]]:
    values: dict[str, set[str]] = defaultdict(set)
    for row in graph.select(_PREFIXES + text):
        values[_key(row["organisation"])].add(row["value"].value)
    return values


def _key(term: NamedNode | Literal) -> str:
    return term.value.rpartition("/")[2]
