"""The Word report, read back: headings, tables, captions, alt text, properties."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.table import Table
from results_to_write import hostile_results, results_to_write

from taskforce_analysis.errors import FileError, UsageError
from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting import blocks
from taskforce_analysis.results import Results
from taskforce_analysis.writing import write
from taskforce_analysis.writing.docx import save_report
from taskforce_analysis.writing.word.rendering import _widths

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("docx")

    def make(language: str) -> Path:
        path = folder / f"{language}.docx"
        if not path.exists():
            write(results_to_write(), path, language=language)
        return path

    return make


def opened(path: Path) -> Document:
    return docx.Document(str(path))


def texts(document: Document, style: str = "") -> list[str]:
    return [
        paragraph.text.replace("\u00a0", " ")
        for paragraph in document.paragraphs
        if not style or name_of(paragraph) == style
    ]


def cells(table: Table) -> list[list[str]]:
    return [
        [cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows
    ]


def name_of(paragraph: Any) -> str:
    return paragraph.style.name


def style_of(document: Document) -> Any:
    return document.styles["Heading 1"]


def test_headings_are_real_and_in_order(made: Callable[[str], Path]):
    document = opened(made("da"))
    assert texts(document, "Title") == [
        "Statusmåling: sagsbehandlingen på børnehandicapområdet"
    ]
    assert texts(document, "Heading 1") == [
        "Kort fortalt",
        "Samlet vurdering",
        "Resultater efter tema",
        "Sådan er målingen lavet, og sådan læses tallene",
        "Bilag A. Alle tal",
        "Bilag B. Bemærkninger til filerne",
        "Bilag C. Metode og grundlag",
    ]
    assert texts(document, "Heading 2") == [
        "Udredning, vurdering og afgørelse",
        "Opfølgning",
        "Inddragelse",
        "Tidsfrister",
    ]


def test_the_first_page_says_that_it_is_internal(made: Callable[[str], Path]):
    assert texts(opened(made("da")))[2].startswith("Internt arbejdsdokument.")


def test_a_theme_has_a_native_table_with_counts_first(made: Callable[[str], Path]):
    head, first, *_ = cells(opened(made("da")).tables[0])
    assert head == [
        "Målepunkt",
        "Analyse",
        "Status",
        "Forskel i procentpoint",
        "Vurdering",
    ]
    assert first == [
        "Der er foretaget en helhedsvurdering *\nretssikkerhedsloven § 5",
        "8 ud af 20 (40 %)",
        "14 ud af 20 (70 %)",
        "+30 (−2 til +58)",
        "Kan ikke afgøres",
    ]


def test_the_exact_figures_stand_in_the_appendix(made: Callable[[str], Path]):
    rows = [row for table in opened(made("da")).tables for row in cells(table)]
    exact = [row for row in rows if "0,0703" in row]
    assert [row[:6] for row in exact] == [
        [
            "Der er foretaget en helhedsvurdering *",
            "8 ud af 20 (40 %)",
            "14 ud af 20 (70 %)",
            "0,3000",
            "−0,0237 til 0,5804",
            "0,0703",
        ]
    ]


def test_every_table_has_a_marked_header_and_rows_that_hold_together(
    made: Callable[[str], Path],
):
    for table in opened(made("da")).tables:
        marked = [row._tr.find(f"{W}trPr/{W}tblHeader") for row in table.rows]
        assert marked[0] is not None
        assert set(marked[1:]) <= {None}
        whole = [row._tr.find(f"{W}trPr/{W}cantSplit") for row in table.rows]
        assert None not in whole
        described = table._tbl.tblPr.find(qn("w:tblDescription"))
        assert described is not None
        assert described.get(qn("w:val"))


def lies(document: Document) -> list[bool]:
    return [one.orientation == WD_ORIENT.LANDSCAPE for one in document.sections]


def widths(table: Table) -> int:
    columns = table._tbl.findall(f"{W}tblGrid/{W}gridCol")
    return sum(int(one.get(f"{W}w", "0")) for one in columns)


def test_the_pages_with_all_figures_lie_on_their_long_side(
    made: Callable[[str], Path],
):
    document = opened(made("da"))
    assert lies(document) == [False, True, False]
    upright, turned, _ = document.sections
    assert (turned.page_width, turned.page_height) == (
        upright.page_height,
        upright.page_width,
    )
    widest = max(map(widths, document.tables)) * 635
    margins = (turned.left_margin or 0) + (turned.right_margin or 0)
    assert 0.98 < widest / ((turned.page_width or 0) - margins) <= 1


def test_a_chapter_that_lies_down_last_leaves_no_empty_page(tmp_path: Path):
    table = blocks.Table("Alle tal", (blocks.Column("Tal"),), (("1",),))
    report = blocks.Report(
        title="Titel",
        subtitle="",
        author="",
        language="da-DK",
        blocks=(blocks.Paragraph("Før."), blocks.Heading("A", turned=True), table),
    )
    path, results = tmp_path / "a.docx", results_to_write(1)
    save_report(report, path, results=results, language=load_language("da"))
    document = opened(path)
    assert lies(document) == [False, True]
    inside = list(document.element.body.iter(f"{W}sectPr"))
    assert len(inside) == 2


def test_captions_are_numbered_by_fields(made: Callable[[str], Path]):
    document = opened(made("da"))
    captions = texts(document, "Caption")
    numbers = [re.match(r"(Tabel|Figur) (\d+)\. ", text) for text in captions]
    found = [(one[1], int(one[2])) for one in numbers if one]
    assert found[:6] == [
        ("Figur", 1),
        *(("Tabel", n) for n in (1, 2, 3, 4, 5)),
    ]
    kinds = [code.text for code in document.element.body.iter(qn("w:instrText"))]
    assert kinds.count(" SEQ Tabel \\* ARABIC ") == len(document.tables)
    assert kinds.count(" SEQ Figur \\* ARABIC ") == len(document.inline_shapes)


def test_every_picture_has_an_alt_text_with_the_figures(made: Callable[[str], Path]):
    shapes = opened(made("da")).inline_shapes
    assert len(shapes) >= 1
    for shape in shapes:
        alt = shape._inline.docPr.get("descr")
        assert "helhedsvurdering" in alt
        assert "14" in alt
        assert shape.width <= 16.1 * 360_000


def test_notes_and_sources_stand_under_tables(made: Callable[[str], Path]):
    notes = texts(opened(made("da")), "Sagsmåling Note")
    assert sum(text.startswith("Anm.: ") for text in notes) >= 3
    bullets = texts(opened(made("da")), "List Bullet")
    assert "Kilde: Gennemgang af 20 og 20 sager i Eksempelkøbing Kommune." in bullets


def test_issues_are_told_by_place_and_without_a_case(made: Callable[[str], Path]):
    document = opened(made("da"))
    rows = [row for table in document.tables for row in cells(table)]
    said = "Svaret er ikke et af dem, som måleskemaet kender."
    assert [row[1:] for row in rows if row[0] == said] == [["1", "status.xlsx"]]
    everything = "\n".join([*texts(document), *("\t".join(row) for row in rows)])
    assert "Sag 17" not in everything


@pytest.mark.parametrize(("language", "tag"), [("da", "da-DK"), ("en", "en-GB")])
def test_language_title_and_author_are_set(
    made: Callable[[str], Path], language: str, tag: str
):
    document = opened(made(language))
    properties = document.core_properties
    assert properties.language == tag
    assert properties.author == "Eksempelkøbing Kommune"
    assert properties.title == texts(document, "Title")[0]
    languages = {
        element.get(qn("w:val"))
        for element in document.styles.element.iter(qn("w:lang"))
    }
    assert languages == {tag}


def test_a_template_gives_its_styles_margins_and_letterhead(tmp_path: Path):
    template = docx.Document()
    style_of(template).font.name = "Georgia"
    template.sections[0].header.paragraphs[0].text = "Eksempelkøbing Kommune"
    template.sections[0].left_margin = 900_430
    template.save(str(tmp_path / "own.docx"))
    path = write(
        results_to_write(), tmp_path / "a.docx", template=tmp_path / "own.docx"
    )
    document = opened(path)
    assert style_of(document).font.name == "Georgia"
    assert document.sections[0].header.paragraphs[0].text == "Eksempelkøbing Kommune"
    assert document.sections[0].left_margin == 900_430
    assert name_of(document.paragraphs[0]) == "Title"


def test_a_template_that_lacks_the_styles_is_given_them(tmp_path: Path):
    template = docx.Document()
    for name in ("Title", "Heading 1", "Heading 2", "List Bullet", "Caption"):
        template.styles[name].delete()
    template.save(str(tmp_path / "own.docx"))
    path = write(
        results_to_write(), tmp_path / "a.docx", template=tmp_path / "own.docx"
    )
    document = opened(path)
    assert texts(document, "Heading 1")[0] == "Kort fortalt"
    level = document.styles["Heading 2"].element.find(f".//{W}outlineLvl")
    assert level is not None
    assert level.get(f"{W}val") == "1"
    assert texts(document, "List Bullet")[0].startswith(
        "\u2022\tAnalyse og Status: Sagerne er udvalgt"
    )


def remade(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """A copy of a Word file with each of its parts as `change` makes it."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def plain_template(folder: Path) -> Path:
    document = docx.Document()
    style_of(document).font.name = "Georgia"
    document.save(str(folder / "plain.docx"))
    return folder / "plain.docx"


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        (
            ".dotx",
            "vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        ),
        (".docm", "vnd.ms-word.document.macroEnabled.main+xml"),
        (".dotm", "vnd.ms-word.template.macroEnabledTemplate.main+xml"),
    ],
)
def test_every_kind_of_word_template_will_do(tmp_path: Path, suffix: str, kind: str):
    """One with macros too; they are not carried into the report."""
    document = "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    relation = (
        '<Relationship Id="rId999" Target="vbaProject.bin" '
        'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/>'
    )

    def change(name: str, content: bytes) -> bytes:
        if name == "[Content_Types].xml":
            content = content.replace(document.encode(), kind.encode())
            entry = b'<Default Extension="bin" ContentType="application/x-vba"/>'
            return content.replace(b"<Default", entry + b"<Default", 1)
        if name == "word/_rels/document.xml.rels":
            end = b"</Relationships>"
            return content.replace(end, relation.encode() + end)
        return content

    template = remade(plain_template(tmp_path), tmp_path / f"own{suffix}", change)
    with zipfile.ZipFile(template, "a") as file:
        file.writestr("word/vbaProject.bin", b"macros")
    path = write(results_to_write(1), tmp_path / "a.docx", template=template)
    assert style_of(opened(path)).font.name == "Georgia"
    with zipfile.ZipFile(path) as file:
        assert not [name for name in file.namelist() if "vba" in name]
        assert document.encode() in file.read("[Content_Types].xml")


