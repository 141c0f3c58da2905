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
from itertools import cycle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from taskforce_analysis.cli.reporting import PAPERS
from taskforce_analysis.filing.folder import write_folder
from taskforce_analysis.filing.provenance import INTERNAL
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write

PLAN = data_folder("example") / "maaling.toml"
NAME, ROAD = "Zqnavnsen", "Zqvej 17"
SPELLINGS = (
    *("311236-4000", "3112364000", "311236 4000", "311236.4000", "311236/4000"),
    *("311236:4000", "311236\n4000", "31.12.36-4000", "31 12 36 4000"),
    *("31/12-36 4000", "311236\u20134000", "311236\u00a04000"),
)
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
}
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
            made = {
                one.name: self.walk(
                    getattr(value, one.name), f"{place}.{one.name}", one.name
                )
                for one in fields(value)
                if one.init and not is_key(one.name, getattr(value, one.name))
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
    planter = Planter()
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


@pytest.mark.slow
def test_no_planted_text_is_in_any_byte_of_what_is_published(tmp_path: Path, capsys):
    results, places = planted()
    assert len(places) > 100
    assert len(set(places)) == len(places)
    write_folder(results, tmp_path / "rapport")
    for name, kind in PAPERS.items():
        write(results, tmp_path / "rapport" / name, kind=kind)
    files = [path for path in (tmp_path / "rapport").rglob("*") if path.is_file()]
    assert len(files) > 8
    for path in files:
        assert NAME not in path.name
        for text in inflated(path):
            for told in (text, seen(text)):
                assert NAME not in told, path.name
                assert ROAD not in told, path.name
                found = DIGITS.search(told)
                assert not found, (
                    path.name,
                    found and told[max(0, found.start() - 150) : found.end() + 20],
                )
    # What stays in the house knows the files by name, and no CPR number either.
    (internal,) = tmp_path.glob(f"*{INTERNAL}")
    assert not DIGITS.search(seen(internal.read_text("utf-8")))
    assert NAME not in "".join(capsys.readouterr())
