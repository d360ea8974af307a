"""Words of refusals in Norwegian: a title for each status, and the sentences that people meet.

What is not here is shown as it was said, in English; that goes for what queries say of themselves.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

TITLES: Final[dict[int, str]] = {
    400: "Feil i forespørselen",
    403: "Ikke tillatt",
    404: "Finnes ikke",
    405: "Kan ikke gjøres her",
    406: "Finnes ikke i det formatet",
    408: "Tok for lang tid",
    413: "For stort",
    414: "For lang adresse",
    415: "Kan ikke leses",
    421: "Feil navn på tjenesten",
    431: "For mange felt i hodet",
    500: "Feil i tjenesten",
    503: "Ble ikke besvart",
}

SENTENCES: Final[dict[str, str]] = {
    "a page of another site asks; start the service with --cors if it may":
        "en side fra et annet nettsted spør; start tjenesten med --cors om den har lov",
    "no thing of this graph has that IRI": "ingen ting i grafen har den IRI-en",
    "nothing of the kind “{}” names this": "ingenting av slaget «{}» nevner dette",
    "pages are in nb and en": "sidene finnes på nb og en",
    "the address ends in .{}, and asks for {}": "adressen slutter på .{}, men ber om {}",
    "the address has a % that two hexadecimal digits do not follow":
        "adressen har en % uten to heksadesimale sifre etter",
    "the address is not UTF-8": "adressen er ikke UTF-8",
    "the address names no thing": "adressen nevner ingen ting",
    "the build has drawn no such page": "bygget har ikke tegnet noen slik side",
    "the graph does not know {}": "grafen kjenner ikke {}",
    "the graph has no things of that kind": "grafen har ingen ting av det slaget",
    "the parameter {} is given twice": "parameteren {} er gitt to ganger",
    "the parameter {} is longer than {} signs": "parameteren {} er lengre enn {} tegn",
    "the query ran longer than {} seconds and was stopped":
        "spørringen gikk lenger enn {} sekunder og ble stoppet",
    "the request has a % that two hexadecimal digits do not follow":
        "forespørselen har en % uten to heksadesimale sifre etter",
    "the request has more than {} fields": "forespørselen har mer enn {} felt",
    "the request is not UTF-8": "forespørselen er ikke UTF-8",
    "the service failed at this request; its log says where":
        "tjenesten feilet ved denne forespørselen; loggen sier hvor",
    "the service has more to do than it can; try again in a moment":
        "tjenesten har mer å gjøre enn den rekker; prøv igjen om litt",
    "the service is stopping": "tjenesten stopper",
    "there are {} pages of this, not {}": "det er {} sider av dette, ikke {}",
    "there is no parameter {} here; the address takes none":
        "det er ingen parameter {} her; adressen tar ingen",
    "there is no parameter {} here; the address takes {}":
        "det er ingen parameter {} her; adressen tar {}",
    "there is no view “{}”; there are {}": "det er ikke noe bilde «{}»; det er {}",
    "there is nothing at this address": "det er ingenting på denne adressen",
    "this is about ordinary staff and is not published here; "
    "kommunegraf serve --staff shows it to those who may see it":
        "dette handler om vanlige ansatte og er ikke publisert her; "
        "kommunegraf serve --staff viser det til dem som kan se det",
    "this is to be had as {}": "dette finnes som {}",
    "this service does not answer to that name; start it with --allow-host NAME if it should":
        "tjenesten svarer ikke på det navnet; start den med --allow-host NAVN om den skal det",
    "“{}” is no format here; known: {}": "«{}» er ikke noe format her; kjente: {}",
    "“{}” is no number of a page": "«{}» er ikke nummeret på en side",
}  # fmt: skip
"""What is said in English, with {} for what varies, and the same in Norwegian."""


def title_of(status: int, title: str, lang: str) -> str:
    """Returns the title of a status in the language of a page."""
    return title if lang == "en" else TITLES.get(status, title)


def in_language(sentence: str, lang: str) -> tuple[str, str]:
    """Returns a sentence in the language of a page, where it is known in it, and its language."""
    if lang == "nb":
        for pattern, said in _patterns():
            if match := pattern.fullmatch(sentence):
                return said.format(*match.groups()), "nb"
    return sentence, "en"


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(re.escape(english).replace(r"\{\}", "(.*)"), re.DOTALL), norwegian)
        for english, norwegian in SENTENCES.items()
    ]
