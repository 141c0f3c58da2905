"""A form drafted from an unknown workbook, which then loads that workbook."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pandas as pd
import pytest
from made_sheets import book, codes, errors, read, sheet
from PIL import Image

from taskforce_analysis.charts import draw, drawing_of
from taskforce_analysis.checking import Checked, check
from taskforce_analysis.errors import UsageError
from taskforce_analysis.forms import load_form
from taskforce_analysis.locating.drafting import DraftForm, draft_form, slug
from taskforce_analysis.reading.cells import Area, Workbook
from taskforce_analysis.results import run
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import available_writers, write

HEADER = ["Sagsnr.", "Kommune", "Fase", "Dato", "Er der fulgt op?", "Er der mangler?"]
LINES = [
    ["S-1", "Nordby", "Før", date(2018, 5, 1), "Ja", "Nej"],
    ["S-2", "Nordby", "Før", None, "Delvist", "Ja"],
    ["S-3", "Søby", "Efter", date(2020, 5, 1), None, "Nej"],
    ["S-4", "Søby", "Efter", date(2020, 6, 1), "Nej", "-"],
]


def drafted(*sheets, **facts):
    return draft_form(book(*sheets, **facts))


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
    text = draft_form(book(sheet([HEADER, *LINES]))).text
    assert 'compliant = ["no"]   # gæt: kontrollér' in text
    assert 'compliant = ["yes"]   # gæt: kontrollér' in text


def test_a_draft_loads_the_workbook_that_it_was_made_from():
    workbook = book(sheet([HEADER, *LINES]))
    form = draft_form(workbook)
    checked = read(workbook, form=form)
    assert errors(checked) == set()
    assert codes(checked) == ["ANSWER_MISSING_MARK"]
    assert len(checked.answers) == 8


UNREAD = ["Bo Hansen", "?", "-", "N/A", "Ved ikke", "Jaa"]
ASKED = [f"Er der svar på spørgsmål {letter}?" for letter in "abcde"]


@pytest.mark.parametrize("unread", UNREAD)
@pytest.mark.parametrize("asked", [1, 3, 5])
@pytest.mark.parametrize("named", ["{}", "S-{}"])
@pytest.mark.parametrize("above", [[], [["Sagsgennemgang"], []], [["Skema 2022"]]])
def test_a_first_case_whose_answers_are_not_read_is_no_header(
    unread, asked, named, above
):
    """It was lost, and what stood in its cells became the measures' names."""
    ids = [int(one) if named == "{}" else named.format(one) for one in range(1, 9)]
    first = [ids[0], *[unread] * asked]
    lines = [
        [one, *(["Ja", "Nej"][at % 2] for _ in range(asked))]
        for at, one in enumerate(ids[1:])
    ]
    workbook = book(sheet([*above, ["Nr", *ASKED[:asked]], first, *lines]))
    form = draft_form(workbook)
    assert [one.columns[0] for one in form.measures] == ASKED[:asked]
    assert "Bo Hansen" not in f"{form.text}{form}"
    assert read(workbook, form=form).answers["case_id"].nunique() == 8


@pytest.mark.parametrize("unread", UNREAD)
def test_a_table_in_memory_begins_with_its_headers(unread):
    cases = pd.DataFrame({"Sag": ["a", "b", "c"], "Svar": [unread, "Ja", "Nej"]})
    assert [one.label for one in draft_form(cases).measures] == ["Svar"]


def test_a_row_of_themes_above_the_questions_is_no_header():
    themes = ["", "Opfølgning", "Opfølgning", "Plan"]
    lines = [[f"S-{at}", "Ja", "Nej", "Ja"] for at in range(5)]
    form = drafted(sheet([themes, ["Sag", *ASKED[:3]], *lines]))
    assert [one.label for one in form.measures] == ASKED[:3]