@pytest.mark.parametrize(
    "names",
    [
        {"heading": "Heading", "caption": "Caption"},  # as LibreOffice writes them
        {
            "heading 1": "Overskrift 1",
            "heading 2": "Overskrift 2",
            "heading 3": "Overskrift 3",
            "caption": "Billedtekst",
            "Title": "Titel",
            "Subtitle": "Undertitel",
            "List Bullet": "Opstilling - punkttegn",
        },
    ],
)
def test_styles_are_known_by_other_names_too(tmp_path: Path, names: dict[str, str]):
    def change(name: str, content: bytes) -> bytes:
        for old, new in names.items() if name == "word/styles.xml" else ():
            end = "" if old == "heading" else '"'
            was, now = (f'<w:name w:val="{one}{end}' for one in (old, new))
            content = content.replace(was.encode(), now.encode())
        return content

    template = remade(plain_template(tmp_path), tmp_path / "own.docx", change)
    path = write(results_to_write(1), tmp_path / "a.docx", template=template)
    with zipfile.ZipFile(path) as file:
        styles = file.read("word/styles.xml").decode()
        body = file.read("word/document.xml").decode()
    assert styles.count('w:styleId="Heading1"') == 1
    for style in ("Title", "Heading1", "Heading2", "Caption", "ListBullet"):
        assert f'<w:pStyle w:val="{style}"/>' in body


