"""A measurement is what the user declares about it, never what is inferred."""

from datetime import date
from pathlib import Path

import pytest

from taskforce_analysis.errors import FileError, FormError, UsageError
from taskforce_analysis.measurements import (
    DROPPED,
    SELECTIONS,
    Measurement,
    PhasePlan,
    check_themes,
    load_measurement,
)

WHOLE = """
form = "boernehandicap"
title = "Sagsbehandlingen på børnehandicapområdet"
municipality = "Eksempelkøbing Kommune"
primary = ["holistic_assessment", "follow_up_timely"]
chosen_because_low = "follow_up_timely"
bridge_cases = ["A-01", "A-02"]

[phases.analysis]
files = ["analyse_2018.xlsx"]
measured = "2018-10-01"
selection = "criteria"
population = 143
period = ["2017-07-01", 2018-06-30]
drawn_by = "kommunen"
reviewers = "to jurister"

[phases.status]
files = "status_2021.xlsx"
selection = "random"

[settings]
confidence = 0.9
by = "municipality"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "maaling.toml"
    path.write_text(text, "utf-8")
    return path


CONSULTED = """
[[kilder]]
kind = "interview"
name = "Gruppeinterview med rådgivere"
date = 2018-10-12
number = 3
used_for = "faglig ledelse; nævner 010135-0000"

