"""The loader of fact tables: every row of every table of every source, as facts.

What a column means is declared in `kinds/`; a further report needs no Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from ...ontology.namespaces import expand
from .. import iris, register_tables
from .. import predicates as p
from ..cells import CellReader, plain
from ..codes import all_codes
from ..errors import SeveralFaultsError, SourceError
from ..evidence import read_evidence
from ..facts import Fact, Term, Validity
from ..kind import Kind, all_kinds
from ..municipalities import make_rows
from ..periods import Period, parse_period
from ..source import Source
from ..tables import Row, read_table
from ..things import Register, declare

GROUP_COLUMNS = ("key", "label", "members", "place")


@dataclass(frozen=True, slots=True)
class Table:
    """A read table: its source, its kind and its rows."""

    source: Source
    kind: Kind
    rows: tuple[Row, ...]


def load_tables(
    sources: Sequence[Source], left_out: list[SourceError] | None = None
) -> dict[str, list[Fact]]:
    """Reads all tables of the sources; returns the facts of each source by its key.

    `left_out` takes a sentence for each record of a register whose number no municipality had.

    Raises SourceError when a file or head is not as it must be, or one row; SeveralFaultsError
    when more rows are not.
    """
    tables = [table for source in sources for table in _read_source(source)]
    group_rows = [
        row
        for source in sources
        for file in sorted(source.folder.glob("groups*.csv"))
        for row in read_table(file, GROUP_COLUMNS, ("key", "members"))
    ]
    made = make_rows(sources)
    if left_out is not None:
        left_out.extend(
            record.row.error(f"no municipality had the number {record['number']} then; left out")
            for record in made.left_out
        )
    tables += [Table(one.source, all_kinds()[one.kind], (one.row,)) for one in made.rows]
    register = declare(
        ((table.kind, row) for table in tables if table.kind.thing for row in table.rows),
        group_rows,
        made.aliases,
    )
    facts: dict[str, list[Fact]] = {source.key: [] for source in sources}
    said: dict[tuple[str, NamedNode], Row] = {}
    faults: list[SourceError] = []
    for table in tables:
        for row in table.rows:
            try:
                for fact in _facts(table.source, table.kind, row, register):
                    _only_once(said, table.source, fact, row)
                    facts[table.source.key].append(fact)
            except SourceError as error:
                faults.append(error)
    if not faults:
        faults = list(_missing_claims(facts, said))
    if faults:
        raise faults[0] if len(faults) == 1 else SeveralFaultsError(faults)
    return facts


def _read_source(source: Source) -> Iterator[Table]:
    kinds = all_kinds()
    found: set[str] = set()
    for file in sorted(source.folder.iterdir()):
        if file.suffix != ".csv":
            continue
        name = file.name.partition(".")[0]
        found.add(file.name)
        if name == "groups" or name in register_tables.COLUMNS:
            continue
        if name not in kinds:
            raise SourceError(
                f"“{name}” is not a kind of table; known: {', '.join(sorted(kinds))}", file
            )
        kind = kinds[name]
        required = [c.name for c in kind.columns.values() if c.required]
        rows = read_table(file, kind.known_columns, [*required, "place"])
        source.expect(file, len(rows))
        yield Table(source, kind, tuple(rows))
    if missing := sorted(name for name in source.rows if name not in found):
        raise SourceError(
            f"the table {missing[0]} is named under [rows] but not there", source.folder
        )


def _facts(source: Source, kind: Kind, row: Row, register: Register) -> Iterator[Fact]:
    reader = CellReader(kind, row, register)
    shared: list[tuple[NamedNode, Term]] = []
    expanding: list[list[tuple[str, NamedNode, NamedNode]]] = []
    for column in kind.columns.values():
        if column.expand:
            predicate = NamedNode(expand(column.predicate or ""))
            expanding.append(
                [(column.name, predicate, thing.iri) for thing in reader.things(column)]
            )
        else:
            shared.extend(reader.statements(column))
    validity = read_validity(kind, row)
    if row["note"]:
        shared.append((p.NOTE, Literal(row["note"], language="nb")))
    if row["claim"]:
        shared.append((p.CLAIM_LETTER, Literal(row["claim"])))
    evidence = read_evidence(source, row)
    for ends in product(*expanding):
        chosen = {name: iri for name, _, iri in ends}
        iri = _iri(kind, row, reader, chosen, validity)
        properties = [*shared, *((predicate, end) for _, predicate, end in ends)]
        if kind.label:
            label = reader.label(kind.label, chosen)
            properties.append((p.LABEL, Literal(label, language="nb")))
        yield Fact(
            iri=iri,
            kind=kind.name,
            classes=_classes(kind, row),
            properties=tuple(dict.fromkeys(properties)),
            validity=validity,
            evidence=evidence,
            evidenced_by=NamedNode(expand(kind.evidence)),
            row=f"{source.key}/{row.file.name}:{row.number}",
        )


def _classes(kind: Kind, row: Row) -> tuple[NamedNode, ...]:
    classes = [NamedNode(expand(name)) for name in kind.classes]
    column = kind.columns.get("type")
    if column is not None and column.list and row["type"] in all_codes()[column.list].classes:
        classes.append(all_codes()[column.list].classes[row["type"]])
    if kind.relation:
        classes.append(p.RELATION)
    return tuple(classes)


def _iri(
    kind: Kind,
    row: Row,
    reader: CellReader,
    chosen: dict[str, NamedNode],
    validity: Validity | None,
) -> NamedNode:
    if kind.thing:
        return iris.thing(kind.prefix, row["key"])
    parts = []
    for name in kind.key:
        if name in chosen:
            parts.append(iris.local_name(chosen[name]))
        elif name == "from":
            parts.append(iris.slug(row["from"]))
        else:
            parts.append("-".join(reader.key_parts(kind.columns[name])))
    if validity is not None and validity.plan:
        parts.append("planned")
    parts.append(row["claim"])
    return iris.relation(kind.prefix, parts)


def read_validity(kind: Kind, row: Row) -> Validity | None:
    """Reads the columns of time; a dated relation has at least one of them.

    Raises SourceError for a date that does not exist, an end before the start, or no time at all.
    """
    if not kind.dated:
        return None
    start, end, seen = (_period(row, name) for name in ("from", "until", "seen"))
    if row["plan"] not in ("", "yes"):
        raise row.error(f"column “plan”: “{row['plan']}”; write yes or leave it empty")
    plan = row["plan"] == "yes"
    if start is None and end is None and seen is None:
        raise row.error("has no time; fill in from, until or seen")
    if plan and seen is None:
        raise row.error("is a plan; say in the column “seen” when it was announced")
    if start and end and end.after <= start.first:
        raise row.error(f"ends ({end.token}) before it begins ({start.token})")
    return Validity(start, end, seen, plan)


def _period(row: Row, column: str) -> Period | None:
    if not row[column]:
        return None
    try:
        return parse_period(row[column])
    except ValueError as error:
        raise row.error(f"column “{column}”: {error}") from None


def _only_once(
    said: dict[tuple[str, NamedNode], Row], source: Source, fact: Fact, row: Row
) -> None:
    earlier = said.setdefault((source.key, fact.iri), row)
    if earlier is row:
        return
    where = f"{earlier.file.name}:{earlier.number}"
    name = plain(fact.iri)
    if _content(earlier) == _content(row):
        raise row.error(
            f"says again what {where} says ({name}); write both places in one row: "
            f"{earlier['place']};{row['place']}"
        )
    raise row.error(
        f"contradicts {where}: both are {name}; correct one, or keep both claims apart with "
        "a letter in the column “claim”"
    )


def _content(row: Row) -> dict[str, str]:
    return {name: cell for name, cell in row.cells.items() if name not in ("place", "note")}


def _missing_claims(
    facts: dict[str, list[Fact]], said: dict[tuple[str, NamedNode], Row]
) -> Iterator[SourceError]:
    """Yields an error for every row that a conflict names and that is not there."""
    known = {fact.iri for source in facts.values() for fact in source}
    claim = NamedNode(expand("kg:claim"))
    for key, of_source in facts.items():
        for fact in of_source:
            for predicate, term in fact.properties:
                if predicate == claim and term not in known:
                    row = said[key, fact.iri]
                    yield row.error(f"column “claims”: there is no row {plain(term)}")


def table_files(sources: Sequence[Source]) -> list[Path]:
    """Returns every file that the sources consist of, heads included, in order."""
    return sorted(
        file
        for source in sources
        for file in source.folder.iterdir()
        if file.suffix in (".csv", ".toml")
    )