def test_a_corrected_draft_is_not_written_over(tmp_path):
    form = drafted(sheet([HEADER, *LINES]))
    path = form.save(tmp_path / "vores.toml")
    form.save(path)  # the same once more
    path.write_text(form.text.replace("Fase", "Runde"), "utf-8")
    with pytest.raises(UsageError, match="may have been corrected"):
        form.save(path)
    assert "Runde" in path.read_text("utf-8")
    form.save(path, replace=True)
    assert path.read_text("utf-8") == form.text


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
    form = draft_form(book(sheet(lines, merged=merged)))
    text = form.text
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
    form = draft_form(book(sheet([*lines, ["S-2", "010135-0000", "Ja"]])))
    assert "0000" not in f"{form.text}{form}{form._repr_html_()}"


@pytest.mark.parametrize(
    "lines",
    [[], [["Kære alle"]]],
    ids=["empty", "letter"],
)
def test_a_workbook_without_answers_under_a_header_gives_no_draft(lines):
    with pytest.raises(UsageError, match="no column of the workbook holds answers"):
        draft_form(book(sheet(lines)))


# A case is never taken for headers


def test_names_of_people_below_plain_headers_are_no_headers():
    lines = [["Alfa", "Bo Hansen"], ["Beta", "Ja"], ["Gamma", "Nej"]]
    form = drafted(sheet([["Betegnelse", "Partshøring"], *lines]))
    assert [one.label for one in form.measures] == ["Partshøring"]
    assert "Bo Hansen" not in form.text


@pytest.mark.parametrize(
    "lines",
    [
        [["S-1", "Bo Hansen"], ["S-2", "Ja"], ["S-3", "Nej"]],
        [[1, "Bo Hansen"], [2, "Ja"], [3, "Nej"]],
        [["Alfa", "Ja"], ["Beta", "Bo Hansen"], ["Gamma", "Nej"]],
        [["Dato", date(2024, 1, 1)], ["Hvem", "Bo Hansen"], ["Beta", "Ja"]],
        [["Ja"], ["Nej"], ["Ja"]],
    ],
    ids=["ids", "numbers", "below an answer", "dates above", "answers"],
)
def test_where_no_row_names_the_columns_nothing_is_drafted(lines):
    with pytest.raises(UsageError, match="no row of headers") as told:
        drafted(sheet(lines))
    assert "Hansen" not in str(told.value)


def test_lines_above_the_headers_are_passed_over():
    header = ["Nr", "Fase", "Er der partshørt?"]
    above = [["Gennemgang"], ["Kommune", "Nordby"], ["Udskrevet", date(2024, 1, 1)]]
    lines = [[n, "A" if n % 2 else "B", "Ja"] for n in range(6)]
    form = drafted(sheet([*above, header, *lines]))
    assert (form.case, form.phase) == (("Nr",), ("Fase",))


def test_of_two_rows_of_headers_the_questions_are_those_of_the_columns():
    codes_above = [["Sag", "V1", "V2"], ["Sagsnr.", "Er det belyst?", "Er det rettet?"]]
    lines = [[f"S-{n}", "Ja", "Nej"] for n in range(4)]
    form = drafted(sheet([*codes_above, *lines]))
    assert [one.label for one in form.measures] == ["Er det belyst?", "Er det rettet?"]


# Answers in other words


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("yes", "no"),
        ("Y", "N"),
        ("1", "0"),
        ("Opfyldt", "Ikke opfyldt"),
        ("SAND", "FALSK"),
        ("True", "False"),
    ],
)
def test_answers_in_other_known_words_are_read(yes, no):
    cases = pd.DataFrame({"Nr": range(1, 13), "Er der hørt?": [yes, yes, no] * 4})
    tally = run(cases, cases, form="draft").tally
    assert tally[["compliant", "applicable"]].to_numpy().tolist() == [[8, 12]] * 2


