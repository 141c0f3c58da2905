"""A form is read whole or refused with file and key; workbooks are matched to forms."""

import os
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from taskforce_analysis.errors import FileError, FormError, UsageError
from taskforce_analysis.forms import (
    Condition,
    Form,
    LegalBasis,
    available_forms,
    form_from,
    load_form,
    match_form,
)
from taskforce_analysis.forms.matching import rate_form

SMALL = """
id = "lille"
title = "Lille skema"
version = "1"
unit = "sag"

[columns]
case = "Sagsnr."

[[attributes]]
id = "received"
label = "Modtaget"
columns = ["Modtaget"]
type = "date"

[[phases]]
id = "analysis"
label = "Analyse"

[[phases]]
id = "status"
label = "Status"
spellings = ["Eftermåling"]

[[themes]]
id = "plan"
label = "Handleplan"

[[scales.flaw]]
id = "none"
label = "Ingen mangel"

[[scales.flaw]]
id = "major"
label = "Væsentlig mangel"

[[measures]]
id = "action_plan"
label = "Der er en handleplan"
columns = ["Er der en handleplan?", "Handleplan"]
theme = "plan"

[[measures]]
id = "goals"
label = "Handleplanen har mål"
columns = ["Er der mål?"]
theme = "plan"
applies_when = { measure = "action_plan", is = ["yes"] }

[[measures]]
id = "reasons_flaw"
kind = "graded"
scale = "flaw"
label = "Ingen begrundelsesmangel"
columns = ["Begrundelsesmangel"]
compliant = ["none"]

[[measures]]
id = "all_right"
kind = "all_of"
of = ["action_plan", "goals"]
label = "Alt er i orden"
"""


def small() -> dict[str, Any]:
    return tomllib.loads(SMALL)


def loaded(values: dict[str, Any]) -> Form:
    return form_from(values, file="lille.toml")


def changed(**changes: Any) -> dict[str, Any]:
    """The small form with one key of one measure changed: goals__theme="x"."""
    values = deepcopy(small())
    for name, value in changes.items():
        measure, _, key = name.partition("__")
        row = next(row for row in values["measures"] if row["id"] == measure)
        row[key] = value
    return values


def test_a_form_is_read_as_it_is_written():
    form = loaded(small())
    assert form.phase_ids == ("analysis", "status")
    assert form.measure_ids == ("action_plan", "goals", "reasons_flaw", "all_right")
    assert form.case == ("Sagsnr.",)
    goals = form.measure("goals")
    assert goals.applies_when == Condition(measure="action_plan", answers=("yes",))
    assert [grade.id for grade in form.measure("reasons_flaw").scale] == [
        "none",
        "major",
    ]
    assert form.measure("all_right").of == ("action_plan", "goals")


def test_what_is_left_out_has_the_default_of_the_design():
    plan = loaded(small()).measure("action_plan")
    assert plan.kind == "answer"
    assert plan.compliant == ("yes",)
    assert not plan.sets_compliant
    assert plan.missing_counts_as == ""
    assert plan.target is None
    assert not plan.is_computed


def test_a_computed_measure_says_so():
    assert loaded(small()).measure("all_right").is_computed


def test_the_theme_of_a_measure_is_found():
    form = loaded(small())
    theme = form.theme_of(form.measure("goals"))
    assert theme is not None
    assert theme.label == "Handleplan"
    assert form.theme_of(form.measure("reasons_flaw")) is None


