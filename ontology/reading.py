"""Where the parts of the ontology lie, and their bytes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

PROFILES: Final = "profiles"


def vocabulary() -> Traversable:
    """Returns the file of the project's own classes and properties."""
    return _folder() / "vocabulary.ttl"


def shapes() -> Traversable:
    """Returns the file of the shapes that the graph must fulfil."""
    return _folder() / "shapes.ttl"


def code_lists() -> list[Traversable]:
    """Returns the files of the code lists, ordered by name."""
    return _files(_folder() / "codes", ".ttl")


def lints() -> list[Traversable]:
    """Returns the queries that find faults in the ontology itself, ordered by name."""
    return _files(_folder() / "lints", ".rq")


def profiles() -> list[str]:
    """Returns the names of the export profiles."""
    return [file.name.removesuffix(".shapes.ttl") for file in _profile_files(".shapes.ttl")]


def profile_queries(profile: str) -> list[str]:
    """Returns the texts of a profile's CONSTRUCT queries; its output is the union of theirs.

    Their parameter variables (`?_staff_xsd_boolean`) are the caller's to bind.

    Raises LookupError, naming the profiles that there are, for any other name.
    """
    return [file.read_text(encoding="utf-8") for file in _files(_known(profile), ".rq")]


def profile_shapes(profile: str) -> Traversable:
    """Returns the shapes that a profile's output fulfils. Raises LookupError like the above."""
    _known(profile)
    return _folder() / PROFILES / f"{profile}.shapes.ttl"


def graph_parts() -> Iterator[bytes]:
    """Yields the Turtle that belongs in the graph `graph:ontology`: vocabulary and code lists.

    The shapes are left out: they have blank nodes and say nothing of municipalities.
    """
    yield vocabulary().read_bytes()
    for file in code_lists():
        yield file.read_bytes()


def _folder() -> Traversable:
    return files("kommunegraf.ontology")


def _known(profile: str) -> Traversable:
    names = profiles()
    if profile not in names:
        raise LookupError(f"no profile “{profile}”; there are {', '.join(names)}")
    return _folder() / PROFILES / profile


def _profile_files(suffix: str) -> list[Traversable]:
    return _files(_folder() / PROFILES, suffix)


def _files(folder: Traversable, suffix: str) -> list[Traversable]:
    found = (entry for entry in folder.iterdir() if entry.name.endswith(suffix))
    return sorted(found, key=lambda entry: entry.name)
