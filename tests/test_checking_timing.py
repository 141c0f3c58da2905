"""Deadline measures in a check: limits by paragraph, and issues at the end's cell."""

from datetime import date

from made_sheets import A, book, codes, column, form_of, measure, read, sheet, told

from taskforce_analysis.forms import with_limits

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


OWN = """
id = "{name}"
title = "Frister i {name}"
municipality = "{name} Kommune"

[[rules]]
id = "sel_41"
law = "SEL"
paragraph = "§ 41"
limit = "{limit}"
"""


def in_municipalities(folder, *names, given):
    """Cases that took 40 days, one per municipality; limits of `given` by name."""
    for name, limit in given.items():
        text = OWN.format(name=name, limit=limit)
        (folder / f"{name}.toml").write_text(text, "utf-8")
    form = form_of(
        attributes=[
            {"id": "paragraph", "label": "Paragraf", "columns": "Paragraf"},
            {"id": "municipality", "label": "Kommune", "columns": "Kommune"},
        ],
        measures=[{**DEADLINE, "limit": {"by": "paragraph", "from": "x.toml"}}],
    )
    files = [str(folder / f"{name}.toml") for name in given]
    start, end = date(2018, 1, 1), date(2018, 2, 10)
    cells = [
        [f"S-{n}", "Før", "SEL § 41", start, end, name]
        for n, name in enumerate(names, start=1)
    ]
    header = [*HEADER, "Kommune"]
    return read([header, *cells], form=with_limits(form, files), measured=MEASURED)


def test_a_municipality_s_limits_judge_its_own_cases(tmp_path):
    given = {"Nordby": "4 weeks", "Sydby": "8 weeks"}
    names = ["Nordby", "SYDBY KOMMUNE", "Vestby", None]
    checked = in_municipalities(tmp_path, *names, given=given)
    expected = "noncompliant compliant not_applicable not_applicable"
    assert column(checked, "d") == expected.split()
    assert told(checked, "RULE_MISSING") == [("E4", 2)]


def test_the_only_limits_judge_who_names_no_municipality(tmp_path):
    names = [None, "Nordby", "Sydby"]
    checked = in_municipalities(tmp_path, *names, given={"Nordby": "4 weeks"})
    expected = "noncompliant noncompliant not_applicable"
    assert column(checked, "d") == expected.split()


def test_whoever_is_judged_by_invented_limits_is_told(tmp_path):
    limit = {"by": "paragraph", "from": "deadlines/eksempel.toml"}
    line = ["SEL § 41", date(2018, 1, 1), date(2018, 2, 1)]
    checked = judged(line, line, limit=limit)
    assert codes(checked) == ["LIMITS_INVENTED"]
    chosen = in_municipalities(tmp_path, "Nordby", given={"Nordby": "4 weeks"})
    assert codes(chosen) == []
