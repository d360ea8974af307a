"""Spellings that count as the same when names are compared: nynorsk and bokmål, old and new forms.

Words are folded (no æ, ø, å). The table is a declared judgement, short on purpose: it holds forms
that stand in names of public bodies and of what they do, not a dictionary.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

LIGHT: Final = frozenset(
    {
        "kommune", "as", "asa", "iks", "kf", "sa", "da", "ans", "hf", "ab", "inc", "ltd",
        "i", "og", "for", "av", "pa", "til", "the", "of", "in", "and",
    }
)  # fmt: skip
"""Words that people leave out, or put in, without meaning another thing."""

_WHOLE: Final = {
    "kommuna": "kommune", "kommunen": "kommune", "kommunane": "kommune", "kommunene": "kommune",
    "kommuner": "kommune", "kommunar": "kommune", "komm": "kommune", "fylke": "fylkeskommune",
    "fylkeskommuna": "fylkeskommune", "fylkeskommunen": "fylkeskommune", "fk": "fylkeskommune",
    "midre": "midtre", "sore": "sondre", "samarbeidet": "samarbeid", "styret": "styre",
    "systemet": "system", "interkommunal": "interkommunalt", "interkommunale": "interkommunalt",
}  # fmt: skip
"""Whole words and the one that they are read as."""

_PARTS: Final = (
    ("heimeten", "hjemmetjen"), ("heime", "hjemme"), ("tenest", "tjenest"), ("skule", "skole"),
    ("eigedom", "eiendom"), ("sjuke", "syke"), ("rettleiing", "veiledning"), ("leiing", "ledelse"),
    ("leiar", "leder"), ("utval", "utvalg"), ("tryggleik", "sikkerhet"), ("verksemd", "virksomhet"),
    ("sakshandsam", "saksbehandl"), ("handsaming", "behandling"), ("utgreiing", "utredning"),
    ("rekneskap", "regnskap"), ("innbyggjar", "innbygger"), ("brukar", "bruker"),
    ("radgjev", "radgiv"), ("loysing", "losning"), ("oversyn", "oversikt"), ("eining", "enhet"),
    ("barnehagar", "barnehager"), ("helsestasjonar", "helsestasjoner"), ("vegen", "veien"),
    ("tilsett", "ansatt"), ("bygdar", "bygder"), ("aalesund", "alesund"),
)  # fmt: skip
"""Parts of words: nynorsk or old, and the form that is compared."""


PHRASES: Final = (("interkommunalt arkiv", "ika"), ("kommunenes sentralforbund", "ks"))
"""Words that stand together, and the short form that is compared."""


def shorten_phrases(key: str) -> str:
    """Returns a folded name with the phrases in their short form."""
    for long, short in PHRASES:
        if long in key:
            key = key.replace(long, short)
    return key


@lru_cache(maxsize=1 << 14)
def plain(word: str) -> str:
    """Returns the form of a folded word that is compared."""
    word = _WHOLE.get(word, word)
    for other, form in _PARTS:
        if other in word and form not in word:
            word = word.replace(other, form)
    return word


def forms(word: str) -> set[str]:
    """Returns the ways in which a folded word may stand in a name, itself among them."""
    one = plain(word)
    found = {word, one, *(other for other, form in _WHOLE.items() if form == one)}
    for other, form in _PARTS:
        if form in one:
            found.add(one.replace(form, other))
    return found
