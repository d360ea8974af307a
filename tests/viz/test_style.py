"""Looks: words in three languages, colours that can be seen, by people with colour-blindness too."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from kommunegraf.graph.wording import PARTS
from kommunegraf.viz import style, view, wording
from kommunegraf.viz.style import RelationStyle, ThingStyle
from kommunegraf.viz.wording import Words

PAPER = {"light": "#ffffff", "dark": "#191f25"}
LOOKS = style.load()
KINDS: list[ThingStyle | RelationStyle] = [*LOOKS.things.values(), *LOOKS.relations.values()]

# How the eyes of people without one of the three kinds of cone see linear RGB (Machado,
# Oliveira, Fernandes 2009, severity 1).
EYES = {
    "all three": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

# Words that only bokmål has.
BOKMAAL = re.compile(
    r"\b(hvem|hvor|hva|hvilke[nt]?|ikke|fra|kilde[nr]?|kildene|deltakere|deltakerne|leverandører"
    r"|systemer|prosjekter|avtaler|organer|stillinger|tjeneste[nr]?|bare|mulig|gjelder|ansatt"
    r"|følger|ble|blir|hver|hvert|noe|annen|eller noen|kommuner|vegne)\b",
    re.IGNORECASE,
)


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio of two colours."""
    weights = (0.2126, 0.7152, 0.0722)
    seen = [sum(w * c for w, c in zip(weights, linear(of), strict=True)) for of in (one, other)]
    return (max(seen) + 0.05) / (min(seen) + 0.05)


def lab(colour: str, eye: str) -> tuple[float, float, float]:
    rgb = linear(colour)
    red, green, blue = (
        min(1.0, max(0.0, sum(part * c for part, c in zip(row, rgb, strict=True))))
        for row in EYES[eye]
    )
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (
            (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
            0.2126 * red + 0.7152 * green + 0.0722 * blue,
            (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: str, other: str, eye: str) -> float:
    """CIE 1976's difference of two colours, as an eye sees them; 2 is just seen."""
    pairs = zip(lab(one, eye), lab(other, eye), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_symbols_and_lines_stand_out_from_the_paper(theme: str) -> None:
    for look in KINDS:
        assert contrast(getattr(look, theme), PAPER[theme]) >= 3, look.kind


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_kinds_of_one_shape_are_told_apart_by_every_eye(theme: str, eye: str) -> None:
    for one, other in combinations(LOOKS.things.values(), 2):
        if one.shape == other.shape:
            difference = apart(getattr(one, theme), getattr(other, theme), eye)
            assert difference >= 12, (one.kind, other.kind)


def test_standings_differ_by_more_than_colour() -> None:
    looks = [(look.dashes, look.strength) for look in LOOKS.standings.values()]
    assert len(set(looks)) == len(looks) == 5


def test_certainties_are_the_codes_of_the_graph_the_surest_first() -> None:
    assert list(LOOKS.certainties) == ["stated", "implied", "uncertain"]


def test_a_page_knows_the_words_that_the_graph_has_for_parts_of_a_year() -> None:
    said = wording.load("view")
    assert {part: said[f"part-{part}"].nb for part in PARTS} == {
        part: f"{words} {{year}}" for part, words in PARTS.items()
    }


def texts() -> list[tuple[str, Words]]:
    """All words of the styles and of the views, with where they stand."""
    found = [
        (f"{group}.{kind}", look.words)
        for group, table in (
            ("thing", LOOKS.things),
            ("relation", LOOKS.relations),
            ("standing", LOOKS.standings),
            ("certainty", LOOKS.certainties),
        )
        for kind, look in table.items()
    ]
    for name in view.names():
        said = view.load(name)
        found += [
            (f"{name} {part}", getattr(said, part))
            for part in ("title", "about", "general", "anyone")
        ]
    return found


@pytest.mark.parametrize(("where", "words"), texts())
def test_nynorsk_is_nynorsk(where: str, words: Words) -> None:
    assert not BOKMAAL.search(words.nn), f"{where}: {words.nn}"
    assert bool(words.nb) == bool(words.nn) == bool(words.en)
    assert words.nb.count("{thing}") == words.nn.count("{thing}") == words.en.count("{thing}")