def test_questions_that_are_answered_by_marks_are_named():
    cases = pd.DataFrame({"Nr": range(1, 5), "Er der hørt?": ["x", None] * 2})
    with pytest.raises(UsageError, match='questions stand "Er der hørt'):
        draft_form(cases)
    form = draft_form(cases.assign(**{"Er det belyst?": "Ja"}))
    assert "Er der hørt?" in str(form)
    assert [one.label for one in form.measures] == ["Er det belyst?"]


def test_a_long_table_is_drafted_by_its_questions():
    asked = ["Er A hørt?", "Er B hørt?"]
    cases = pd.DataFrame(
        [
            {"Sagsnr.": n, "Fase": phase, "Spørgsmål": one, "Svar": answer}
            for phase in ("2022", "2024")
            for n in range(6)
            for one, answer in zip(asked, ("Ja", "Nej"), strict=True)
        ]
    )
    results = run(cases, form="draft")
    assert [one.label for one in results.form.measures] == asked
    assert results.tally["compliant"].tolist() == [6, 6, 0, 0]
    assert set(results.tally["applicable"]) == {6}


# Phases in time


@pytest.mark.parametrize(
    "names",
    [
        ["Runde 2", "Runde 9", "Runde 10"],
        ["4. kvartal 2021", "1. kvartal 2022"],
        ["2021-Q4", "2022-Q1"],
        ["K3 2021", "K4 2021"],
        ["april 2022", "maj 2022", "juni 2022"],
        ["Maj 2021", "April 2022"],
        ["Før", "Undervejs", "Efter"],
        ["Baseline 2020", "Opfølgning 2019"],
        ["2022", "2024"],
    ],
)
def test_phases_stand_in_their_order_in_time(names):
    lines = [["Sag", "Fase", "Er der fulgt op?"]]
    lines += [[n, name, "Ja"] for n in (1, 2) for name in reversed(names)]
    form = drafted(sheet(lines))
    assert [one.label for one in form.phases] == names
    assert ("before=" in str(form)) == (len(names) > 2)


@pytest.mark.parametrize(
    ("cells", "why"),
    [([None] * 4, "is empty"), ([date(2022, 1, 1)] * 4, "holds dates")],
)
def test_a_column_of_phases_that_names_none_is_told(cells, why):
    lines = [[n, cell, "Ja"] for n, cell in enumerate(cells)]
    workbook = book(sheet([["Sag", "Fase", "Er der fulgt op?"], *lines]))
    with pytest.raises(UsageError, match=f'phases, "Fase", {why}'):
        draft_form(workbook)


def test_columns_of_phases_and_cases_may_be_named():
    lines = [[f"Side {n}", "AB"[n % 2], "Ja"] for n in range(6)]
    workbook = book(sheet([["Papir", "Bunke", "Er der fulgt op?"], *lines]))
    form = draft_form(workbook, phase="Bunke", case="papir")
    assert (form.case, form.phase) == (("Papir",), ("Bunke",))
    assert [one.label for one in form.phases] == ["A", "B"]
    with pytest.raises(UsageError, match='no column is called "Bunker"'):
        draft_form(workbook, phase="Bunker")


def test_hidden_sheets_are_left_out():
    with pytest.raises(UsageError, match="no column"):
        draft_form(book(sheet([HEADER, *LINES], hidden=True)))


def test_ids_are_made_of_words_and_never_the_same():
    taken: set[str] = set()
    names = [slug(text, taken) for text in ("Er det?", "Er det", "1. måling", "???")]
    assert names == ["det", "det_2", "punkt_1_maaling", "punkt"]


# What was drafted runs on what it was drafted from


def runs(form: DraftForm, *books: Workbook) -> Checked:
    checked = check(books, form)
    assert {one.code for one in checked.found if one.severity == "error"} == set()
    return checked


