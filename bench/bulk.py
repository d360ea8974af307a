"""Makes a bulk file of any size in the shape of Enhetsregisteret's nightly one; all invented.

One gzipped, pretty-printed JSON array, written record by record: forms of organisation in their
real proportions, valid and distinct organisation numbers, some sixty fields. The same count and
seed give the same bytes.

    .venv/bin/python bench/bulk.py units.json.gz --count 100000
"""

from __future__ import annotations

import argparse
import gzip
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final

API: Final = "https://data.brreg.no/enhetsregisteret/api"
WEIGHTS: Final = (3, 2, 7, 6, 5, 4, 3, 2)
FORMS: Final = {
    "ENK": (430_000, "Enkeltpersonforetak"),
    "AS": (405_000, "Aksjeselskap"),
    "FLI": (135_000, "Forening/lag/innretning"),
    "NUF": (29_000, "Norskregistrert utenlandsk foretak"),
    "UTBG": (20_000, "Frivillig registrert utleiebygg"),
    "BRL": (14_000, "Borettslag"),
    "ESEK": (13_000, "Eierseksjonssameie"),
    "DA": (11_000, "Selskap med delt ansvar"),
    "KBO": (9_000, "Konkursbo"),
    "ANS": (9_000, "Ansvarlig selskap med solidarisk ansvar"),
    "STI": (8_000, "Stiftelse"),
    "SAM": (8_000, "Tingsrettslig sameie"),
    "SA": (4_500, "Samvirkeforetak"),
    "ORGL": (3_200, "Organisasjonsledd"),
    "ANNA": (2_500, "Annen juridisk person"),
    "KIRK": (1_300, "Den norske kirke"),
    "PERS": (1_000, "Andre enkeltpersoner som registreres i tilknyttet register"),
    "KOMM": (356, "Kommune"),
    "ASA": (300, "Allmennaksjeselskap"),
    "IKS": (250, "Interkommunalt selskap"),
    "KF": (190, "Kommunalt foretak"),
    "STAT": (60, "Staten"),
    "SF": (20, "Statsforetak"),
    "FYLK": (15, "Fylkeskommune"),
    "FKF": (12, "Fylkeskommunalt foretak"),
}
"""Forms: how many of 1.1 million units have one, as an order of magnitude, and its name."""

FIRST: Final = (
    "ØYSTEIN", "ÅSE", "KÅRE", "BJØRG", "TORE", "SIGRID", "LEIF", "ÆGIR", "INGRID", "HÅKON",
    "MARIT", "OLA", "KARI", "ANNE", "PER", "JØRGEN", "RAGNHILD", "SVERRE", "GURO", "TROND",
    "ÅGE", "SØLVI", "EIRIK", "HEGE",
)  # fmt: skip
LAST: Final = (
    "ÅSEN", "BØ", "SÆTHER", "HAUGEN", "ØDEGÅRD", "NESSET", "FJELL", "LØKEN", "RØNNING",
    "SKÅR", "BERG", "MOEN", "LIE", "STRØM", "TVEIT", "BRÅTEN", "GRØNLI", "AAS", "ØVERLAND",
    "KJÆR", "DAHL", "VIK", "RØD", "SOLHEIM",
)  # fmt: skip
TRADES: Final = (
    "BYGG", "RØR", "ELEKTRO", "REGNSKAP", "EIENDOM", "INVEST", "FISK", "SKOG", "BÅTBYGGERI",
    "DATA", "KAFÉ", "FRISØR", "TRANSPORT", "MASKIN", "GÅRDSDRIFT", "HÅNDVERK", "BAKERI",
    "KONSULT",
)  # fmt: skip
CLUBS: Final = (
    "IDRETTSLAG", "SANITETSFORENING", "VELFORENING", "SKYTTERLAG", "MUSIKKORPS", "UNGDOMSLAG",
    "PENSJONISTLAG", "MÅLLAG", "KOR", "JEGER- OG FISKERFORENING",
)  # fmt: skip
PLACES: Final = (
    ("0301", "OSLO", "0150"), ("4601", "BERGEN", "5003"), ("5001", "TRONDHEIM", "7011"),
    ("1506", "MOLDE", "6413"), ("1505", "KRISTIANSUND", "6509"), ("1508", "ÅLESUND", "6002"),
    ("1103", "STAVANGER", "4035"), ("5501", "TROMSØ", "9008"), ("3301", "DRAMMEN", "3015"),
    ("1119", "HÅ", "4365"), ("1557", "GJEMNES", "6631"), ("1547", "AUKRA", "6480"),
    ("5601", "ALTA", "9510"), ("1804", "BODØ", "8006"), ("3403", "HAMAR", "2317"),
    ("4204", "KRISTIANSAND", "4611"), ("1566", "SURNADAL", "6650"), ("1573", "SMØLA", "6570"),
)  # fmt: skip
TRADE_CODES: Final = (
    ("41.200", "Oppføring av bygninger"), ("68.209", "Utleie av egen eller leid fast eiendom"),
    ("62.010", "Programmeringstjenester"), ("01.500", "Kombinert husdyr- og planteproduksjon"),
    ("93.120", "Idrettslag og -klubber"), ("96.020", "Frisering og annen skjønnhetspleie"),
    ("70.220", "Bedriftsrådgivning"), ("03.111", "Hav- og kystfiske"),
    ("84.110", "Generell offentlig administrasjon"), ("49.410", "Godstransport på vei"),
)  # fmt: skip
FIRST_DAY: Final = date(1995, 3, 12)
DAYS: Final = [(FIRST_DAY + timedelta(days=n)).isoformat() for n in range(10_800)]


