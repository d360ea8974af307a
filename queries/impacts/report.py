"""The report of an impact: a paper to read (table, md), rows (csv) or an object (json).

Conclusions come first, then what they rest on. The object's keys and the rows' column names are
English and stable; sentences and labels are Norwegian.
"""

from __future__ import annotations

import json
from typing import IO, Final

from ...ontology.namespaces import shorten
from ..output import write_rows
from .cases import Impact
from .cost_figures import Costs
from .paper import Paper
from .rules import RULES
from .words import by_ground, detail, in_order, plain

PARTS: Final = ("all", "anew", "costs", "unsaid", "touched")
"""The parts of a report that may be asked for alone."""


def write_impact(impact: Impact, format_name: str, part: str, out: IO[bytes]) -> None:
    """Writes an impact, or one part of it, in one of the formats of rows."""
    if format_name == "json":
        whole = as_object(impact)
        chosen = whole if part == "all" else {part: whole[part]}
        out.write((json.dumps(chosen, ensure_ascii=False, indent=1) + "\n").encode())
    elif format_name == "csv":
        header, rows = _rows(impact, "touched" if part == "all" else part)
        write_rows(header, rows, "csv", out)
    else:
        Paper(impact, format_name, out).write(part)


def _rows(impact: Impact, part: str) -> tuple[list[str], list[list[str]]]:
    """Returns one part as rows with English column names, a row an item."""
    match part:
        case "anew":
            header = ["rule", "who", "what", "fact", "standing", "reason", "source"]
            rows = [
                [n.rule, n.who, n.what, n.fact, n.standing, RULES[n.rule][1], "; ".join(n.sources)]
                for n in impact.needs
            ]
        case "costs":
            header = [
                "partnership",
                "period",
                "measure",
                "member",
                "before",
                "after",
                "difference",
                "unit",
            ]
            rows = [
                [c.partnership, c.period, line.measure, line.member, plain(line.before),
                 plain(line.after), str(line.difference), line.unit]
                for c in impact.costs
                for line in c.lines
            ]  # fmt: skip
        case "unsaid":
            header = ["kind", "text", "source"]
            rows = [["silence", text, ""] for text in impact.unsaid]
            rows += [["open-question", one.question, one.source] for one in impact.open_questions]
        case _:
            header = [
                "kind",
                "relation",
                "label",
                "detail",
                "standing",
                "certainty",
                "time",
                "source",
            ]
            rows = [
                [i.ground, shorten(i.relation), i.label, detail(i), i.standing, i.certainty,
                 i.time, i.source]
                for i in in_order(impact.items)
            ]  # fmt: skip
    return header, rows


def as_object(impact: Impact) -> dict[str, object]:
    """Returns the whole impact as an object for JSON."""
    items = in_order(impact.items)
    return {
        "case": impact.case,
        "title": impact.title,
        "day": impact.day.isoformat(),
        "subjects": [{"iri": t.iri, "label": t.label} for t in impact.subjects],
        "partnership": impact.partnership
        and {"iri": impact.partnership.iri, "label": impact.partnership.label},
        "notes": list(impact.notes),
        "counts": {ground: len(list(found)) for ground, found in by_ground(items)},
        "anew": [
            {"rule": n.rule, "reason": RULES[n.rule][1], "who": n.who, "what": n.what,
             "fact": n.fact, "standing": n.standing, "relations": [i.relation for i in n.items],
             "source": "; ".join(n.sources)}
            for n in impact.needs
        ],
        "costs": [_costs_object(costs) for costs in impact.costs],
        "unsaid": {
            "silences": list(impact.unsaid),
            "openQuestions": [
                {"question": o.question, "source": o.source} for o in impact.open_questions
            ],
        },
        "touched": [
            {"kind": i.ground, "relation": i.relation, "label": i.label, "detail": detail(i),
             "standing": i.standing, "certainty": i.certainty, "time": i.time, "source": i.source,
             "row": i.texts.get("row", "")}
            for i in items
        ],
    }  # fmt: skip


def _costs_object(costs: Costs) -> dict[str, object]:
    return {
        "partnership": costs.partnership,
        "model": costs.period,
        "computed": bool(costs.lines),
        "refusal": costs.refusal,
        "lines": [
            {"measure": line.measure, "member": line.member, "before": plain(line.before) or None,
             "after": plain(line.after) or None, "difference": str(line.difference),
             "unit": line.unit}
            for line in costs.lines
        ],
        "populationWeights": {member: str(weight) for member, weight in costs.weights},
        "statedShares": [
            {"member": m, "share": str(share), "source": source}
            for m, share, source in costs.stated
        ],
        "printedAfter": [
            {"member": m, "computed": plain(computed) or None, "printed": str(share),
             "source": source}
            for m, computed, share, source in costs.printed
        ],
        "method": list(costs.method),
        "assumptions": list(costs.assumptions),
        "notes": list(costs.notes),
    }  # fmt: skip
