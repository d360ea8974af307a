"""The header of a question: what it asks, its parameters and its columns.

A question is one `.rq` file that begins with YAML in comment lines marked `#+`, the decorator
convention of grlc, so the folder also works as an API on any grlc server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import yaml

from ..graph.binding import parameter_variables
from ..graph.errors import QueryError

# The last part of a parameter's name says its type, as in grlc: ?_at_xsd_date, ?_member_iri.
_TYPED: Final = re.compile(
    r"_(?P<name>\w+?)_(?P<type>iri|xsd_date|xsd_integer|xsd_boolean|literal)"
)

EVER: Final = ("0001-01-01", "9999-12-31")
"""What a period without a beginning or an end has for it; people are not told."""

_SAID: Final = frozenset(("about", "default", "kind", "pattern", "required"))

ParameterType = Literal["iri", "xsd_date", "xsd_integer", "xsd_boolean", "literal"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: the name on the command line, the variable, its type and its default.

    `kind`: for an IRI, the kind of thing ("organisations") or code list ("code:field") that a
    name is looked up in. `default` None means that the question is asked of all when not given;
    `required` that it must be given; `pattern` what a text or number must match whole.
    """

    name: str
    variable: str
    type: ParameterType
    about: str = ""
    kind: str = ""
    default: str | None = None
    required: bool = False
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """What a question says of itself."""

    name: str
    summary: str
    question: Mapping[str, str]
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def parameter(self, name: str) -> Parameter | None:
        """Returns the parameter of a name, or None."""
        return next((p for p in self.parameters if p.name == name), None)


def parse(text: str, name: str = "") -> Header:
    """Reads the header of a question's text.

    Raises QueryError when the header is not YAML, lacks its summary, or names other parameters than
    the query has.
    """
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        declared = yaml.load("\n".join(lines), _LOADER) or {}  # noqa: S506 -- a safe loader, in C where there
    except yaml.YAMLError as error:
        raise QueryError(f"{name}.rq: the header is not YAML: {error}") from None
    if not isinstance(declared, dict) or "summary" not in declared:
        raise QueryError(f"{name}.rq: the header (lines that begin with #+) lacks a summary")
    said = dict(declared.pop("parameters", None) or {})
    parameters = tuple(_parameter(name, variable, said) for variable in parameter_variables(text))
    if said:
        raise QueryError(
            f"{name}.rq: the header names {', '.join(said)}, the query has no such parameter"
        )
    return Header(
        name=name,
        summary=declared.pop("summary"),
        question=declared.pop("question", None) or {},
        tags=tuple(declared.pop("tags", None) or ()),
        parameters=parameters,
        columns=tuple(declared.pop("columns", None) or ()),
        extra=declared,
    )


_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _parameter(query: str, variable: str, said: dict[str, Any]) -> Parameter:
    match = _TYPED.fullmatch(variable)
    if match is None:
        raise QueryError(f"{query}.rq: the parameter ?{variable} lacks a type, as in ?_at_xsd_date")
    name = match["name"].replace("_", "-")
    about = said.pop(name, None) or {}
    if strange := {*about} - _SAID:
        raise QueryError(
            f"{query}.rq: the parameter {name} has no “{min(strange)}”; a text with a comma in it "
            "stands in quotes"
        )
    default = about.get("default")
    kinds: Mapping[str, ParameterType] = {
        "iri": "iri", "xsd_date": "xsd_date", "xsd_integer": "xsd_integer",
        "xsd_boolean": "xsd_boolean", "literal": "literal",
    }  # fmt: skip
    return Parameter(
        name=name,
        variable=variable,
        type=kinds[match["type"]],
        about=about.get("about", ""),
        kind=about.get("kind", ""),
        default=None if default is None else str(default),
        required=bool(about.get("required", False)),
        pattern=about.get("pattern", ""),
    )