def numbers(seed: int) -> Iterator[str]:
    """Yields valid organisation numbers, each once, in no order."""
    step = 7_368_787  # has no factor in common with the number of candidates
    at = seed * 1_299_709
    while True:
        at += step
        text = str(80_000_000 + at % 20_000_000)
        total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, text, strict=True))
        check = -total % 11
        if check < 10:
            yield f"{text}{check}"


def generate(path: Path, count: int, seed: int = 1) -> None:
    """Writes a bulk file of `count` units."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", 1, file, mtime=0) as out:
        pending: list[str] = []
        separator = "[ "
        for record in records(count, seed):
            pending.append(separator + record)
            separator = ", "
            if len(pending) == 500:
                out.write("".join(pending).encode())
                pending.clear()
        out.write(("".join(pending) + (" ]" if count else "[ ]")).encode())


def records(count: int, seed: int) -> Iterator[str]:
    """Yields records as pretty-printed JSON objects."""
    chance = random.Random(seed)
    forms = list(FORMS)
    cumulative = list(accumulate(weight for weight, _ in FORMS.values()))
    parents: list[str] = []
    for number in numbers(seed):
        if count == 0:
            return
        count -= 1
        form = chance.choices(forms, cum_weights=cumulative)[0]
        yield _record(chance, number, form, parents)
        if form in ("KOMM", "FYLK", "STAT"):
            parents.append(number)


def _name(chance: random.Random, form: str, place: str) -> str:
    pick = chance.choice
    match form:
        case "ENK":
            return f"{pick(FIRST)} {pick(LAST)} {pick(TRADES)}"
        case "FLI" | "STI":
            return f"{place} {pick(LAST)} {pick(CLUBS)}"
        case "KOMM":
            return f"{pick(LAST)} KOMMUNE"
        case "FYLK":
            return f"{pick(LAST)} FYLKESKOMMUNE"
        case "ANNA":
            kind = "OPPGAVEFELLESSKAP" if chance.random() < 0.02 else "FELLESRÅD"
            return f"{pick(LAST)} {place} {kind}"
        case "ORGL":
            return f"{place} KOMMUNE SKOLE OG OPPVEKST {pick(LAST)}"
        case "BRL" | "ESEK" | "SAM":
            return f"{pick(LAST)}VEGEN {chance.randrange(1, 200)} {form}"
    return f"{pick(LAST)} & {pick(LAST)} {pick(TRADES)} {form}"


def _record(chance: random.Random, number: str, form: str, parents: list[str]) -> str:
    draw = chance.random
    code, place, post = chance.choice(PLACES)
    trade, trade_name = chance.choice(TRADE_CODES)
    name = _name(chance, form, place)
    day = DAYS[int(draw() * len(DAYS))]
    founded = DAYS[int(draw() * len(DAYS))]
    flags = draw()
    bankrupt, winding_up = flags < 0.008, 0.008 <= flags < 0.015
    company = form in ("AS", "ASA", "IKS", "SA", "SF", "DA", "ANS")
    street = f"{chance.choice(LAST).capitalize()}vegen {int(draw() * 180) + 1}"
    address = (
        f'"land" : "Norge",\n    "landkode" : "NO",\n    "postnummer" : "{post}",\n'
        f'    "poststed" : "{place}",\n    "adresse" : [ "{street}" ],\n'
        f'    "kommune" : "{place}",\n    "kommunenummer" : "{code}"'
    )
    optional = ""
    if draw() < 0.22:
        optional += f'  "hjemmeside" : "www.{name.split()[0].lower()}{number[-4:]}.no",\n'
    if draw() < 0.3:
        optional += f'  "postadresse" : {{\n    {address}\n  }},\n'
    if form == "ORGL" and parents:
        optional += f'  "overordnetEnhet" : "{chance.choice(parents)}",\n'
    if draw() < 0.25:
        optional += f'  "antallAnsatte" : {int(draw() * draw() * 400)},\n'
    if company:
        optional += (
            f'  "registreringsdatoForetaksregisteret" : "{day}",\n  "kapital" : {{\n'
            f'    "belop" : {int(draw() * 900) * 1000 + 30000}.0,\n    "antallAksjer" : 1000,\n'
            f'    "type" : "Aksjekapital",\n    "valuta" : "NOK",\n    "innfortDato" : "{day}"\n'
            f'  }},\n  "sisteInnsendteAarsregnskap" : "2023",\n  "erIKonsern" : false,\n'
        )
    if bankrupt:
        optional += f'  "konkursdato" : "{DAYS[-1]}",\n'
    if form == "UTBG":
        optional += '  "naeringskode2" : {\n    "kode" : "68.209",\n    "beskrivelse" : "-"\n  },\n'
    truth = ("false", "true")
    return f"""{{
  "organisasjonsnummer" : "{number}",
  "navn" : "{name}",
  "organisasjonsform" : {{
    "kode" : "{form}",
    "beskrivelse" : "{FORMS[form][1]}",
    "_links" : {{
      "self" : {{
        "href" : "{API}/organisasjonsformer/{form}"
      }}
    }}
  }},
{optional}  "registreringsdatoEnhetsregisteret" : "{day}",
  "registrertIMvaregisteret" : {truth[company]},
  "naeringskode1" : {{
    "kode" : "{trade}",
    "beskrivelse" : "{trade_name}"
  }},
  "harRegistrertAntallAnsatte" : false,
  "forretningsadresse" : {{
    {address}
  }},
  "stiftelsesdato" : "{founded}",
  "institusjonellSektorkode" : {{
    "kode" : "{2100 if company else 8200}",
    "beskrivelse" : "{"Private aksjeselskaper mv." if company else "Personlig næringsdrivende"}"
  }},
  "registrertIForetaksregisteret" : {truth[company]},
  "registrertIStiftelsesregisteret" : {truth[form == "STI"]},
  "registrertIFrivillighetsregisteret" : {truth[form == "FLI"]},
  "konkurs" : {truth[bankrupt]},
  "underAvvikling" : {truth[winding_up]},
  "underTvangsavviklingEllerTvangsopplosning" : false,
  "maalform" : "{"Nynorsk" if code.startswith("15") else "Bokmål"}",
  "vedtektsdato" : "{founded}",
  "vedtektsfestetFormaal" : [ "Drive {trade_name.lower()} og det", "som hører sammen med dette." ],
  "aktivitet" : [ "{trade_name} i {place.capitalize()} og omegn." ],
  "registrertIPartiregisteret" : false,
  "paategninger" : [ ],
  "links" : [ {{
    "rel" : "self",
    "href" : "{API}/enheter/{number}"
  }} ],
  "respons_klasse" : "Enhet"
}}"""


def main() -> None:
    """Writes a file as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("path", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    generate(given.path, given.count, given.seed)


if __name__ == "__main__":
    main()
