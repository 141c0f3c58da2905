"""The papers as their readers meet them: how long, how full and how plain they are.

The pages are LibreOffice's, the sentences those of the Word documents. Without
LibreOffice or poppler the tests of pages are skipped.
"""

import re
import runpy
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import docx
import pytest
from docx.oxml.ns import qn
from office import as_pdf
from PIL import Image, ImageOps

from taskforce_analysis.results import Results, run
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write
from taskforce_analysis.writing.word.styles import NOTE

ROOT = Path(__file__).resolve().parents[1]
OTHERS = ["viso", "selvevaluering", "ledelsestilsyn", "klagesager"]
KINDS = ["report", "notat", "method"]
ANNEX = re.compile(r"^\s*(Bilag|Appendix) A\. (Alle tal|Bem|All fig|Rem)", re.MULTILINE)
DOTS = 40  # to an inch: a page's edge is found, not read
FOOT = 0.07  # of a page's height, where its number stands
# What stands for a name, and is told in full or told nowhere.
SHORT = r"\b(RSL|SEL|FVL|BL|OFL|BFU|VISO's|ca\.|jf\.|mht\.|ift\.|f\.eks\.|evt\.)(?!\w)"
SHORT_EN = r"\b(RSL|SEL|FVL|BL|OFL|BFU|e\.g\.|i\.e\.|approx\.|w\.r\.t\.)(?!\w)"
# statistics.md of the house: nothing is proved, caused, or called unchanged.
NEVER = {
    "da": r"signifika|fremgang|\beffekt|virker|usikker\b|beviser|uændret|skyldes|"
    r"forårsag|\bi (Analyse|Status)\b|Det er ikke det samme som ingen ændring.*Det er "
    r"ikke det samme som ingen ændring|20\d\d-[QK]\d|\.xlsx",
    "en": r"significan|progress\b|effective|proves|unchanged|because of|20\d\d-[QK]\d",
}
END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÆØÅ»“\"])")
WORD = re.compile(r"[^\W_]+(?:[-.,/'’][^\W_]+)*")


@pytest.fixture(scope="module")
def results_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Results]:
    filled = runpy.run_path(str(ROOT / "docs" / "make_papers.py"))["filled"]
    folder = tmp_path_factory.mktemp("filled")

    @cache
    def results(name: str) -> Results:
        if name == "example":
            return run(measurement=data_folder("example") / "maaling.toml")
        return run(filled(name, folder), form=name)

    return results


