"""A municipality's own template says by tag where each part of the report goes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from fake_results import fake_results
from results_to_write import results_to_write

from taskforce_analysis.errors import UsageError
from taskforce_analysis.filing.refreshing import refresh
from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.writing import write
from taskforce_analysis.writing.word.document import account_of
from taskforce_analysis.writing.word.tags import blocks_at, known_tags
from taskforce_analysis.writing.word.xml import made, text_run


def control(*content: Any, tag: str = "", title: str = "") -> Any:
    told = [made("alias", val=title)] if title else []
    told += [made("tag", val=tag)] if tag else []
    return made("sdt", made("sdtPr", *told), made("sdtContent", *content))


def template(path: Path, *elements: Any) -> Path:
    document: Any = docx.Document()
    document.add_paragraph("Eksempelkøbing Kommune skriver selv først.")
    for element in elements:
        document.element.body.sectPr.addprevious(element)
    document.add_paragraph("Og til sidst.")
    document.save(str(path))
    return path


def block(tag: str) -> Any:
    return control(made("p", text_run("Klik her")), tag=f"taskforce:{tag}")


def shown(path: Path) -> list[str]:
    document: Any = docx.Document(str(path))
    names = {"p": "p", "tbl": "table"}
    return [
        (one.tag == qn("w:tbl") and "TABLE")
        or "".join(piece.text or "" for piece in one.iter(qn("w:t")))
        or ("PICTURE" if one.findall(f".//{qn('w:drawing')}") else "")
        for one in document.element.body
        if one.tag.rpartition("}")[2] in names
    ]


def test_each_part_goes_where_its_tag_stands(tmp_path: Path):
    own = template(
        tmp_path / "own.docx",
        block("figure:change"),
        made("p", text_run("Vores egne ord om opfølgning.")),
        block("table:follow_up"),
    )
    lines = shown(write(results_to_write(), tmp_path / "a.docx", template=own))
    assert lines[0].startswith("Internt arbejdsdokument.")
    assert lines[1] == "Eksempelkøbing Kommune skriver selv først."
    picture, words = (
        lines.index("PICTURE"),
        lines.index("Vores egne ord om opfølgning."),
    )
    table, last = lines.index("TABLE"), lines.index("Og til sidst.")
    assert 1 < picture < words < table < last == len(lines) - 1
    assert lines.count("TABLE") == 1  # what has no tag is not there
    assert "Kort fortalt" not in lines


def test_a_sentence_may_stand_in_a_line_and_by_the_controls_title(tmp_path: Path):
    inline = control(text_run("Klik"), title="taskforce:sentence:m1")
    line = made("p", text_run("Vi ser: "), inline, text_run(" Det er vigtigt."))
    own = template(tmp_path / "own.docx", line, block("notice"))
    lines = shown(write(results_to_write(), tmp_path / "a.docx", template=own))
    (told,) = [one for one in lines if one.startswith("Vi ser: ")]
    assert "14 ud af 20" in told.replace("\u00a0", " ")
    assert told.endswith(" Det er vigtigt.")
    assert lines[0] == "Eksempelkøbing Kommune skriver selv først."


def test_a_table_cell_ends_in_a_paragraph(tmp_path: Path):
    cell = made("tc", block("table:follow_up"), made("p"))
    table = made("tbl", made("tblPr"), made("tblGrid"), made("tr", cell))
    own = template(tmp_path / "own.docx", table)
    document: Any = docx.Document(
        str(write(results_to_write(), tmp_path / "a.docx", template=own))
    )
    (inner,) = document.tables[0].rows[0].cells[0].tables
    assert inner.rows[0].cells[0].text == "Målepunkt"
    assert document.tables[0].rows[0].cells[0]._tc[-1].tag == qn("w:p")


def test_a_document_from_a_template_is_refreshed_in_its_places(tmp_path: Path):
    own = template(tmp_path / "own.docx", block("table:assessment"), block("summary"))
    path = write(results_to_write(), tmp_path / "a.docx", template=own)
    assert account_of(docx.Document(str(path))).places == (
        "notice",
        "table:assessment",
        "summary",
    )
    comparison = results_to_write().comparison
    comparison.loc[comparison["measure"] == "m1", "compliant_after"] = 15
    other = replace(results_to_write(), comparison=comparison)
    done = refresh(path, other)
    assert {one.measure for one in done.changes} == {"m1"}
    assert shown(path) == shown(write(other, tmp_path / "b.docx", template=own))


def test_a_tag_that_does_not_exist_is_refused_with_the_nearest(tmp_path: Path):
    own = template(tmp_path / "own.docx", block("table:folow_up"))
    with pytest.raises(UsageError, match='Nearest: "taskforce:table:follow_up"'):
        write(results_to_write(), tmp_path / "a.docx", template=own)
    assert not (tmp_path / "a.docx").exists()


def test_a_table_in_a_line_of_text_is_refused(tmp_path: Path):
    inline = control(text_run("Klik"), tag="taskforce:table:follow_up")
    own = template(tmp_path / "own.docx", made("p", text_run("Se "), inline))
    with pytest.raises(UsageError, match="stands in a line with other text"):
        write(results_to_write(), tmp_path / "a.docx", template=own)


def test_other_controls_and_a_template_without_tags_are_as_before(tmp_path: Path):
    other = control(made("p", text_run("Sagsnr. hos os")), tag="journal")
    own = template(tmp_path / "own.docx", other)
    path = write(results_to_write(), tmp_path / "a.docx", template=own)
    document: Any = docx.Document(str(path))
    tags = [one.get(qn("w:val")) for one in document.element.body.iter(qn("w:tag"))]
    assert tags == ["journal"]
    assert "Kort fortalt" in shown(path)


def test_every_tag_gives_something():
    sentences = Sentences(results_to_write(), load_language("da"))
    tags = known_tags(sentences)
    assert {"summary", "table:follow_up", "sentence:m1", "figure:change"} <= set(tags)
    # A theme of which no table says more than its figures has no sentence.
    told = {tag for tag in tags if tag.startswith("sentences:")}
    without = {tag for tag in tags if not blocks_at(tag, sentences)}
    assert without <= {"timing", "recommendations", "other_recommendations", *told}


def test_a_measure_s_sentence_is_told_for_each_group():
    results = fake_results(2, groups=("Nordby", "Havnsø"))
    blocks: Any = blocks_at("sentence:m1", Sentences(results, load_language("da")))
    begun = [one.text.partition(":")[0] for one in blocks]
    assert begun == ["Havnsø", "Nordby"]
    assert {one.about for one in blocks} == {"m1"}
