"""The PDF as a screen reader meets it: its tree of tags, read by other software."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from results_to_write import results_to_write

from taskforce_analysis.errors import UsageError
from taskforce_analysis.filing.folder import write_folder
from taskforce_analysis.filing.provenance import read_provenance
from taskforce_analysis.writing import pdf, write

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not pdf.has_office():
        pytest.skip("LibreOffice is not installed")
    results = results_to_write(4)
    plan = replace(results.measurement, pdf=True)
    folder = tmp_path_factory.mktemp("pdf") / "rapport"
    write_folder(replace(results, measurement=plan), folder)
    return folder


def tags(node: Any) -> Iterator[Any]:
    """Every element of the structure tree, in reading order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from tags(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from tags(node["/K"])


def root_of(folder: Path) -> Any:
    return pypdf.PdfReader(folder / "rapport.pdf").trailer["/Root"]


def named(root: Any, kind: str) -> list[Any]:
    return [one for one in tags(root["/StructTreeRoot"]) if one["/S"] == kind]


def test_title_language_and_tags_are_declared(folder: Path):
    root, document = root_of(folder), docx.Document(str(folder / "rapport.docx"))
    assert root["/Lang"] == "da-DK"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    title = pypdf.PdfReader(folder / "rapport.pdf").metadata
    assert title is not None
    assert title.title == document.core_properties.title
    assert b"<pdfuaid:part>1" in (folder / "rapport.pdf").read_bytes()


def test_every_figure_has_its_alternative_text(folder: Path):
    body: Any = docx.Document(str(folder / "rapport.docx")).element.body
    told = [one.get("descr") for one in body.iter(qn("wp:docPr"))]
    figures = named(root_of(folder), "/Figure")
    assert told
    for figure, words in zip(figures, told, strict=True):
        # LibreOffice puts the title before it, and a no-break space may be a blank.
        assert words.split() == figure["/Alt"].split()[-len(words.split()) :]


def test_every_table_has_its_header_cells(folder: Path):
    tables = docx.Document(str(folder / "rapport.docx")).tables
    found = named(root_of(folder), "/Table")
    assert len(found) == len(tables) > 0
    for tagged, table in zip(found, tables, strict=True):
        heads = [one for one in tags(tagged["/K"]) if one["/S"] == "/TH"]
        assert len(heads) >= len(table.columns)


def test_it_is_read_in_the_order_of_the_document(folder: Path):
    if not shutil.which("pdfinfo"):
        pytest.skip("poppler (pdfinfo) is not installed")
    command = ["pdfinfo", "-struct-text", str(folder / "rapport.pdf")]
    told = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    said = "".join(re.findall(r'^ *"(.*)"$', told.stdout, re.MULTILINE))
    body: Any = docx.Document(str(folder / "rapport.docx")).element.body
    words = " ".join(one.text or "" for one in body.iter(qn("w:t")))
    at = -1
    for word in re.findall(r"[A-Za-zæøåÆØÅ]{4,}", words):
        at = said.find(word, at + 1)
        assert at >= 0, word


def test_the_same_report_gives_the_same_bytes_and_is_accounted_for(
    folder: Path, tmp_path: Path
):
    listed = {one["file"] for one in read_provenance(folder)["outputs"]}
    assert "rapport.pdf" in listed
    again = write(results_to_write(4), tmp_path / "rapport.pdf")
    assert again.read_bytes() == (folder / "rapport.pdf").read_bytes()


def test_without_libreoffice_the_report_is_made_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "_office", str)
    results = results_to_write(1)
    plan = replace(results.measurement, pdf=True)
    written = write_folder(replace(results, measurement=plan), tmp_path / "rapport")
    names = [path.name for path in written]
    assert "rapport.docx" in names
    assert "rapport.pdf" not in names
    with pytest.raises(UsageError, match="LibreOffice is not installed"):
        write(results, tmp_path / "rapport.pdf")
