"""Damaged and odd workbooks by the thousand: an equal reading or a typed error.

Damage to the container (bytes cut, flipped, lost, doubled; parts dropped or emptied)
may never load as other values. Wild contents in a sound container may say something
else; there it is enough that nothing but a typed error comes out. TASKFORCE_FUZZ sets
how many mutants are tried, each from a seed of its own.
"""

import os
import random
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from workbooks import Error, Formula, Page, Parts, pack, parts, write

from taskforce_analysis.errors import FileError
from taskforce_analysis.issues import FILE_ERRORS
from taskforce_analysis.reading import read_cells
from taskforce_analysis.reading.cells import iterate

MUTANTS = int(os.environ.get("TASKFORCE_FUZZ", "2400"))
GROUPS = 12
ANSWERS = ["Ja", "Nej", "Ikke relevant", None]
WILD = [
    "",
    "0",
    "-1",
    "1",
    "99999999999999999999",
    "1e999",
    "nan",
    "A0",
    "XFE1",
    "A1048577",
    "A1:",
    "$A$1",
    "rId1",
    "rId99",
    "true",
    "s",
    "str",
    "inlineStr",
    "d",
    "b",
    "e",
    "æ",
    "\u0662",
    "2018-02-30",
    "2018-02-28T12:30:00",
    "../../x",
    "x" * 300,
    "&#0;",
    "A1:XFD1",
]
SNIPPETS = [
    b"<row>",
    b"</row>",
    b"<c>",
    b"</c>",
    b"<v>1</v>",
    b"<f/>",
    b"<is><t>x</t></is>",
    b"<sheetData>",
    b"</sheetData>",
    b"<!-- x -->",
    b"<![CDATA[<v>7</v>]]>",
    b"<?x?>",
    b'<c r="B2"><v>9</v></c>',
    b'<row r="2"/>',
    b"&amp;",
    b"&x;",
    b"\x00",
    b"\xff",
    b"]]>",
]


def plain() -> Parts:
    chance = random.Random(1)
    rows: list[list[Any]] = [["Sagsnr.", "Fase", "Dato", "Er der?", "Antal"]]
    for case in range(1, 16):
        day = date(2018, 1, case)
        rows.append([f"S-{case}", "Før", day, chance.choice(ANSWERS), case * 1.5])
    return parts({"Data": rows, "Mere": rows[:4]})


def rich() -> Parts:
    rows: list[list[Any]] = [
        ["Navn", "a & b", True, Error("#N/A"), Formula("1+1", 2), Formula("A1")],
        [
            None,
            "  ",
            datetime(2018, 2, 1, 12, 30),  # noqa: DTZ001
            1e-9,
            Formula("A1", "tekst"),
            "Ø" * 50,
        ],
        ["x", "y", -3, 12345678901, Formula("1=1", value=True), "_x0041_"],
    ]
    page = Page(
        rows,
        merged=["A3:B3"],
        hidden_rows=[2],
        hidden_columns=["C"],
        filter="A1:C3",
        tables=["A1:C3"],
        comments={"A1": "hej"},
    )
    pages = {
        "Ét": page,
        "To": Page(rows, inline=True),
        "Tre": Page(rows, addresses=False, state="hidden"),
    }
    return parts(pages, properties={"form": "x"}, names={"Sag": "Data!$A$1"})


BASES = {"plain": plain, "rich": rich}


def values(path: Path) -> dict[str, list[Any]]:
    return {sheet.name: list(iterate(sheet)) for sheet in read_cells(path).sheets}


def values_or_error(path: Path) -> dict[str, list[Any]] | FileError:
    try:
        return values(path)
    except FileError as error:
        return error


def truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flip(data: bytes, chance: random.Random) -> bytes:
    mutant = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        mutant[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(mutant)


def cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, 400) :]


def double(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start : start + chance.randrange(1, 400)] + data[start:]


