"""The report's pictures: drawn once for all writers, with their words outside."""

import pytest
from fake_results import fake_results

from taskforce_analysis.charts import drawing
from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting.blocks import Picture
from taskforce_analysis.writing import write
from taskforce_analysis.writing.picturing import Pictures

DANISH = load_language("da")
CHANGE = Picture("change", "Andele")


@pytest.fixture
def drawn(monkeypatch):
    """The names of the charts in the order in which they are drawn."""
    names = []
    kept = drawing.draw

    def draw(name, *given, **options):
        names.append(name)
        return kept(name, *given, **options)

    monkeypatch.setattr(drawing, "draw", draw)
    return names


def test_two_writers_of_a_set_share_a_picture(drawn, tmp_path):
    results = fake_results(2)
    pictures = Pictures(results, DANISH)
    write(results, tmp_path / "a.docx", pictures=pictures)
    write(results, tmp_path / "a.html", pictures=pictures)
    assert drawn == ["change", "change"]  # page one, and all measures


def test_outside_a_set_each_writer_draws_its_own(drawn, tmp_path):
    results = fake_results(2)
    write(results, tmp_path / "a.html")
    write(results, tmp_path / "b.html")
    assert drawn == ["change"] * 4


def test_a_shared_picture_is_the_picture_drawn_alone():
    results = fake_results(2)
    alone = Pictures(results, DANISH).pages(CHANGE)[0]
    pictures = Pictures(results, DANISH)
    first = pictures.pages(CHANGE)[0]
    printed = first.png().getvalue()
    shared = pictures.pages(CHANGE)[0]
    assert shared is first
    assert (shared.svg(), printed) == (alone.svg(), alone.png().getvalue())


def test_other_charts_and_options_are_other_pictures():
    pictures = Pictures(fake_results(2), DANISH)
    one = pictures.pages(CHANGE)[0]
    others = [
        pictures.pages(Picture("change", "Andele", {"theme": None}))[0],
        pictures.pages(Picture("rates", "Andele"))[0],
    ]
    assert all(other.figure is not one.figure for other in others)


def test_the_title_is_the_caption_and_the_notes_stand_on_the_last_page():
    first, *_, last = Pictures(fake_results(40), DANISH).pages(CHANGE)
    assert first.title.startswith("Andele (1/")
    assert (first.note, first.source) == ("", "")
    assert last.note.startswith("Anm.")
    assert last.source.startswith("Kilde")
