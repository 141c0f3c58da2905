"""Text from a workbook is data everywhere: it may be read, and does nothing else.

A workbook whose headers, case ids, groups, answers and sheet names try to be formulas,
markup, code, paths or marks that reorder what is read goes through `taskforce report`
and the other commands; then every file that came out is taken apart.
"""

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from workbooks import write as write_workbook

from taskforce_analysis.charts import draw
from taskforce_analysis.cli import main
from taskforce_analysis.filing.per_group import write_per_group
from taskforce_analysis.results import prepare, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.writing import available_writers, write
from taskforce_analysis.writing.figure import export

# _x202E_ is how a workbook writes a character by its number; _xD800_ is half of one.
GROUPS = (
    '=HYPERLINK("http://a.invalid","x")',
    "<script>alert(1)</script></svg>]]><img src=x onerror=alert(2)>",
    "@SUM(1)|cmd' /c calc'!A0",
    "../../../\u202eslx.exe\u2066_x202E__xD800__x0007__x001B_[31m",
    "+1 " + "meget lang tekst $x^2$ \\frac{1}{2} {0} %s ${title} &amp; " * 3,
)
HEADERS = (
    '=1+1 "><b onmouseover=alert(3)>Er planen lavet?</b>',
    "-2+3 _x202E_Er barnet hørt? $\\alpha$ {units}",
)
ANSWERS = ("Ja", "Nej", "Ikke relevant", "=1+1", "<i>Ja</i>", "\u202eaJ", "_x0007_")
CASE = "=cmd|' /C calc'!A0 <b> \u202e{number:03}"
FORM = """
id = "hostile"
title = "=1+1 <script>alert(4)</script> \\u202e"
version = "1"
unit = "sag"

[columns]
case = ["Sag"]
phase = ["Måling"]

[[attributes]]
id = "municipality"
label = "Kommune <b>"
columns = ["Kommune"]

[[phases]]
id = "analysis"
label = "Analyse"

[[phases]]
id = "status"
label = "Status"

[[measures]]
id = "plan"
label = '=1+1 "><b onmouseover=alert(3)>Der er lavet en plan</b>'
columns = ['=1+1 "><b onmouseover=alert(3)>Er planen lavet?</b>']

[[measures]]
id = "heard"
label = "-2+3 \\u202eBarnet er hørt $\\\\alpha$ {units}"
columns = ["-2+3 Er barnet hørt? $\\\\alpha$ {units}"]
"""
PLAN = """
form = "skema.toml"
title = '=1+1 <script>alert(5)</script>'
municipality = "@SUM(1) \\u202eKommune</title>"
recommendations = "anbefalinger.xlsx"

[phases.analysis]
files = ["data.xlsx"]
drawn_by = "=1+1 <b>"
"""
TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066\u2067"
BAD = re.compile(f"[{TURNING}\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
TRIGGERS = ("=", "+", "-", "@", "\t", "\r")


def rows() -> Iterator[list[str]]:
    for number in range(120):
        group = GROUPS[number % len(GROUPS)]
        odd = number % 17 == 3
        answer = ANSWERS[number // 5 % len(ANSWERS)] if odd else ANSWERS[number % 2]
        phase = "Analyse" if number < 60 else "Status"
        case = CASE.replace("{number:03}", f"{number:03}")
        yield [case, phase, group, answer, ANSWERS[number % 3]]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ind")
    header = ["Sag", "Måling", "Kommune", *HEADERS]
    noise = ["=1+1", "<script>x</script>", "\u202eexe", "_x001B_[31m"]
    sheets = {
        "=A1 <b>&amp;": [[*header, "=EKSTRA <b>"], *([*row, "<b>"] for row in rows())],
        "\u202eskra": [noise, noise],
    }
    write_workbook(folder / "data.xlsx", sheets)
    write_workbook(
        folder / "anbefalinger.xlsx",
        {
            "Anbefalinger": [
                ["Nr.", "Tema", "Anbefaling", "Målepunkter", "Ansvarlig", "Status"],
                ["=1", "<b>", GROUPS[0], "plan", GROUPS[1], "Igangsat"],
                ["<2>", "", GROUPS[3], "heard; =1+1", "\u202eredeL", "=1+1"],
            ]
        },
    )
    (folder / "skema.toml").write_text(FORM, "utf-8")
    (folder / "maaling.toml").write_text(PLAN, "utf-8")
    return folder


@pytest.fixture(scope="module")
def made(inputs: Path, tmp_path_factory) -> Path:
    """All that the tool can write of the hostile workbook, in one folder."""
    out = tmp_path_factory.mktemp("ud")
    plan = str(inputs / "maaling.toml")
    for number, asked in enumerate(
        (
            ["report", plan, "--by", "municipality", "--out", str(out / "report")],
            ["papers", plan, "--out", str(out / "papers")],
        )
    ):
        with pytest.raises(SystemExit) as left:
            main(["--language", ("da", "en")[number], *asked, "--force"])
        assert left.value.code == 0
    results = run(measurement=plan, force=True, settings=Settings(by=("municipality",)))
    for kind, suffixes in available_writers().items():
        for suffix in suffixes:
            options = {"phase": "status"} if kind == "caselist" else {}
            if kind == "table":  # of one group
                options = {"group": results.tally["group"].iloc[0]}
            write(results, out / f"{kind}{suffix}", kind=kind, **options)
    for name in ("heatmap", "recommendations", "funnel"):
        export(draw(name, results), out / name)
    for made in write_per_group(prepare(measurement=plan), out / "per", force=True):
        assert made.error == ""
    return out


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]


def files(folder: Path, *suffixes: str) -> list[Path]:
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in suffixes]
    assert found
    return found


