"""What was not chosen beforehand is told as found, in every output that there is.

Without a plan, or where a plan chose other measures, a difference may stand out by
chance. Each writer's file is opened again and its words are read: none claims what was
not decided, and the reservation stands where the verdict does.
"""

import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from taskforce_analysis.charts import draw, drawing_of
from taskforce_analysis.cli.terminal import say_comparison
from taskforce_analysis.languages import load_language
from taskforce_analysis.results import Results
from taskforce_analysis.writing import available_writers, write
from taskforce_analysis.writing.table import sentence
from tests.test_verdicts_told import ja_nej, measured

CLAIMS = {
    "da": re.compile(
        "ud over det tilfældige|end tilfældigheder kan forklare", re.IGNORECASE
    ),
    "en": re.compile("beyond chance|than chance can explain", re.IGNORECASE),
}
# A rate said to be higher or lower, and what must stand in the same cell or sentence.
VERDICT = {
    "da": re.compile(r"(?:højere|lavere) andel\b[^.\n]*", re.IGNORECASE),
    "en": re.compile(r"\b(?:higher|lower) in the cases[^.\n]*", re.IGNORECASE),
}
EXPLAINS = re.compile(r" (?:betyder|siger|means|says)\b")  # the guide, no verdict
FOUND = {"da": "ikke udvalgt på forhånd", "en": "not chosen beforehand"}
TITLE = {
    "da": "– ingen af dem er valgt på forhånd",
    "en": "– none of them was chosen beforehand",
}
WORDS_ONLY = {".docx", ".html", ".xlsx", ".pptx", ".txt", ".md"}
ASKED = {
    "plan": (ja_nej(4, 16), ja_nej(16, 4)),
    "heard": (ja_nej(17, 3), ja_nej(5, 15)),
    "reasons": (ja_nej(9, 11), ja_nej(10, 10)),
}


@pytest.fixture(scope="module")
def unplanned(tmp_path_factory) -> Results:
    return measured(tmp_path_factory.mktemp("unplanned"), ASKED)


@pytest.fixture(scope="module")
def left_out(tmp_path_factory) -> Results:
    """A plan chose the one measure that cannot be decided."""
    folder = tmp_path_factory.mktemp("left_out")
    return measured(folder, ASKED, plan={"primary": ("reasons",)})


def words_in(path: Path) -> str:
    """The text of a file, a line per paragraph or cell."""
    if path.suffix in (".txt", ".md"):
        return path.read_text("utf-8-sig")
    if path.suffix == ".html":
        text = path.read_text("utf-8")
        text = re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL)
        # The words of a figure are wrapped to lines, each a text of its own.
        text = re.sub("(?<=</text>)\\s*(?=<)", " ", text)
    else:
        with ZipFile(path) as archive:
            parts = [
                archive.read(name).decode("utf-8")
                for name in archive.namelist()
                if re.search(
                    r"(document|sharedStrings|slide\d+|notesSlide\d+)\.xml$", name
                )
            ]
        text = re.sub("</(w:p|a:p|si)>", "\n", "\n".join(parts))
        text = re.sub("<(?:w:br|a:br)[^>]*>", " ", text)
    text = re.sub("</(td|th|p|li|h[1-6]|svg|desc|title)>", "\n", text)
    return re.sub("<[^>]+>", "", text).replace("\u00a0", " ").replace("&nbsp;", " ")


def written() -> list[tuple[str, str]]:
    return [
        (kind, suffix)
        for kind, suffixes in available_writers().items()
        for suffix in suffixes
        if suffix in WORDS_ONLY
    ]


def holds_back(text: str, language: str) -> None:
    told = VERDICT[language].findall(text)
    told = [one for one in told if not EXPLAINS.search(one)]
    assert told
    assert [one for one in told if FOUND[language] not in one] == []


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(("kind", "suffix"), written())
def test_no_writer_praises_what_was_not_chosen(
    unplanned, tmp_path, kind, suffix, language
):
    path = write(unplanned, tmp_path / f"a{suffix}", kind=kind, language=language)
    text = words_in(path)
    assert CLAIMS[language].findall(text) == []
    if suffix == ".pptx":  # its title is the finding, and holds back itself
        (title,) = [one for one in text.splitlines() if TITLE[language] in one]
        assert "»plan«" in title or "“plan”" in title
    elif kind in ("report", "notat", "table"):
        holds_back(text, language)


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("which", ["unplanned", "left_out"])
def test_the_terminal_a_sentence_and_a_figure_hold_back_too(
    which, language, request, capsys
):
    results: Any = request.getfixturevalue(which)
    say_comparison(results, load_language(language))
    lines = capsys.readouterr().out
    assert CLAIMS[language].findall(lines) == []
    holds_back(lines, language)
    for measure in ("plan", "heard"):
        text = sentence(results, measure, language=language)
        assert CLAIMS[language].findall(text) == []
        assert FOUND[language] in text
    for chart in ("change", "difference", "heatmap"):
        options = {"value": "change"} if chart == "heatmap" else {}
        drawing = drawing_of(draw(chart, results, language=language, **options))
        named = load_language(language).word("charts.column.verdict")
        told = [*drawing.data[named]]
        assert len([one for one in told if FOUND[language] in one]) == 2
    if which == "unplanned":  # what a frame means is told as found
        assert FOUND[language] in drawing.note