def test_sheets_that_are_called_after_years_are_the_phases():
    header = ["Løbenr.", "Team", "Sagsbehandler", "Er der partshørt?"]
    lines = [[n, f"Team {n % 2}", "A B", "Ja"] for n in range(6)]
    workbook = book(sheet([header, *lines], "2024"), sheet([header, *lines], "2022"))
    form = draft_form(workbook)
    assert [one.label for one in form.phases] == ["2022", "2024"]
    # One column that cases cluster by, and no person's; the team is an attribute too.
    assert (form.cluster, [one.id for one in form.attributes]) == (("Team",), ["team"])
    assert "Sagsbehandler" not in form.text
    assert set(runs(form, workbook).answers["phase"]) == {"analysis", "status"}


def test_files_tell_the_phases_by_what_parts_their_names():
    lines = [["Sag", "Er der fulgt op?"], ["S-1", "Ja"], ["S-2", "Nej"]]
    books = [
        replace(book(sheet(lines)), file=name)
        for name in ("gennemgang_2024.xlsx", "gennemgang_2022.xlsx")
    ]
    form = draft_form(books)
    assert [one.label for one in form.phases] == ["2022", "2024"]
    answers = runs(form, *books).answers
    assert dict(zip(answers["file"], answers["phase"], strict=True)) == {
        "gennemgang_2024.xlsx": "status",
        "gennemgang_2022.xlsx": "analysis",
    }


def test_a_column_of_years_as_numbers_tells_the_phases():
    lines = [["Sag", "Måling", "Er der fulgt op?"]]
    lines += [[n, year, "Ja"] for n in (1, 2) for year in (2022, 2024)]
    workbook = book(sheet(lines))
    form = draft_form(workbook)
    assert [one.label for one in form.phases] == ["2022", "2024"]
    runs(form, workbook)


def test_one_file_without_a_phase_is_read_as_the_first():
    workbook = book(sheet([["Sag", "Er der fulgt op?"], ["S-1", "Ja"]]))
    assert set(runs(draft_form(workbook), workbook).answers["phase"]) == {"analysis"}


def test_phases_may_be_named_and_ordered():
    lines = [["Sag", "Fase", "Er der fulgt op?"]]
    lines += [[f"S-{n}", phase, "Ja"] for n in (1, 2) for phase in ("Rød", "Blå")]
    workbook = book(sheet(lines))
    form = draft_form(workbook, ["Rød", "Blå"])
    assert [one.label for one in form.phases] == ["Rød", "Blå"]
    runs(form, workbook)
    with pytest.raises(UsageError, match='no phase is called "Grøn"'):
        draft_form(workbook, ["Rød", "Grøn"])


def test_asked_phases_name_those_that_nothing_in_the_workbook_tells():
    form = draft_form(
        book(sheet([["Sag", "Er der fulgt op?"], ["S-1", "Ja"]])), ["Vinter", "Sommer"]
    )
    assert [one.label for one in form.phases] == ["Vinter", "Sommer"]


def test_one_sheet_that_is_called_after_the_second_phase_is_that_one():
    lines = [["Sag", "Er der fulgt op?"], ["S-1", "Ja"], ["S-2", "Nej"]]
    workbook = book(sheet(lines, "Statusmåling"))
    form = draft_form(workbook)
    assert [one.label for one in form.phases] == ["Analyse", "Status"]
    assert set(runs(form, workbook).answers["phase"]) == {"status"}


def test_a_column_that_numbers_its_rows_is_the_case_where_none_is_called_so():
    lines = [[101 + n, "Ja"] for n in range(6)]
    form = drafted(sheet([["Papir", "Er der partshørt?"], *lines]))
    assert form.case == ("Papir",)


def test_one_column_a_role_and_two_columns_of_a_place():
    lines = [["Sag", "Nr", "Kommune", "Kommunenavn", "Fase", "Er der fulgt op?"]]
    lines += [[1, n, "Nordby", "Nordby", phase, "Ja"] for n, phase in enumerate("ABAB")]
    workbook = book(sheet(lines))
    form = draft_form(workbook)
    assert form.case == ("Nr",)
    assert [one.id for one in form.attributes] == ["municipality", "kommunenavn"]
    runs(form, workbook)


