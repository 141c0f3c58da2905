"""Under which law each answer was given, and phases under more than one."""

from datetime import date, timedelta

import openpyxl
import pandas as pd
import pytest
from made_sheets import A, B, codes, column, errors, form_of, measure, only, read

from taskforce_analysis.checking import check
from taskforce_analysis.checking.laws import unconfirmed_in, with_bases_of
from taskforce_analysis.forms import load_form
from taskforce_analysis.paragraphs import unconfirmed_facts
from taskforce_analysis.reading import read_cells

LAWS = [
    {"text": "SEL § 70", "to": "2023-12-31"},
    {"text": "BL § 95", "from": "2024-01-01"},
]


def by_law(*dates):
    form = form_of(
        law_date="decided",
        attributes=[
            {"id": "decided", "label": "Dato", "columns": "Dato", "type": "date"}
        ],
        measures=[
            measure("a", A, legal_basis=LAWS),
            measure("b", B, legal_basis=[{"text": "RSL § 5"}]),
        ],
    )
    lines = [["Sagsnr.", "Måling", "Dato", A, B]]
    lines += [
        [f"S-{n}", phase, day, "Ja", "Ja"] for n, (phase, day) in enumerate(dates)
    ]
    return read(lines, form=form)


def test_the_law_follows_the_date_of_the_decision():
    checked = by_law(("Før", "31.12.2023"), ("Efter", "1.1.2024"), ("Efter", None))
    assert column(checked, "a", "law") == ["SEL", "BL", None]
    assert column(checked, "b", "law") == [None, None, None]
    issue = only(checked, "LAW_MIXED")
    assert (issue.phase, issue.count, issue.found) == (None, 1, "SEL 1, BL 1")


def test_a_phase_under_two_laws_is_told():
    days = ["31.12.2023", "1.1.2024", "1.2.2024"]
    checked = by_law(*[("Før", day) for day in days], ("Efter", "1.3.2024"))
    issue = only(checked, "LAW_MIXED")
    assert (issue.phase, issue.count, issue.found) == ("before", 1, "SEL 1, BL 2")


def test_one_law_is_nothing_to_tell():
    assert codes(by_law(("Før", "1.1.2024"), ("Efter", "1.3.2024"))) == ["DATE_TEXT"]


@pytest.mark.parametrize("value", ["31-02-2018", "i maj", date(2081, 1, 1), True])
def test_a_decision_date_that_cannot_be_read_has_no_law(value):
    checked = by_law(("Før", date(2023, 5, 1)), ("Før", value), ("Efter", value))
    assert column(checked, "a", "law") == ["SEL", None, None]
    assert errors(checked) == set()  # no verdict depends on it


def test_a_date_that_no_provision_covers_has_no_law():
    gap = [
        {"text": "SEL § 1", "to": "2020-01-01"},
        {"text": "BL § 1", "from": "2024-01-01"},
    ]
    form = form_of(
        law_date="decided",
        attributes=[
            {"id": "decided", "label": "Dato", "columns": "Dato", "type": "date"}
        ],
        measures=[measure("a", A, legal_basis=gap)],
    )
    lines = [["Sagsnr.", "Måling", "Dato", A], ["S-1", "Før", "1.5.2022", "Ja"]]
    assert column(read(lines, form=form), "a", "law") == [None]


SEVERAL = [
    {"text": "SEL § 70", "to": "2023-12-31", "for": ["§ 52"]},
    {"text": "SEL § 148, stk. 2", "to": "2023-12-31", "verified": False},
    {"text": "BL § 95", "from": "2024-01-01", "for": ["§ 32", "§ 46"]},
]
HEAD = ["Sagsnr.", "Måling", "Dato", "Paragraf", "Ydelse"]


def by_paragraph(*lines, measures, **options):
    form = form_of(
        law_date="decided",
        attributes=[
            {"id": "decided", "label": "Dato", "columns": "Dato", "type": "date"},
            {"id": "paragraph", "label": "Paragraf", "columns": "Paragraf"},
            {"id": "benefit", "label": "Ydelse", "columns": "Ydelse"},
        ],
        measures=measures,
    )
    head = [*HEAD, *options.pop("head", [A])]
    cells = [[f"S-{n}", "Før", *line] for n, line in enumerate(lines)]
    return form, read([head, *cells], form=form, **options)


