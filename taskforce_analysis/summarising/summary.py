"""All that is said about days in one call, for the chain and for a notebook."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.settings import Settings
from taskforce_analysis.summarising.limits import limit_issues, limits, overdue
from taskforce_analysis.summarising.times import drawing_issues, summarise_days

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Summary:
    """The tables days, limits and overdue, and what they cannot be used for."""

    days: "pd.DataFrame" = field(repr=False)
    limits: "pd.DataFrame" = field(repr=False)
    overdue: "pd.DataFrame" = field(repr=False)
    found: tuple[Issue, ...]

    @property
    def tables(self) -> "dict[str, pd.DataFrame]":
        """The three tables by name."""
        return {"days": self.days, "limits": self.limits, "overdue": self.overdue}


def summarise(
    answers: "pd.DataFrame",
    form: Form,
    *,
    before: str,
    after: str,
    settings: Settings | None = None,
    measurement: Measurement | None = None,
) -> Summary:
    """The days of all deadline measures; empty tables where a form has none.

    `before` and `after` are the compared phases' ids. The issues are LIMIT_DIFFERS and
    DRAWN_BY_DECISION.
    """
    settings = settings or Settings()
    days = summarise_days(
        answers,
        form,
        before=before,
        after=after,
        settings=settings,
        measurement=measurement,
    )
    differing = limit_issues(answers, form, before=before, after=after, by=settings.by)
    return Summary(
        days,
        limits(answers, by=settings.by),
        overdue(answers, by=settings.by),
        (*differing, *drawing_issues(days)),
    )