def test_headers_that_are_nearly_alike_are_two_in_a_sheet_and_one_in_two():
    one = ["Sag", "Fase", "1. Er det belyst?", "2. Er det belyst?"]
    workbook = book(sheet([one, [1, "A", "Ja", "Nej"], [2, "B", "Ja", "Nej"]]))
    form = draft_form(workbook)
    assert [each.columns for each in form.measures] == [(one[2],), (one[3],)]
    runs(form, workbook)
    first = sheet([["Sag", "Er det belyst?"], [1, "Ja"]], "2022")
    second = sheet([["Sag", "Er det belyst *"], [1, "Ja"]], "2024")
    both = draft_form(book(first, second))
    assert [each.columns for each in both.measures] == [
        ("Er det belyst?", "Er det belyst *")
    ]
    runs(both, book(first, second))


def test_a_question_of_ones_and_zeros_is_a_measure():
    lines = [["Sag", "Fase", "Er det belyst?"]]
    lines += [[n, phase, n % 2] for n, phase in enumerate("ABABAB")]
    form = draft_form(book(sheet(lines)))
    assert [one.label for one in form.measures] == ["Er det belyst?"]
    runs(form, book(sheet(lines)))


def test_the_best_step_of_a_known_scale_complies():
    grades = ["Slet ikke", "I ringe grad", "I høj grad", "I nogen grad"]
    lines = [["Sag", "Fase", "Er det belyst?", "I hvilken grad er det belyst?"]]
    lines += [[n, "A", "Ja", grades[n % 4]] for n in range(8)]
    (_, graded) = draft_form(book(sheet(lines))).measures
    assert [one.label for one in graded.scale] == [
        "I høj grad",
        "I nogen grad",
        "I ringe grad",
        "Slet ikke",
    ]
    assert graded.compliant == ("hoej_grad",)


def test_a_reversed_question_is_called_by_what_is_kept():
    asked = ["Er der mangler i sagen?", "Har sagen fejl?", "Er der fulgt op?"]
    lines = [["Sag", "Fase", *asked], [1, "A", "Nej", "Nej", "Ja"]]
    form = draft_form(book(sheet([*lines, [2, "B", "Ja", "Ja", "Nej"]])))
    assert [(one.label, one.compliant) for one in form.measures] == [
        ("Der er ikke mangler i sagen", ("no",)),
        ("Nej til: Har sagen fejl?", ("no",)),
        ("Er der fulgt op?", ("yes",)),
    ]
    assert not any(one.is_label_reversed for one in form.measures)


def test_a_draft_is_saved_and_stays_a_draft_until_its_line_is_deleted(tmp_path):
    form = draft_form(book(sheet([HEADER, *LINES])))
    path = form.save(tmp_path / "mit_skema.toml")
    saved = load_form(path)
    assert saved.draft
    assert saved.measure_ids == form.measure_ids
    lines = path.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("draft")]
    other = tmp_path / "rettet.toml"
    other.write_text("\n".join(kept), "utf-8")
    assert not load_form(other).draft
    with pytest.raises(UsageError, match=r'a form is a TOML file. Name it "mit_skema'):
        form.save(tmp_path / "mit_skema.docx")


def test_a_draft_shows_each_guess_and_why():
    shown = draft_form(book(sheet([HEADER, *LINES])))._repr_html_()
    assert "Udkast til skema" in shown
    assert "Spørgsmålet er vendt om: Nej tæller som opfyldt." in shown
    assert "3 af 3 celler er svar." in shown


def test_a_draft_of_the_example_runs_at_once():
    example = data_folder("example")
    results = run(example / "analyse.xlsx", example / "status.xlsx", form="draft")
    assert results.form.draft
    assert results.phases == ("analysis", "status")
    rows = results.tally.query("measure == 'foretaget_en_helhedsvurdering'")
    own = run(example / "analyse.xlsx", example / "status.xlsx").tally
    crude = own.query("measure == 'holistic_assessment' and basis == 'crude'")
    assert rows["compliant"].tolist() == crude["compliant"].tolist()


