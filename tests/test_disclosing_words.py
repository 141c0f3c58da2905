"""No planted text leaves the house: names, addresses and CPR numbers in every field.

The records behind a report are walked, and every text in them is given a CPR number in
one of twelve spellings; what is not written for a reader (names of files and sheets,
cells' texts) a name and an address as well. All outputs are made, unpacked, and looked
through byte by byte.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from taskforce_analysis.cli import main
from taskforce_analysis.cli.reporting import PAPERS
from taskforce_analysis.filing.folder import write_folder
from taskforce_analysis.filing.provenance import INTERNAL
from taskforce_analysis.measurements import Correction, Exclusion
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write

PLAN = data_folder("example") / "maaling.toml"
NAME, ROAD = "Zqnavnsen", "Zqvej 17"
HOUSE = "Zqarksen"  # may be told in the house: a sheet, and why a case was left out
SPELLINGS = (
    *("311236-4000", "3112364000", "311236 4000", "311236.4000", "311236/4000"),
    *("311236:4000", "311236\n4000", "31.12.36-4000", "31 12 36 4000"),
    *("31/12-36 4000", "311236\u20134000", "311236\u00a04000"),
)
# Those that may stand in the name of a file and of a sheet.
WRITTEN = ("311236-4000", "3112364000", "311236 4000", "31.12.36-4000")
DIGITS = re.compile(r"31\D{0,3}12\D{0,3}36\D{0,3}4000")
# What links one record to another, or is one of a few words that the code knows.
KEYS = {
    *("id", "measure", "measures", "answers", "theme", "kind", "of", "common", "type"),
    *("selection", "primary", "index", "chosen_because_low", "status", "evidence"),
    *("compliant", "start", "end", "by", "limit", "codes", "sources", "local", "what"),
    *("or_by", "law_date", "paragraphs", "not_before", "left_out", "drawn_on", "form"),
    *("missing_counts_as", "not_assessable_counts_as", "kind_of_rule", "notat"),
    *("adjustment", "publish", "missing", "not_assessable", "partly", "strata"),
    *("targets", "margins", "margin", "phases_from", "version", "group", "per"),
    *("bridge_cases", "layout", "sha256"),
}
# What is not written for a reader: a name and an address stand there too.
INSIDE = {
    "files",
    "file",
    "sheets",
    "ignored",
    "form_file",
    "reviewer",
    "cell",
    "sheet",
    "drawn_by",
    "reviewers",
}
ON_RECORD = (Exclusion, Correction)  # all of it is someone's own words, or a case
TABLES = ("issues", "issue_cells", "answers")
KEY_COLUMNS = {
    "severity",
    "code",
    "form",
    "phase",
    "group",
    "measure",
    "answer",
    "score",
}


def is_key(name: str, value: Any) -> bool:
    """Whether a field links records; one of the same name may hold the records."""
    holds = isinstance(value, tuple) and any(map(is_dataclass, value))
    return name in KEYS and not holds


class Planter:
    """Puts a text into every field that holds one, and keeps where."""

    def __init__(self) -> None:
        self.places: list[str] = []
        self._spellings = cycle(SPELLINGS)

    def text(self, value: str, place: str, *, inside: bool) -> str:
        self.places.append(place)
        planted = f"{value} {next(self._spellings)}"
        return f"{planted} {NAME} {ROAD}" if inside else planted

    def walk(self, value: Any, place: str, name: str = "") -> Any:
        """The value with a text planted wherever there is one."""
        if isinstance(value, str):
            return self.text(value, place, inside=name in INSIDE)
        if isinstance(value, tuple):
            return tuple(
                self.walk(one, f"{place}[{at}]", name) for at, one in enumerate(value)
            )
        if isinstance(value, dict):
            return {
                key: self.walk(one, f"{place}.{key}", name)
                for key, one in value.items()
            }
        if is_dataclass(value) and not isinstance(value, type):
            told = isinstance(value, ON_RECORD)
            made = {
                one.name: self.walk(
                    getattr(value, one.name),
                    f"{place}.{one.name}",
                    "file" if told else one.name,
                )
                for one in fields(value)
                if one.init and (told or not is_key(one.name, getattr(value, one.name)))
            }
            return replace(value, **made)
        return value

    def table(self, frame: pd.DataFrame, place: str) -> pd.DataFrame:
        planted = frame.copy()
        for name in map(str, frame):
            if name not in KEY_COLUMNS and frame[name].dtype == "str":
                planted[name] = self.text("", f"{place}.{name}", inside=True)
        return planted


def planted() -> tuple[Results, list[str]]:
    """The example with a text in every field, to be published by paragraph."""
    results = run(measurement=PLAN, settings=Settings(publish="open"))
    day = date(2021, 10, 4)
    plan = replace(
        results.measurement,
        excluded=(Exclusion("status", "S-1", "trukket ved en fejl", "AB", day),),
        corrections=(Correction("S-2", "plan", "Nej", "læst igen", "AB", day),),
    )
    results, planter = replace(results, measurement=plan), Planter()
    records = ("form", "measurement", "recommendations", "choices")
    made = {name: planter.walk(getattr(results, name), name) for name in records}
    for name in ("sources", "recommended_in"):
        made[name] = planter.walk(getattr(results, name), name)
    made |= {name: planter.table(getattr(results, name), name) for name in TABLES}
    return replace(results, **made), planter.places


def inflated(path: Path) -> Iterator[str]:
    """All that a file holds, unpacked, as text."""
    data = path.read_bytes()
    yield data.decode("utf-8", "replace")
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield f"{name} {archive.read(name).decode('utf-8', 'replace')}"
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            yield zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue


def seen(text: str) -> str:
    """The text as a reader sees it: without tags, with what stands for signs."""
    plain = re.sub(r"<[^<>]*>", "", text)
    for code, sign in (
        ("&#10;", "\n"),
        ("\\n", "\n"),
        ("&#160;", "\u00a0"),
        ("\\u2013", "\u2013"),
    ):
        plain = plain.replace(code, sign)
    return plain


def nothing_planted(path: Path) -> None:
    """No planted text is in what a file holds, unpacked."""
    for text in inflated(path):
        for told in (text, seen(text)):
            for one in (NAME, ROAD, HOUSE):
                assert one not in told, path.name
            found = DIGITS.search(told)
            assert not found, (
                path.name,
                found and told[max(0, found.start() - 150) : found.end() + 20],
            )


@pytest.mark.slow
def test_no_planted_text_is_in_any_byte_of_what_is_published(tmp_path: Path, capsys):
    results, places = planted()
    assert len(places) > 450
    assert {"measurement.phases.status.drawn_by", "measurement.excluded[0].by"} < {
        *places
    }
    assert len(set(places)) == len(places)
    write_folder(results, tmp_path / "rapport")
    for name, kind in PAPERS.items():
        write(results, tmp_path / "rapport" / name, kind=kind)
    files = [path for path in (tmp_path / "rapport").rglob("*") if path.is_file()]
    assert len(files) > 8
    for path in files:
        assert NAME not in path.name
        nothing_planted(path)
    # What stays in the house knows the files by name, and no CPR number either.
    (internal,) = tmp_path.glob(f"*{INTERNAL}")
    assert not DIGITS.search(seen(internal.read_text("utf-8")))
    assert NAME not in "".join(capsys.readouterr())


# The same through every command, from the files that someone has on disk. A name stands
# in each cell, sheet and property that no reader is to see, and in all of maaling.toml
# that is not written for one; a CPR number in everything else, names of files included.
BY_HAND = """
id = "skema"
title = "Skema {cpr}"
version = "1 {cpr}"
unit = "sag"
source = "Kilde {cpr}"

