"""A corrected answer in the table counts, or the score beside it is refused."""

from typing import Any

import pandas as pd
import pytest

from taskforce_analysis.checking.rescoring import scored_in_turn, with_scores
from taskforce_analysis.comparing import compare
from taskforce_analysis.errors import UsageError
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import SCORES
from taskforce_analysis.tallying import tally
from tests.made_answers import made_answers, small_form, yes_no

ASKED = {"measure": "plan", "is": ["yes"]}
FORM = small_form(
    {"id": "plan", "partly": True},
    {"id": "goals", "applies_when": ASKED},
    {"id": "reasons"},
    {"id": "sound", "kind": "all_of", "of": ["plan", "reasons"]},
)
PLAN = ["yes", "yes", "no", "partly"]
GOALS = ["yes", "no", "not_applicable", "not_applicable"]
REASONS = ["yes", "no", "yes", "yes"]
SOUND = ["yes", "no", "no", "no"]


def reviewed(plan=PLAN, goals=GOALS, reasons=REASONS, sound=SOUND) -> pd.DataFrame:
    given = {"plan": plan, "goals": goals, "reasons": reasons, "sound": sound}
    return made_answers(*(("analysis", name, own) for name, own in given.items()))


def changed(number: int, measure: str, **values: str) -> pd.DataFrame:
    """The answers with these values in the row of one case and measure."""
    answers = reviewed()
    own = (answers["case_id"] == f"S{number}") & (answers["measure"] == measure)
    assert own.sum() == 1
    for name, value in values.items():
        answers.loc[own, name] = value
    return answers


def in_pandas(answers: pd.DataFrame) -> Any:
    return answers


def in_polars(answers: pd.DataFrame) -> Any:
    return pytest.importorskip("polars").from_pandas(answers).lazy()


def in_duckdb(answers: pd.DataFrame) -> Any:
    return pytest.importorskip("duckdb").from_df(answers)


ENGINES = pytest.mark.parametrize("engine", [in_pandas, in_polars, in_duckdb])


@ENGINES
@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (changed(1, "plan", answer="no"), "1 of plan"),
        (changed(1, "plan", answer="partly", score="compliant"), "1 of plan"),
        (changed(1, "reasons", answer="Nej"), "1 of reasons"),
        (changed(2, "sound", answer="yes"), "1 of sound"),
        # The answer is corrected with its score, and not what hangs on it.
        (changed(1, "plan", answer="no", score="noncompliant"), "1 of goals, 1 of sou"),
        (changed(3, "goals", answer="yes", score="compliant"), "1 of goals"),
    ],
    ids=["stale", "partly", "no answer", "composite", "hangs on it", "not asked"],
)
def test_a_score_that_is_not_that_of_its_answer_is_refused(engine, answers, told):
    with pytest.raises(UsageError, match=told) as caught:
        tally(engine(answers), FORM)
    assert "Leave out the column score" in str(caught.value)
    assert "Nej" not in str(caught.value)


def test_a_comparison_refuses_it_too():
    answers = changed(1, "plan", answer="no")
    tallied = tally(reviewed(), FORM)
    pair: Any = {"before": "analysis", "after": "status"}
    assert len(compare(tallied, FORM, answers=reviewed(), **pair))
    assert len(compare(tallied, FORM, answers=reviewed().drop(columns="score"), **pair))
    with pytest.raises(UsageError, match="1 of plan"):
        compare(tallied, FORM, answers=answers, **pair)


@ENGINES
def test_without_the_column_a_corrected_answer_counts(engine):
    corrected = changed(1, "plan", answer="no").drop(columns="score")
    found = tally(engine(corrected), FORM)
    # The plan of S1 is no plan, so nobody asks for its goals, and it is not sound.
    by_hand = reviewed(
        plan=["no", *PLAN[1:]],
        goals=["not_applicable", *GOALS[1:]],
        sound=["no", *SOUND[1:]],
    )
    pd.testing.assert_frame_equal(found, tally(by_hand, FORM))


def test_scores_that_are_left_out_are_those_that_were_there():
    answers = reviewed()
    pd.testing.assert_frame_equal(
        with_scores(answers.drop(columns="score"), FORM, Settings())[[*answers]],
        answers,
    )
    assert with_scores(answers, FORM, Settings()) is answers


@pytest.mark.parametrize("name", ["phase", "unit_id", "answer"])
def test_scores_need_the_columns_that_they_depend_on(name):
    answers = reviewed().drop(columns=["score", name])
    with pytest.raises(UsageError, match=f"no column score, and no {name} to score by"):
        with_scores(answers, FORM, Settings())


def test_answers_that_hang_on_each_other_are_scored_together():
    goals, plan = FORM.measure("goals"), FORM.measure("plan")
    texts = [
        pd.Series(["yes", "no", "yes", "", None]),
        pd.Series(["yes", "yes", "no", "partly", None]),
    ]
    answers, (own, condition) = scored_in_turn([goals, plan], texts, Settings())
    named = [answers[one] for one in own.answers[:4]]
    assert named == ["yes", "no", "yes", "unrecognised"]
    assert [SCORES[one] for one in own.scores[:4]] == [
        "compliant",
        "noncompliant",
        "not_applicable",  # goals of a plan that is not there
        "not_applicable",  # and of one that is there in part
    ]
    assert [SCORES[one] for one in condition.scores[:4]] == [
        "compliant",
        "compliant",
        *["noncompliant"] * 2,
    ]
    _, (alone,) = scored_in_turn([goals], texts[:1], Settings())
    assert SCORES[alone.scores[2]] == "compliant"  # nobody knows of a condition


def test_what_is_made_of_parts_that_are_not_there_counts_as_it_says():
    alone = reviewed().query("measure == 'sound'").drop(columns="score")
    found = with_scores(alone, FORM, Settings())
    assert found["score"].tolist() == ["compliant", *["noncompliant"] * 3]


@pytest.mark.parametrize("partly", ["compliant", "noncompliant"])
def test_any_settings_may_have_made_the_scores(partly):
    answers = changed(4, "plan", score=partly).query("measure != 'sound'")
    assert tally(answers, FORM)["units"].iloc[0] == 4


def test_what_is_not_in_the_table_raises_no_alarm():
    answers = changed(3, "goals", answer="yes")  # it was given, and not asked for
    assert len(tally(answers[answers["measure"] == "goals"], FORM))
    twice = pd.concat([answers, answers], ignore_index=True)  # units not told apart
    assert len(tally(twice, FORM))
    bare = small_form()
    own = made_answers(("analysis", "plan", yes_no(2, 1)))
    assert len(tally(own.drop(columns="answer"), bare))
