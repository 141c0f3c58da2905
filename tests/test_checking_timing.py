"""Deadline measures in a check: limits by paragraph, and issues at the end's cell."""

from datetime import date

from made_sheets import A, book, codes, column, form_of, measure, read, sheet, told

HEADER = ["Sagsnr.", "Måling", "Paragraf", "Modtaget", "Truffet"]
DEADLINE = {
    "id": "d",
    "label": "Fristen er holdt",
    "kind": "deadline",
    "from": "Modtaget",
    "to": "Truffet",
}
MEASURED = {"before": date(2019, 1, 1)}


def judged(*lines, limit, measures=(), header=HEADER):
    form = form_of(
        attributes=[{"id": "paragraph", "label": "Paragraf", "columns": "Paragraf"}],
        measures=[*measures, {**DEADLINE, "limit": limit}],
    )
    cells = [[f"S-{n}", "Før", *line] for n, line in enumerate(lines, start=1)]
    return read([header, *cells], form=form, measured=MEASURED)


def test_one_limit_for_all():
    start = date(2018, 1, 1)
    checked = judged(
        ["§ 41", start, date(2018, 1, 29)],
        ["§ 41", start, date(2018, 1, 30)],
        ["§ 41", start, None],
        ["§ 41", date(2018, 12, 20), None],
        ["§ 41", None, None],
        limit="4 weeks",
    )
    expected = "compliant noncompliant noncompliant not_due missing"
    assert column(checked, "d") == expected.split()
    assert column(checked, "d", "answer") == ["yes", "no", "no", "not_due", "missing"]
    assert column(checked, "d", "days")[:2] == [28, 29]
    assert column(checked, "d", "open")[:3] == ["no", "no", "yes"]


def test_a_limit_by_paragraph():
    start = date(2018, 1, 1)
    checked = judged(
        ["SEL § 41", start, date(2018, 2, 26)],
        ["SEL § 41", start, date(2018, 6, 26)],
        ["SEL § 999", start, date(2018, 2, 27)],
        [None, None, None],
        limit={"by": "paragraph", "from": "deadlines/eksempel.toml"},
    )
    assert column(checked, "d")[:3] == ["compliant", "noncompliant", "not_applicable"]
    assert told(checked, "RULE_MISSING") == [("E4", 1)]


def test_an_end_before_its_start_is_told_once_at_the_end():
    form = form_of(
        attributes=[
            {"id": "x", "label": "X", "columns": "Modtaget", "type": "date"},
            {
                "id": "y",
                "label": "Y",
                "columns": "Truffet",
                "type": "date",
                "not_before": "x",
            },
        ],
        measures=[{**DEADLINE, "limit": "4 weeks"}],
    )
    header = ["Sagsnr.", "Måling", "Modtaget", "Truffet"]
    line = ["S-1", "Før", date(2018, 5, 2), date(2018, 5, 1)]
    checked = read([header, line], form=form, measured=MEASURED)
    assert told(checked, "DATE_ORDER") == [("D2", 1)]
    assert column(checked, "d") == ["not_assessable"]


def test_a_table_without_both_dates_does_not_have_the_measure():
    form = form_of(measures=[measure("a", A), {**DEADLINE, "limit": "4 weeks"}])
    header = ["Sagsnr.", "Måling", A]
    checked = read(
        book(sheet([header, ["S-1", "Før", "Ja"]])), form=form, measured=MEASURED
    )
    assert set(checked.answers["measure"]) == {"a"}
    assert codes(checked) == ["MEASURE_MISSING"]