def test_a_question_that_no_law_asked_is_not_applicable_and_told():
    before, after = date(2023, 5, 1), date(2024, 5, 1)
    _, checked = by_paragraph(
        [before, "§ 41", None, "Nej"],
        [before, "§ 52", None, "Nej"],
        [after, "§ 32", None, "Nej"],
        [after, "§ 86", None, "Nej"],  # no provision for it from 2024
        [after, "§ 86", None, None],
        [after, "§ 41", None, "Ikke relevant"],
        [after, "§§ 32 og 86", None, "Ja"],
        [after, None, None, "Ja"],
        measures=[measure("a", A, legal_basis=SEVERAL)],
    )
    no, out, yes = "noncompliant", "not_applicable", "compliant"
    assert column(checked, "a") == [no, no, no, out, out, out, yes, yes]
    issue = only(checked, "MEASURE_OUTSIDE_LAW")
    assert (issue.phase, issue.measure, issue.count) == ("before", "a", 1)
    laws = ["SEL", "SEL", "BL", None, None, None, "BL", "BL"]
    assert column(checked, "a", "law") == laws


def test_a_deadline_that_no_law_set_is_not_applicable():
    deadline = {
        "id": "d",
        "kind": "deadline",
        "label": "Rettidigt",
        "from": ["Fra"],
        "to": ["Til"],
        "limit": {
            "by": "paragraph",
            "from": "deadlines/lovbestemte_boern.toml",
            "what": "first_follow_up",
        },
        "legal_basis": [{"text": "BL § 95, stk. 2"}],
    }
    start, late = date(2023, 1, 2), date(2024, 5, 1)
    _, checked = by_paragraph(
        [date(2023, 1, 1), "§ 52", None, start, late],
        [date(2024, 1, 1), "§ 52", None, start, late],
        [date(2024, 1, 1), "§ 86", None, start, late],
        measures=[deadline],
        head=["Fra", "Til"],
        measured={"before": date(2024, 12, 31)},
    )
    # Before 2024 barnets lov was not law; then the day of decision chooses its rule.
    assert column(checked, "d") == ["not_applicable", "noncompliant", "not_applicable"]


def test_the_benefit_that_is_named_goes_before_the_date():
    basis = [{"text": "BL § 86"}]
    _, checked = by_paragraph(
        [date(2026, 3, 2), "§ 86", None, "Ja"],
        [date(2026, 3, 2), "§ 86", "Merudgiftsydelse", "Ja"],
        [date(2025, 8, 20), "§ 86", "Kompensationsydelse", "Ja"],
        [date(2025, 8, 20), "§ 86", None, "Ja"],
        measures=[measure("a", A, legal_basis=basis, rule_changed="2025-09-01")],
    )
    new, old = "BL 2025-09-01", "BL"
    assert column(checked, "a", "law") == [new, old, new, old]


@pytest.mark.parametrize("benefit", ["Tabt arbejdsfortjeneste", "Merudgifter", "?"])
def test_any_other_word_for_the_benefit_leaves_the_paragraph_readable(benefit):
    day = date(2024, 5, 1)
    form, checked = by_paragraph(
        [day, "§ 87", benefit, "Nej"],  # § 95 is not for it: not a breach
        [day, "§ 32", benefit, "Nej"],
        measures=[measure("a", A, legal_basis=SEVERAL)],
    )
    assert column(checked, "a") == ["not_applicable", "noncompliant"]
    only_87 = checked.answers.iloc[:1]
    assert with_bases_of(form, only_87).measure("a").legal_basis == ()


def test_a_limit_is_found_by_its_paragraph_whatever_the_benefit_is_called():
    deadline = {
        "id": "d",
        "kind": "deadline",
        "label": "Rettidigt",
        "from": ["Fra"],
        "to": ["Til"],
        "limit": {"by": "paragraph", "from": "deadlines/eksempel.toml"},
        "legal_basis": [{"text": "RSL § 3, stk. 2"}],
    }
    _, checked = by_paragraph(
        [date(2021, 3, 29), "§ 42", None, date(2021, 2, 1), date(2021, 3, 29)],
        [date(2021, 3, 29), "§ 42", "TAF", date(2021, 2, 1), date(2021, 3, 29)],
        [date(2021, 3, 30), "§ 42", "TAF", date(2021, 2, 1), date(2021, 3, 30)],
        measures=[deadline],
        head=["Fra", "Til"],
    )
    # Eight weeks from 1 February 2021 end on 29 March.
    assert column(checked, "d") == ["compliant", "compliant", "noncompliant"]


