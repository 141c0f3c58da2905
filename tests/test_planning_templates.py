"""What a template gives out comes back filled in without a word about the workbook."""

import csv
import random
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.packaging.custom import StringProperty

from taskforce_analysis.cli import main
from taskforce_analysis.forms import Form, available_forms, load_form
from taskforce_analysis.languages import load_language
from taskforce_analysis.planning.templates import (
    HEADER,
    Field,
    fields_of,
    template_workbook,
)
from taskforce_analysis.reading.cells import column_letters
from taskforce_analysis.reporting.blocks import Table
from taskforce_analysis.reporting.contents import outline
from taskforce_analysis.results import Prepared, prepare, run
from taskforce_analysis.texts import plain

DANISH = load_language("da")
CASES = 30
# A spreadsheet's day has no zone. Section 19 a is law from 2021, barnets lov from 2024,
# kompensationsydelse from September 2025.
JANUARY = datetime(2018, 1, 1)  # noqa: DTZ001
LATER: dict[str, datetime] = {
    "boernehandicap": datetime(2021, 6, 1),  # noqa: DTZ001
    "voksenhandicap": datetime(2021, 6, 1),  # noqa: DTZ001
    "boernehandicap_bl": datetime(2024, 1, 1),  # noqa: DTZ001
    "ledelsestilsyn": datetime(2024, 1, 1),  # noqa: DTZ001
    "kompensationsydelse": datetime(2025, 9, 1),  # noqa: DTZ001
}
SPAN = {"kompensationsydelse": (40, 20)}  # days; the rest of its time may be to come
# What random answers may contradict each other in; nothing of it is the workbook's,
# and the limits are the form's.
OF_THE_ANSWERS = {
    "APPLICABILITY_CONFLICT",
    "DATE_ORDER",
    "LIMIT_UNFIXED",
    "RULE_MISSING",
}
OF_THE_COMPARISON = {"APPLICABLE_SHIFT", "DENOMINATOR_ZERO", "SMALL_CELL"}
OF_THE_ANSWERS |= {"LIMITS_INVENTED", "LAW_MIXED", "MEASURE_OUTSIDE_LAW"}
WORDS = {
    "Ja": "yes",
    "Nej": "no",
    "Delvist": "partly",
    "Ikke relevant": "not_applicable",
    "Kan ikke vurderes": "not_assessable",
    None: "missing",
}


def fill(
    form: Form, path: Path, *, seed: int, cases: int = CASES
) -> dict[str, Counter]:
    """Fill in a form's template at random; how often each word was written."""
    chosen = random.Random(seed)
    book = openpyxl.load_workbook(BytesIO(template_workbook(form)))
    sheet = book.worksheets[0]
    written: dict[str, Counter] = {}
    first, (days, more) = LATER.get(form.id, JANUARY), SPAN.get(form.id, (300, 200))
    for row in range(HEADER + 1, HEADER + 1 + cases):
        day = first + timedelta(days=chosen.randrange(days))
        for column, field in enumerate(fields_of(form, DANISH), start=1):
            value = (
                value_of(field, day, chosen, more=more) if column > 1 else f"S-{row}"
            )
            sheet.cell(row, column, value)
            if field.measure:
                written.setdefault(field.measure.id, Counter())[value] += 1
    book.save(path)
    return written


def value_of(field: Field, day: datetime, chosen: random.Random, *, more: int) -> Any:
    if field.is_date:
        return day + timedelta(days=chosen.randrange(more))
    if field.measure:
        return chosen.choice([*field.answers, None])
    return chosen.choice(field.answers) if field.answers and not field.open else None


def describe(form: Form, path: Path) -> None:
    """Write what the template offers of each case: paragraph, area, benefit."""
    book = openpyxl.load_workbook(path)
    for row in range(HEADER + 1, book.worksheets[0].max_row + 1):
        for column, field in enumerate(fields_of(form, DANISH), start=1):
            if field.open and field.answers and book.worksheets[0].cell(row, 1).value:
                offered = field.answers[row % len(field.answers)]
                book.worksheets[0].cell(row, column, offered)
    book.save(path)


def odd_codes(prepared: Prepared) -> set[str]:
    return {issue.code for issue in prepared.found} - OF_THE_ANSWERS


@pytest.fixture(params=available_forms())
def form(request: pytest.FixtureRequest) -> Form:
    return load_form(request.param)


def test_what_comes_back_is_read_without_a_word(form: Form, tmp_path: Path):
    path = tmp_path / "Måleskema udfyldt.xlsx"
    written = fill(form, path, seed=2018)
    prepared = prepare(path)
    assert prepared.form.id == form.id
    assert not prepared.form_was_matched
    assert odd_codes(prepared) == set()
    answers = prepared.checked.answers
    assert answers["unit_id"].nunique() == CASES
    for name, words in written.items():
        measure = form.measure(name)
        if measure.kind == "answer" and not measure.applies_when:
            read = Counter(answers.loc[answers["measure"] == name, "answer"])
            assert read == {WORDS[word]: count for word, count in words.items()}, name


