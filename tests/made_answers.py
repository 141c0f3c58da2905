"""Small forms and answers, typed out, for the tests of counting and comparing."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import pandas as pd

from taskforce_analysis import tables
from taskforce_analysis.forms import Form, form_from

SCORE = {"yes": "compliant", "no": "noncompliant", "partly": "noncompliant"}


def small_form(*measures: Mapping[str, Any], **keys: Any) -> Form:
    """A form with these measures, or with one called `plan`."""
    listed = measures or ({"id": "plan"},)
    values = {
        "id": "small",
        "title": "Et lille skema",
        "version": "1",
        "unit": "sag",
        "columns": {"case": ["Sagsnr."], "phase": ["Måling"]},
        "phases": [
            {"id": "analysis", "label": "Analyse"},
            {"id": "status", "label": "Status"},
        ],
        "measures": [{"label": m["id"], "columns": [m["id"]], **m} for m in listed],
        **keys,
    }
    return form_from(values, file="small.toml")


def made_answers(*blocks: tuple[str, str, Sequence[str]], **more: Any) -> pd.DataFrame:
    """Answers from (phase, measure, answers) blocks; the cases are S1, S2, ..."""
    rows = [
        {
            "form": "small",
            "phase": phase,
            "group": "all",
            "case_id": f"S{number}",
            "unit_id": f"S{number}",
            "measure": measure,
            "answer": answer,
            "score": SCORE.get(answer, answer),
            "file": "a.xlsx",
            **{name: values[number - 1] for name, values in more.items()},
        }
        for phase, measure, given in blocks
        for number, answer in zip(count(1), given, strict=False)
    ]
    return tables.build(rows, tables.answers)


def yes_no(yes: int, no: int, *others: tuple[str, int]) -> list[str]:
    """So many yes, so many no, and further answers by name and number."""
    more = [name for name, times in others for _ in range(times)]
    return ["yes"] * yes + ["no"] * no + more
