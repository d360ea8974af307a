"""Who is who: candidates with scores and reasons, judgements, and what the checks say of them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode, Quad, Store

from kommunegraf.graph.build import shipped_sources
from kommunegraf.graph.errors import KommunegrafError
from kommunegraf.graph.iris import fold
from kommunegraf.graph.likeness import Candidate, Sought, Unit, score
from kommunegraf.graph.matching import find_candidates
from kommunegraf.graph.names_of_units import read_name
from kommunegraf.graph.orgnumbers import is_valid
from kommunegraf.graph.registered import REGISTER, ListedUnits, StoredUnits
from kommunegraf.graph.report import run_build
from kommunegraf.graph.store import open_stored
from kommunegraf.graph.tables import read_table
from kommunegraf.ontology.namespaces import PREFIXES, expand
from kommunegraf.queries.match import match

ROOT = Path(__file__).resolve().parents[2]
PUBLIC_UNITS = (
    ROOT.parent / "shared/data/enhetsregisteret/nlnwa-public-entities/public_entities_2021.csv"
)

HEAD = """key = "prove"
title = "Prøve"
short = "Prøve"
type = "register"
publisher = "Prøve"
rights = "CC BY 4.0"
issued = "2021-03-01"
speaks = "2020"
place = "record"

[rows]
"""


def write_source(folder: Path, tables: dict[str, str]) -> Path:
    """Writes a folder of sources with one source of these tables and one municipality."""
    source = folder / "sources" / "prove"
    source.mkdir(parents=True, exist_ok=True)
    organisations = "key,label,type,place\nmolde,Molde,municipality,1506\n"
    every = {"organisations.csv": organisations, **tables}
    for name, text in every.items():
        (source / name).write_text(text, "utf-8")
    rows = [f'"{name}" = {text.count(chr(10)) - 1}\n' for name, text in every.items()]
    (source / "source.toml").write_text(HEAD + "".join(rows), "utf-8")
    return source.parent


SAME_NAMES = [
    ("INTERKOMMUNALT ARKIV FOR MØRE OG ROMSDAL IKS", "IKA Møre og Romsdal"),
    ("NORSK HELSENETT SF", "Norsk Helsenett"),
    ("MOLDE KOMMUNE", "Molde (før 2020)"),
    ("DIREKTORATET FOR E-HELSE", "Direktoratet for e-helse"),
    ("TIETO NORWAY A/S", "Tieto Norway A S"),
    ("NORDMØRE OG ROMSDAL BRANN OG REDNING IKS", "Nordmøre & Romsdal brann- og redning"),
]


@pytest.mark.parametrize(("registered", "written"), SAME_NAMES)
def test_names_are_compared_by_their_telling_words(registered: str, written: str) -> None:
    assert read_name(registered).words == read_name(written).words


def test_the_last_word_of_a_name_tells_its_form() -> None:
    forms = {"Molde kommune": "KOMM", "Viken fylkeskommune": "FYLK", "Acos AS": "AS", "Acos": ""}
    assert {name: read_name(name).form for name in forms} == forms


def sought(name: str, kind: str, **more: frozenset[str]) -> Sought:
    return Sought("x", name, (name,), kind, **more)


MOLDE = Unit("921221967", ("MOLDE KOMMUNE",), "KOMM", "1506", "molde.kommune.no")

SCORES: dict[str, tuple[Sought, Unit, float, float, str]] = {
    "a municipality with its form and number": (
        sought("Molde", "municipality", municipality_numbers=frozenset({"1506"})),
        MOLDE, 1.0, 1.0, "municipality number 1506 fits",
    ),
    "a municipality with another number": (
        sought("Molde", "municipality", municipality_numbers=frozenset({"1502"})),
        MOLDE, 0.5, 0.7, "municipality number 1506, not 1502",
    ),
    "a company and a municipality with the same name": (
        sought("Molde", "company"), MOLDE, 0.0, 0.6, "form KOMM is never of the type company",
    ),
    "a municipality and a company with the same name": (
        sought("Molde", "municipality"),
        Unit("974769484", ("MOLDE AS",), "AS"), 0.0, 0.6, "form AS is never of the type municipality",
    ),
    "the same where the list gives no form": (
        sought("Molde", "municipality"),
        Unit("974769484", ("MOLDE AS",)), 0.0, 0.6, "form AS is never of the type municipality",
    ),
    "a county and a municipality": (
        sought("Oslo", "county-municipality"),
        Unit("958935420", ("OSLO KOMMUNE",), "KOMM"), 0.0, 0.6, "never of the type county municipality",
    ),
    "something of no known type and a municipality": (
        sought("Molde", "other"), MOLDE, 0.0, 0.6, "the unit is of the form KOMM",
    ),
    "an abbreviation that is the home page": (
        sought("SSB", "state-body"),
        Unit("971526920", ("STATISTISK SENTRALBYRÅ",), "ORGL", "", "ssb.no"),
        0.85, 0.95, "home page ssb.no is the name",
    ),
    "an abbreviation of the name": (
        sought("NTNU", "university"),
        Unit("974767880", ("NORGES TEKNISK-NATURVITENSKAPELIGE UNIVERSITET NTNU",), "ORGL"),
        0.85, 0.95, "initials NTNU",
    ),
    "a part of what is meant": (
        sought("NAV", "state-body"),
        Unit("974242931", ("NAV MØRE OG ROMSDAL",), "ORGL", "", "nav.no"),
        0.6, 0.8, "the name also says “more romsdal”",
    ),
    "the same home page": (
        sought("IKT Orkide", "partnership", homepages=frozenset({"iktorkide.no"})),
        Unit("974769484", ("IKT ORKIDÉ KOMMUNALT OPPGAVEFELLESSKAP",), "ANNA", "", "www.iktorkide.no/"),
        1.0, 1.0, "the same home page, iktorkide.no",
    ),
    "an archive of another county": (
        sought("IKA Møre og Romsdal", "joint-service"),
        Unit("989532960", ("INTERKOMMUNALT ARKIV TROMS IKS",), "IKS"), 0.0, 0.79, "2 of 4 words",
    ),
    "a former name": (
        sought("Tieto", "company"),
        Unit("974769484", ("TIETOEVRY NORWAY AS", "TIETO AS"), "AS"), 1.0, 1.0, "the same name",
    ),
    "a deleted unit": (
        sought("Tieto", "company"),
        Unit("974769484", ("TIETO AS",), "AS", deleted="2019-05-01"),
        1.0, 1.0, "deleted from the register 2019-05-01",
    ),
    "an AS and an IKS with one name": (
        sought("Helseplattformen AS", "company"),
        Unit("974769484", ("HELSEPLATTFORMEN IKS",), "IKS"), 0.0, 0.89, "we call it AS",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "unit", "least", "most", "reason"), SCORES.values(), ids=SCORES.keys()
)
def test_scores_and_their_reasons(
    one: Sought, unit: Unit, least: float, most: float, reason: str
) -> None:
    candidate = score(one, unit)
    assert least <= candidate.score <= most, candidate
    assert reason in "; ".join(candidate.reasons)


def test_the_unit_of_another_organisation_is_hardly_this_one() -> None:
    candidate = score(sought("Molde", "municipality"), MOLDE, ["Molde (fra 2020)"])
    assert candidate.score <= 0.6
    assert candidate.reasons[-1] == "the number is that of Molde (fra 2020)"


UNITS = """organisasjonsnummer,navn,organisasjonsform.kode,hjemmeside,forretningsadresse.kommunenummer
921221967,MOLDE KOMMUNE,KOMM,molde.kommune.no,1506
985608180,MOLDE EIENDOM KF,KF,molde.kommune.no,1506
982330459,INTERKOMMUNALT ARKIV FOR MØRE OG ROMSDAL IKS,IKS,ikamr.no,1508
971526920,STATISTISK SENTRALBYRÅ,ORGL,www.ssb.no,0301
974769485,FEIL KONTROLLSIFFER AS,AS,,0301
"""


@pytest.fixture
def listed(tmp_path: Path) -> ListedUnits:
    file = tmp_path / "units.csv"
    file.write_text(UNITS, "utf-8")
    return ListedUnits(file)


@pytest.fixture
def stored(listed: ListedUnits) -> StoredUnits:
    """The same units as a register graph holds them."""
    store = Store()
    for unit in listed.describe(frozenset(number for number, _ in listed.names())):
        node = NamedNode(PREFIXES["er"] + unit.number)
        form = NamedNode(PREFIXES["code"] + "organisation-form/" + unit.form)
        for predicate, term in (
            ("rov:legalName", Literal(unit.names[0])),
            ("kg:searchKey", Literal(fold(unit.names[0]))),
            ("kg:searchKey", Literal(unit.number)),
            ("rov:orgType", form),
            ("kg:municipalityNumber", Literal(unit.municipality_number)),
            ("foaf:homepage", NamedNode(f"http://{unit.homepage}")),
        ):
            store.add(Quad(node, NamedNode(expand(predicate)), term, REGISTER))
    former = NamedNode(PREFIXES["name"] + "er-971526920_det-statistiske-centralbureau_1876")
    ssb = NamedNode(PREFIXES["er"] + "971526920")
    name = "DET STATISTISKE CENTRALBUREAU"
    kind = NamedNode(expand("kg:DatedName"))
    store.add(Quad(former, NamedNode(expand("rdf:type")), kind, REGISTER))
    store.add(Quad(former, NamedNode(expand("kg:about")), ssb, REGISTER))
    store.add(Quad(former, NamedNode(expand("rdfs:label")), Literal(name), REGISTER))
    store.add(Quad(ssb, NamedNode(expand("kg:searchKey")), Literal(fold(name)), REGISTER))
    return StoredUnits(store)


ORGANISATIONS = [
    Sought("ika", "IKA", ("IKA Møre og Romsdal",), "joint-service"),
    Sought("molde", "Molde", ("Molde",), "municipality", frozenset({"1506"})),
    Sought("ssb", "SSB", ("SSB",), "state-body"),
    Sought("bureau", "Bureau", ("Det statistiske Centralbureau",), "state-body"),
    Sought("wrong", "Feil", ("Feil kontrollsiffer",), "company"),
]


def best(found: dict[str, list[Candidate]]) -> dict[str, str]:
    return {key: of_key[0].unit.number for key, of_key in found.items() if of_key}


def test_candidates_from_a_list(listed: ListedUnits) -> None:
    found = find_candidates(ORGANISATIONS, listed)
    assert best(found) == {"ika": "982330459", "molde": "921221967", "ssb": "971526920"}
    assert listed.faults.keys() == {6}
    assert "its check digit is 5" in listed.faults[6]


def test_candidates_from_the_graph_also_by_former_names(stored: StoredUnits) -> None:
    found = find_candidates(ORGANISATIONS, stored)
    assert best(found) == {
        "ika": "982330459",
        "molde": "921221967",
        "ssb": "971526920",
        "bureau": "971526920",
    }


def test_best_first_and_no_more_than_asked_for(listed: ListedUnits) -> None:
    one = Sought("x", "Molde Eiendom", ("Molde Eiendom",), "company")
    found = find_candidates([one], listed, minimum=0.0, limit=2)["x"]
    assert [one.unit.number for one in found] == ["985608180", "921221967"]
    assert found[0].score > found[1].score


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"navn,form\nX,AS\n", "has no column for the unit's number"),
        ("organisasjonsnummer,navn\n1,\u00c5S\n".encode("latin-1"), "is not UTF-8"),
        (b"<!DOCTYPE html>\n<p>", "has no column for the unit's number"),
        (b"", "has no column for the unit's number"),
    ],
)
def test_a_file_that_is_no_list_of_units(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(content)
    with pytest.raises(KommunegrafError, match=sentence):
        find_candidates(ORGANISATIONS, ListedUnits(file))


def test_a_list_with_semicolons(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text("\ufeffOrgnr;Navn\n982 330 459;Interkommunalt arkiv Møre og Romsdal\n", "utf-8")
    assert best(find_candidates(ORGANISATIONS, ListedUnits(file))) == {"ika": "982330459"}


def test_the_real_list_of_public_units_gives_what_was_judged() -> None:
    if not PUBLIC_UNITS.exists():
        pytest.skip("the real data in ../shared/data is absent")
    names = {
        "helsedirektoratet": ("Helsedirektoratet", "state-body"),
        "ika-more-og-romsdal": ("IKA Møre og Romsdal", "joint-service"),
        "nav": ("NAV", "state-body"),
        "norbr": ("Nordmøre og Romsdal Brann og Redning", "joint-service"),
        "ntnu": ("NTNU", "university"),
        "ssb": ("SSB", "state-body"),
    }
    organisations = [Sought(key, name, (name,), kind) for key, (name, kind) in names.items()]
    judged = {row["organisation"]: row["number"] for row in shipped() if row["verdict"] == "same"}
    assert best(find_candidates(organisations, ListedUnits(PUBLIC_UNITS))) == {
        key: judged[key] for key in names
    }


# The judgements that the product ships


def shipped() -> list[dict[str, str]]:
    file = shipped_sources() / "hvem-er-hvem" / "matches.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_shipped_judgements_have_valid_numbers_and_reasons() -> None:
    for row in shipped():
        assert is_valid(row["number"]), row
        assert row["reason"].endswith("."), row


def test_a_partnership_is_never_its_host() -> None:
    verdicts = {(row["organisation"], row["number"]): row["verdict"] for row in shipped()}
    assert verdicts["ikt-orkide", "964981604"] == "not-same"  # Sunndal
    assert verdicts["ror-ikt", "944020977"] == "not-same"  # Molde to 2019
    assert verdicts["ror-ikt", "921221967"] == "not-same"  # Molde from 2020


def test_old_and_new_molde_have_a_number_each() -> None:
    verdicts = {(row["organisation"], row["number"]): row["verdict"] for row in shipped()}
    assert verdicts["1502-molde", "944020977"] == "same"
    assert verdicts["1502-molde", "921221967"] == "not-same"
    assert verdicts["1506-molde", "944020977"] == "not-same"


# Judgements in a graph

ORGS = """key,label,type,place
molde,Molde,municipality,1506
molde-as,Molde,company,1
ika,IKA Møre og Romsdal,joint-service,2
ssb,SSB,state-body,3
"""
HEADER = "organisation,number,name,verdict,reason,decided,place\n"


def build(folder: Path, *judgements: str, tables: dict[str, str] | None = None) -> int:
    every = {"organisations.csv": ORGS, **(tables or {})}
    if judgements:
        every["matches.csv"] = HEADER + "".join(f"{line}\n" for line in judgements)
    return run_build(write_source(folder, every), folder / "out", pages=False)


SAME = "ika,982 330 459,INTERKOMMUNALT ARKIV,same,Samme navn.,2026-11-22,Enhetsregisteret"


def test_a_judgement_is_in_the_graph_with_its_reason_and_unit(tmp_path: Path) -> None:
    assert build(tmp_path, SAME) == 0
    (row,) = open_stored(tmp_path / "out").select(
        """PREFIX kg: <https://w3id.org/kommunegraf/ns#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT * WHERE { ?match a kg:Match ; kg:about ?organisation ; kg:matchUnit ?unit ;
          skos:notation ?number ; kg:verdict ?verdict ; rdfs:comment ?reason }"""
    )
    assert row["match"].value == PREFIXES["match"] + "ika_982330459"
    assert row["organisation"].value == PREFIXES["o"] + "ika"
    assert row["unit"].value == PREFIXES["er"] + "982330459"
    assert row["number"] == Literal("982330459")
    assert row["verdict"].value == PREFIXES["match-verdict"] + "same"
    assert row["reason"] == Literal("Samme navn.", language="nb")


def test_a_deleted_row_is_undone(tmp_path: Path) -> None:
    assert build(tmp_path, SAME, SAME.replace("ika,982 330 459", "ssb,971526920")) == 0
    assert build(tmp_path, SAME) == 0
    graph = open_stored(tmp_path / "out")
    assert list(graph.store.quads_for_pattern(None, None, Literal("971526920"))) == []


BAD = {
    "a wrong check digit": (
        SAME.replace("982 330 459", "982330450"),
        r"matches\.csv:2: column “number”: “982330450” is not an organisation number",
    ),
    "no reason": (SAME.replace("Samme navn.", ""), r"matches\.csv:2: column “reason” is empty"),
    "an unknown verdict": (
        SAME.replace(",same,", ",sam,"),
        r"matches\.csv:2: column “verdict”: “sam” is no code of match-verdict; did you mean same",
    ),
    "a day that does not exist": (
        SAME.replace("2026-11-22", "2026-02-30"),
        r"matches\.csv:2: column “decided”: “2026-02-30” is not a date",
    ),
    "an unknown organisation": (
        SAME.replace("ika,", "ikka,"),
        r"matches\.csv:2: column “organisation”: unknown organisations “ikka”; did you mean ika",
    ),
}


@pytest.mark.parametrize(("line", "sentence"), BAD.values(), ids=BAD.keys())
def test_a_bad_judgement_is_refused(tmp_path: Path, line: str, sentence: str) -> None:
    with pytest.raises(KommunegrafError, match=sentence):
        build(tmp_path, line)


def test_two_verdicts_on_one_pair_are_refused(tmp_path: Path) -> None:
    other = SAME.replace(",same,", ",not-same,").replace("982 330 459", "982330459")
    with pytest.raises(KommunegrafError, match=r"matches\.csv:3: contradicts matches\.csv:2"):
        build(tmp_path, SAME, other)


def test_one_number_for_two_organisations_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"{key},921221967,MOLDE,same,Samme.,2026-11-22,x" for key in ("molde", "molde-as")]
    assert build(tmp_path, *lines) == 1
    assert "organisasjonsnummer 921221967 er gitt både til Molde og til Molde" in output(capsys)


def test_the_number_of_another_organisation_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = "thing,scheme,value,seen,place\nmolde,organisation-number,921221967,2020,1506\n"
    line = "molde-as,921221967,MOLDE,same,Samme.,2026-11-22,x"
    assert build(tmp_path, line, tables={"identifiers.csv": numbers}) == 1
    assert "organisasjonsnummer 921221967 er gitt både til" in output(capsys)


def test_two_numbers_for_one_organisation_are_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(tmp_path, SAME, SAME.replace("982 330 459", "971526920")) == 0
    assert "er gitt to organisasjonsnumre: 971526920 og 982330459" in output(capsys)


def output(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


# The command


@pytest.fixture(scope="module")
def unjudged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of four organisations without numbers and judgements."""
    folder = tmp_path_factory.mktemp("unjudged")
    assert build(folder) == 0
    return folder


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with one judgement."""
    folder = tmp_path_factory.mktemp("judged")
    assert build(folder, SAME) == 0
    return folder


def run(folder: Path, *arguments: str) -> tuple[str, str]:
    result = CliRunner().invoke(
        match,
        ["--store", str(folder / "out"), *arguments],
        standalone_mode=False,
        catch_exceptions=False,
    )
    return result.stdout, result.stderr


def test_match_offers_units_for_organisations_without_number(
    judged: Path, listed: ListedUnits
) -> None:
    out, err = run(judged, "--among", str(listed.file))
    assert "982330459" not in out  # judged already
    assert "921221967" in out
    assert "971526920" in out
    assert "2 of 3 organisations have candidates in units.csv." in err
    assert "1 rows are left out, the first in line 6" in err


def test_match_of_a_name_shows_the_verdict_that_there_is(judged: Path, listed: ListedUnits) -> None:
    out, _ = run(judged, "IKA Møre og Romsdal", "--among", str(listed.file))
    assert out.splitlines()[-1].endswith("same")


def test_rows_for_the_table_are_rows_that_a_build_reads(
    tmp_path: Path, listed: ListedUnits
) -> None:
    assert build(tmp_path, SAME) == 0
    table = tmp_path / "sources" / "prove" / "matches.csv"
    before = table.read_bytes()
    _, err = run(tmp_path, "--among", str(listed.file), "--write", str(table))
    assert 'write under [rows] in source.toml: "matches.csv" = 3' in err
    assert table.read_bytes().startswith(before)
    rows = read_table(table, HEADER.strip().split(","), ("organisation", "reason", "place"))
    assert {(row["organisation"], row["verdict"]) for row in rows} == {
        ("ika", "same"),
        ("molde", "undecided"),
        ("ssb", "undecided"),
    }
    head = tmp_path / "sources" / "prove" / "source.toml"
    head.write_text(
        head.read_text("utf-8").replace('"matches.csv" = 1', '"matches.csv" = 3'), "utf-8"
    )
    assert run_build(tmp_path / "sources", tmp_path / "out", pages=False) == 0
    out, _ = run(tmp_path, "--undecided", "--among", str(listed.file))
    assert len(out.splitlines()) == 4


def test_rows_are_never_written_twice(unjudged: Path, tmp_path: Path, listed: ListedUnits) -> None:
    table = tmp_path / "new.csv"
    run(unjudged, "--among", str(listed.file), "--write", str(table))
    first = table.read_bytes()
    _, err = run(unjudged, "--among", str(listed.file), "--write", str(table))
    assert table.read_bytes() == first
    assert "0 rows added" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.csv", "units.csv"]


def test_csv_is_rows_for_the_table(unjudged: Path, listed: ListedUnits) -> None:
    out, _ = run(unjudged, "ssb", "--among", str(listed.file), "--format", "csv")
    (row,) = csv.DictReader(out.splitlines())
    assert row["organisation"] == "ssb"
    assert row["number"] == "971526920"
    assert row["verdict"] == "undecided"
    assert row["reason"] == "Ikke vurdert ennå; likheten er 0,90."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "holds no register to look in"),
        (["--format", "ttl"], "is not a format here"),
        (["ssb", "--undecided"], "leave out the name"),
        (["ssb", "--among", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["ssbb"], "is not known"),
    ],
)
def test_wrong_use_of_match(unjudged: Path, arguments: list[str], sentence: str) -> None:
    if arguments == ["ssbb"]:
        arguments = ["ssbb", "--among", str(unjudged / "sources/prove/organisations.csv")]
    with pytest.raises(KommunegrafError, match=sentence):
        run(unjudged, *arguments)