def test_twelve_cases_are_read_compared_and_reported(form: Form, tmp_path: Path):
    path = tmp_path / "Måleskema udfyldt.xlsx"
    written = fill(form, path, seed=12, cases=12)
    describe(form, path)
    results = run(path)
    codes = set(results.issues["code"]) - OF_THE_ANSWERS
    assert codes <= OF_THE_COMPARISON
    counted = results.tally[results.tally["group"] == "all"]
    assert set(counted["measure"]) >= set(written)
    assert len(results.comparison)
    told = [
        block for block in outline(results, DANISH).blocks if isinstance(block, Table)
    ]
    cells = {cell for table in told for row in table.rows for cell in row}
    # Where there is a row per period, the measures are its columns.
    cells |= {column.label for table in told for column in table.columns}
    labels = {plain(form.measure(name).label) for name in written}
    assert {label for label in labels if not any(label in c for c in cells)} == set()


def test_an_empty_template_has_no_cases(form: Form, tmp_path: Path):
    path = tmp_path / "skema.xlsx"
    path.write_bytes(template_workbook(form))
    assert odd_codes(prepare(path)) == {"NO_CASES"}


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_what_libreoffice_has_saved_is_read_alike(tmp_path: Path):
    form = load_form("boernehandicap")
    path = tmp_path / "skema.xlsx"
    fill(form, path, seed=2021)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    target = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    command = ["soffice", profile, "--headless", *target, str(tmp_path / "gemt")]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=120)
    saved = prepare(tmp_path / "gemt" / "skema.xlsx")
    assert saved.form.id == "boernehandicap"
    assert not saved.form_was_matched
    assert odd_codes(saved) == set()
    columns = ["case_id", "measure", "answer", "score"]
    before = prepare(path).checked.answers[columns]
    assert saved.checked.answers[columns].equals(before)


def test_the_same_form_gives_the_same_bytes():
    form = load_form("viso")
    assert template_workbook(form) == template_workbook(form)


def test_each_question_has_its_answers_in_a_list():
    form = load_form("boernehandicap")
    sheet = openpyxl.load_workbook(BytesIO(template_workbook(form))).worksheets[0]
    rules = {
        str(rule.sqref).split(":")[0]: (rule.type, rule.formula1)
        for rule in sheet.data_validations.dataValidation
    }
    names = [cell.value for cell in sheet[HEADER]]
    heads = {name: column_letters(at) for at, name in enumerate(names, start=1)}
    yes_or_no = '"Ja,Nej,Kan ikke vurderes"'
    place = f"{heads['Er der foretaget en helhedsvurdering?']}{HEADER + 1}"
    assert rules[place] == ("list", yes_or_no)
    assert rules[f"{heads['Afgørelse truffet']}{HEADER + 1}"][0] == "date"
    (dated,) = {
        rule.error
        for rule in sheet.data_validations.dataValidation
        if rule.type == "date"
    }
    assert dated == "Skriv en dato, for eksempel 21-12-2018."
    assert rules[f"{heads['Paragraf']}{HEADER + 1}"][0] == "list"
    assert {"Sagsbehandler", "Team", "Område", "Alder"} <= set(names)
    page: Any = sheet.page_setup
    assert (page.orientation, int(page.paperSize), page.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    assert sheet.freeze_panes == "B3"
    assert sheet.protection.sheet


def test_the_help_is_for_the_reviewer(form: Form):
    told = [field.help for field in fields_of(form, DANISH)]
    assert [text for text in told if len(text) > 250 or "målingsfil" in text] == []


LONG = "Kravet er opfyldt, men det er først dokumenteret på et senere tidspunkt"
OWN_FORM = f"""
id = "lang"
title = "Et skema med lange svar"
version = "1"
unit = "sag"
columns.case = "Sagsnr."
columns.phase = "Måling"
phases = [{{ id = "analysis", label = "Analyse" }}]
[[scales.grades]]
id = "met"
label = "Opfyldt"
[[scales.grades]]
id = "late"
label = "{LONG}"
[[measures]]
id = "reasons"
label = "Afgørelsen er begrundet"
columns = ["Er afgørelsen begrundet?"]
kind = "graded"
scale = "grades"
compliant = ["met"]
"""


def test_an_answer_with_a_comma_stands_on_a_sheet_of_its_own(tmp_path: Path):
    (tmp_path / "lang.toml").write_text(OWN_FORM, "utf-8")
    form = load_form(tmp_path / "lang.toml")
    book = openpyxl.load_workbook(BytesIO(template_workbook(form)))
    sheet = book.worksheets[0]
    (rule,) = [
        rule
        for rule in sheet.data_validations.dataValidation
        if "Lister" in str(rule.formula1)
    ]
    assert rule.formula1 == "'Lister'!$C$1:$C$4"
    listed = [book["Lister"].cell(row, 3).value for row in (1, 2, 3, 4)]
    assert listed == ["Opfyldt", LONG, "Ikke relevant", "Kan ikke vurderes"]
    fill(form, tmp_path / "udfyldt.xlsx", seed=1)
    assert odd_codes(prepare(tmp_path / "udfyldt.xlsx", form=form)) == set()


def test_a_sheet_of_the_users_own_is_still_told(tmp_path: Path):
    form = load_form("viso")
    path = tmp_path / "skema.xlsx"
    fill(form, path, seed=1)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Eksempel").append(["Sagsnr.", "Måling"])
    book.save(path)
    found = [issue for issue in prepare(path).found if issue.code == "SHEET_IGNORED"]
    assert [issue.sheet for issue in found] == ["Eksempel"]


def test_a_template_of_another_version_is_told_and_read(tmp_path: Path, capsys):
    form = load_form("viso")
    other = replace(form, version="2017-b")
    fill(other, tmp_path / "skema.xlsx", seed=1)
    prepared = prepare(tmp_path / "skema.xlsx")
    (told,) = [issue for issue in prepared.found if issue.code == "FORM_VERSION"]
    assert (told.severity, told.file) == ("warning", "skema.xlsx")
    assert told.found == "version 2017-b"
    assert told.expected == f"version {form.version}"
    assert odd_codes(prepared) == {"FORM_VERSION"}
    assert prepared.checked.answers["unit_id"].nunique() == CASES
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["check", str(tmp_path / "skema.xlsx"), "--language", "en"])
    said = capsys.readouterr().out
    assert f"than the one it is read with. (version {form.version}) See" in said
    assert "name the version that was used with --form" in said


