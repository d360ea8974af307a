"""The questions as OpenAPI 3.1 describes them, made from their headers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import orjson

from ...queries.as_of import STANDINGS
from ...queries.header import Header, Parameter
from .api import questions
from .forms import EXAMPLES
from .negotiate import HTML, PROBLEM, ROWS

_ERRORS: Final[Mapping[str, str]] = {
    "400": "A parameter is missing, unknown or does not fit; the sentence says which and why.",
    "404": "There is no question of that name.",
    "406": "No format fits what the client accepts.",
    "503": "Too much to do, or the question took too long or too much memory.",
}


def listing() -> list[dict[str, Any]]:
    """Returns all questions as programs read them."""
    return [
        {
            "name": header.name,
            "href": f"/api/questions/{header.name}",
            "summary": header.summary,
            "question": dict(header.question),
            "tags": list(header.tags),
            "columns": list(header.columns),
            "parameters": [
                {
                    "name": parameter.name,
                    "required": parameter.required,
                    "schema": schema_of(parameter),
                    "description": parameter.about,
                }
                for parameter in header.parameters
            ],
        }
        for header in (question.header for question in questions())
    ]


@cache
def openapi() -> bytes:
    """Returns the OpenAPI 3.1 document."""
    paths: dict[str, Any] = {
        "/api/questions": {
            "get": {
                "operationId": "list-questions",
                "summary": "All questions, with their parameters",
                "tags": ["questions"],
                "responses": {
                    "200": {
                        "description": "The questions.",
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"type": "object"}}
                            },
                            HTML.media: {"schema": {"type": "string"}},
                        },
                    },
                    **_errors("406", "503"),
                },
            }
        }
    }
    for question in questions():
        paths[f"/api/questions/{question.header.name}"] = {"get": _operation(question.header)}
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "kommunegraf",
            "version": version("kommunegraf"),
            "summary": "Who shares ICT with whom, since when, and where it says so",
            "description": (
                "Questions on Norwegian inter-municipal ICT partnerships. A name may be written "
                "as a label, an old name, a number or an IRI. Any other question: /sparql."
            ),
            "license": {"name": "CC BY 4.0 (data), Apache-2.0 (code)"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": theme} for theme in _tags()],
        "paths": paths,
        "components": {
            "schemas": {
                "results": {
                    "type": "object",
                    "description": "SPARQL 1.1 Query Results JSON Format",
                    "required": ["head"],
                    "properties": {
                        "head": {
                            "type": "object",
                            "properties": {"vars": {"type": "array", "items": {"type": "string"}}},
                        },
                        "results": {
                            "type": "object",
                            "properties": {
                                "bindings": {"type": "array", "items": {"type": "object"}}
                            },
                        },
                        "boolean": {"type": "boolean"},
                    },
                },
                "problem": {
                    "type": "object",
                    "description": "RFC 9457",
                    "required": ["title", "status", "detail"],
                    "properties": {
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                    },
                },
            }
        },
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _tags() -> list[str]:
    found = {tag for question in questions() for tag in question.header.tags}
    return ["questions", *sorted(found)]


def _operation(header: Header) -> dict[str, Any]:
    content: dict[str, Any] = {one.media: {"schema": {"type": "string"}} for one in (*ROWS, HTML)}
    content["application/sparql-results+json"] = {
        "schema": {"$ref": "#/components/schemas/results"}
    }
    described = [header.question.get("en", ""), header.question.get("nb", "")]
    if header.columns:
        described.append(f"Columns: {', '.join(header.columns)}.")
    return {
        "operationId": header.name,
        "summary": header.summary,
        "description": "\n\n".join(text for text in described if text),
        "tags": list(header.tags) or ["questions"],
        "parameters": [_parameter(parameter) for parameter in header.parameters],
        "responses": {
            "200": {
                "description": "The rows, in an order that is always the same.",
                "headers": {
                    "Kommunegraf-Understood": {
                        "description": "How each parameter was understood, percent-encoded.",
                        "schema": {"type": "string"},
                    }
                },
                "content": content,
            },
            **_errors(*_ERRORS),
        },
    }


def _errors(*statuses: str) -> dict[str, Any]:
    return {
        status: {
            "description": _ERRORS[status],
            "content": {
                "text/plain": {"schema": {"type": "string"}},
                PROBLEM.media: {"schema": {"$ref": "#/components/schemas/problem"}},
                HTML.media: {"schema": {"type": "string"}},
            },
        }
        for status in statuses
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "schema": schema_of(parameter),
    }
    if parameter.about:
        said["description"] = parameter.about
    if example := EXAMPLES.get(parameter.name):
        integer = parameter.type == "xsd_integer" and example.isdigit()
        said["example"] = int(example) if integer else example
    return said


def schema_of(parameter: Parameter) -> dict[str, Any]:
    """Returns what a parameter may be."""
    schema: dict[str, Any]
    lack = "" if parameter.required else "?"  # an empty value, as forms send it, is none
    match parameter.type:
        case "xsd_integer":
            schema = {"type": "integer"}
        case "xsd_boolean":
            schema = {"type": "boolean"}
        case "xsd_date":
            pattern = rf"^(\d{{4}}-\d{{2}}-\d{{2}}|latest|newest){lack}$"
            schema = {"type": "string", "pattern": pattern}
        case _:
            schema = {"type": "string", "minLength": int(parameter.required), "maxLength": 2000}
    if parameter.name == "standing":
        word = "|".join(STANDINGS)
        schema = {"type": "string", "pattern": f"^(({word})( ({word}))*){lack}$"}
    elif parameter.pattern and parameter.type == "literal":
        schema["pattern"] = f"^(?:{parameter.pattern}){lack}$"
    if parameter.default:
        schema["default"] = _typed(parameter)
    if parameter.kind:
        schema["description"] = f"a name, number or IRI of: {parameter.kind.replace(';', ', ')}"
    return schema


def _typed(parameter: Parameter) -> Any:
    default = parameter.default or ""
    if parameter.type == "xsd_integer":
        return int(default)
    if parameter.type == "xsd_boolean":
        return default.lower() in ("true", "yes", "ja")
    return default
