"""The index of a plan: its row, the one beside it, and when it cannot be compared."""

import math

import numpy as np
import pandas as pd
import pytest
from made_answers import made_answers, small_form, yes_no

from taskforce_analysis.comparing.index_row import rows_of_index
from taskforce_analysis.errors import FormError, UsageError
from taskforce_analysis.measurements import Measurement, PhasePlan, load_measurement
from taskforce_analysis.methods.index import compare_scores, judge_scores
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import with_groups

FORM = small_form({"id": "plan", "always_applies": True}, {"id": "reasons"})
PLAN = Measurement(index=("plan", "reasons"))
PAIR = {"before": "analysis", "after": "status"}


def rows_of(*blocks, plan: Measurement = PLAN, **chosen) -> list[dict]:
    settings = Settings(**chosen)
    answers = made_answers(*blocks)
    return rows_of_index(
        answers, form=FORM, measurement=plan, settings=settings, **PAIR
    )


def risen() -> list[tuple[str, str, list[str]]]:
    """Before: 0 of 2 kept in six cases, 1 of 2 in six. After: 1 of 2, and 2 of 2."""
    return [
        ("analysis", "plan", yes_no(0, 12)),
        ("analysis", "reasons", yes_no(6, 6)),
        ("status", "plan", yes_no(6, 6)),
        ("status", "reasons", yes_no(12, 0)),
    ]


def test_the_row_has_the_figures_of_the_scores():
    row, whole = rows_of(*risen())
    before, after = [0] * 6 + [30] * 6, [30] * 6 + [60] * 6
    found = compare_scores(before, after)
    assert (row["basis"], row["confidence"]) == ("index", pytest.approx(0.95))
    assert (row["mean_before"], row["mean_after"]) == (0.25, 0.75)
    assert row["difference_low"] == pytest.approx(found.low)
    assert row["p_value"] == row["p_adjusted"] == pytest.approx(found.p_value)
    assert (row["verdict"], row["decided_by"]) == ("improved", "interval")
    assert row["verdict"] == judge_scores(before, after, confidence=0.95)
    assert (row["compliant_before"], row["compliant_after"]) == (0, 6)
    assert (row["applicable_before"], row["applicable_after"]) == (12, 12)
    assert row["robust"] is True
    # Everything applies everywhere, so the row beside it has the same figures.
    assert (whole["basis"], whole["headline"]) == ("index:whole", False)
    assert whole["difference"] == row["difference"]
    assert "verdict" not in whole


def test_what_does_not_apply_leaves_and_what_is_unknown_is_filled_in():
    blocks = risen()
    blocks[1] = ("analysis", "reasons", yes_no(5, 5, ("not_applicable", 2)))
    blocks[3] = (
        "status",
        "reasons",
        yes_no(9, 0, ("not_applicable", 2), ("missing", 1)),
    )
    row, whole = rows_of(*blocks)
    assert (row["applicable_before"], whole["applicable_before"]) == (12, 10)
    assert whole["applicable_after"] == 9
    assert row["mean_before"] == pytest.approx(5 * 0.5 / 12)
    assert row["mean_after"] == pytest.approx((6 + 3 * 0.5) / 12)
    assert row["robust"] is True


@pytest.mark.parametrize(
    ("blocks", "plan", "chosen", "reason"),
    [
        (risen()[:2], PLAN, {}, "only_one_phase"),
        (risen(), PLAN, {"paired": True}, "paired"),
        (
            risen(),
            Measurement(
                index=("plan", "reasons"),
                phases={
                    "analysis": PhasePlan(selection="random"),
                    "status": PhasePlan(selection="criteria"),
                },
            ),
            {},
            "selection_differs",
        ),
        (
            [
                *risen()[:3],
                ("status", "reasons", yes_no(8, 0, ("not_applicable", 4))),
            ],
            PLAN,
            {},
            "applicable_shift",
        ),
    ],
)
def test_when_the_index_is_not_comparable(blocks, plan, chosen, reason):
    row, _ = rows_of(*blocks, plan=plan, **chosen)
    assert (row["verdict"], row["decided_by"]) == ("not_comparable", reason)


def test_the_same_cases_twice_have_means_and_no_interval():
    for row in rows_of(*risen(), paired=True):
        names = ("difference", "difference_low", "difference_high", "p_value")
        assert all(math.isnan(row[name]) for name in names)
        assert row["mean_before"] < row["mean_after"]
        assert row["method"] == ""


def test_ten_cases_are_needed_for_a_verdict():
    few = [(phase, one, given[1:-2]) for phase, one, given in risen()]
    row, _ = rows_of(*few)
    assert (row["verdict"], row["decided_by"]) == ("too_few", "minimum_verdict")
    assert row["applicable_after"] == 9


def test_without_an_index_or_single_answers_there_is_no_row():
    assert rows_of(*risen(), plan=Measurement()) == []
    assert rows_of() == []


def test_cases_numbered_alike_in_two_municipalities_are_two_cases():
    answers = pd.concat(
        [made_answers(*risen()).assign(municipality=name) for name in ("A", "B")]
    )
    found = rows_of_index(
        answers, form=FORM, measurement=PLAN, settings=Settings(), **PAIR
    )
    assert found[0]["applicable_before"] == 24
    grouped = with_groups(answers, ["municipality"])
    apart = rows_of_index(
        grouped, form=FORM, measurement=PLAN, settings=Settings(), **PAIR
    )
    groups = [(row["group"], row["applicable_before"]) for row in apart]
    assert groups == [("A", 12), ("A", 12), ("B", 12), ("B", 12)]
    assert np.isfinite([float(row["difference"] or np.nan) for row in apart]).all()


@pytest.mark.parametrize(
    "text",
    [
        'index = ["plan", "reasons"]\nprimary = ["plan"]',
        'index = ["plan"]',
        'index = ["plan", "plan"]',
        'index = ["a", "b", "c", "d", "e", "f", "g"]',
    ],
)
def test_a_plan_has_an_index_of_two_to_six_or_primary_measures(tmp_path, text):
    path = tmp_path / "maaling.toml"
    path.write_text('index = ["plan", "reasons"]', "utf-8")
    assert load_measurement(path).index == ("plan", "reasons")
    path.write_text(text, "utf-8")
    with pytest.raises(FormError, match="key index: "):
        load_measurement(path)


def test_a_locked_plan_holds_its_index(tmp_path):
    from taskforce_analysis.forms import load_form
    from taskforce_analysis.planning.locking import Plan, locked_plan

    chosen = ("holistic_assessment", "follow_up_timely")
    form = load_form("boernehandicap")
    path = tmp_path / "maaling.toml"
    path.write_text(locked_plan(Plan(form=form, index=chosen)), "utf-8")
    read = load_measurement(path)
    assert (read.index, read.primary) == (chosen, ())
    assert read.locked is not None
    assert (read.locked.index, read.locked.primary) == (chosen, ())
    for wrong in ({"primary": chosen}, {"index": chosen[:1]}):
        with pytest.raises(UsageError, match="an index"):
            locked_plan(Plan(form=form, **{"index": chosen, **wrong}))
