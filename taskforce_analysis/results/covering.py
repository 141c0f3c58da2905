"""Stored answers that hold CPR numbers: the same care as with a workbook's cells.

A case id that is one becomes a running number, and a unit's id follows its case; in
other texts the number is covered. The issue CPR_FOUND says in which column, and how
many different texts it was; never which.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from taskforce_analysis.checking.cases import Numbers
from taskforce_analysis.issues import Issue
from taskforce_analysis.privacy import has_cpr, is_cpr_number, redact

if TYPE_CHECKING:
    import pandas as pd

IDS = ["case_id", "unit_id"]
_RUNNING = re.compile(r"#(\d{1,9})")


class Covered(NamedTuple):
    """Answers without CPR numbers, and the issues that tell of those that were."""

    answers: "pd.DataFrame"
    found: tuple[Issue, ...]


def cover(answers: "pd.DataFrame", *, file: str, as_numbers: bool) -> Covered:
    """The answers with every CPR-like number replaced or covered.

    `as_numbers` says that the case ids were stored as numbers, which lose a leading
    zero; `file` is what the issues call the table.
    """
    found, changes = [], {}
    for name in answers.columns:
        if name in IDS or answers[name].dtype != "str":
            continue
        texts = answers[name].dropna().unique()
        odd = {text: redact(text) for text in texts if has_cpr(text)}
        if odd:
            changes[name] = answers[name].map(lambda text, odd=odd: odd.get(text, text))
            found.append(_issue(file, name, len(odd)))
    ids = _new_ids(answers[IDS].drop_duplicates(), as_numbers=as_numbers)
    if ids:
        pairs = answers[IDS].itertuples(index=False, name=None)
        new = [ids.get(pair, pair) for pair in pairs]
        changes |= zip(IDS, zip(*new, strict=True), strict=True)
        found.append(_issue(file, "case_id", len({case for case, _ in ids})))
    if not changes:
        return Covered(answers, ())
    return Covered(answers.assign(**changes).astype(answers.dtypes), tuple(found))


def _issue(file: str, column: str, count: int) -> Issue:
    found = f"column {redact(column)}"
    return Issue("CPR_FOUND", file=file, found=found, count=count)


def _new_ids(
    pairs: "pd.DataFrame", *, as_numbers: bool
) -> Mapping[tuple[str, str], tuple[str, str]]:
    """New ids of cases and units, for those that hold a CPR number."""

    def is_cpr(text: object) -> bool:
        return isinstance(text, str) and (
            has_cpr(text) or (as_numbers and is_cpr_number(text))
        )

    numbers = _numbers_after(pairs["case_id"])
    found = {}
    for case, unit in pairs.itertuples(index=False, name=None):
        if not is_cpr(case) and not is_cpr(unit):
            continue
        shown = numbers.for_cpr(case) if is_cpr(case) else case
        rest = unit.replace(case, shown) if isinstance(case, str) else unit
        found[case, unit] = (shown, numbers.for_cpr(rest) if is_cpr(rest) else rest)
    return found


def _numbers_after(cases: "pd.Series[str]") -> Numbers:
    """Running numbers that go on after those that cases were given before."""
    given = [_RUNNING.fullmatch(text) for text in cases.dropna()]
    last = max((int(match[1]) for match in given if match), default=0)
    return Numbers({f"#{number}": f"#{number}" for number in range(1, last + 1)})
