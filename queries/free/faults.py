"""Faults: what is wrong with a text that is not SPARQL, where, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from ...graph.tokens import Token, name_of
from ...ontology.namespaces import PREFIXES
from .grammar import GrammarError, parse
from .places import at, line_of
from .rules import keywords

NOT_SPARQL: Final = "the query is not SPARQL: "

_OTHER_PREFIXES: Final = MappingProxyType(
    {
        "dc": "dcterms", "dct": "dcterms", "terms": "dcterms", "kommunegraf": "kg", "ns": "kg",
        "organisation": "o", "organization": "o", "orgs": "o", "sdo": "schema", "people": "person",
        "regorg": "rov", "graphs": "graph", "status": "use-status", "xs": "xsd",
    }
)  # fmt: skip
"""What people write for a prefix of ours."""

_OTHER_WORDS: Final = MappingProxyType(
    {
        "AND": "“&&” joins two conditions",
        "OR": "“||” stands between two conditions; UNION between two patterns",
        "LIKE": "CONTAINS(STR(?x), \"…\") looks for a part of a text",
        "ILIKE": "REGEX(STR(?x), \"…\", \"i\") looks for a part of a text in any case",
        "IS": "“=” compares; BOUND(?x) asks whether there is a value",
        "NULL": "!BOUND(?x) asks for what has no value",
        "EQUALS": "“=” compares",
        "HAS": "a condition on what else there is reads FILTER EXISTS { … }",
        "JOIN": "patterns in the same braces are joined by the variables that they share",
        "TOP": "LIMIT n at the end gives the first n rows",
        "LEN": "STRLEN(…) counts the characters of a text",
        "LENGTH": "STRLEN(…) counts the characters of a text",
        "LOWER": "LCASE(…) gives small letters",
        "UPPER": "UCASE(…) gives capitals",
        "STARTSWITH": "STRSTARTS(text, beginning) compares the beginning of a text",
        "ENDSWITH": "STRENDS(text, ending) compares the ending of a text",
        "BETWEEN": "write ?x >= … && ?x <= …",
        "ELSE": "IF(condition, then, else) chooses between two values",
        "CASE": "IF(condition, then, else) chooses between two values",
        "HTTP": "an IRI stands in angle brackets: <http://…>",
        "HTTPS": "an IRI stands in angle brackets: <https://…>",
        "DATE": "a day is written \"2018-12-31\"^^xsd:date",
        "TODAY": "a day is written \"2018-12-31\"^^xsd:date; NOW() is the present moment",
    }
)  # fmt: skip
"""Words of other languages, and how SPARQL says it."""

_OPENING: Final = MappingProxyType({"}": "{", ")": "(", "]": "["})
_VALUES: Final = frozenset(("variable", "name", "iri", "label", "string", "number"))


def explain_fault(
    text: str, tokens: Sequence[Token], declared: Iterable[str], message: str = ""
) -> str:
    """Returns what is wrong with a query that an engine refused.

    `declared`: the prefixes that the query declares. `message`: what the engine says, returned
    when nothing better is found.
    """
    fault: GrammarError | None = None
    tree = None
    try:
        tree = parse(tokens)
    except GrammarError as error:
        fault = error
    end = tokens[fault.index].start if fault else len(text)
    stranger = _undeclared(tokens, {*PREFIXES, *declared})
    if stranger is not None and stranger.start <= end and tokens[-1].kind != "bad":
        said = f"{_unknown_prefix(stranger, declared)} {at(text, stranger)}"
    elif fault is not None:
        said = _misread(text, tokens, fault)
    else:
        assert tree is not None
        from .meanings import find_fault

        found = find_fault(text, tree)
        if found is None:
            return message
        said = found
    return NOT_SPARQL + said


def _undeclared(tokens: Sequence[Token], declared: set[str]) -> Token | None:
    before = None
    for token in tokens:
        if token.kind == "name" and before != "PREFIX" and name_of(token)[0] not in declared:
            return token
        before = token.key
    return None


def _unknown_prefix(token: Token, declared: Iterable[str]) -> str:
    prefix, local = name_of(token)
    if prefix.lower() in ("http", "https", "urn") or local.startswith("//"):
        return f"an IRI stands in angle brackets: <{prefix}:…>"
    if prefix == "_":
        return f"“{token.text}” is not a name of a blank node"
    near = _OTHER_PREFIXES.get(prefix.lower()) or next(
        iter(get_close_matches(prefix.lower(), [*declared, *PREFIXES], 1, 0.6)), None
    )
    if near is not None:
        return f"the prefix {prefix}: is not declared; did you mean {near}:?"
    return f"the prefix {prefix}: is not declared; say what it stands for: PREFIX {prefix}: <…>"


def _misread(text: str, tokens: Sequence[Token], fault: GrammarError) -> str:
    """Returns what is wrong at the token that the grammar does not take, with its place."""
    token = tokens[fault.index]
    if token.kind == "bad":
        return f"{_bad(text, token)} {at(text, token)}"
    opened = _open_brackets(tokens[: fault.index])
    if token.kind == "end" and opened:
        last = opened[-1]
        return f"the “{last.text}” that begins here is not closed {at(text, last)}"
    if token.key in _OPENING and not opened:
        return f"this “{token.text}” closes nothing {at(text, token)}"
    if token.key in _OPENING and opened[-1].text != _OPENING[token.key]:
        last = opened[-1]
        return (
            f"“{token.text}” cannot close the “{last.text}” of line {line_of(text, last.start)} "
            f"{at(text, token)}"
        )
    if token.kind == "word" and token.key not in keywords():
        return f"{_unknown_word(token, sorted(fault.allowed))} {at(text, token)}"
    before = tokens[fault.index - 1] if fault.index else None
    hint = _hint(tokens, fault, before)
    found = "the query ends here" if token.kind == "end" else f"“{_short(token)}” cannot stand here"
    wanted = _listed(fault.expected)
    said = f"{found}; expected {wanted}" if wanted else found
    return f"{said}. {hint} {at(text, token)}" if hint else f"{said} {at(text, token)}"


def _unknown_word(token: Token, allowed: Iterable[str]) -> str:
    word = token.key
    if word in _OTHER_WORDS:
        return f"“{token.text}” is not a word of SPARQL: {_OTHER_WORDS[word]}"
    if near := get_close_matches(word, [key for key in allowed if key.isalpha()], 1, 0.6):
        return f"“{token.text}” is not a word of SPARQL; did you mean {near[0]}?"
    return (
        f"“{token.text}” is not a word of SPARQL; a variable begins with “?”, a name has a prefix "
        "(kg:Municipality), a text stands in quotes"
    )


def _hint(tokens: Sequence[Token], fault: GrammarError, before: Token | None) -> str:
    """Returns what was probably meant at the token at fault, or nothing."""
    token = tokens[fault.index]
    rule = fault.inside[-1] if fault.inside else ""
    if rule == "Filter":
        return "Write FILTER(…), the condition in parentheses"
    if rule in ("SelectClause", "SelectQuery", "SubSelect") and fault.index < 6:
        if token.key == ",":
            return "Columns are separated by spaces"
        if token.key in _FUNCTIONS:
            return f"A computed column is written ({token.key}(…) AS ?name)"
    if rule == "Query" and token.key in ("ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET"):
        return "The order is WHERE, GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET"
    if rule == "Selected" and token.key == ")":
        return "A computed column needs a name: (… AS ?name)"
    return _hint_on_signs(token, fault, before)


def _hint_on_signs(token: Token, fault: GrammarError, before: Token | None) -> str:
    if before is not None and before.key == token.key == "=":
        return "“=” alone compares"
    if token.text == "<>":
        return "“!=” means “is not equal to”"
    if token.key == "<" and "an operator" not in fault.expected:
        return "An IRI in angle brackets has neither spaces nor quotes in it"
    if "“.”" in fault.expected and token.kind in _VALUES:
        return "Is a “.” missing before it?"
    if token.kind == "string" and "a property" in fault.expected:
        return "A property is a name or a variable; a text can only be an object"
    if token.key == "," and "DataBlock" in fault.inside:
        return "Values are separated by spaces"
    return ""


_FUNCTIONS: Final = frozenset(
    (
        "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "STR", "LANG", "CONCAT",
        "IF", "COALESCE", "YEAR", "UCASE", "LCASE", "ROUND", "STRLEN", "SUBSTR", "REPLACE",
    )
)  # fmt: skip
_CURLY: Final = "“”„«»‟‘’‚‛"


def _bad(text: str, token: Token) -> str:
    """Returns what is wrong with a character that begins no word of SPARQL."""
    character = token.text
    following = text[token.end : token.end + 1]
    if character in ('"', "'"):
        long = text.startswith(character * 3, token.start)
        rest = "is not closed" if long else "is not closed on its line"
        return f"the text that begins here {rest}"
    if character in _CURLY:
        return f"{character} is a typographic quote; write \" or '"
    if character == "&":
        return "a single “&” cannot stand here; “&&” joins two conditions"
    if character == "@":
        return '“@” begins a language, as in "Rauma"@nb'
    if character in "?$":
        return f"“{character}” begins a variable; a letter or digit must follow it"
    if character == "\\":
        return "“\\” can stand only in a text in quotes or in an IRI"
    if character in "–—−":
        return f"“{character}” is a dash; the minus sign is “-”"
    if not character.isprintable() or character.isspace():
        return f"an invisible character (U+{ord(character):04X}) stands here; delete it"
    if character == "%" and following:
        return "“%” can stand only in a name or an IRI"
    return f"“{character}” begins no word of SPARQL"


def _open_brackets(tokens: Sequence[Token]) -> list[Token]:
    opened: list[Token] = []
    for token in tokens:
        if token.key in ("{", "(", "["):
            opened.append(token)
        elif token.key in _OPENING and opened:
            opened.pop()
    return opened


def _short(token: Token) -> str:
    return token.text if len(token.text) <= 40 else f"{token.text[:39]}…"


def _listed(words: Sequence[str]) -> str:
    """Returns “a, b or c”; signs first, as they are what is forgotten most."""
    ordered = sorted(words, key=lambda word: not word.startswith("“"))
    return " or ".join(filter(None, (", ".join(ordered[:-1]), *ordered[-1:])))
