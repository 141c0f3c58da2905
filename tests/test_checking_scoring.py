"""From answers to scores: the form's rules, measure by measure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sheets import (
    A,
    B,
    C,
    codes,
    column,
    form_of,
    measure,
    read,
    told,
)

from taskforce_analysis.checking.scoring import SCORE, combined, in_order
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import SCORES

HEADER = ["Sagsnr.", "Måling", A, B, C]


def asked(*lines, measures, scales=None, settings=None, header=HEADER):
    """A check of cases 1, 2, ... with these answers to the measures a, b and c."""
    form = form_of(measures=measures, scales=scales or {})
    cells = [[f"S-{n}", "Før", *line] for n, line in enumerate(lines, start=1)]
    return read([header, *cells], form=form, settings=settings or Settings())


ONE = [[word, None, None] for word in ("Ja", "Nej", "IR", "Kan ikke vurderes", None)]


@pytest.mark.parametrize(
    ("facts", "settings", "expected"),
    [
        ({}, {}, "compliant noncompliant not_applicable not_assessable missing"),
        (
            {"compliant": ["no"]},
            {},
            "noncompliant compliant not_applicable not_assessable missing",
        ),
        (
            {"missing_counts_as": "noncompliant"},
            {},
            "compliant noncompliant not_applicable not_assessable noncompliant",
        ),
        (
            {},
            {"missing": "noncompliant", "not_assessable": "noncompliant"},
            "compliant noncompliant not_applicable noncompliant noncompliant",
        ),
        (
            {
                "missing_counts_as": "missing",
                "not_assessable_counts_as": "noncompliant",
            },
            {"missing": "noncompliant"},
            "compliant noncompliant not_applicable noncompliant missing",
        ),
    ],
    ids=["plain", "reversed", "documented", "settings", "the measure before settings"],
)
def test_what_each_answer_counts_as(facts, settings, expected):
    measures = [measure("a", A, **facts), measure("b", B), measure("c", C)]
    checked = asked(*ONE, measures=measures, settings=Settings(**settings))
    assert column(checked, "a") == expected.split()


@pytest.mark.parametrize(
    ("facts", "policy", "expected"),
    [
        ({}, "noncompliant", "noncompliant"),
        ({}, "compliant", "compliant"),
        ({"compliant": ["yes", "partly"]}, "noncompliant", "compliant"),
    ],
)
def test_partly_counts_as_the_settings_or_the_measure_say(facts, policy, expected):
    measures = [measure("a", A, partly=True, **facts), measure("b", B), measure("c", C)]
    checked = asked(
        ["Delvist", None, None], measures=measures, settings=Settings(partly=policy)
    )
    assert column(checked, "a") == [expected]


SCALE = [{"id": one, "label": one.title()} for one in ("none", "minor", "major")]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"compliant": ["none", "minor"]}, "compliant compliant noncompliant"),
        ({}, "compliant noncompliant noncompliant"),
    ],
)
def test_grades_that_comply(facts, expected):
    graded = measure("a", A, kind="graded", scale="flaw", **facts)
    checked = asked(
        *[[one.title(), None, None] for one in ("none", "minor", "major")],
        measures=[graded, measure("b", B), measure("c", C)],
        scales={"flaw": SCALE},
    )
    assert column(checked, "a") == expected.split()
    assert column(checked, "a", "answer") == ["none", "minor", "major"]


CONDITION = {"applies_when": {"measure": "a", "is": ["yes"]}}


def test_a_measure_applies_only_where_its_condition_is_met():
    measures = [measure("a", A), measure("b", B, **CONDITION), measure("c", C)]
    checked = asked(
        ["Ja", "Nej", None],
        ["Nej", None, None],
        ["Nej", "Ikke relevant", None],
        ["Ikke relevant", None, None],
        [None, "Nej", None],
        ["Kan ikke vurderes", "Ja", None],
        ["Ja", None, None],
        measures=measures,
    )
    assert column(checked, "b") == [
        "noncompliant",
        "not_applicable",
        "not_applicable",
        "not_applicable",
        "noncompliant",
        "compliant",
        "missing",
    ]
    assert checked.found == ()


def test_an_answer_although_the_condition_is_not_met_is_told():
    measures = [measure("a", A), measure("b", B, **CONDITION), measure("c", C)]
    checked = asked(["Nej", "Ja", None], ["Nej", "Nej", None], measures=measures)
    assert column(checked, "b") == ["not_applicable"] * 2
    assert column(checked, "b", "answer") == ["yes", "no"]
    assert told(checked, "APPLICABILITY_CONFLICT") == [("D2", 2)]
    first = checked.found[0]
    assert (first.case_id, first.measure, first.phase) == ("S-1", "b", "before")


def test_a_condition_that_itself_does_not_apply_is_not_met():
    chain = {"applies_when": {"measure": "b", "is": ["no"]}}
    measures = [
        measure("c", C, **chain),  # stands before what it depends on
        measure("b", B, **CONDITION),
        measure("a", A),
    ]
    checked = asked(["Nej", None, None], ["Ja", "Nej", "Ja"], measures=measures)
    assert column(checked, "c") == ["not_applicable", "compliant"]


def test_a_condition_that_nobody_was_asked_leaves_the_answer():
    measures = [measure("a", A), measure("b", B, **CONDITION)]
    checked = asked(["Ja"], measures=measures, header=["Sagsnr.", "Måling", B])
    assert column(checked, "b") == ["compliant"]
    assert codes(checked) == ["MEASURE_MISSING"]


def composed(kind, **facts):
    whole = {"id": "x", "label": "Samlet", "kind": kind, "of": ["a", "b"], **facts}
    return [measure("a", A), measure("b", B), measure("c", C), whole]


ANY_OF = (
    "compliant compliant noncompliant compliant missing compliant noncompliant "
    "not_applicable not_assessable missing"
)
ALL_OF = (
    "compliant noncompliant noncompliant missing noncompliant compliant "
    "noncompliant not_applicable noncompliant missing"
)
PAIRS = [
    ["Ja", "Ja"],
    ["Ja", "Nej"],
    ["Nej", "Nej"],
    ["Ja", None],
    ["Nej", None],
    ["IR", "Ja"],
    ["IR", "Nej"],
    ["IR", "IR"],
    ["Nej", "Kan ikke vurderes"],
    ["Kan ikke vurderes", None],
]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("any_of", ANY_OF),
        ("all_of", ALL_OF),
    ],
)
def test_composites_of_two_measures(kind, expected):
    checked = asked(*[[*pair, None] for pair in PAIRS], measures=composed(kind))
    assert column(checked, "x") == expected.split()
    named = {"compliant": "yes", "noncompliant": "no"}
    answers = [named.get(one, one) for one in expected.split()]
    assert column(checked, "x", "answer") == answers
    assert set(column(checked, "x", "cell")) == {f"C{n}" for n in range(2, 12)}


def test_a_composite_counts_the_unknown_as_it_says():
    facts = {"missing_counts_as": "noncompliant"}
    measures = composed("any_of", **facts, not_assessable_counts_as="noncompliant")
    lines = [["Nej", None, None], ["Nej", "Kan ikke vurderes", None]]
    checked = asked(*lines, measures=measures)
    assert column(checked, "x") == ["noncompliant", "noncompliant"]


def test_a_composite_may_judge_the_answers_itself():
    graded = {"kind": "graded", "scale": "flaw", "compliant": ["none"]}
    measures = [
        measure("a", A, **graded),
        measure("b", B, **graded),
        {
            "id": "x",
            "label": "Ingen væsentlige",
            "kind": "all_of",
            "of": ["a", "b"],
            "compliant": ["none", "minor"],
        },
        {"id": "y", "label": "Ingen", "kind": "all_of", "of": ["a", "b"]},
    ]
    lines = [["None", "Minor"], ["None", "Major"], ["None", "IR"], ["Minor", None]]
    checked = asked(
        *lines, measures=measures, scales={"flaw": SCALE}, header=HEADER[:4]
    )
    assert column(checked, "x") == [
        "compliant",
        "noncompliant",
        "compliant",
        "missing",
    ]
    assert column(checked, "y") == [
        "noncompliant",
        "noncompliant",
        "compliant",
        "noncompliant",
    ]


def test_a_composite_whose_part_was_never_asked_is_unknown_unless_decided():
    lines = [["Ja"], ["Nej"]]
    measures = composed("any_of")
    checked = asked(*lines, measures=measures, header=HEADER[:3])
    assert column(checked, "x") == ["compliant", "missing"]
    assert {one.measure for one in checked.found} == {"b", "c"}


def test_a_composite_of_what_nobody_was_asked_is_not_there():
    checked = asked(
        ["Ja"], measures=composed("any_of"), header=["Sagsnr.", "Måling", C]
    )
    assert "x" not in set(checked.answers["measure"])


def test_a_conditional_composite_raises_no_conflict():
    condition = {"applies_when": {"measure": "c", "is": ["yes"]}}
    checked = asked(["Ja", "Ja", "Nej"], measures=composed("any_of", **condition))
    assert column(checked, "x") == ["not_applicable"]
    assert checked.found == ()


def test_unrecognised_parts_leave_a_composite_unrecognised():
    checked = asked(["Nej", "Jaa", None], measures=composed("any_of"))
    assert column(checked, "x") == ["unrecognised"]


def test_measures_are_scored_after_what_they_depend_on():
    measures = [measure("b", B, **CONDITION), measure("a", A)]
    assert [one.id for one in in_order(form_of(measures=measures))] == ["a", "b"]


PARTS = st.lists(st.sampled_from(range(len(SCORES))), min_size=1, max_size=4)


@given(PARTS)
def test_any_of_mirrors_all_of(parts):
    swapped = {SCORE["compliant"]: SCORE["noncompliant"]}
    swapped[SCORE["noncompliant"]] = SCORE["compliant"]
    mirror = [swapped.get(one, one) for one in parts]
    one = combined(np.array([parts]), "any_of")[0]
    other = combined(np.array([mirror]), "all_of")[0]
    assert swapped.get(int(one), int(one)) == other


@given(PARTS)
def test_a_part_that_does_not_apply_changes_no_composite(parts):
    more = [*parts, SCORE["not_applicable"]]
    for kind in ("any_of", "all_of"):
        assert combined(np.array([parts]), kind) == combined(np.array([more]), kind)