[columns]
case = ["Sag"]
phase = ["Fase"]
reviewer = ["Bedømmer"]
cluster = ["Rådgiver"]
ignored = ["Bemærkning {cpr}"]

[[attributes]]
id = "team"
label = "Team {cpr}"
columns = ["Team"]
choices = ["Nord", "Syd {cpr}"]

[[phases]]
id = "analysis"
label = "Før {cpr}"
spellings = ["Før"]
[[phases]]
id = "status"
label = "Efter {cpr}"
spellings = ["Efter"]

[[themes]]
id = "plan"
label = "Tema {cpr}"

[[measures]]
id = "made"
label = "Planen er lavet {cpr}"
label_not = "Planen er ikke lavet {cpr}"
columns = ["Er planen lavet?"]
theme = "plan"
help = "Vejledning {cpr}"
legal_basis = [{{ text = "SEL § 140 {cpr}" }}]
[[measures]]
id = "heard"
label = "Barnet er hørt {cpr}"
columns = ["Er barnet hørt? {cpr}"]
theme = "plan"
"""
MEASURED_BY_HAND = """
form = "skema.toml"
title = "Titel {cpr}"
municipality = "Lille Kommune {cpr}"
recommendations = "anbefalinger {cpr}.csv"
primary = ["made"]
[settings]
publish = "{publish}"
threshold = 3
[phases.analysis]
files = ["før {cpr}.xlsx"]
measured = 2018-10-01
selection = "random"
drawn_by = "{secret}"
reviewers = "{secret}"
[phases.status]
files = ["efter {cpr}.xlsx"]
measured = 2021-10-01
selection = "random"
drawn_by = "{secret}"
reviewers = "{secret}"
[[kilder]]
kind = "materiale"
name = "Materiale {cpr}"
used_for = "Baggrund {cpr}"
[[exclude]]
place = "status"
case = "S-1"
why = "{house} {cpr}"
by = "{house} {cpr}"
date = 2021-10-04
[[corrections]]
case = "S-2"
measure = "made"
answer = "Nej"
why = "{house} {cpr}"
by = "{house} {cpr}"
date = 2021-10-04
phase = "status"
[texts]
assessment = ["Vurdering {cpr}"]
economy = ["Økonomi {cpr}"]
hearing = ["Høring {cpr}"]
[texts.themes.plan]
strengths = ["Styrke {cpr}"]
challenges = ["Udfordring {cpr}"]
"""


def on_disk(folder: Path, cpr: str, publish: str) -> None:
    """A form, a plan, anbefalinger and two workbooks, with such a number everywhere."""
    secret = f"{NAME} {ROAD} {cpr}"
    facts = {"cpr": cpr, "secret": secret, "house": HOUSE, "publish": publish}
    (folder / "skema.toml").write_text(BY_HAND.format(**facts), "utf-8")
    plan = MEASURED_BY_HAND.format(**facts)
    (folder / "maaling.toml").write_text(plan, "utf-8")
    listed = "Nr.;Anbefaling;Tema\n1;Følg op i tide;Opfølgning\n"
    (folder / f"anbefalinger {cpr}.csv").write_text(listed, "utf-8")
    head = ["Sag", "Fase", "Team", "Bedømmer", "Rådgiver", f"Bemærkning {cpr}"]
    head += ["Er planen lavet?", f"Er barnet hørt? {cpr}", f"Andet {cpr}"]
    for phase in ("Før", "Efter"):
        book = Workbook()
        book.properties.creator = book.properties.title = secret
        sheet: Any = book.active
        sheet.title = f"Sager {cpr}"
        sheet.append(head)
        for number in range(1, 25):
            team = "Nord" if number % 2 else secret if number == 24 else "Syd"
            own = [secret] * 3
            answers = ["Ja" if number % 3 else "Nej", "Nej" if number % 4 else "Ja"]
            sheet.append([f"S-{number}", phase, team, *own, *answers, secret])
        sheet["A2"].comment = Comment(secret, secret)
        sheet.oddHeader.left.text = secret
        other = book.create_sheet(f"{HOUSE} {cpr}")
        other.append([secret])
        hidden = book.create_sheet("Skjult")
        hidden.append([secret])
        hidden.sheet_state = "hidden"
        book.save(folder / f"{phase.lower()} {cpr}.xlsx")


def commands(folder: Path, cpr: str, publish: str) -> Iterator[tuple[list[str], bool]]:
    """Each command as it is called, and whether what it writes is published."""
    plan, form = str(folder / "maaling.toml"), str(folder / "skema.toml")
    files = [str(folder / f"{name} {cpr}.xlsx") for name in ("før", "efter")]
    is_public = publish != "internal"

    def out(name: str) -> list[str]:
        return ["--out", str(folder / "ud" / name)]

    yield ["check", plan], False
    yield ["check", plan, "--json"], False
    copy = str(folder / "ud" / "kopi.xlsx")
    yield ["check", files[0], "--form", form, "--annotate", copy], False
    yield ["compare", plan], False
    yield ["compare", plan, "--json"], False
    yield ["report", plan, *out("rapport")], is_public
    yield ["verify", str(folder / "ud" / "rapport")], False
    yield ["rerun", str(folder / "ud" / "rapport")], False
    document = str(folder / "ud" / "rapport" / "rapport.docx")
    yield ["refresh", document, "--out", str(folder / "ud" / "ny.docx")], is_public
    yield ["papers", plan, *out("papirer")], is_public
    yield ["chart", "change", plan, *out("figur")], is_public
    yield ["chart", "rates", plan, *out("figur")], is_public
    yield ["caselist", plan, *out("liste.docx")], False
    yield ["gather", *files, "--form", form, *out("samlet.parquet")], False
    yield ["diff", *files, "--form", form], False
    yield ["merge", *files, "--form", form, *out("uenige.xlsx")], False
    yield ["template", form, *out("skabelon.xlsx")], False
    yield ["form", "show", form], False
    yield ["form", "draft", *files, *out("kladde.toml")], False
    drawn = ["--cases", "5", "--seed", "1"]
    yield ["sample", files[0], *drawn, *out("udtræk.xlsx")], False
    lock = str(folder / "ud" / "låst.toml")
    rates = ["--before", "0.4", "--after", "0.7", "--cases", "20"]
    yield ["plan", *rates, "--form", form, "--primary", "made", "--lock", lock], False
    yield ["report", plan, "--by", "team", *out("teams"), "--insist"], is_public
    yield ["report", plan, "--per", "team", *out("per"), "--insist"], is_public


def status_of(call: list[str]) -> int:
    """How a command ends."""
    with pytest.raises(SystemExit) as ended:
        main(call)
    return int(ended.value.code or 0)


@pytest.mark.slow
@pytest.mark.parametrize("publish", ["open", "strict", "internal"])
def test_no_command_tells_of_what_stands_in_the_files(tmp_path: Path, capsys, publish):
    for number, cpr in enumerate(WRITTEN if publish == "open" else WRITTEN[:1]):
        folder = tmp_path / str(number)
        folder.mkdir()
        on_disk(folder, cpr, publish)
        asked = list(commands(folder, cpr, publish))
        for call, is_public in asked if not number else asked[5:13]:
            before = {*folder.rglob("*")}
            status = status_of(call)
            # A file with a number in its name is not known again by its covered name,
            # and a list of cases is none where something is to be published.
            assert status in (0, 1) or call[0] in ("rerun", "refresh", "caselist")
            said = "".join(capsys.readouterr())
            assert "Traceback" not in said, call[0]
            found = DIGITS.search(seen(said))
            assert not found, (
                call[0],
                found and said[max(0, found.start() - 99) :][:120],
            )
            assert NAME not in said or "team" in call, call[0]
            for path in {*folder.rglob("*")} - before:
                assert not DIGITS.search(path.name), call[0]
                assert NAME not in path.name, call[0]
                if is_public and path.is_file() and not path.name.endswith(INTERNAL):
                    nothing_planted(path)
        if publish != "internal":
            assert len([*folder.glob("ud/rapport/*")]) > 5