@pytest.mark.parametrize(
    ("name", "inside", "told"),
    [
        ("own.odt", {"mimetype": "x", "content.xml": "x"}, "LibreOffice's own format"),
        ("own.potx", {"ppt/presentation.xml": "x"}, "is for PowerPoint"),
        ("own.docx", {"a.txt": "x"}, "is no Word document"),
        ("own.docx", {"[Content_Types].xml": "<a>"}, "is no Word document"),
        ("own.doc", "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", "Word 97-2003"),
    ],
)
def test_what_is_no_word_template_is_told_with_what_to_do(
    tmp_path: Path, name: str, inside: dict[str, str] | str, told: str
):
    if isinstance(inside, str):
        (tmp_path / name).write_bytes(inside.encode("latin-1"))
    else:
        with zipfile.ZipFile(tmp_path / name, "w") as file:
            for part, content in inside.items():
                file.writestr(part, content)
    with pytest.raises(UsageError, match=told) as found:
        write(results_to_write(1), tmp_path / "a.docx", template=tmp_path / name)
    # What the command line says in Danish.
    assert f"said.{found.value.message}" in load_language("da").words


def test_a_locked_template_is_called_so(tmp_path: Path):
    content = bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "own.docx").write_bytes(content)
    with pytest.raises(FileError, match="protected by a password"):
        write(results_to_write(1), tmp_path / "a.docx", template=tmp_path / "own.docx")


