"""Texts that would run or break out if a page took them for markup, script, style or a template."""

from __future__ import annotations

from itertools import cycle

from pyoxigraph import Literal, NamedNode, Triple

from kommunegraf.ontology.namespaces import expand

TEXTS = (
    "<script>window.hacked=1</script>",
    "</script><script>window.hacked=2</script>",
    "</SCRIPT ><svg onload=window.hacked=3>",
    "<img src=x onerror=window.hacked=4>",
    "\"><img src=x onerror='window.hacked=5'>",
    "' onmouseover='window.hacked=6",
    "javascript:window.hacked=7",
    "<!--<script>window.hacked=8</script>",
    "--><script>window.hacked=9</script>",
    "]]><script>window.hacked=10</script>",
    "</title><script>window.hacked=11</script>",
    "</style><script>window.hacked=12</script>",
    "</td></table><iframe srcdoc='<script>parent.hacked=13</script>'>",
    "{{ 7 * 7 }}{% raw %}{{ config }}",
    "${window.hacked=14} `${1}`",
    "\\u003cscript>window.hacked=15</script>",
    "line\u2028separator\u2029paragraph",
    "<a href='https://evil.example/'>href</a>",
    '=HYPERLINK("https://evil.example")',
    "&lt;script&gt;window.hacked=16&lt;/script&gt;",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "\u202eright to left\u202c",
    "{thing}",
)

IRIS = (
    "javascript:window.hacked=20",
    "data:text/html,%3Cscript%3Eparent.hacked=21%3C/script%3E",
    "https://example.org/%3C/script%3E'onclick=window.hacked=22",
    "https://example.org/a'b(c)&d=e#f",
    "urn:x:__proto__",
)


def triples() -> list[Triple]:
    """Returns a network in which every field of every thing and relation is hostile."""
    hub = NamedNode("https://w3id.org/kommunegraf/id/org/__proto__")
    said = [*_thing(hub, TEXTS[1], "partnership", TEXTS[0])]
    iris = cycle(IRIS)
    for number, text in enumerate(TEXTS):
        base = next(iris)
        thing = NamedNode(f"{base}{number}")
        relation = NamedNode(f"{base}/relation/{number}")
        kind = ("municipality", "system", "person")[number % 3]
        said += _thing(thing, text, kind, TEXTS[number - 1])
        tie = {
            "rdf:subject": thing,
            "rdf:object": hub,
            "rdfs:label": Literal(text, language="nb"),
            "kg:drawnAs": Literal(("membership", "use", "role")[number % 3]),
            "kg:isPlan": Literal("true"),
            "kg:period": Literal(TEXTS[number - 2]),
            "dcterms:source": Literal(TEXTS[number - 3]),
            "rdfs:comment": Literal(TEXTS[number - 4]),
            "kg:possibleFrom": Literal("2018-01-01"),
            "kg:statedFrom": Literal("2018-01-01"),
            "kg:statedUntil": Literal("2019-01-01"),
            "kg:possibleUntil": Literal("9999-12-31"),
        }
        said += [Triple(relation, NamedNode(expand(p)), o) for p, o in tie.items()]
    return said


def _thing(iri: NamedNode, label: str, kind: str, also: str) -> list[Triple]:
    return [
        Triple(iri, NamedNode(expand("rdfs:label")), Literal(label, language="nb")),
        Triple(iri, NamedNode(expand("rdfs:comment")), Literal(also)),
        Triple(iri, NamedNode(expand("skos:altLabel")), Literal(also + " ")),
        Triple(iri, NamedNode(expand("kg:drawnAs")), Literal(kind)),
    ]
