"""Every count in the report is read back and is one of the comparison's or the tally's.

Read as a reader does: from the words and cells of the blocks, by a pattern, and held up
against `results.comparison` and `results.tally`, never against what wrote them.
"""

import re
from collections.abc import Iterable, Iterator

import pytest

from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting.blocks import Block, Listing, Paragraph, Table
from taskforce_analysis.reporting.contents import chapters, outline
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results, run
from taskforce_analysis.shipped import data_folder

OF = {
    "da": re.compile(r"(\d+) ud af (\d+)"),
    "en": re.compile(r"(\d+) of (\d+)"),
}


@pytest.fixture(scope="module")
def example() -> Results:
    return run(measurement=data_folder("example") / "maaling.toml")


def texts_of(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Listing):
            yield from block.items
        elif isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row)


def counted(results: Results) -> set[tuple[int, int]]:
    rows = results.comparison
    pairs = [
        pair
        for side in ("before", "after")
        for pair in zip(
            rows[f"compliant_{side}"], rows[f"applicable_{side}"], strict=True
        )
    ]
    pairs += zip(results.days["compliant"], results.days["applicable"], strict=True)
    return {(int(part), int(whole)) for part, whole in pairs}


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_count_is_one_of_the_comparison(example: Results, language: str):
    blocks = outline(example, load_language(language)).blocks
    said = " ".join(texts_of(blocks)).replace("\u00a0", " ")
    found = {(int(part), int(whole)) for part, whole in OF[language].findall(said)}
    known = counted(example)
    assert found - {(1, 3)} <= known  # "1 of the 3 chosen measures"
    deciding = example.comparison[example.comparison["headline"]]
    sides = zip(deciding["compliant_after"], deciding["applicable_after"], strict=True)
    shown = {(int(part), int(whole)) for part, whole in sides if whole}
    assert shown <= found


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_percentage_of_a_theme_is_that_of_its_counts(
    example: Results, language: str
):
    parts = chapters(Sentences(example, load_language(language)))
    cells = [text.replace("\u00a0", " ") for text in texts_of(parts["results"])]
    pattern = re.compile(OF[language].pattern + r" \((\d+) ?%\)")
    found = [match for text in cells for match in pattern.findall(text)]
    assert len(found) > 20
    for part, whole, percent in found:
        assert int(percent) == int(100 * int(part) / int(whole) + 0.5)


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_sentence_stands_twice(example: Results, language: str):
    blocks = outline(example, load_language(language)).blocks
    told = [one for one in blocks if isinstance(one, (Paragraph, Listing))]
    # Who drew the cases is said of either measurement, and was the same.
    drawn_by = example.measurement.phase("status").drawn_by
    said = [
        sentence
        for text in texts_of(told)
        for sentence in re.split(r"(?<=[.!?]) (?=[A-ZÆØÅ])", text)
        if len(sentence.split()) > 6 and drawn_by not in sentence
    ]
    assert len(said) == len(set(said))
