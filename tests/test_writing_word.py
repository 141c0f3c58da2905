"""Words in runs, a document's account of itself, and the names of its parts."""

from typing import Any

import docx
import pytest
from docx.text.paragraph import Paragraph
from hypothesis import given
from hypothesis import strategies as st

from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting.contents import outline
from taskforce_analysis.results import run
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing.picturing import Pictures
from taskforce_analysis.writing.word.document import Account, account_of, set_account
from taskforce_analysis.writing.word.finding import words_of
from taskforce_analysis.writing.word.parts import (
    Bookmark,
    Splitter,
    digest,
    mark_of,
    original,
)
from taskforce_analysis.writing.word.xml import made, text_run

# A run's text as it may lie in a file: words, blanks, line breaks, tabs.
PIECES = st.lists(st.text("ab 1,%\n\t", max_size=6), min_size=1, max_size=5)
TEXT = st.text("ab 1,%\n\t", max_size=20)


def paragraph_of(pieces: list[str]) -> Any:
    return made("p", *(text_run(piece) for piece in pieces))


@given(pieces=PIECES, new=TEXT, data=st.data())
def test_any_words_may_stand_in_the_place_of_any_others(pieces, new, data):
    element, whole = paragraph_of(pieces), "".join(pieces)
    if not whole:
        return
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start + 1, len(whole)))
    words_of(element).replace(start, end, new)
    assert words_of(element).text == whole[:start] + new + whole[end:]
    assert len(element) == len(pieces)  # no run is lost, and with it no look


def test_the_same_words_stay_in_their_runs():
    element = paragraph_of(["Opfyldt: ", "14", " ud af ", "20", " sager"])
    words = words_of(element)
    words.replace(0, len(words.text), "Opfyldt: 15 ud af 21 sager")
    runs = [run.text for run in Paragraph(element, docx.Document()).runs]
    assert runs == ["Opfyldt: ", "15", " ud af ", "21", " sager"]


def test_what_is_marked_as_deleted_is_no_part_of_the_words():
    gone = made("del", made("r", made("delText")))
    element = made("p", text_run("14"), gone, made("ins", text_run(" sager")))
    assert words_of(element).text == "14 sager"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("14 ud af 20.", (0, 12)),
        ("14 ud af 20. Vi skriver videre.", (0, 12)),
        ("Se: 14 ud af 20.", (4, 16)),
        (f"{'ord ' * 500}14 ud af 20.", (2000, 2012)),
        ("15 ud af 20.", None),
        ("", None),
    ],
)
def test_what_was_written_is_found_in_what_is_there(text, span):
    assert original(text, digest("14 ud af 20.")) == span


def test_a_name_tells_its_mark_and_others_names_none():
    mark = Bookmark("picture", digest("key"), digest("said"))
    assert mark_of(mark.name) == mark
    assert len(mark.name) <= 40
    others = ("_Toc1", "tf_text_x_y", f"{mark.name}0", "tf_note_0123456789_0123456789")
    assert [mark_of(name) for name in others] == [None] * 4


def test_a_long_account_is_told_in_pieces_and_others_properties_stay():
    document = docx.Document()
    told = Account(
        kind="report",
        form="boernehandicap",
        language="da",
        places=("summary", "table:follow_up"),
        parts=tuple(f"{number:010x}" for number in range(200)),
    )
    set_account(document, Account(kind="notat", parts=("0" * 10,)))
    package = document.part.package
    assert package is not None
    (relation,) = [one for one in package.rels.values() if "custom" in one.reltype]
    part: Any = relation.target_part
    own = b'<property fmtid="{0}" pid="9" name="Journalnr."><vt:i4>7</vt:i4></property>'
    part._blob = part.blob.replace(b"</Properties>", own + b"</Properties>")
    set_account(document, told)
    assert account_of(document) == told
    assert part.blob.count(b'name="Journalnr."') == 1
    assert b"<vt:i4>7</vt:i4>" in part.blob
    lengths = [len(piece) for piece in part.blob.decode().split("lpwstr>")[1::2]]
    assert max(lengths) <= 255


def test_a_themes_strengths_and_challenges_stand_on_one_page():
    results = run(measurement=data_folder("example") / "maaling.toml")
    language = load_language("da")
    splitter = Splitter(results, language, "report", Pictures(results, language))
    prompts = [
        part
        for part in splitter.report(outline(results, language))
        if part.kind == "prompt"
    ]
    kept = {part.keep for part in prompts if part.label == "Styrker"}
    assert kept == {True}
    assert not any(part.keep for part in prompts if part.label != "Styrker")
