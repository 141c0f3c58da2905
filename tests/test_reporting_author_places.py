"""The author's places: a prompt until someone writes, and never in the way of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from office import edited, needs_office
from results_to_write import results_to_write

from taskforce_analysis import cli
from taskforce_analysis.errors import UsageError
from taskforce_analysis.filing.refreshing import empty_places_of
from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting.author_places import author_place, empty_places
from taskforce_analysis.reporting.blocks import (
    AuthorPlace,
    Heading,
    Listing,
    Paragraph,
    Report,
    as_read,
)
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results
from taskforce_analysis.writing.docx import save_report
from taskforce_analysis.writing.picturing import Pictures
from taskforce_analysis.writing.word.finding import drop_places, marked_parts, words_of
from taskforce_analysis.writing.word.parts import Splitter
from taskforce_analysis.writing.word.rendering import Page
from taskforce_analysis.writing.word.updating import PartChange, Update

DANISH = load_language("da")
OWN = "Vi har indført en skabelon."


def with_texts(**texts: tuple[str, ...]) -> Results:
    results = results_to_write()
    named = {name.replace("__", ":"): text for name, text in texts.items()}
    return replace(results, measurement=replace(results.measurement, texts=named))


def places(results: Results) -> list[AuthorPlace]:
    sentences = Sentences(results, DANISH)
    return [
        *author_place(sentences, "assessment"),
        *author_place(sentences, "strengths", "assessment"),
        *author_place(sentences, "challenges", "assessment"),
    ]


def report_of(results: Results) -> Report:
    blocks = (Heading("Kort fortalt"), Paragraph("Det."), *places(results))
    return Report("Titel", "", "Kommunen", "da-DK", blocks)


def written(results: Results, path: Path) -> Path:
    report = report_of(results)
    save_report(report, path, results=results, language=DANISH, kind="report")
    return path


def updated(
    path: Path, results: Results, *, overwrite: bool = False
) -> list[PartChange]:
    """What `refresh` does with the parts of a document, without the chain before it."""
    document = docx.Document(str(path))
    splitter = Splitter(results, DANISH, "report", Pictures(results, DANISH))
    parts = list(splitter.report(report_of(results)))
    known = frozenset(one.mark.key for one in marked_parts(document))
    work = Update(Page(document, DANISH), known, overwrite)
    work.run(parts)
    document.save(str(path))
    return work.changes


def said(path: Path) -> list[str]:
    return [words_of(one).text for one in body(path).iter(qn("w:p"))]


def body(path: Path) -> Any:
    return docx.Document(str(path)).element.body


def type_over(path: Path, prompt: str, text: str) -> None:
    """Write over a prompt as Word does: the words go, the control stays."""
    document: Any = docx.Document(str(path))
    for control in document.element.body.iter(qn("w:sdt")):
        (word,) = control.iter(qn("w:t"))
        if word.text == prompt:
            word.text = text
            flag = control.find(f".//{qn('w:showingPlcHdr')}")
            flag.getparent().remove(flag)
    document.save(str(path))


def test_an_empty_place_has_a_prompt_and_is_told():
    found = places(with_texts(assessment=("Det går godt.",)))
    assert [place.texts for place in found] == [("Det går godt.",), (), ()]
    empty = with_texts()
    theme = DANISH.label(empty.form.themes[0])
    assert empty_places(report_of(empty), empty, DANISH) == [
        "Samlet vurdering",
        f"Styrker ({theme})",
        f"Udfordringer ({theme})",
    ]


def test_a_dash_drops_a_place():
    names = [one.name for one in places(with_texts(strengths__assessment=("-",)))]
    assert names == ["assessment", "challenges:assessment"]


def test_the_final_report_of_one_group_has_no_place_for_what_is_about_all():
    results = with_texts(assessment=("Om alle kommunerne.",))
    plan = replace(results.measurement, final=True)
    choices = replace(results.choices, group="Køge")
    assert places(replace(results, measurement=plan, choices=choices)) == []


def test_where_nobody_writes_an_empty_place_is_left_out_with_its_heading():
    results = with_texts(
        assessment=("Det går godt.", "Og bedre."), strengths__assessment=("Et.", "To.")
    )
    assert list(as_read(places(results))) == [
        Heading("Samlet vurdering", 1),
        Paragraph("Det går godt."),
        Paragraph("Og bedre."),
        Heading("Styrker", 3),
        Listing(("Et.", "To.")),
    ]


def test_word_has_a_prompt_that_gives_way_and_a_heading(tmp_path):
    path = written(with_texts(), tmp_path / "rapport.docx")
    document: Any = docx.Document(str(path))
    heads = [one.text for one in document.paragraphs if one.style.name == "Heading 3"]
    assert heads == ["Styrker", "Udfordringer"]
    controls = list(body(path).iter(qn("w:sdt")))
    assert len(controls) == 3
    assert all(one.find(f".//{qn('w:showingPlcHdr')}") is not None for one in controls)


def test_what_is_written_over_a_prompt_is_kept_whatever_comes(tmp_path):
    path = written(with_texts(), tmp_path / "rapport.docx")
    prompt = places(with_texts())[1].prompt
    type_over(path, prompt, OWN)
    assert updated(path, with_texts()) == []
    assert updated(path, with_texts(), overwrite=True) == []
    (told,) = updated(path, with_texts(strengths__assessment=("Andet.", "Mere.")))
    assert (told.what, told.old, told.new) == ("kept", OWN, "Andet.")
    assert [text for text in said(path) if text in (OWN, "Andet.", "Mere.")] == [OWN]


def test_the_measurements_words_take_the_prompts_place_and_follow_it(tmp_path):
    path = written(with_texts(), tmp_path / "rapport.docx")
    told = updated(path, with_texts(strengths__assessment=("Et.", "To.")))
    assert [one.what for one in told] == ["changed", "added"]
    new = written(
        with_texts(strengths__assessment=("Et.", "To.")), tmp_path / "ny.docx"
    )
    assert said(path) == said(new)
    updated(path, with_texts(strengths__assessment=("Et andet.",)))
    assert "Et andet." in said(path)
    assert "To." not in said(path)
    updated(path, with_texts())
    assert said(path) == said(written(with_texts(), tmp_path / "igen.docx"))


def test_a_dropped_place_goes_with_its_heading_unless_someone_wrote(tmp_path):
    path = written(with_texts(), tmp_path / "rapport.docx")
    type_over(path, places(with_texts())[2].prompt, OWN)
    dropped = with_texts(strengths__assessment=("-",), challenges__assessment=("-",))
    assert ("kept", OWN) in [(one.what, one.old) for one in updated(path, dropped)]
    assert "Styrker" not in said(path)
    assert OWN in said(path)


@pytest.mark.slow
def test_what_is_written_in_libreoffice_is_kept_and_looks_like_text(tmp_path):
    needs_office()
    path = written(with_texts(), tmp_path / "rapport.docx")
    edited(path, (places(with_texts())[1].prompt, OWN), ("Det.", " Her."))
    found = {one.mark.key: one for one in marked_parts(docx.Document(str(path)))}
    assert [one.words.text for one in found.values() if one.is_the_authors] == [OWN]
    assert sum(one.is_empty for one in found.values()) == 2
    assert updated(path, with_texts()) == []
    (control,) = [
        one for one in body(path).iter(qn("w:sdt")) if words_of(one).text == OWN
    ]
    assert control.find(f".//{qn('w:showingPlcHdr')}") is None
    assert control.find(f".//{qn('w:rStyle')}") is None


def final(results: Results, publish: str = "open") -> Results:
    plan = replace(results.measurement, final=True)
    settings = replace(results.settings, publish=publish)
    return replace(results, measurement=plan, settings=settings)


FULL = {
    "assessment": ("Godt.",),
    "strengths__assessment": ("Et.",),
    "challenges__assessment": ("-",),
}


@pytest.mark.parametrize(
    ("texts", "publish", "missing"),
    [
        (FULL, "internal", "internt? brug|intern brug"),
        (FULL | {"assessment": ()}, "open", "Missing: Samlet vurdering"),
        ({}, "internal", "intern brug.*Samlet vurdering; Styrker .*; Udfordringer "),
    ],
)
def test_a_paper_is_not_final_while_something_is_missing(
    tmp_path: Path, texts: dict[str, tuple[str, ...]], publish: str, missing: str
):
    results = final(with_texts(**texts), publish)
    with pytest.raises(UsageError, match=missing) as found:
        written(results, tmp_path / "rapport.docx")
    told = found.value.wording
    assert told is not None
    assert "Papiret kan ikke gøres endeligt endnu" in DANISH.word(
        told.key, **told.values
    )
    assert not list(tmp_path.iterdir())


def test_a_final_paper_has_no_prompt(tmp_path):
    path = written(final(with_texts(**FULL)), tmp_path / "rapport.docx")
    assert "Udfordringer" not in said(path)
    assert {"Godt.", "Et."} <= set(said(path))
    assert not list(body(path).iter(qn("w:sdt")))


def test_a_document_says_which_places_are_empty_and_drops_what_is_dashed(tmp_path):
    path = written(with_texts(), tmp_path / "rapport.docx")
    known = places(with_texts())
    assert empty_places_of(path) == ["Samlet vurdering", "Styrker", "Udfordringer"]
    type_over(path, known[1].prompt, OWN)
    type_over(path, known[2].prompt, "-")
    assert empty_places_of(path) == ["Samlet vurdering"]
    document = docx.Document(str(path))
    drop_places(document)
    document.save(str(path))
    assert "Udfordringer" not in said(path)
    assert {"Styrker", OWN, "Samlet vurdering"} <= set(said(path))


@pytest.mark.parametrize(
    ("texts", "status", "told"),
    [({}, 1, "Tomt felt: Samlet vurdering"), (FULL, 0, "udfyldt eller udeladt")],
)
def test_verify_says_in_danish_what_a_document_lacks(
    tmp_path: Path, capsys: Any, texts: dict[str, Any], status: int, told: str
):
    path = written(with_texts(**texts), tmp_path / "rapport.docx")
    with pytest.raises(SystemExit) as left:
        cli.main(["--language", "da", "verify", str(path)])
    assert left.value.code == status
    assert told in capsys.readouterr().out