def test_a_report_may_cite_what_was_the_law_of_some_case():
    form, checked = by_paragraph(
        [date(2023, 5, 1), "§ 41", None, "Ja"],
        [date(2023, 6, 1), "§ 42", None, "Ja"],
        measures=[measure("a", A, legal_basis=SEVERAL)],
    )
    cited = with_bases_of(form, checked.answers)
    told = [basis.cited for basis in cited.measure("a").legal_basis]
    assert told == ["serviceloven § 148, stk. 2"]
    assert unconfirmed_in(form, checked.answers) == (
        "serviceloven § 148, stk. 2",
        "en årlig opfølgning ved merudgifter og tabt arbejdsfortjeneste",
    )
    assert with_bases_of(form, checked.answers.iloc[:0]) is form


def test_a_rule_that_no_source_confirms_is_told_where_a_case_is_judged_by_it():
    deadline = {
        "id": "d",
        "kind": "deadline",
        "label": "Kvittering",
        "from": ["Fra"],
        "to": ["Til"],
        "limit": {
            "by": "paragraph",
            "from": "deadlines/lovbestemte_boern.toml",
            "what": "notification_confirmed",
        },
        "legal_basis": [{"text": "BL § 138"}],
    }
    day = date(2024, 5, 6)
    form, checked = by_paragraph(
        [day, "§ 138", None, day, day],
        measures=[deadline, measure("a", A)],
        head=["Fra", "Til"],
        measured={"before": date(2024, 12, 31)},
    )
    (told,) = unconfirmed_in(form, checked.answers)
    assert told == "barnets lov § 138: Kvittering for underretningen er sendt"


YEARLY = "en årlig opfølgning ved merudgifter og tabt arbejdsfortjeneste"
HOME = "tilsynet med hjemmetræning"
ADULTS = "voksenområdet: om reglerne er uændrede"
LATER = "ændringer af loven i 2026"
MOVED = "barnets lov §§ 212-214: særlige overgangsregler"
VIEWS = "barnets lov § 5, stk. 3, i en sag alene efter §§ 86 og 87"
BENEFIT_CHANGED = (
    "kompensationsydelsen: lovens nummer, beløb for 2026 og ansøgninger hen over"
    " 1. september 2025"
)


@pytest.mark.parametrize(
    ("name", "day", "paragraph", "facts"),
    [
        ("boernehandicap", date(2022, 5, 1), "§ 52, stk. 3, nr. 3", []),
        (
            "boernehandicap",
            date(2022, 5, 1),
            "§ 41",
            ["serviceloven § 50 i en sag alene efter §§ 41 og 42", YEARLY],
        ),
        ("boernehandicap", date(2022, 5, 1), "§ 32 a", [HOME]),
        ("boernehandicap", date(2022, 5, 1), "§ 58", ["serviceloven § 58"]),
        ("boernehandicap_bl", date(2024, 5, 1), "§ 32", []),
        ("boernehandicap_bl", date(2024, 5, 1), "§ 87", [VIEWS, YEARLY]),
        ("boernehandicap_bl", date(2024, 5, 1), "§ 42", [VIEWS, YEARLY, MOVED]),
        ("boernehandicap_bl", date(2025, 10, 1), "§ 85", [HOME]),
        (
            "boernehandicap_bl",
            date(2025, 10, 1),
            "§ 86",
            [VIEWS, YEARLY, BENEFIT_CHANGED],
        ),
        ("voksenhandicap", date(2025, 10, 1), "§ 85", [ADULTS]),
        ("voksenhandicap", date(2025, 6, 30), "§ 85", []),
        ("voksenhandicap", date(2025, 10, 1), "§ 100", [BENEFIT_CHANGED]),
        ("boernehandicap_bl", date(2026, 2, 1), "§ 32", [LATER]),
    ],
)
def test_a_report_leans_on_the_facts_that_its_cases_meet(name, day, paragraph, facts):
    form = load_form(name)
    answers = pd.DataFrame(
        {
            "measure": [one.id for one in form.measures if not one.optional],
            form.law_date: day.isoformat(),
            "paragraph": paragraph,
        }
    )
    known = {one.label for one in unconfirmed_facts()}
    assert [one for one in unconfirmed_in(form, answers) if one in known] == facts