@pytest.fixture(scope="module")
def paper(
    results_of: Callable[[str], Results], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    folder = tmp_path_factory.mktemp("papers")

    @cache
    def made(name: str, kind: str = "report", language: str = "da") -> Path:
        path = folder / f"{name}-{kind}-{language}.docx"
        return write(results_of(name), path, kind=kind, language=language)

    return made


# Pages.


class Page(NamedTuple):
    """What stands on a page, and how far down it goes, as a share of its height."""

    text: str
    filled: float


@pytest.fixture(scope="module")
def pages_of(paper: Callable[..., Path]) -> Callable[..., list[Page]]:
    if not (shutil.which("soffice") and shutil.which("pdftoppm")):
        pytest.skip("LibreOffice or poppler (pdftoppm) is not installed")

    @cache
    def pages(name: str, kind: str = "report", language: str = "da") -> list[Page]:
        path = paper(name, kind, language)
        as_pdf(path)
        pdf = path.with_suffix(".pdf")
        text = subprocess.run(
            ["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True
        ).stdout
        command = ["pdftoppm", "-r", str(DOTS), "-gray", "-png", str(pdf), str(pdf)]
        subprocess.run(command, check=True)
        drawn = sorted(pdf.parent.glob(f"{pdf.name}-*.png"))
        texts = text.split("\f")[: len(drawn)]
        return [Page(said, filled(one)) for said, one in zip(texts, drawn, strict=True)]

    return pages


def filled(path: Path) -> float:
    with Image.open(path) as image:
        wide, high = image.size
        body = image.convert("L").crop((0, 0, wide, int(high * (1 - FOOT))))
        box = (
            ImageOps.invert(body)
            .point([255 * (one > 40) for one in range(256)])
            .getbbox()
        )
    return box[3] / high if box else 0.0


def body_of(pages: list[Page]) -> list[Page]:
    """The pages before the annexes, and that on which they begin if it has more."""
    for number, page in enumerate(pages):
        if found := ANNEX.search(page.text):
            return pages[: number + bool(page.text[: found.start()].strip())]
    return pages


@pytest.mark.slow
@pytest.mark.parametrize("language", ["da", "en"])
def test_the_example_has_six_pages_and_annexes(pages_of, language):
    pages = pages_of("example", "report", language)
    assert 3 <= len(body_of(pages)) <= 6
    assert len(pages) <= 12


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_the_other_forms_have_three_pages_and_annexes(pages_of, name):
    pages = pages_of(name)
    assert len(body_of(pages)) <= 3
    assert len(pages) <= 6


@pytest.mark.slow
@pytest.mark.parametrize("name", ["example", *OTHERS])
def test_no_page_is_under_half_full_within_a_chapter(pages_of, name):
    pages = pages_of(name)
    within = [
        page
        for page, after in pairwise(pages)
        if not after.text.lstrip().startswith("Bilag ")
    ]
    assert [page.text[:40] for page in within if page.filled < 0.5] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["example", *OTHERS])
@pytest.mark.parametrize("language", ["da", "en"])
def test_the_committees_paper_has_two_pages(pages_of, name, language):
    assert len(pages_of(name, "notat", language)) <= 2


# Words.


def paragraphs(path: Path) -> Iterator[tuple[str, str]]:
    for one in docx.Document(str(path)).paragraphs:
        if one.text.strip():
            style: Any = one.style
            yield style.name, one.text.replace("\u00a0", " ")


def sentences(path: Path, *, names: bool = True) -> list[str]:
    """The sentences of the running text, the lists and the notes.

    Without names what a line under a table lists is one word, for it is a list.
    """
    found = []
    for style, text in paragraphs(path):
        if style.startswith(("Heading", "Title", "Subtitle", "Caption")):
            continue
        plain = re.sub(r"\[[^]]*\]|\b(\d+|stk|pr)\. (?![A-ZÆØÅ»])", " ", text)
        if style == NOTE and not names:
            plain = re.sub("»[^«]*«", "»navn«", plain)
        found += END.split(plain)
    return found


def cells(path: Path) -> list[str]:
    tables = docx.Document(str(path)).tables
    return [cell.text for one in tables for row in one.rows for cell in row.cells]


@pytest.mark.parametrize("name", ["example", *OTHERS])
@pytest.mark.parametrize("kind", KINDS)
def test_sentences_are_short(paper, name, kind):
    said = sentences(paper(name, kind), names=False)
    lengths = [len(WORD.findall(one)) for one in said]
    assert len(said) > 8
    assert [one for one, length in zip(said, lengths, strict=True) if length > 30] == []
    assert median(lengths) <= 15


@pytest.mark.parametrize("name", ["example", *OTHERS])
@pytest.mark.parametrize("language", ["da", "en"])
def test_no_sentence_of_a_document_stands_twice(paper, results_of, name, language):
    drawn_by = results_of(name).measurement.phase("status").drawn_by or "\0"
    said = Counter(
        one
        for one in sentences(paper(name, "report", language))
        if len(WORD.findall(one)) > 6 and drawn_by not in one
    )
    # A figure that goes on, or is taken out of the document, keeps what is under it.
    under = ("Kilde: ", "Source: ", "Anm.: Tallene i felterne", "Note: The numbers")
    again = {one for one, count in said.items() if count > 1}
    assert {one for one in again if not one.startswith(under)} == set()


@pytest.mark.parametrize("name", ["example", *OTHERS])
def test_kort_fortalt_has_at_most_five_sentences(paper, name):
    inside, told = False, []
    for style, text in paragraphs(paper(name)):
        if style.startswith("Heading"):
            inside = text == "Kort fortalt"
        elif inside and style == "Normal":
            told += END.split(text)
    assert 2 <= len(told) <= 5


@pytest.mark.parametrize("name", ["example", *OTHERS])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["da", "en"])
def test_no_short_form_and_no_forbidden_word(paper, name, kind, language):
    path = paper(name, kind, language)
    text = "\n".join(text for _, text in paragraphs(path))
    short = SHORT if language == "da" else SHORT_EN
    assert re.findall(short, "\n".join([text, *cells(path)])) == []
    assert re.findall(NEVER[language], text) == []


@pytest.mark.parametrize("name", ["example", *OTHERS])
def test_page_one_is_easy_to_read(paper, name):
    """LIX (Björnsson 1968): words per period, and the share of more than six letters.

    A period ends in a full stop or a colon.
    """
    said = []
    for style, text in paragraphs(paper(name)):
        if text in ("Samlet vurdering", "Resultater efter tema"):
            break
        is_running = not style.startswith(("Heading", "Title", "Subtitle", "Caption"))
        said += re.split(r"(?<=[.:!?])\s+(?=[A-ZÆØÅ»])", text) if is_running else []
    words = WORD.findall(" ".join(said))
    longer = sum(len(one) > 6 for one in words)
    assert 15 < len(words) / len(said) + 100 * longer / len(words) <= 45


@pytest.mark.parametrize("name", ["example", *OTHERS])
def test_every_column_is_as_wide_as_its_longest_word(paper, name):
    """In upright tables a word of Arial 8.5 is never broken: 170 twips an em."""
    document = docx.Document(str(paper(name)))
    for table in document.tables:
        widths = [int(one.get(qn("w:w"))) for one in table._tbl.tblGrid]
        for row in table.rows:
            for width, cell in zip(widths, row.cells, strict=True):
                words = re.split(r"[\s-]", cell.text)
                longest = max(map(len, words), default=0)
                if longest <= 24:  # checksums are broken on purpose
                    assert 85 * longest <= width, cell.text