def test_a_template_that_is_not_there_or_no_document_is_refused(tmp_path: Path):
    with pytest.raises(FileError, match=r"own\.docx: there is no such file"):
        write(results_to_write(1), tmp_path / "a.docx", template=tmp_path / "own.docx")
    (tmp_path / "own.docx").write_bytes(b"no zip")
    with pytest.raises(UsageError, match="the file is no Word document"):
        write(results_to_write(1), tmp_path / "a.docx", template=tmp_path / "own.docx")
    assert [path.name for path in tmp_path.iterdir()] == ["own.docx"]


def test_text_from_a_workbook_is_text(tmp_path: Path):
    document = opened(write(hostile_results(), tmp_path / "a.docx"))
    rows = [row for table in document.tables for row in cells(table)]
    names = [row[0] for row in rows if row[0].startswith("=HYPERLINK")]
    assert names == ['=HYPERLINK("http://a.invalid","x")<script>alert(1)</script>']
    assert not list(document.element.body.iter(qn("w:hyperlink")))


@pytest.mark.parametrize("measures", [1, 40])
def test_one_and_forty_measures(tmp_path: Path, measures: int):
    document = opened(write(results_to_write(measures), tmp_path / "a.docx"))
    rows = [row[0] for table in document.tables for row in cells(table)[1:]]
    shown = len([row for row in rows if "retssikkerhedsloven § 5" in row])
    few = [text for text in texts(document) if text.startswith("For få sager til")]
    assert shown + sum(text.count("»") for text in few) == measures


def test_a_single_phase_is_shown_without_a_comparison(tmp_path: Path):
    results = results_to_write()
    tally = results.tally[results.tally["phase"] == "analysis"]
    alone = replace(
        results, comparison=results.comparison[:0], tally=tally, phases=("analysis",)
    )
    document = opened(write(alone, tmp_path / "a.docx"))
    told = "Der er kun én måling, så intet kan sammenlignes."
    assert told in texts(document)
    assert cells(document.tables[0])[1] == [
        "Der er foretaget en helhedsvurdering",
        "8 ud af 20 (40 %)",
    ]


def test_the_same_bytes_twice_and_with_another_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = write(results_to_write(1), tmp_path / "a.docx").read_bytes()
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert write(results_to_write(1), tmp_path / "b.docx").read_bytes() == first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735689600")
    dated = opened(write(results_to_write(1), tmp_path / "c.docx"))
    assert str(dated.core_properties.created) == "2025-01-01 00:00:00+00:00"


def converted(results: Results, folder: Path, suffix: str) -> bytes:
    path = write(results, folder / f"a{suffix}")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", str(path)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return (folder / "a.pdf").read_bytes()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_libreoffice_opens_it(tmp_path: Path, suffix: str):
    assert converted(results_to_write(), tmp_path, suffix).startswith(b"%PDF")


def test_no_column_is_narrower_than_its_longest_word():
    """At 8.5 points Bemærkning takes 1.7 cm and the cell's air another 0.38."""
    columns = (blocks.Column("Art", 1.0), blocks.Column("Bemærkning", 15.0))
    table = blocks.Table("Tekst", columns, (("Bemærkning", "Kort"),))
    cm = 1440 / 2.54
    first, second = _widths(table, int(16 * cm))
    assert 1.7 + 0.38 < first / cm < 2.5
    assert first + second <= int(16 * cm)
    plain = blocks.Table(
        "Tekst", (blocks.Column("A", 1.0), blocks.Column("B", 3.0)), (("a", "b"),)
    )
    assert _widths(plain, 8000) == [2000, 6000]
