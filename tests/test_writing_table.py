"""One table alone in a file, and one sentence, as the report has them."""

from zipfile import ZipFile

import pytest
from fake_results import fake_results
from PIL import Image

import taskforce_analysis as ta
from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import deciding
from taskforce_analysis.writing.table import rows_of


@pytest.fixture
def results() -> ta.Results:
    return fake_results(4)


@pytest.mark.parametrize(
    ("suffix", "part"),
    [(".docx", "word/document.xml"), (".xlsx", "xl/sharedStrings.xml"), (".html", "")],
)
def test_a_table_has_the_measures_asked_for_and_no_other(
    results, tmp_path, suffix, part
):
    path = tmp_path / f"tabel{suffix}"
    ta.write(results, path, kind="table", measures=["m3", "m1"])
    said = ZipFile(path).read(part).decode() if part else path.read_text("utf-8")
    labels = {one.id: one.label for one in results.form.measures}
    assert said.index(labels["m3"]) < said.index(labels["m1"])
    assert labels["m2"] not in said
    assert "Kilde: " in said


def test_a_table_is_drawn_sixteen_centimetres_wide(results, tmp_path):
    path = ta.write(results, tmp_path / "tabel.png", kind="table", measures="m1")
    with Image.open(path) as image:
        assert abs(image.width - 16 / 2.54 * 300) < 1


def test_rows_are_sorted_as_asked(results):
    differences = {
        row.measure: row.shown_difference.value
        for row in deciding(results, "all")
        if row.shown_difference
    }
    found = [row.measure for row in rows_of(results, ["all"], sort="difference")]
    told = [differences[name] for name in found if name in differences]
    assert told == sorted(told, reverse=True)
    with pytest.raises(ta.UsageError, match='no sort is called "diff"'):
        rows_of(results, ["all"], sort="diff")


def test_a_sentence_is_the_reports_own(results):
    rows = {row.measure: row for row in deciding(results, "all")}
    own = Sentences(results, load_language("da")).told_with_asides(rows["m1"])
    assert ta.sentence(results, "m1") == own
    with pytest.raises(ta.UsageError, match='no measure is called "m9"'):
        ta.sentence(results, "m9")
