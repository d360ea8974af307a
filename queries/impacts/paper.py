"""The paper of an impact, to read or to bring: conclusions first, then what they rest on."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import IO, Final

from ..output import write_rows
from .cases import Impact
from .cost_figures import MEASURES, Costs, Line, kroner
from .findings import Need
from .rules import RULES
from .words import (
    GROUNDS,
    LEGEND,
    STANDINGS,
    by_ground,
    detail,
    hundredths,
    in_order,
    tenths,
)

_SHOWN: Final = 4
"""Who and where in a line of what is needed; csv and json have them all."""


class Paper:
    """Writes the report as headings, sentences and tables."""

    def __init__(self, impact: Impact, format_name: str, out: IO[bytes]) -> None:
        self.impact, self.format, self.out = impact, format_name, out

    def write(self, part: str) -> None:
        """Writes all of it, or one part."""
        impact = self.impact
        self._heading(1, f"{impact.title}, per {impact.day.isoformat()}")
        if part == "all":
            self._lines([*impact.notes, self._summary()])
        if part in ("all", "anew"):
            self._anew()
        if part in ("all", "costs"):
            for costs in impact.costs:
                self._costs(costs)
        if part in ("all", "unsaid"):
            self._unsaid()
        if part in ("all", "touched"):
            self._touched()

    def _summary(self) -> str:
        counts = [
            f"{GROUNDS[ground]} ({len(list(found))})"
            for ground, found in by_ground(in_order(self.impact.items))
        ]
        return f"Berører {len(self.impact.items)} opplysninger: {', '.join(counts)}."

    def _anew(self) -> None:
        self._heading(2, f"Må ordnes på nytt ({len(self.impact.needs)})")
        if not self.impact.needs:
            self._lines(["Ingenting følger av det kildene sier."])
        order = {
            rule: number
            for number, rule in enumerate(dict.fromkeys(n.rule for n in self.impact.needs))
        }
        needs = sorted(self.impact.needs, key=lambda need: order[need.rule])
        for rule, group in groupby(needs, key=lambda need: need.rule):
            found = list(group)
            title, reason = RULES[rule]
            who = {need.who for need in found}
            alone = len(who) == 1 and self.impact.case in ("exit", "host", "merger")
            count = f"{len(found)}{_position(found)}"
            self._heading(3, f"{title} ({count})" + (f" – {found[0].who}" if alone else ""))
            self._lines([f"Hvorfor: {reason}"])
            header = ["hvem", "hva", "kjent", "status", "kilde"]
            rows = [_need_row(need) for need in found]
            if alone or who == {""}:
                header, rows = header[1:], [row[1:] for row in rows]
            self._table(header, rows)

    def _costs(self, costs: Costs) -> None:
        model = f" etter modellen for {costs.period}" if costs.lines else ""
        self._heading(2, f"Kostnader i {costs.partnership}{model}")
        if costs.refusal:
            self._lines([costs.refusal, *costs.notes])
            if costs.stated:
                rows = [[who, tenths(share), source] for who, share, source in costs.stated]
                self._table(["deltaker", "oppgitt andel", "kilde"], rows)
            return
        for measure, group in groupby(costs.lines, key=lambda line: line.measure):
            lines = list(group)
            show = hundredths if lines[0].unit == "percent" else kroner
            unit = "prosentpoeng" if lines[0].unit == "percent" else "kr"
            self._heading(3, MEASURES[measure])
            rows = [[line.member, *_shown(line, show)] for line in lines]
            self._table(["deltaker", "før", "etter", f"endring ({unit})"], rows)
        if costs.printed:
            self._heading(3, "Trykte andeler for tiden etter, til sammenlikning")
            rows = [
                [
                    who,
                    hundredths(computed) if computed is not None else "–",
                    tenths(share),
                    source,
                ]
                for who, computed, share, source in costs.printed
            ]
            self._table(["deltaker", "regnet ut", "trykt", "kilde"], rows)
        self._heading(3, "Slik er det regnet")
        weights = ", ".join(f"{who} {hundredths(weight)}" for who, weight in costs.weights)
        self._bullets([
            *costs.method, f"Folketallsvektene: {weights}.",
            *(f"Forutsatt: {text}" for text in costs.assumptions), *costs.notes,
        ])  # fmt: skip

    def _unsaid(self) -> None:
        questions = self.impact.open_questions
        if self.impact.unsaid or questions:
            self._heading(2, "Det kildene ikke sier")
            self._bullets([*self.impact.unsaid, *(f"{o.question} ({o.source})" for o in questions)])

    def _touched(self) -> None:
        self._heading(2, f"Det som berøres ({len(self.impact.items)})")
        self._lines([LEGEND])
        for ground, group in by_ground(in_order(self.impact.items)):
            items = list(group)
            self._heading(3, f"{GROUNDS[ground]} ({len(items)})")
            rows = [[i.label, detail(i), STANDINGS[i.standing], i.time, i.source] for i in items]
            header = ["hva", "nærmere", "status", "tid", "kilde"]
            if not any(row[1] for row in rows):
                header, rows = [header[0], *header[2:]], [[row[0], *row[2:]] for row in rows]
            self._table(header, rows)

    def _heading(self, level: int, text: str) -> None:
        if self.format == "md":
            self._put(f"{'#' * level} {text}\n", gap=level > 1)
        else:
            underline = {1: "=", 2: "-"}.get(level)
            self._put(f"{text}\n", gap=level > 1)
            self._put(f"{underline * len(text)}\n" if underline else "", gap=False)

    def _lines(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._put(f"{line}\n", gap=self.format == "md")

    def _bullets(self, lines: Sequence[str]) -> None:
        self._put("".join(f"- {line}\n" for line in lines), gap=self.format == "md")

    def _table(self, header: list[str], rows: list[list[str]]) -> None:
        buffer = io.BytesIO()
        write_rows(header, rows, self.format, buffer)
        text = buffer.getvalue().decode()
        if self.format == "table":
            text = "".join(f"  {line}\n" for line in text.splitlines())
        self._put(text, gap=self.format == "md")

    def _put(self, text: str, *, gap: bool) -> None:
        self.out.write(("\n" if gap else "").encode() + text.encode())


def _need_row(need: Need) -> list[str]:
    return [
        _short(need.who, ", "), need.what, need.fact, STANDINGS[need.standing],
        _short("\n".join(need.sources), "\n", "; "),
    ]  # fmt: skip


def _short(text: str, mark: str, join: str = "") -> str:
    """Returns the first few of what a text lists, and how many more there are."""
    parts = text.split(mark)
    if len(parts) <= _SHOWN + 1:
        return (join or mark).join(parts)
    return f"{(join or mark).join(parts[:_SHOWN])} og {len(parts) - _SHOWN} til"


def _position(needs: Sequence[Need]) -> str:
    """Returns the position percent of needs that are posts, together."""
    posts = [item.texts for need in needs for item in need.items if item.ground == "post"]
    percents = [Decimal(texts["positionPercent"]) for texts in posts if "positionPercent" in texts]
    return f", til sammen {sum(percents)} %" if percents else ""


def _shown(line: Line, show: Callable[[Decimal], str]) -> list[str]:
    shown = [show(value) if value is not None else "–" for value in (line.before, line.after)]
    sign = "+" if line.difference > 0 else ""
    difference = show(line.difference).removesuffix(" kr").removesuffix(" %")
    return [*shown, sign + difference.replace("-", "−")]