def test_who_is_younger_than_a_measure_asks_about_is_left_out():
    form = form_of(
        attributes=[{"id": "age", "label": "Alder", "columns": "Alder"}],
        measures=[measure("a", A, from_age=16), measure("b", B)],
    )
    ages = (15, "15 år", "15,5", 16, "17 år", None, "ukendt")
    lines = [["Sagsnr.", "Måling", "Alder", A, B]]
    lines += [[f"S-{n}", "Før", age, "Nej", "Nej"] for n, age in enumerate(ages)]
    checked = read(lines, form=form)
    out, asked = "not_applicable", "noncompliant"
    assert column(checked, "a", "score") == [out, out, out, *[asked] * 4]
    assert column(checked, "b", "score") == [asked] * 7
    assert only(checked, "MEASURE_OUTSIDE_LAW").count == 3


HEADS = (
    "Sagsnr.",
    "Måling",
    "Paragraf",
    "Afgørelse truffet",
    "Ansøgning modtaget",
    "Er der fulgt op rettidigt?",
    "Er der udarbejdet en handleplan?",
)
# Follow-up, plan, limit and law of cases on both sides of New Year, all answered Ja.
EITHER_SIDE = [
    ("SEL §41", date(2023, 12, 31), "compliant", "not_applicable", "compliant", "SEL"),
    ("§ 41", date(2024, 1, 1), "compliant", "not_applicable", "compliant", "BL"),
    ("§§ 41, 42 og 52, stk. 3, nr. 2", date(2023, 6, 1), *["compliant"] * 3, "SEL"),
    # The plan of barnets lov is another form's question; nobody fixed § 32's limit.
    (
        "BL § 32",
        date(2024, 2, 1),
        "compliant",
        "not_applicable",
        "not_assessable",
        "BL",
    ),
    ("servicelovens § 52 a", date(2023, 2, 1), *["not_assessable"] * 3, None),
]


def test_one_measurement_on_both_sides_of_barnets_lov(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADS)
    for number, (paragraph, day, *_) in enumerate(EITHER_SIDE):
        received = day - timedelta(days=30)
        sheet.append([f"S{number}", "Analyse", paragraph, day, received, "Ja", "Ja"])
    book.save(tmp_path / "sager.xlsx")
    form = load_form("boernehandicap")
    checked = check([read_cells(tmp_path / "sager.xlsx")], form)
    answers = checked.answers.astype(object)
    keys = zip(answers["case_id"], answers["measure"], strict=True)
    told = dict(
        zip(keys, zip(answers["score"], answers["law"], strict=True), strict=True)
    )
    for number, (*_, follow_up, plan, limit, law) in enumerate(EITHER_SIDE):
        case = f"S{number}"
        assert told[case, "follow_up_timely"][0] == follow_up
        assert told[case, "action_plan"][0] == plan
        assert told[case, "decision_in_time"][0] == limit
        known = told[case, "follow_up_timely"][1]
        assert (law is None and pd.isna(known)) or known == law
    codes = {issue.code for issue in checked.found}
    assert {"LAW_MIXED", "PARAGRAPH_MOVED", "RULE_MISSING", "LIMIT_UNFIXED"} <= codes


def test_a_case_that_is_not_decided_is_under_the_law_of_the_measurement():
    form = form_of(
        law_date="decided",
        attributes=[
            {"id": "decided", "label": "Dato", "columns": "Dato", "type": "date"}
        ],
        measures=[measure("a", A, legal_basis=LAWS)],
    )
    answers = pd.DataFrame(
        {"phase": ["before", "before"], "measure": "a", "decided": ["2018-03-01", None]}
    )

    def cited(answers: pd.DataFrame, **days: date) -> list[str]:
        (one,) = with_bases_of(form, answers, days).measures
        return [basis.text for basis in one.legal_basis]

    open_ones = answers.iloc[1:]
    assert cited(answers) == ["SEL § 70"]  # by the phase's last decision
    assert cited(open_ones, before=date(2018, 6, 1)) == ["SEL § 70"]
    assert cited(open_ones, before=date(2024, 6, 1)) == ["BL § 95"]
    assert cited(open_ones) == ["SEL § 70", "BL § 95"]  # nothing says which