def test_every_kind_of_output_is_there_and_every_name_is_harmless(made: Path, inputs):
    kinds = {path.suffix for path in made.rglob("*") if path.is_file()}
    assert kinds == {
        *(".docx", ".xlsx", ".pptx", ".html", ".json", ".md"),
        *(".csv", ".txt", ".svg", ".pdf", ".png"),
    }
    for path in made.rglob("*"):
        assert re.fullmatch(r"\w[\w.-]*", path.name), path.name
    assert len(list((made / "per").iterdir())) == len(GROUPS) + 1
    # Nothing was written beside the inputs or above the outputs.
    assert {path.name for path in inputs.iterdir()} == {
        *("data.xlsx", "anbefalinger.xlsx", "skema.toml", "maaling.toml")
    }


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """The parts of an office file, also of the workbooks inside it."""
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            content = book.read(name)
            yield name, content
            if name.endswith((".xlsx", ".docx")):
                with zipfile.ZipFile(BytesIO(content)) as inner:
                    yield from ((one, inner.read(one)) for one in inner.namelist())


ACTIVE = {"f", "hlinkClick", "hlinkHover", "script", "object", "control"}
FIELDS = re.compile(r"\s*(SEQ \w+ .*|PAGE|NUMPAGES|TOC .*|PAGEREF \w+.*|REF \w+.*)\s*")


def test_an_office_file_holds_no_formula_link_or_field_of_the_workbooks(made: Path):
    for path in files(made, ".docx", ".xlsx", ".pptx"):
        for name, content in members(path):
            if not name.endswith((".xml", ".rels")):
                continue
            tree = ET.fromstring(content)
            where = f"{path.name}: {name}"
            for element in tree.iter():
                tag = local(element.tag)
                text = element.text or ""
                assert not BAD.search(text), where
                assert not any(
                    BAD.search(str(own)) for own in element.attrib.values()
                ), where
                in_chart = "/charts/" in name
                assert tag not in ACTIVE or (in_chart and tag == "f"), where
                if tag == "hyperlink":  # the contents point at the book's own sheets
                    assert {*map(local, element.keys())} <= {
                        "ref",
                        "location",
                        "display",
                    }, where
                if tag == "f":  # a chart points at its own numbers
                    assert re.fullmatch(
                        r"'?[\w .]+'?!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", text
                    )
                if tag in ("instrText", "fldSimple"):
                    own = text or "".join(map(str, element.attrib.values()))
                    assert FIELDS.fullmatch(own), where
                if tag == "Relationship":
                    assert element.get("TargetMode") != "External", where
                    assert ".." not in element.get("Target", "").removeprefix("../")