def test_everything_made_with_a_draft_says_so(tmp_path):
    example = data_folder("example")
    results = run(example / "analyse.xlsx", example / "status.xlsx", form="draft")
    for kind, suffixes in available_writers().items():
        for suffix in {*suffixes} - {".pdf"}:
            path = write(results, tmp_path / f"{kind}{suffix}", kind=kind)
            said = figure_text(path) if suffix == ".png" else text_of(path)
            assert "dkast til skema" in said or '"draft": true' in said, path.name
    assert "Udkast til skema" in results._repr_html_()
    assert "Udkast til skema" in drawing_of(draw("change", results)).source


def figure_text(path: Path) -> str:
    """What a picture tells those who cannot see it."""
    with Image.open(path) as picture:
        return str(picture.info)


def text_of(path: Path) -> str:
    """All that a written file says: the texts of its parts, or itself."""
    if not is_zipfile(path):
        return path.read_text("utf-8")
    with ZipFile(path) as opened:
        parts = [opened.read(one) for one in opened.namelist() if one.endswith(".xml")]
    return re.sub("<[^>]+>", "", b" ".join(parts).decode("utf-8"))


def test_a_label_that_asks_the_reverse_is_told_and_stands_in_the_note(tmp_path):
    form = draft_form(book(sheet([HEADER, *LINES])))
    asked = form.measures[1]
    assert asked.columns == ("Er der mangler?",)
    measures = (form.measures[0], replace(asked, label="Er der mangler?"))
    frame = [dict(zip(HEADER, line, strict=True)) for line in LINES]
    own = replace(form, measures=measures)
    results = run(pd.DataFrame(frame), form=own, force=True)
    told = results.issues.query("code == 'LABEL_REVERSED'")
    assert told["measure"].tolist() == [asked.id]
    note = drawing_of(draw("rates", results)).note
    assert "»Er der mangler?«: Nej tæller som opfyldt" in note
    kept = run(pd.DataFrame(frame), form=form, force=True)
    assert "Nej tæller" not in drawing_of(draw("rates", kept)).note


def test_rows_that_answer_one_question_each_are_no_table():
    lines = [[None] * at + ["Ja"] + [None] * (4 - at) for at in range(5)]
    with pytest.raises(UsageError):
        drafted(sheet([ASKED, *lines]))


def test_a_title_above_the_question_alone_is_no_header():
    lines = [[f"S-{at}", "Ja"] for at in range(5)]
    form = drafted(sheet([[None, "Sagsgennemgang"], ["Sag", ASKED[0]], *lines]))
    assert [one.label for one in form.measures] == [ASKED[0]]


def test_of_two_columns_of_phases_one_is_taken():
    cases = {
        "Sag": range(4),
        "Måling": ["Før", "Efter"] * 2,
        "Fase": ["Før", "Efter"] * 2,
    }
    form = draft_form(pd.DataFrame({**cases, ASKED[0]: ["Ja", "Nej"] * 2}))
    assert len(form.phase) == 1
    assert [one.label for one in form.phases] == ["Før", "Efter"]


def test_more_than_twelve_phases_are_refused():
    names = [f"Periode {at}" for at in range(13)]
    cases = {"Sag": range(13), "Fase": names, ASKED[0]: ["Ja"] * 13}
    with pytest.raises(UsageError, match="names more than twelve"):
        draft_form(pd.DataFrame(cases))


@pytest.mark.parametrize("mark", ["?", "-", "Ved ikke"])
def test_a_mark_in_place_of_the_first_answer_is_no_header(mark):
    rows = [["Nordby", mark], ["Søby", "Ja"], ["Vestby", "Nej"], ["Østby", "Ja"]]
    form = drafted(sheet([["Område", ASKED[0]], *rows]))
    assert [one.label for one in form.measures] == [ASKED[0]]
