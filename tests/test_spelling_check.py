"""Danish and English texts are spelt as the dictionaries and our own terms say.

hunspell checks the language files, the notebooks and the pages; the domain's terms
stand in tests/data/words_da.txt and words_en.txt, one a line. Code, paths, keys and
addresses are left out.
"""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ROOT / "taskforce_analysis" / "definitions" / "languages"
DICTIONARIES = {"da": "da_DK", "en": "en_GB"}
ENGLISH_PAGES = {"README.md", "methods.md", "scale.md", "ten_minutes.md"}
ENGLISH_NOTEBOOKS = {"1_from_workbook_to_figure.ipynb"}
WRITTEN_BY_SCRIPTS = {"reference.md", "noegler.md"}
# What is no prose: code, links, addresses, placeholders, tags, and names with marks.
NOT_PROSE = re.compile(
    r"```.*?```|`[^`]*`|\]\([^)]*\)|https?://\S+|\{[^}]*\}|<[^>]*>|\[[^\]]*\]\n"
    r"|(?m:^    [^\n]*$)|\S*[_/\\=@§]\S*|--?\w[\w-]*|\b\w+\.\w{2,4}\b|&\w+;",
    re.DOTALL,
)
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_of(one)


def language_file(name: str) -> str:
    words = tomllib.loads((LANGUAGES / f"{name}.toml").read_text("utf-8"))
    return "\n".join(texts_of(words))


def notebooks(*, english: bool) -> str:
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    cells = [
        cell
        for path in paths
        if (path.name in ENGLISH_NOTEBOOKS) == english
        for cell in nbformat.read(path, as_version=4).cells
    ]
    return "\n".join(c.source for c in cells if c.cell_type == "markdown")


def pages(*, english: bool) -> str:
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    chosen = [
        path
        for path in found
        if (path.name in ENGLISH_PAGES) == english
        and path.name not in WRITTEN_BY_SCRIPTS
    ]
    return "\n".join(path.read_text("utf-8") for path in chosen)


def known(name: str) -> set[str]:
    path = ROOT / "tests" / "data" / f"words_{name}.txt"
    return {line.strip() for line in path.read_text("utf-8").splitlines() if line}


def misspelt(text: str, name: str) -> set[str]:
    words = sorted(set(WORD.findall(NOT_PROSE.sub(" ", text))) - known(name))
    command = ["hunspell", "-d", DICTIONARIES[name], "-l", "-i", "utf-8"]
    run = subprocess.run(
        command, input="\n".join(words), capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


TEXTS = {
    "language file in Danish": ("da", lambda: language_file("da")),
    "language file in English": ("en", lambda: language_file("en")),
    "notebooks": ("da", lambda: notebooks(english=False)),
    "English notebooks": ("en", lambda: notebooks(english=True)),
    "Danish pages": ("da", lambda: pages(english=False)),
    "English pages": ("en", lambda: pages(english=True)),
}


@pytest.fixture(autouse=True)
def hunspell() -> None:
    if not shutil.which("hunspell"):
        pytest.skip("hunspell is not installed")
    listed = subprocess.run(
        ["hunspell", "-D"], input="", capture_output=True, text=True, check=False
    )
    for name in DICTIONARIES.values():
        if name not in listed.stdout + listed.stderr:
            pytest.skip(f"hunspell has no dictionary {name}")


@pytest.mark.parametrize("what", TEXTS)
def test_every_word_is_known(what: str):
    name, text = TEXTS[what]
    assert misspelt(text(), name) == set()


@pytest.mark.parametrize(("name", "word"), [("da", "sagsbehanling"), ("en", "wether")])
def test_a_misspelt_word_is_found(name: str, word: str):
    assert misspelt(f"a {word} b", name) >= {word}


@pytest.mark.parametrize("name", DICTIONARIES)
def test_the_list_of_terms_is_sorted_and_has_no_spare_word(name: str):
    path = ROOT / "tests" / "data" / f"words_{name}.txt"
    lines = path.read_text("utf-8").splitlines()
    assert lines == sorted(set(lines))