def test_an_unknown_measure_or_attribute_names_the_nearest():
    form = loaded(small())
    with pytest.raises(UsageError, match=r'no measure .* Nearest: "goals"'):
        form.measure("goal")
    with pytest.raises(UsageError, match=r'no attribute .* Nearest: "received"'):
        form.attribute("recieved")
    assert form.attribute("received").type == "date"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"goals__theme": "plans"}, r'goals\)\.theme: .*not there\. Nearest: "plan"'),
        ({"goals__colums": ["x"]}, r'colums: unknown key\. Nearest: "columns"'),
        ({"goals__label": ""}, r"\(goals\)\.label: is not of the type text"),
        ({"goals__columns": 3}, r"\(goals\)\.columns: is not of the type texts"),
        ({"goals__columns": []}, r"\(goals\)\.columns: the key is missing"),
        ({"goals__kind": "gradedd"}, r"\(goals\)\.kind: known: graded"),
        ({"goals__kind": "graded"}, r"\(goals\)\.scale: the key is missing"),
        ({"goals__kind": "deadline"}, r"\(goals\)\.from: the key is missing"),
        ({"goals__kind": "any_of"}, r"\(goals\)\.of: the key is missing"),
        ({"reasons_flaw__scale": "flaws"}, r'scale of this name .*"flaw"'),
        ({"goals__target": 1.5}, r"goals\)\.target: does not lie in \(0, 1\]"),
        ({"goals__target": 0}, r"goals\)\.target: does not lie in \(0, 1\]"),
        ({"goals__kind_of_rule": "orders"}, r"kind_of_rule: known: order"),
        ({"goals__missing_counts_as": "no"}, r"missing_counts_as: known:"),
        ({"goals__compliant": ["ja"]}, r"goals\)\.compliant: refers to what is not"),
        ({"reasons_flaw__compliant": ["yes"]}, r"flaw\)\.compliant: refers to"),
        ({"all_right__compliant": ["none"]}, r"all_right\)\.compliant: refers to"),
        ({"all_right__of": ["plan"]}, r"all_right\)\.of: refers to what is not there"),
        ({"goals__limit": 4}, r"goals\)\.limit: is neither a text"),
        ({"goals__limit": {"by": "received"}}, r'limit: needs "text", or "from"'),
        (
            {
                "goals__kind": "follow_up",
                "goals__from": ["Start"],
                "goals__to": ["Slut"],
                "goals__limit": {"from": ["one.toml", "two.toml"]},
            },
            r"goals\)\.limit\.from: a follow_up is looked up in one file",
        ),
        ({"goals__rule_changed": "i går"}, r"rule_changed: is not a date"),
        ({"goals__legal_basis": [{"txt": "x"}]}, r"legal_basis\[0\]\.txt: unknown"),
        ({"goals__legal_basis": ["RSL"]}, r"goals\)\.legal_basis: is not of the type"),
        ({"goals__partly": "yes"}, r"goals\)\.partly: is not of the type flag"),
        (
            {"goals__applies_when": {"measure": "action_plan", "is": ["ja"]}},
            r"applies_when\.is: refers to what is not there",
        ),
        *(
            (
                {"goals__applies_when": {"measure": "action_plan", "is": ["yes", one]}},
                r"applies_when\.is: refers to what is not there",
            )
            for one in ("missing", "not_applicable", "not_assessable", "unrecognised")
        ),
        (
            {"goals__applies_when": {"measure": "action_plan", "is": []}},
            r"applies_when\.is: is empty\. Known: yes, partly, no",
        ),
        (
            {"goals__applies_when": {"measure": "plan", "is": ["yes"]}},
            r"applies_when: refers to what is not there",
        ),
        (
            {"action_plan__applies_when": {"measure": "goals", "is": ["yes"]}},
            r"depends on itself",
        ),
        ({"goals__columns": ["HANDLEPLAN "]}, r"a header that action_plan has too"),
    ],
)
def test_a_wrong_measure_is_refused_with_file_and_key(changes, message):
    with pytest.raises(FormError, match=f"lille.toml: key .*{message}"):
        loaded(changed(**changes))


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("title", None, "key title: the key is missing"),
        ("version", 1, "key version: is not of the type text"),
        ("phases", None, "key phases: the key is missing"),
        ("phases", [{"id": "a"}], r"key phases\[0\]\.label: the key is missing"),
        ("scales", {"flaw": "x"}, r"key scales\.flaw: is not a list of tables"),
        ("columns", {"phase": ["Fase"]}, r"key columns\.case: the key is missing"),
        ("primary", ["plan"], "key primary: refers to what is not there"),
        ("law_date", "decided", "key law_date: refers to what is not there"),
        (
            "phases_from",
            {"attribute": "decided", "by": "quarter"},
            r"key phases_from\.attribute: refers to what is not there",
        ),
        (
            "phases_from",
            {"attribute": "received", "by": "quarters"},
            r"key phases_from\.by: known: quarter",
        ),
        (
            "attributes",
            [{"id": "a", "label": "A", "columns": "A", "not_before": "b"}],
            "key not_before: refers to what is not there",
        ),
        (
            "attributes",
            [{"id": "a", "label": "A", "columns": "A", "type": "number"}],
            r"key attributes\[0\]\.type: known: text, date",
        ),
    ],
)
def test_a_wrong_form_is_refused_with_file_and_key(key, value, message):
    values = small()
    if value is None:
        del values[key]
    else:
        values[key] = value
    with pytest.raises(FormError, match=f"lille.toml: {message}"):
        loaded(values)


