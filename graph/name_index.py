"""The index of names: an SQLite file beside the store, so that finding a thing scans nothing.

`names.sqlite` holds the names of things in the sources, `units.sqlite` the names of the units of a
register; both have the same form. A folded name is found whole and by its beginning through a
B-tree, by its words through a full-text index, and a misspelt word through the groups of three
letters that it shares with the words that there are. Words are few beside names: so it costs a
twentieth of a register's load, where the groups of letters of all names would double it.

Rows lie with short names first, so the first that are found are those nearest to what was sought.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .name_rows import NameRow, Thing

NAMES: Final = "names.sqlite"
UNITS: Final = "units.sqlite"
"""Files in the folder of a build."""

CANDIDATES: Final = 10_000
"""Words that are compared with a misspelt one; past that its commonest letters are left out."""

_QUICK: Final = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA cache_size = -32768",
)
"""A build that fails is thrown away whole, so nothing is journalled."""

_FULL_TEXT: Final = "content = '', columnsize = 0, detail = none"
_WORDS: Final = f"fts5(key, {_FULL_TEXT}, tokenize = 'unicode61 remove_diacritics 0')"
_GRAMS: Final = f"fts5(word, {_FULL_TEXT}, tokenize = 'trigram')"

_WORD: Final = re.compile(r"[^\W_]+")

Row = tuple[str, str, str, str, str]
"""Key, IRI, name, sort and time of a name; of a unit's only the key and the unit."""


def words_of(text: str) -> list[str]:
    """Returns the words of a text: what stands between signs and spaces."""
    return _WORD.findall(text)


def has_full_text() -> bool:
    """Tells whether this Python's SQLite has what the index needs."""
    try:
        with closing(sqlite3.connect(":memory:")) as base:
            base.execute(f"CREATE VIRTUAL TABLE grams USING {_GRAMS}")
    except sqlite3.OperationalError:
        return False
    return True


def write_names(place: Path | None, things: Iterable[Thing], names: Iterable[NameRow]) -> NameIndex:
    """Writes the index of the sources' names to a file, or to memory without one."""
    base = _new(place)
    base.execute(
        "CREATE TABLE thing (iri TEXT PRIMARY KEY, kind TEXT, label TEXT, type TEXT,"
        " type_label TEXT, until TEXT) WITHOUT ROWID"
    )
    base.executemany(
        "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)",
        ((t.iri, t.kind, t.label, t.type, t.type_label, t.until) for t in things),
    )
    base.execute(
        "CREATE TABLE name (id INTEGER PRIMARY KEY, key TEXT, thing TEXT, name TEXT, sort TEXT,"
        " time TEXT)"
    )
    base.executemany(
        "INSERT INTO name (key, thing, name, sort, time) VALUES (?, ?, ?, ?, ?)",
        ((n.key, n.iri, n.name, n.sort, n.time) for n in names),
    )
    _finish(base)
    return NameIndex(base)


class UnitNames:
    """The index of a register's names in the making: pairs of folded name and unit, in any order.

    They are sorted by SQLite, beside the file, so that a million are never held in memory.
    """

    def __init__(self, place: Path) -> None:
        self._base = _new(place)
        self._base.execute("CREATE TEMP TABLE unit (key TEXT, thing TEXT)")

    def add(self, units: Iterable[tuple[str, str]]) -> None:
        """Takes names in."""
        self._base.executemany("INSERT INTO unit VALUES (?, ?)", units)

    def finish(self) -> None:
        """Makes the index of what was taken in, and closes the file."""
        with closing(self._base) as base:
            base.execute("CREATE TABLE name (id INTEGER PRIMARY KEY, key TEXT, thing TEXT)")
            base.execute(
                "INSERT INTO name (key, thing)"
                " SELECT DISTINCT key, thing FROM unit ORDER BY length(key), key, thing"
            )
            _finish(base)


def change_units(
    place: Path, removed: Iterable[tuple[str, str]], added: Iterable[tuple[str, str]]
) -> None:
    """Takes names out of a register's index, without a trace, and puts others in.

    The pages that held a removed name are overwritten, and the full-text index is merged, which
    else would keep its words.
    """
    gone = list(removed)
    with closing(sqlite3.connect(place, isolation_level=None)) as base:
        base.executescript("; ".join((*_QUICK, "PRAGMA secure_delete = ON", "BEGIN")))
        for pair in gone:
            for (row,) in base.execute(
                "SELECT id FROM name WHERE key = ? AND thing = ?", pair
            ).fetchall():
                base.execute(
                    "INSERT INTO words (words, rowid, key) VALUES ('delete', ?, ?)", (row, pair[0])
                )
                base.execute("DELETE FROM name WHERE id = ?", (row,))
        for key, thing in added:
            cursor = base.execute("INSERT INTO name (key, thing) VALUES (?, ?)", (key, thing))
            base.execute("INSERT INTO words (rowid, key) VALUES (?, ?)", (cursor.lastrowid, key))
        if gone:
            base.execute("INSERT INTO words (words) VALUES ('optimize')")
        base.execute("DROP TABLE word")
        base.execute("DROP TABLE grams")
        _index_words(base)
        base.execute("COMMIT")


def _new(place: Path | None) -> sqlite3.Connection:
    base = sqlite3.connect(place or ":memory:", isolation_level=None, check_same_thread=False)
    base.executescript("; ".join((*_QUICK, "BEGIN")))
    return base