def zero(data: bytes, chance: random.Random) -> bytes:
    start, length = chance.randrange(len(data)), chance.randrange(1, 60)
    return data[:start] + bytes(length) + data[start + length :]


def wrap(data: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(200)) + data + chance.randbytes(200)


def drop(raw: Parts, chance: random.Random) -> None:
    del raw[chance.choice(list(raw))]


def empty(raw: Parts, chance: random.Random) -> None:
    raw[chance.choice(list(raw))] = ""


def shorten(raw: Parts, chance: random.Random) -> None:
    name = chance.choice(list(raw))
    raw[name] = truncate(encoded(raw[name]), chance)


def swap(raw: Parts, chance: random.Random) -> None:
    one, other = chance.sample(list(raw), 2)
    raw[one], raw[other] = raw[other], raw[one]


def damage_bytes(raw: Parts, chance: random.Random) -> None:
    name = chance.choice(list(raw))
    raw[name] = chance.choice((flip, cut, double, zero))(encoded(raw[name]), chance)


def set_attribute(raw: Parts, chance: random.Random) -> None:
    name = chance.choice(list(raw))
    text = encoded(raw[name]).decode()
    found = list(re.finditer(r'="([^"]*)"', text))
    one = chance.choice(found)
    raw[name] = text[: one.start(1)] + chance.choice(WILD) + text[one.end(1) :]


def set_value(raw: Parts, chance: random.Random) -> None:
    name = chance.choice([one for one in raw if "sheet" in one and "rels" not in one])
    text = encoded(raw[name]).decode()
    one = chance.choice(list(re.finditer(r"<[vtf]>([^<]*)<", text)))
    raw[name] = text[: one.start(1)] + chance.choice(WILD) + text[one.end(1) :]


def insert_snippet(raw: Parts, chance: random.Random) -> None:
    name = chance.choice(list(raw))
    data = encoded(raw[name])
    places = [match.start() for match in re.finditer(b"<", data)]
    place = chance.choice(places)
    raw[name] = data[:place] + chance.choice(SNIPPETS) + data[place:]


def encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


CONTAINER: tuple[Callable[..., bytes], ...] = (
    truncate,
    flip,
    flip,
    cut,
    double,
    zero,
    wrap,
)
LOST: tuple[Callable[..., None], ...] = (drop, empty)
CONTENT: tuple[Callable[..., None], ...] = (
    shorten,
    swap,
    damage_bytes,
    damage_bytes,
) + (set_attribute, set_value, insert_snippet) * 2


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("group", range(GROUPS))
def test_a_mutant_reads_equal_or_is_refused(tmp_path, base, group):
    sound = pack(tmp_path / "sound.xlsx", BASES[base]())
    data, expected = sound.read_bytes(), values(sound)
    mutant = tmp_path / "mutant.xlsx"
    for number in range(MUTANTS // GROUPS // len(BASES)):
        chance = random.Random(f"{base} {group} {number}")
        act = chance.choice(CONTAINER + LOST + CONTENT)
        if act in CONTAINER:
            mutant.write_bytes(act(data, chance))
        else:
            raw = BASES[base]()
            act(raw, chance)
            pack(mutant, raw)
        found = values_or_error(mutant)
        if isinstance(found, FileError):
            assert found.code in FILE_ERRORS
            assert found.file == "mutant.xlsx"
        elif act in CONTAINER + LOST:
            assert found == expected, f"{act.__name__} from seed {group} {number}"


def test_every_single_bit_of_a_small_file(tmp_path):
    """Each bit in turn of a stride through a whole file: none changes a value."""
    path = write(tmp_path / "a.xlsx", {"Data": [["Sag", "Svar"], ["S-1", "Ja"]]})
    data, expected = path.read_bytes(), values(path)
    for place in range(0, len(data) * 8, 47):
        mutant = bytearray(data)
        mutant[place // 8] ^= 1 << place % 8
        path.write_bytes(mutant)
        found = values_or_error(path)
        assert isinstance(found, FileError) or found == expected, place