def test_an_id_is_used_once():
    values = small()
    values["measures"].append(deepcopy(values["measures"][0]))
    with pytest.raises(FormError, match="measures: two have the id action_plan"):
        loaded(values)


def test_two_phases_are_not_spelt_alike():
    values = small()
    values["phases"][0]["spellings"] = ["EFTERMÅLING"]
    with pytest.raises(FormError, match=r"\(status\)\.spellings: another phase has"):
        loaded(values)


def test_two_themes_part_the_same_header():
    values = changed(goals__columns=["Handleplan"])
    values["measures"][1].pop("theme")
    assert loaded(values).measure("goals").columns == ("Handleplan",)


def test_a_composite_takes_the_answers_of_its_parts():
    values = changed(all_right__of=["reasons_flaw"], all_right__compliant=["none"])
    measure = loaded(values).measure("all_right")
    assert measure.compliant == ("none",)
    assert measure.sets_compliant


def test_phases_may_come_from_a_date():
    values = small()
    del values["phases"]
    values["phases_from"] = {"attribute": "received", "by": "quarter"}
    form = loaded(values)
    assert form.phase_ids == ()
    assert form.phases_from == {"attribute": "received", "by": "quarter"}


def test_a_deadline_has_two_dates_and_a_limit():
    values = small()
    values["measures"].append(
        {
            "id": "in_time",
            "label": "Til tiden",
            "kind": "deadline",
            "from": "Modtaget",
            "to": ["Afgjort"],
            "limit": {"text": "3 months", "or_by": "Afdækning afsluttet"},
            "rule_changed": ["2024-01-01", date(2025, 9, 1)],
        }
    )
    measure = loaded(values).measure("in_time")
    assert (measure.start, measure.end) == (("Modtaget",), ("Afgjort",))
    assert measure.limit is not None
    assert (measure.limit.text, measure.limit.or_by) == (
        "3 months",
        ("Afdækning afsluttet",),
    )
    assert measure.rule_changed == (date(2024, 1, 1), date(2025, 9, 1))


def test_codes_are_texts():
    measure = loaded(changed(goals__codes={"1": "yes", "2": "no"})).measure("goals")
    assert measure.codes == {"1": "yes", "2": "no"}


def test_a_legal_basis_holds_between_its_dates():
    before = LegalBasis(text="SEL § 50", until=date(2023, 12, 31))
    after = LegalBasis(text="BL § 20", since=date(2024, 1, 1))
    assert (before.law, after.law) == ("SEL", "BL")
    assert before.holds_on(date(2023, 12, 31))
    assert not before.holds_on(date(2024, 1, 1))
    assert after.holds_on(date(2024, 1, 1))
    assert not after.holds_on(date(2023, 12, 31))


def test_a_form_of_ones_own_is_read_from_its_file(tmp_path):
    path = tmp_path / "min_form.toml"
    path.write_text(SMALL, "utf-8")
    form = load_form(path)
    assert form.id == "lille"
    assert load_form(str(path)) is form
    assert load_form(form) is form


def test_a_changed_file_is_read_again(tmp_path):
    path = tmp_path / "min_form.toml"
    path.write_text(SMALL, "utf-8")
    assert load_form(path).title == "Lille skema"
    path.write_text(SMALL.replace("Lille skema", "Nyt skema"), "utf-8")
    os.utime(path, ns=(1, 1))
    assert load_form(path).title == "Nyt skema"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"id = x", "not valid TOML, at line 1, column 6"),
        ('title = "æ"'.encode("latin-1"), "the file is not UTF-8"),
        (b"", "key id: the key is missing"),
    ],
)
def test_a_file_that_is_no_form_is_refused(tmp_path, content, message):
    path = tmp_path / "min_form.toml"
    path.write_bytes(content)
    with pytest.raises(FormError, match=f"min_form.toml: {message}"):
        load_form(path)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileError, match=r"min_form.toml: there is no such file"):
        load_form(tmp_path / "min_form.toml")