def test_the_texts_of_the_workbook_are_there_as_text(made: Path):
    """They are shown, not dropped: a group that is called a formula has its rows."""
    with zipfile.ZipFile(made / "report" / "rapport.xlsx") as book:
        text = "".join(
            "".join(ET.fromstring(book.read(name)).itertext())
            for name in book.namelist()
            if name.startswith("xl/") and name.endswith(".xml")
        )
    for group in GROUPS[:3]:
        assert group in text
    assert "slx.exe" in text


@dataclass
class Page(HTMLParser):
    """What a page's own parser makes of it."""

    found: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.text += data


def test_a_page_holds_no_script_no_event_and_no_address(made: Path):
    shown = []
    for path in files(made, ".html"):
        text = path.read_text("utf-8")
        page = Page()
        page.feed(text)
        page.close()
        assert not {tag for tag, _ in page.found} & {
            *("script", "img", "b", "i", "iframe", "object", "embed", "form", "link")
        }
        for tag, attributes in page.found:
            assert not [name for name in attributes if name.startswith("on")], tag
            for name in ("href", "src", "xlink:href", "action"):
                assert attributes.get(name, "#").startswith("#")
        shown += [path.name] if "<script>alert(1)</script>" in page.text else []
        assert not BAD.search(text)
    assert {"rapport.html", "report.html"} <= {*shown}  # those by municipality


def test_a_picture_holds_no_script_and_no_address(made: Path):
    for path in files(made, ".svg"):
        tree = ET.fromstring(path.read_bytes())
        for element in tree.iter():
            tag = local(element.tag)
            assert tag not in ("script", "foreignObject", "image", "a", "b", "img")
            for name, value in element.items():
                own = local(name)
                assert not own.startswith("on"), tag
                assert own != "href" or value.startswith("#")
                assert not BAD.search(value)
            assert not BAD.search(element.text or "")
    for path in files(made, ".pdf"):
        content = path.read_bytes()
        for name in (b"/JavaScript", b"/JS", b"/URI", b"/Launch"):
            assert name not in content
        # A place to open at is no action.
        assert not re.search(rb"/OpenAction(?!\s*\[)", content)
    for path in files(made, ".png"):
        with Image.open(path) as picture:
            facts = dict(picture.info)
        assert facts
        assert not any(BAD.search(str(one)) for pair in facts.items() for one in pair)


def is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[+-−]?[\d.,]+( ?%)?( procentpoint)?", text))


def test_no_cell_of_a_table_beside_a_figure_is_a_formula(made: Path):
    for path in files(made, ".csv"):
        text = path.read_text("utf-8-sig")
        assert not BAD.search(text)
        for row in csv.reader(text.splitlines(), delimiter=";"):
            for cell in row:
                assert not cell.lstrip(" \u00a0").startswith(TRIGGERS) or is_number(
                    cell
                )


def test_what_is_read_as_plain_text_reorders_nothing(made: Path):
    for path in files(made, ".txt", ".json", ".md"):
        text = path.read_text("utf-8")
        assert not BAD.search(text), path.name
        text.encode("utf-8")  # no half of a character
    # What is told as data is told exactly: the mark stands in it as an escape.
    told = (made / "report" / "oprindelse.json").read_text("utf-8")
    assert "\\u202e" in told
    assert "\u202eKommune" in json.loads(told)["measurement"]["municipality"]


def test_markdown_holds_no_markup_of_the_workbooks(made: Path):
    for path in files(made, ".md"):
        text = path.read_text("utf-8")
        assert not re.search(r"(?<!\\)<(script|b|img|i|/)", text)
        assert not re.search(r"(?<!\\)\]\((?!#)", text)


@pytest.mark.parametrize("command", ["check", "compare", "report"])
def test_a_terminal_is_sent_no_control_character(inputs, tmp_path, capsys, command):
    asked = [command, str(inputs / "maaling.toml"), "--force"]
    asked += ["--by", "municipality"] if command == "compare" else []
    asked += ["--out", str(tmp_path / "ud")] if command == "report" else []
    with pytest.raises(SystemExit):
        main(asked)
    said = capsys.readouterr()
    assert said.out
    assert not BAD.search(said.out + said.err)


def test_json_on_standard_output_is_ascii_and_whole(inputs, capsys):
    with pytest.raises(SystemExit):
        main(["compare", str(inputs / "maaling.toml"), "--force", "--json"])
    said = capsys.readouterr().out
    assert said.isascii()
    assert json.loads(said)["version"] == 1