[[kilder]]
kind = "materiale"
name = "Sagsgange og skabeloner"
"""


def test_sources_beside_the_cases_are_listed_without_a_cpr_number(tmp_path):
    plan = load_measurement(written(tmp_path, WHOLE + CONSULTED))
    first, second = plan.consulted
    assert (first.kind, first.name) == ("interview", "Gruppeinterview med rådgivere")
    assert (first.day, first.number) == (date(2018, 10, 12), 3)
    assert first.used_for == "faglig ledelse; nævner ██████-████"
    assert (second.kind, second.day, second.number) == ("materiale", None, None)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ('"interview"', '"rygte"', r"kilder\[0\]\.kind.*known: materiale"),
        ("number = 3", "number = 0", r"kilder\[0\]\.number.*below 1"),
        ('"Sagsgange og skabeloner"', '" "', r"kilder\[1\]\.name.*type text"),
        (
            '"Sagsgange og skabeloner"',
            '"gruppeinterview med rådgivere"',
            r"kilder\[1\]\.name.*the same",
        ),
        ("used_for", "bruges_til", "unknown key"),
    ],
)
def test_a_source_that_is_not_whole_is_refused(tmp_path, old, new, finding):
    text = WHOLE + CONSULTED.replace(old, new)
    with pytest.raises(FormError, match=finding):
        load_measurement(written(tmp_path, text))


def test_a_measurement_is_read_as_it_is_written(tmp_path):
    plan = load_measurement(written(tmp_path, WHOLE))
    assert (plan.form, plan.municipality) == (
        "boernehandicap",
        "Eksempelkøbing Kommune",
    )
    assert plan.primary == ("holistic_assessment", "follow_up_timely")
    assert plan.chosen_because_low == ("follow_up_timely",)
    assert plan.bridge_cases == ("A-01", "A-02")
    assert list(plan.phases) == ["analysis", "status"]
    analysis = plan.phase("analysis")
    assert analysis.measured == date(2018, 10, 1)
    assert analysis.population == 143
    assert analysis.period == (date(2017, 7, 1), date(2018, 6, 30))
    assert (analysis.drawn_by, analysis.reviewers) == ("kommunen", "to jurister")
    assert (plan.settings.confidence, plan.settings.by) == (0.9, ("municipality",))


def test_files_lie_beside_the_measurement(tmp_path):
    plan = load_measurement(written(tmp_path, WHOLE))
    assert plan.files == {
        "analysis": (str(tmp_path / "analyse_2018.xlsx"),),
        "status": (str(tmp_path / "status_2021.xlsx"),),
    }


def test_a_form_of_ones_own_lies_beside_the_measurement(tmp_path):
    plan = load_measurement(written(tmp_path, 'form = "min_form.toml"'))
    assert plan.form == str(tmp_path / "min_form.toml")


def test_what_is_not_declared_is_unknown(tmp_path):
    plan = load_measurement(written(tmp_path, ""))
    assert plan == Measurement()
    assert plan.phase("analysis") == PhasePlan()
    assert plan.phase("analysis").selection == "unknown"
    assert plan.phase("analysis").measured is None
    assert load_measurement(plan) is plan


@pytest.mark.parametrize("selection", SELECTIONS)
def test_only_a_draw_is_random(selection):
    plan = PhasePlan(selection=selection)
    assert plan.is_random == (selection in ("random", "stratified"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('fom = "x"', 'key fom: unknown key. Nearest: "form"'),
        ("title = 3", "key title: is not of the type text"),
        ("settings.confidens = 0.9", r'key settings\.confidens: .*"confidence"'),
        ("phases = 3", "key phases: is not of the type table"),
        ("phases.status = 3", r"key phases\.status: is not a table"),
        ("phases.status.file = 'x'", r'phases\.status\.file: unknown key.*"files"'),
        ("phases.status.selection = 'tilfældig'", r"\.selection: known: random, str"),
        ("phases.status.measured = '1/10/2018'", r"\.measured: is not a date"),
        ("phases.status.population = 'mange'", r"\.population: is not of the type"),
        ("phases.status.population = 0", r"\.population: is below 1"),
        ("phases.status.period = '2018'", r"\.period: is not two dates"),
        ("phases.status.period = ['2018-01-01']", r"\.period: is not two dates"),
        ("phases.status.period = ['2018', '2019']", r"\.period: is not a date"),
        ("bridge_cases = ['A-01', '']", "key bridge_cases: holds an empty id"),
        (
            "locked = {date=2018-01-01, form='a', version='1', bridge_cases=''}",
            r"key locked\.bridge_cases: holds an empty id",
        ),
        (
            "phases.status.period = ['2019-01-01', '2018-01-01']",
            r"\.period: ends before it begins",
        ),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(tmp_path, text, message):
    with pytest.raises(FormError, match=f"maaling.toml: .*{message}"):
        load_measurement(written(tmp_path, text))


def test_a_choice_that_does_not_exist_is_told(tmp_path):
    with pytest.raises(UsageError, match=r'no choice .* Nearest: "holm"'):
        load_measurement(written(tmp_path, 'settings.adjustment = "holme"'))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileError, match=r"maaling\.toml: there is no such file"):
        load_measurement(tmp_path / "maaling.toml")


def test_limits_lie_beside_the_measurement_or_are_shipped(tmp_path):
    (tmp_path / "vores.toml").write_text("", "utf-8")
    path = tmp_path / "maaling.toml"
    path.write_text('limits = ["vores.toml", "deadlines/herning.toml"]', "utf-8")
    own = str(tmp_path / "vores.toml")
    assert load_measurement(path).limits == (own, "deadlines/herning.toml")


WRITTEN = """
final = true
[texts]
assessment = '''
Kommunen følger
op.

Sagen 010135-0000 er læst.'''
hearing = ""
[texts.themes.follow_up]
strengths = ["Skabelonen bruges.", "  "]
challenges = "-"
"""


def test_an_authors_words_are_parted_in_paragraphs_and_covered(tmp_path):
    plan = load_measurement(written(tmp_path, WRITTEN))
    assert plan.texts == {
        "assessment": ("Kommunen følger op.", "Sagen ██████-████ er læst."),
        "strengths:follow_up": ("Skabelonen bruges.",),
        "challenges:follow_up": (DROPPED,),
    }
    assert (plan.final, plan.pdf, plan.file) == (True, False, "maaling.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[texts]\nasessment = 'x'", "texts.asessment: unknown key"),
        ("[texts]\nassessment = 3", "texts.assessment: is not of the type texts"),
        ("[texts.themes]\nplan = 'x'", "texts.themes.plan: is not a table"),
        ("[texts.themes.plan]\nstyrker = 'x'", "texts.themes.plan.styrker: unknown"),
    ],
)
def test_a_text_that_has_no_place_is_told_with_file_and_key(tmp_path, text, message):
    with pytest.raises(FormError, match=rf"maaling\.toml: key {message}"):
        load_measurement(written(tmp_path, text))


def test_a_text_about_a_theme_that_the_form_has_not_is_told(tmp_path):
    plan = load_measurement(written(tmp_path, WRITTEN))
    check_themes(plan, ["follow_up", "plan"])
    with pytest.raises(FormError, match=r"maaling\.toml: key texts\.themes\.follow_up"):
        check_themes(plan, ["follow_ups", "plan"])