def test_an_unknown_form_names_the_nearest():
    with pytest.raises(UsageError, match=r'no form .* Nearest: "boernehandicap"'):
        load_form("boernehandikap")


def headers_of(form: Form, spelling: int) -> list[str]:
    """One header per column of the form: its first, second, ... or last spelling."""
    columns = [
        column
        for measure in form.measures
        for column in (measure.columns, measure.start, measure.end)
        if column
    ]
    return [column[min(spelling, len(column) - 1)] for column in columns]


@pytest.mark.parametrize("spelling", [0, 1, 2])
@pytest.mark.parametrize("name", available_forms())
def test_a_workbook_is_matched_to_its_own_form(name, spelling):
    match = match_form(headers_of(load_form(name), spelling))
    assert match.form.id == name
    assert match.share == 1
    assert match.lacking == ()


def test_footnotes_and_numbers_do_not_hide_a_form():
    headers = headers_of(load_form("boernesagsbarometer"), 0)
    bent = [f"{n}. {header.rstrip('?')} *" for n, header in enumerate(headers, 1)]
    assert match_form(bent).form.id == "boernesagsbarometer"


def test_what_is_lacking_is_named():
    form = loaded(small())
    match = rate_form(form, ["Sagsnr.", "Handleplan"])
    assert match.lacking == ("goals", "reasons_flaw")
    assert match.share == pytest.approx(1 / 3)


def test_no_form_is_guessed():
    with pytest.raises(UsageError, match=r"no shipped form fits .* which lacks"):
        match_form(["Sagsnr.", "Er der foretaget en helhedsvurdering?"])


def test_two_forms_that_fit_alike_are_not_chosen_between():
    shared = {*headers_of(load_form("boernehandicap"), 0)} & {
        *headers_of(load_form("voksenhandicap"), 0)
    }
    with pytest.raises(UsageError, match="fit almost equally well"):
        match_form(sorted(shared))


def places(value: Any, place: tuple = ()) -> Iterator[tuple]:
    """The place of every value in parsed TOML: keys and numbers."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in parts:
        yield (*place, key)
        if isinstance(part, dict | list):
            yield from places(part, (*place, key))


def refusal(values: dict[str, Any]) -> str:
    """What a refused form's error says; nothing for a form that is read."""
    try:
        loaded(values)
    except FormError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "odd", [3, True, 0.5, "x", "", [], {}, [[]], [3], [{}], {"id": "x"}, date.min]
)
def test_whatever_stands_anywhere_is_read_or_refused_with_file_and_key(odd):
    told = []
    for *way, last in places(small()):
        values = small()
        parent: Any = values
        for step in way:
            parent = parent[step]
        parent[last] = odd
        told.append(refusal(values))
    refused = [text for text in told if text]
    assert len(refused) > len(told) / 4
    assert all(text.startswith("lille.toml: key ") for text in refused)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"reasons_flaw__left_out": ["minor"]}, r"left_out.*not there"),
        ({"action_plan__from_age": 0}, r"from_age.*no age"),
        ({"action_plan__from_age": 120}, r"from_age.*no age"),
    ],
)
def test_what_is_left_out_and_an_age_are_checked(change, finding):
    with pytest.raises(FormError, match=finding):
        loaded(changed(**change))


def test_a_theme_belongs_to_one_of_the_eight():
    values = small()
    values["themes"][0]["common"] = "action_plan"
    assert loaded(values).themes[0].common == "action_plan"
    values["themes"][0]["common"] = "involvement"  # a landmark
    with pytest.raises(FormError, match=r"themes \(plan\)\.common.*not there"):
        loaded(values)


def test_a_measure_that_need_not_be_asked_is_not_missed_when_matched():
    form = load_form("boernehandicap")
    headers = [
        column
        for one in form.measures
        if not one.optional
        for column in (*one.columns[:1], *one.start[:1], *one.end[:1])
    ]
    assert rate_form(form, headers).share == 1
