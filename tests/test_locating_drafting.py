"""A form drafted from an unknown workbook, which then loads that workbook."""

import tomllib
from datetime import date

import pytest
from made_sheets import book, codes, errors, read, sheet

from taskforce_analysis.errors import UsageError
from taskforce_analysis.forms import form_from
from taskforce_analysis.locating.drafting import draft_form, slug
from taskforce_analysis.reading.cells import Area

HEADER = ["Sagsnr.", "Kommune", "Fase", "Dato", "Er der fulgt op?", "Er der mangler?"]
LINES = [
    ["S-1", "Nordby", "Før", date(2018, 5, 1), "Ja", "Nej"],
    ["S-2", "Nordby", "Før", None, "Delvist", "Ja"],
    ["S-3", "Søby", "Efter", date(2020, 5, 1), None, "Nej"],
    ["S-4", "Søby", "Efter", date(2020, 6, 1), "Nej", "-"],
]


def drafted(*sheets, **facts):
    text = draft_form(book(*sheets, **facts))
    return form_from(tomllib.loads(text), file="udkast.toml")


def test_a_draft_says_what_the_workbook_shows():
    form = drafted(sheet([["Et måleskema"], [], HEADER, *LINES]))
    assert (form.case, form.phase) == (("Sagsnr.",), ("Fase",))
    assert [phase.label for phase in form.phases] == ["Før", "Efter"]
    assert [(one.id, one.type) for one in form.attributes] == [
        ("municipality", "text"),
        ("dato", "date"),
    ]
    assert [one.columns[0] for one in form.measures] == HEADER[4:]
    assert [one.partly for one in form.measures] == [True, False]


def test_which_answer_complies_is_a_guess_and_says_so():
    text = draft_form(book(sheet([HEADER, *LINES])))
    assert 'compliant = ["no"]   # gæt: kontrollér' in text
    assert 'compliant = ["yes"]   # gæt: kontrollér' in text


def test_a_draft_loads_the_workbook_that_it_was_made_from():
    workbook = book(sheet([HEADER, *LINES]))
    form = form_from(tomllib.loads(draft_form(workbook)), file="udkast.toml")
    checked = read(workbook, form=form)
    assert errors(checked) == set()
    assert codes(checked) == ["ANSWER_MISSING_MARK"]
    assert len(checked.answers) == 8


def test_phases_may_be_the_sheets():
    header = ["Sag", "Er der fulgt op?"]
    first = sheet([header, ["S-1", "Ja"], ["S-2", "Nej"]], "Statusmåling")
    second = sheet([header, ["S-1", "Ja"], ["S-2", "Nej"]], "Analysemåling")
    form = drafted(first, second, sheet([["Kære alle"]], "Brev"))
    assert [(one.id, one.label) for one in form.phases] == [
        ("analysis", "Analysemåling"),
        ("status", "Statusmåling"),
    ]


def test_without_phases_two_are_proposed():
    form = drafted(sheet([["Sag", "Er der fulgt op?"], ["S-1", "Ja"]]))
    assert [phase.label for phase in form.phases] == ["Analyse", "Status"]


def test_three_phases_are_numbered():
    lines = [["Sag", "Fase", "Er der fulgt op?"]]
    lines += [[f"S-{n}", f"{n}. runde", "Ja"] for n in (1, 2, 3)]
    form = drafted(sheet(lines))
    assert form.phase_ids == ("phase_1", "phase_2", "phase_3")
    assert [one.label for one in form.phases] == ["1. runde", "2. runde", "3. runde"]


def test_themes_scales_and_persons():
    header = ["Sag", "Navn", "Er det belyst?", "I hvilken grad er det inddraget?"]
    merged = (Area(1, 3, 1, 4),)
    grades = ["I høj grad", "I høj grad", "I ringe grad", "I ringe grad"]
    lines = [[None, None, "Udredning"], header]
    lines += [[f"S-{n}", "Canary", "Ja", grade] for n, grade in enumerate(grades)]
    text = draft_form(book(sheet(lines, merged=merged)))
    form = form_from(tomllib.loads(text), file="udkast.toml")
    assert [theme.label for theme in form.themes] == ["Udredning"]
    assert [measure.kind for measure in form.measures] == ["answer", "ordered"]
    assert [grade.label for grade in form.measures[1].scale] == [
        "I høj grad",
        "I ringe grad",
    ]
    assert "Canary" not in text
    assert "personoplysninger" in text


def test_a_workbook_without_a_case_column_gets_a_name_for_one():
    form = drafted(sheet([["Hvem", "Er der fulgt op?"], ["S-1", "Ja"]]))
    assert form.case == ("Sagsnr.",)


def test_a_cpr_number_never_enters_a_draft():
    lines = [["Sag", "Fase", "Fulgt op 010135-0000"], ["S-1", "010135-0000", "Ja"]]
    assert "0000" not in draft_form(book(sheet([*lines, ["S-2", "010135-0000", "Ja"]])))


@pytest.mark.parametrize(
    "lines",
    [[], [["Kære alle"]], [["Ja"], ["Nej"]]],
    ids=["empty", "letter", "answers"],
)
def test_a_workbook_without_answers_under_a_header_gives_no_draft(lines):
    with pytest.raises(UsageError, match="no column of the workbook holds answers"):
        draft_form(book(sheet(lines)))


def test_hidden_sheets_are_left_out():
    with pytest.raises(UsageError, match="no column"):
        draft_form(book(sheet([HEADER, *LINES], hidden=True)))


def test_ids_are_made_of_words_and_never_the_same():
    taken: set[str] = set()
    names = [slug(text, taken) for text in ("Er det?", "Er det", "1. måling", "???")]
    assert names == ["det", "det_2", "punkt_1_maaling", "punkt"]
