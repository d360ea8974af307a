"""Words: how a report of an impact calls and writes what it tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final

from .cost_figures import HUNDREDTH, percent
from .findings import amount_of
from .items import Item

GROUNDS: Final = {
    "membership": "Medlemskap",
    "hosting": "Vertskap",
    "legal-basis": "Rettsgrunnlag",
    "seat": "Plasser og verv i organer",
    "office": "Roller",
    "post": "Stillinger",
    "post-of-partnership": "Stillinger uten oppgitt arbeidsgiver",
    "staff": "Ansatte og ledere",
    "use-through": "Systemer brukt gjennom samarbeidet",
    "use-own": "Systemer som kildene ikke sier hvem de brukes gjennom",
    "use-of-partnership": "Systemer der kilden bare nevner samarbeidet",
    "use": "Systembruk",
    "use-joined": "Bruk av systemer som er koblet hit",
    "replacing-use": "Bruk av det som tok over",
    "offering": "Systemer og leverandører",
    "contract": "Avtaler",
    "data-processing": "Databehandling og personvern",
    "procurement": "Anskaffelser",
    "project": "Prosjekter",
    "participation": "Deltakelse i prosjekter og tiltak",
    "activity": "Hendelser",
    "share": "Andeler og tilskudd",
    "service": "Tjenester",
    "collaboration": "Annet samarbeid",
    "integration": "Integrasjoner",
    "integration-through": "Integrasjoner i andre ledd",
    "document": "Dokumenter",
    "remark": "Det kildene sier om saken",
}
"""The kinds of touched relation, in the order in which a report lists them."""

STANDINGS: Final = {
    "stated": "sagt",
    "persisting": "vedvarer",
    "possible": "mulig",
    "planned": "planlagt",
    "announced": "varslet",
    "undated": "uten dato",
}

LEGEND: Final = (
    "sagt: en kilde sier det for dagen; vedvarer: sagt tidligere, og ingen kilde sier at det er "
    "slutt; mulig: kan ha begynt; planlagt: plan som gjelder fra dagen eller før; varslet: plan "
    "for en senere dag."
)


def in_order(items: Sequence[Item]) -> list[Item]:
    """Returns the touched items by kind, in the order of a report."""
    place = {ground: number for number, ground in enumerate(GROUNDS)}
    return sorted(items, key=lambda item: place[item.ground])


def by_ground(items: Sequence[Item]) -> Iterator[tuple[str, Iterator[Item]]]:
    """Yields each kind with its items, which are in order."""
    return groupby(items, key=lambda item: item.ground)


def detail(item: Item) -> str:
    """What a reader needs beside the label: title, percent, scope, amount, quantity."""
    texts = item.texts
    parts = [
        texts.get("title", "") if item.ground in ("seat", "office", "staff") else "",
        f"{texts['positionPercent']} %" if "positionPercent" in texts else "",
        f"for {item.labels('postFor')}" if item.of("postFor") else "",
        f"ansatt i {item.labels('namedEmployer')}" if item.of("namedEmployer") else "",
        f"gjennom {item.labels('through')}" if item.of("through") else "",
        texts.get("scope", ""),
        f"{texts['quantity']} stk." if "quantity" in texts else "",
        f"på vegne av {item.labels('onBehalfOf')}" if item.of("onBehalfOf") else "",
        _amount(item),
        item.labels("contractStatus") or item.labels("procurementStatus"),
        f"part: {item.labels('buyer')}" if item.of("buyer") else "",
        f"leverandør: {item.labels('supplier')}" if item.of("supplier") else "",
        item.labels("projectStatus"),
        item.labels("useStatus") if "integration" in item.ground else "",
        "" if item.ground in ("contract", "procurement")
        else texts.get("description", "").rstrip("."),
    ]  # fmt: skip
    return "; ".join(part for part in parts if part)


def _amount(item: Item) -> str:
    if "value" not in item.texts:
        return ""
    return f"{item.labels('party')}: {amount_of(item)}"


def hundredths(value: Decimal) -> str:
    """Returns a share that is worked out, with two decimals."""
    return percent(value.quantize(HUNDREDTH))


def tenths(value: Decimal) -> str:
    """Returns a share as a source prints it, with one decimal at least."""
    tenths = value.quantize(Decimal("0.1"))
    return percent(tenths if tenths == value else value)


def plain(value: Decimal | None) -> str:
    """Returns a number for rows and objects, nothing for none."""
    return "" if value is None else str(value)