def test_a_version_in_which_someone_wrote_a_novel_is_not_repeated(tmp_path: Path):
    other = replace(load_form("viso"), version="skrevet af Else Hansen i maj")
    fill(other, tmp_path / "skema.xlsx", seed=1)
    found = prepare(tmp_path / "skema.xlsx").found
    assert [one.found for one in found if one.code == "FORM_VERSION"] == [None]


def test_a_workbook_without_a_stamp_has_no_other_version(tmp_path: Path):
    path = tmp_path / "skema.xlsx"
    fill(load_form("viso"), path, seed=1)
    book = openpyxl.load_workbook(path)
    del book.custom_doc_props["taskforce_form_version"]  # type: ignore[attr-defined]
    book.save(path)
    assert odd_codes(prepare(path)) == set()


# The headings of version 1, in their order, with an answer to each question.
VERSION_1 = list(
    csv.DictReader(
        (Path(__file__).parent / "data" / "form_headings_v1.csv")
        .read_text("utf-8")
        .splitlines(),
        delimiter=";",
    )
)
OLD_FORMS = sorted({row["form"] for row in VERSION_1})
# What version 2 asks of every case and version 1 did not.
ASKED_SINCE = {
    "boernehandicap_bl": {
        "plan_considered",
        "child_plan_in_time",
        "follow_up_position",
        "preliminary_assessment",
    }
}


def write_version_1(form: str, path: Path) -> None:
    """A workbook of version 1 as one has it from then: twelve cases, two phases."""
    fields = [row for row in VERSION_1 if row["form"] == form]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([row["heading"] for row in fields])
    for case in range(12):
        later = case > 5
        own = {
            "number": f"S-{case + 1}",
            "phase": "Status" if later else "Analyse",
            "date": datetime(2021 if later else 2018, 3, 1),  # noqa: DTZ001
        }
        sheet.append([own.get(row["answer"], row["answer"]) for row in fields])
    told = {"taskforce_form": form, "taskforce_form_version": "1"}
    for name, value in told.items():
        own = StringProperty(name=name, value=value)
        book.custom_doc_props.append(own)  # type: ignore[attr-defined]
    book.save(path)


@pytest.mark.parametrize("name", OLD_FORMS)
def test_a_workbook_of_version_1_is_read_with_all_its_answers(name: str, tmp_path):
    path = tmp_path / "Skema fra 2019.xlsx"
    write_version_1(name, path)
    prepared = prepare(path)
    (told,) = [issue for issue in prepared.found if issue.code == "FORM_VERSION"]
    assert (told.severity, told.found, told.expected) == (
        "warning",
        "version 1",
        "version 2",
    )
    assert not prepared.form_was_matched
    missing = [issue for issue in prepared.found if issue.code == "MEASURE_MISSING"]
    assert {issue.measure for issue in missing} == ASKED_SINCE.get(name, set())
    assert {issue.severity for issue in missing} <= {"warning"}
    assert odd_codes(prepared) <= {"FORM_VERSION", "MEASURE_MISSING"}
    answers = prepared.checked.answers
    answered = {row["measure"] for row in VERSION_1 if row["form"] == name} - {""}
    given = (
        answers[answers["answer"] != "missing"].groupby("measure")["case_id"].count()
    )
    assert {one for one in answered if given.get(one) != 12} == set()
