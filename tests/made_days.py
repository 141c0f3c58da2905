"""Deadline answers with their days, typed out, and what results make of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from fake_results import fake_results

from taskforce_analysis import tables
from taskforce_analysis.deadlines import judge
from taskforce_analysis.forms import Form, form_from
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.results import Results
from taskforce_analysis.settings import Settings
from taskforce_analysis.summarising import summarise
from taskforce_analysis.tables import with_groups
from taskforce_analysis.tallying import durations, tally

MEASURES = (
    {
        "id": "decision_in_time",
        "label": "Afgørelsen er truffet inden for fristen",
        "label_en": "The decision was made in time",
        "kind": "deadline",
        "from": ["Modtaget"],
        "to": ["Afgjort"],
        "limit": {"by": "paragraph", "from": "deadlines/eksempel.toml"},
    },
    {
        "id": "notice",
        "label": "Der er givet skriftlig besked",
        "columns": ["Skriftlig besked"],
        "applies_when": {"measure": "decision_in_time", "is": ["no"]},
    },
)


def timed_form() -> Form:
    """A form with one deadline measure and the question that hangs on it."""
    values = {
        "id": "small",
        "title": "Et lille skema",
        "version": "1",
        "unit": "sag",
        "columns": {"case": ["Sagsnr."], "phase": ["Måling"]},
        "attributes": [
            {"id": name, "label": name, "columns": [name]}
            for name in ("municipality", "paragraph")
        ],
        "phases": [
            {"id": "analysis", "label": "Analyse", "label_en": "Analysis"},
            {"id": "status", "label": "Status", "label_en": "Status"},
        ],
        "measures": list(MEASURES),
    }
    return form_from(values, file="small.toml")


def timed_answers(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Answers to decision_in_time from rows of phase, start, end, limit and measured.

    Further keys are attributes. Dates are ISO texts; `end` may be left out.
    """
    return tables.build(
        [_answer(number, row) for number, row in enumerate(rows, 1)], tables.answers
    )


def _answer(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(row)
    start, end = given.pop("start"), given.pop("end", None)
    limit, measured = given.pop("limit"), given.pop("measured", None)
    case = judge([start], [end], limit, measured=measured).cases.iloc[0]
    until = pd.Timestamp(measured) - pd.Timestamp(start) if measured else None
    named = {"compliant": "yes", "noncompliant": "no"}
    score = str(case["outcome"])
    return {
        "form": "small",
        "group": "all",
        "case_id": f"S{number}",
        "unit_id": f"S{number}",
        "measure": "decision_in_time",
        "score": score,
        "answer": named.get(score, score),
        "days": case["days"],
        "open": "yes" if case["open"] else "no",
        "limit": str(case["limit"]),
        "allowed": _text(case["allowed"]),
        "over": _text(case["over"]),
        "elapsed": None if until is None else str(until.days),
        "file": "a.xlsx",
        **given,
    }


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(int(value))


def took(
    phase: str, days: Iterable[int | None], limit: str = "8 weeks", **more: Any
) -> list[dict[str, Any]]:
    """Cases received on 1 January 2020 that took so many days; None is still open.

    Measured on 1 July 2020, 182 days later, unless `measured` says otherwise.
    """
    start = pd.Timestamp("2020-01-01")
    return [
        {
            "phase": phase,
            "start": "2020-01-01",
            "end": None
            if one is None
            else str((start + pd.Timedelta(days=one)).date()),
            "limit": limit,
            "measured": "2020-07-01",
            **more,
        }
        for one in days
    ]


def timed_results(
    rows: Iterable[Mapping[str, Any]],
    *,
    settings: Settings | None = None,
    measurement: Measurement | None = None,
) -> Results:
    """Results that hold nothing but the days of these rows."""
    settings = settings or Settings()
    answers = with_groups(timed_answers(rows), settings.by)
    form = timed_form()
    known: dict[str, Any] = {"settings": settings}
    plan = measurement or Measurement()
    summary = summarise(
        answers, form, before="analysis", after="status", measurement=plan, **known
    )
    results = fake_results(1, settings=settings)
    return replace(
        results,
        form=form,
        measurement=plan,
        tally=tally(answers, form, **known),
        comparison=results.comparison.iloc[:0],
        durations=durations(answers),
        days=summary.days,
        limits=summary.limits,
        overdue=summary.overdue,
    )