def _finish(base: sqlite3.Connection) -> None:
    base.execute(f"CREATE VIRTUAL TABLE words USING {_WORDS}")
    # Before there is an index on the key, which SQLite would read the rows from, in its order.
    base.execute("INSERT INTO words (rowid, key) SELECT id, key FROM name ORDER BY id")
    base.execute("CREATE INDEX name_key ON name (key)")
    base.execute("CREATE VIRTUAL TABLE word_count USING fts5vocab(words, row)")
    _index_words(base)
    base.execute("COMMIT")


def _index_words(base: sqlite3.Connection) -> None:
    """Makes the words and their groups of letters; ends are marked, so that they count too."""
    base.execute("CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT)")
    base.execute("INSERT INTO word (word) SELECT term FROM word_count ORDER BY length(term), term")
    base.execute(f"CREATE VIRTUAL TABLE grams USING {_GRAMS}")
    base.execute("INSERT INTO grams (rowid, word) SELECT id, '<' || word || '>' FROM word")
    base.execute("CREATE VIRTUAL TABLE IF NOT EXISTS gram_count USING fts5vocab(grams, row)")


class NameIndex:
    """An index that is open to be read."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base
        self._words: int = base.execute("SELECT count(*) FROM word").fetchone()[0]
        columns = [row[1] for row in base.execute("PRAGMA table_info(name)")]
        rest = ", ".join(f"n.{c}" for c in columns[3:]) or "'', '', ''"
        self._name = f"SELECT n.key, n.thing, {rest} FROM name n"  # noqa: S608 -- our own columns

    @classmethod
    def open(cls, place: Path) -> NameIndex | None:
        """Opens a file, or returns None when it is not there."""
        if not place.exists():
            return None
        # Immutable: a build never changes, so nothing need be locked or looked for beside it.
        address = f"{place.resolve().as_uri()}?mode=ro&immutable=1"
        return cls(sqlite3.connect(address, uri=True, check_same_thread=False))

    def close(self) -> None:
        """Closes the file."""
        self._base.close()

    def exact(self, keys: Sequence[str]) -> list[Row]:
        """Returns the names that are one of these, folded."""
        marks = ", ".join("?" * len(keys))
        return self._rows(f"WHERE n.key IN ({marks}) ORDER BY n.id", keys)

    def starting(self, key: str, most: int) -> list[Row]:
        """Returns names that start with a text, in the order of the alphabet."""
        return self._rows(
            "WHERE n.key > ? AND n.key < ? ORDER BY n.key LIMIT ?", (key, key + "\U0010ffff", most)
        )

    def holding(
        self, words: Sequence[Iterable[str]], most: int, *, start: bool = False
    ) -> list[Row]:
        """Returns names that hold one word of each group, the shortest first.

        `start`: the words of the last group may be the start of one.
        """
        groups = [" OR ".join(f'"{word}"' for word in sorted(group)) for group in words]
        if start:
            groups[-1] = " OR ".join(f'"{word}"*' for word in sorted(words[-1]))
        query = " AND ".join(f"({group})" for group in groups)
        return self._rows(
            "JOIN (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?) f"
            " ON n.id = f.rowid ORDER BY n.id",
            (query, most),
        )

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """Returns how many names hold each word, those only that some do."""
        found = {}
        for word in words:
            for (count,) in self._base.execute(
                "SELECT doc FROM word_count WHERE term = ?", (word,)
            ):
                found[word] = count
        return found

    def resembling(self, word: str) -> list[str]:
        """Returns the words that share letters with a word, of about the same length."""
        marked = f"<{word}>"
        grams = sorted({marked[at : at + 3] for at in range(len(marked) - 2)})
        chosen = grams if self._words < CANDIDATES else self._rarest(grams)
        if not chosen:
            return []
        return [
            found
            for (found,) in self._base.execute(
                "SELECT word FROM word WHERE id IN"
                " (SELECT rowid FROM grams WHERE grams MATCH ?) AND length(word) BETWEEN ? AND ?",
                (" OR ".join(f'"{gram}"' for gram in chosen), len(word) - 3, len(word) + 3),
            )
        ]

    def _rarest(self, grams: Iterable[str]) -> list[str]:
        """Returns those groups of letters that few words have, as many as may be looked through."""
        counted = sorted(
            (count, gram)
            for gram in grams
            for (count,) in self._base.execute("SELECT doc FROM gram_count WHERE term = ?", (gram,))
        )
        chosen: list[str] = []
        total = 0
        for count, gram in counted:
            total += count
            if total > CANDIDATES and chosen:
                break
            chosen.append(gram)
        return chosen

    def things(self, iris: Sequence[str]) -> dict[str, tuple[str, str, str, str, str]]:
        """Returns kind, label, type, its label, and end of those of the things that are there."""
        marks = ", ".join("?" * len(iris))
        rows = self._base.execute(
            f"SELECT iri, kind, label, type, type_label, until FROM thing WHERE iri IN ({marks})",  # noqa: S608 -- marks only
            iris,
        )
        return {iri: (kind, label, *rest) for iri, kind, label, *rest in rows}

    def _rows(self, condition: str, values: Sequence[object]) -> list[Row]:
        return self._base.execute(f"{self._name} {condition}", values).fetchall()
