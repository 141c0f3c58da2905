"""Cases left out and answers corrected: counted so, and told wherever it matters."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import taskforce_analysis as ta
from taskforce_analysis.measurements import Correction, Exclusion
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing.method import compose_method_note

PLAN = data_folder("example") / "maaling.toml"
MEASURE = "holistic_assessment"
FORM = """
id = "own"
title = "Eget skema"
version = "1"
unit = "sag"
[columns]
case = ["Sag"]
[[phases]]
id = "analysis"
label = "Analyse"
[[phases]]
id = "status"
label = "Status"
[[measures]]
id = "plan"
label = "Der er en plan"
columns = ["Er der en plan?"]
[[measures]]
id = "goals"
label = "Planen har mål"
columns = ["Har planen mål?"]
applies_when = { measure = "plan", is = ["yes"] }
[[measures]]
id = "both"
label = "Plan eller mål"
kind = "any_of"
of = ["plan", "goals"]
"""


@pytest.fixture
def form(tmp_path: Path):
    path = tmp_path / "own.toml"
    path.write_text(FORM, "utf-8")
    return ta.load_form(path)


def cases(count: int = 20) -> pd.DataFrame:
    columns = {"Er der en plan?": ["Ja", "Nej"], "Har planen mål?": ["Ja", None]}
    rows = {name: values * (count // 2) for name, values in columns.items()}
    return pd.DataFrame({"Sag": [f"S-{n}" for n in range(count)], **rows})


def counts(results: ta.Results, measure: str, phase: str) -> tuple[int, int, int]:
    rows = results.tally.query("measure == @measure and phase == @phase")
    row = rows[rows["basis"] == "crude"].iloc[0]
    return int(row["compliant"]), int(row["noncompliant"]), int(row["units"])


def test_a_case_is_left_out_and_told(form):
    results = ta.run(cases(), cases(), form=form, exclude=[("status", "s-0")])
    assert counts(results, "plan", "analysis") == (10, 10, 20)
    assert counts(results, "plan", "status") == (9, 10, 19)
    told = results.issues.query("code == 'CASE_EXCLUDED'").iloc[0]
    assert (told["phase"], told["case_id"]) == ("status", "s-0")
    assert results.measurement.phase("status").selection == "unknown"


def test_a_file_or_a_label_may_name_the_place(form):
    for place in ("DataFrame 2", "Status"):
        results = ta.run(cases(), cases(), form=form, exclude=[(place, "S-1")])
        assert counts(results, "plan", "status") == (10, 9, 19)


@pytest.mark.parametrize(("many", "selection"), [(2, "unknown"), (3, "chosen")])
def test_more_than_a_tenth_left_out_is_a_choice(form, many, selection):
    gone = [("status", f"S-{n}") for n in range(many)]
    results = ta.run(cases(), cases(), form=form, exclude=gone)
    assert results.measurement.phase("status").selection.startswith(selection)
    told = results.issues["code"].eq("MANY_EXCLUDED").any()
    assert told == (selection == "chosen")


def test_an_answer_is_corrected_with_all_that_rests_on_it(form):
    nay = Correction("S-0", "plan", "Nej", "read again", by="AB", phase="status")
    results = ta.run(cases(), cases(), form=form, corrections=[nay])
    assert counts(results, "plan", "status") == (9, 11, 20)
    # Without a plan nobody asks for its goals, and neither of the two is kept.
    assert counts(results, "goals", "status") == (9, 0, 20)
    assert counts(results, "both", "status")[0] == 9
    told = results.issues.query("code == 'ANSWER_CORRECTED'").iloc[0]
    assert (told["measure"], told["expected"]) == ("plan", "no")
    assert told["found"].startswith("read again, AB, ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"exclude": [("status", "S-99")]}, 'no such case in "status"'),
        ({"exclude": ["S-1"]}, r"Write exclude=\[\("),
        ({"exclude": [("status", "010135-0000")]}, "looks like a CPR number"),
        (
            {"corrections": [Correction("S-0", "plan", "Nej", "x")]},
            "the case is in several phases. Say which",
        ),
        (
            {"corrections": [Correction("S-0", "plan", "Tja", "x", phase="status")]},
            "that is no answer to the measure. Known: yes, no",
        ),
        (
            {"corrections": [Correction("S-0", "both", "Ja", "x", phase="status")]},
            "both is computed",
        ),
        (
            {"corrections": [Correction("S-0", "plam", "Ja", "x")]},
            'no measure is called "plam". Nearest: "plan"',
        ),
    ],
)
def test_what_is_not_there_is_refused(form, options, message):
    with pytest.raises(ta.UsageError, match=message):
        ta.run(cases(), cases(), form=form, **options)


def unread(answer: str = "Jaa") -> pd.DataFrame:
    frame = cases()
    frame.loc[3, "Er der en plan?"] = answer
    return frame


READ_AGAIN = Correction("S-3", "plan", "Ja", "set efter", phase="Analyse")
SEEN: Any = True  # as a table has it


@pytest.mark.parametrize(
    "decided",
    [
        {"corrections": [READ_AGAIN]},
        {"corrections": replace(READ_AGAIN, case="s-3", answer=SEEN)},
        {"exclude": [("analysis", "S-3")]},
        {"exclude": Exclusion("Analyse", "S-3", "hører ikke til")},
    ],
)
def test_what_was_decided_lifts_the_error_that_it_settles(form, decided: Any):
    with pytest.raises(ta.DataError, match="ANSWER_UNKNOWN"):
        ta.run(unread(), cases(), form=form)
    results = ta.run(unread(), cases(), form=form, **decided)
    told = set(results.issues["code"])
    assert "ANSWER_UNKNOWN" not in told
    assert told & {"ANSWER_CORRECTED", "CASE_EXCLUDED"}


def test_another_case_with_the_same_error_keeps_it(form):
    frame = unread()
    frame.loc[5, "Er der en plan?"] = "Jaa"
    settled = [Correction("S-3", "plan", "Ja", "set efter", phase="analysis")]
    prepared = ta.prepare(frame, cases(), form=form, corrections=settled)
    (left,) = [one for one in prepared.found if one.code == "ANSWER_UNKNOWN"]
    assert left.case_id == "S-5"


def test_a_decision_takes_what_a_table_has(form):
    one = Correction(3, "plan", False, "x", on="2024-02-01")  # type: ignore[arg-type]
    assert (one.case, one.answer, one.on) == ("3", "no", date(2024, 2, 1))
    assert Exclusion("status", 7).case == "7"  # type: ignore[arg-type]
    with pytest.raises(ta.UsageError, match="no date"):
        Exclusion("status", "7", on="1. februar")  # type: ignore[arg-type]
    with pytest.raises(ta.UsageError, match="a correction says case"):
        ta.run(cases(), cases(), form=form, corrections=[("S-3", "plan", "Ja")])  # type: ignore[list-item]
    with pytest.raises(ta.UsageError, match="missing a required argument"):
        Correction("1", "plan", "Ja")  # type: ignore[call-arg]


def test_phases_and_attributes_are_asked_for_by_what_a_reader_calls_them():
    files = [PLAN.parent / "analyse.xlsx", PLAN.parent / "status.xlsx"]
    results = ta.run(*files, before="Analyse", after="status", by="Paragraf")
    assert (results.before, results.after) == ("analysis", "status")
    assert results.settings.by == ("paragraph",)
    with pytest.raises(ta.UsageError, match="Nord"):
        ta.run(*files, by=["Paragraf", "Nord"])
    with pytest.raises(ta.UsageError, match="several groups"):
        ta.sentence(results, MEASURE)
    group = results.tally["group"].iloc[0]
    assert ta.sentence(results, MEASURE, group=group).startswith(f"{group}: ")


def test_a_measurement_file_says_it_with_who_and_when(tmp_path):
    text = PLAN.read_text("utf-8")
    more = (
        '\n[[exclude]]\nplace = "status"\ncase = "S-02"\nwhy = "set to gange"\n'
        'by = "AB"\ndate = 2021-04-02\n[[corrections]]\ncase = "S-01"\n'
        f'measure = "{MEASURE}"\nanswer = "Nej"\nwhy = "læst igen"\nby = "AB"\n'
        "date = 2021-04-03\n"
    )
    for name in ("analyse.xlsx", "status.xlsx", "anbefalinger.xlsx"):
        source = PLAN.parent / name
        if source.exists():
            (tmp_path / name).write_bytes(source.read_bytes())
    for one in PLAN.parent.glob("*.toml"):
        (tmp_path / one.name).write_bytes(one.read_bytes())
    path = tmp_path / "maaling.toml"
    first = text.index("[phases")
    path.write_text(text[:first] + more + text[first:], "utf-8")
    plan = ta.load_measurement(path)
    assert plan.excluded == (
        Exclusion("status", "S-02", "set to gange", "AB", date(2021, 4, 2)),
    )
    note = str(compose_method_note(ta.run(path), ta.load_language("da")))
    assert "status, S-02: ladt ude. set to gange; AB, 2. april 2021." in note
    assert "læst igen; AB, 3. april 2021." in note
    path.write_text(path.read_text("utf-8").replace('by = "AB"\n', "", 1), "utf-8")
    with pytest.raises(ta.FormError, match=r"exclude\[0\].by: the key is missing"):
        ta.load_measurement(path)


def test_a_setting_that_can_do_nothing_says_so(form):
    odd = ta.Settings(partly="compliant")
    told = ta.run(cases(), cases(), form=form, settings=odd).issues
    assert told.query("code == 'SETTING_WITHOUT_EFFECT'")["found"].tolist() == [
        "partly = compliant"
    ]
    first, *rest = form.measures
    partly = replace(form, measures=(replace(first, partly=True), *rest))
    told = ta.run(cases(), cases(), form=partly, settings=odd).issues
    assert "SETTING_WITHOUT_EFFECT" not in set(told["code"])


def test_small_counts_are_told_where_something_is_to_be_published(form):
    few = cases()
    few["Er der en plan?"] = ["Nej", *["Ja"] * 19]
    for publish, told in (("internal", False), ("open", True)):
        chosen = ta.Settings(publish=publish)
        results = ta.run(few, few, form=form, settings=chosen)
        assert results.issues["code"].eq("SMALL_CELL").any()  # the table has them all
        remedy = ta.load_language("en").word("issues.SMALL_CELL.remedy")
        assert ta.explain(results, language="en").isin([remedy]).any(axis=None) == told


def test_a_table_that_was_handed_out_changes_nothing(form, tmp_path):
    results = ta.run(cases(), cases(), form=form)
    table = results.comparison
    for name in ("difference", "difference_low", "difference_high"):
        table[name] = 99.0
    del results.tally["rate"]
    assert (results.comparison["difference"] == 0).any()
    assert "rate" in results.tally
    written = ta.write(results, tmp_path / "tal.json").read_text("utf-8")
    assert "99.0" not in written
