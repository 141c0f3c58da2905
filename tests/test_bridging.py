"""Cases reviewed in both phases: how far the two reviews agree."""

import pandas as pd
from fake_results import fake_results

from taskforce_analysis import tables
from taskforce_analysis.agreeing import bridge

FORM = fake_results(3).form


def answers(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return tables.build(
        (
            {
                "form": FORM.id,
                "phase": phase,
                "group": "all",
                "case_id": case,
                "unit_id": case,
                "measure": measure,
                "answer": answer,
                "score": "compliant" if answer == "yes" else "noncompliant",
            }
            for phase, case, measure, answer in rows
        ),
        tables.answers,
    )


def test_the_same_case_in_both_phases_is_two_reviews():
    found = bridge(
        answers(
            ("analysis", "A-1", "m1", "yes"),
            ("analysis", "A-2", "m1", "yes"),
            ("analysis", "A-3", "m1", "no"),
            ("status", "A-1", "m1", "yes"),
            ("status", "A-2", "m1", "no"),
            ("status", "S-1", "m1", "no"),
        ),
        FORM,
        ["A-1", "A-2", "A-3"],
        before="analysis",
        after="status",
    )
    assert [(one.measure, one.same, one.pairs) for one in found] == [
        ("m1", 1, 2),
        ("", 1, 2),
    ]


def test_without_bridge_cases_nothing_is_said():
    frame = answers(("analysis", "A-1", "m1", "yes"), ("status", "A-1", "m1", "yes"))
    assert bridge(frame, FORM, [], before="analysis", after="status") == ()
    first = frame[frame["phase"] == "analysis"]
    assert bridge(first, FORM, ["A-1"], before="analysis", after="status") == ()
