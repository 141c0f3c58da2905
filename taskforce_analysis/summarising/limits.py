"""Which limits the cases were judged by, and whether two figures had the same one.

Municipalities set their own limits, and change them. Where the limit for the same
provision differs between two groups or two phases, "kept in time" is not the same
thing in both, and an issue names the limits. A limit that differs only because other
provisions were drawn is none of that.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from taskforce_analysis import tables
from taskforce_analysis.deadlines.paragraphs import corresponding
from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.issues import Issue
from taskforce_analysis.summarising.timed import KEY, timed

if TYPE_CHECKING:
    import pandas as pd


def limits(answers: "pd.DataFrame", *, by: Sequence[str] = ()) -> "pd.DataFrame":
    """The limits that were applied and the days they allowed, as `tables.limits`."""
    rows = timed(answers, by)
    rows = rows[rows["limit"].fillna("") != ""]
    found = rows.groupby([*KEY, "limit"], observed=True, sort=False)["allowed"]
    counted = found.agg(shortest="min", longest="max").reset_index()
    ordered = counted.sort_values([*KEY, "longest", "limit"], ignore_index=True)
    return tables.check(ordered, tables.limits)


def overdue(answers: "pd.DataFrame", *, by: Sequence[str] = ()) -> "pd.DataFrame":
    """How many cases were so many days over their limit, as `tables.overdue`."""
    rows = timed(answers, by)
    late = rows[rows["score"].eq("noncompliant") & rows["over"].gt(0)]
    late = late.assign(open=~late["closed"])
    counted = late.groupby([*KEY, "over", "open"], observed=True).size()
    return tables.check(counted.rename("count").reset_index(), tables.overdue)


def limit_issues(
    answers: "pd.DataFrame",
    form: Form,
    *,
    before: str,
    after: str,
    by: Sequence[str] = (),
) -> list[Issue]:
    """LIMIT_DIFFERS: a limit that is not the same in all groups, or in both phases.

    Provisions are held against themselves, those of serviceloven against what became
    of them in barnets lov. `found` names the limits.
    """
    rows = timed(answers, by)
    rows = rows[rows["limit"].fillna("") != ""]
    found = []
    for measure in form.measures:
        own = rows[rows["measure"] == measure.id]
        if measure.limit and len(own):
            own = own[_told_by(own, measure.limit.by)].drop_duplicates()
            told = [
                *_between_phases(own, measure, (before, after)),
                *_between_groups(own, measure),
            ]
            if told:
                found.append(
                    Issue("LIMIT_DIFFERS", measure=measure.id, found="; ".join(told))
                )
    return found


def _told_by(own: "pd.DataFrame", by: str) -> list[str]:
    return ["phase", "group", "limit", *([by] if by in own else [])]


def _between_phases(
    own: "pd.DataFrame", measure: Measure, phases: tuple[str, str]
) -> Iterator[str]:
    first, second = (
        _by_provision(own[own["phase"] == phase], measure) for phase in phases
    )
    told = {
        f"{' | '.join(first[provision])} -> {' | '.join(second[provision])}"
        for provision in first.keys() & second.keys()
        if first[provision] != second[provision]
    }
    if told:
        yield f"{phases[0]} -> {phases[1]}: {', '.join(sorted(told))}"


def _between_groups(own: "pd.DataFrame", measure: Measure) -> Iterator[str]:
    for phase, rows in own.groupby("phase", sort=False):
        seen: dict[str, set[tuple[str, ...]]] = {}
        for _, part in rows.groupby("group", sort=False):
            for provision, found in _by_provision(part, measure).items():
                seen.setdefault(provision, set()).add(found)
        several = [found for found in seen.values() if len(found) > 1]
        named = dict.fromkeys(
            one for found in several for ones in found for one in ones
        )
        if named:
            yield f"{phase}: {' | '.join(sorted(named, key=_length))}"


def _by_provision(own: "pd.DataFrame", measure: Measure) -> dict[str, tuple[str, ...]]:
    """The limits of each provision; all under one name where limits go by none."""
    by = measure.limit.by if measure.limit else ""
    key = (
        own[by].fillna("").map(_today) if by in own else own["limit"].map(lambda _: "")
    )
    return {
        str(provision): tuple(sorted(set(limit), key=_length))
        for provision, limit in own["limit"].groupby(key, sort=False)
    }


def _today(provision: str) -> str:
    return next(iter(corresponding(provision)), provision)


def _length(limit: str) -> tuple[str, int]:
    amount, _, unit = limit.partition(" ")
    return (unit.rstrip("s"), int(amount)) if amount.isdigit() else (limit, 0)
