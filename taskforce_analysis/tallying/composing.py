"""The tally: what the engine counted, with rates, intervals, bounds and targets."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from taskforce_analysis import tables
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.methods.rates import clopper_pearson, wilson
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import rows_of
from taskforce_analysis.tallying.counting import (
    COUNT,
    KEY,
    Engine,
    ask,
    count_long,
    counted,
    engine_of,
    fetch,
    with_groups,
)
from taskforce_analysis.tallying.scores import crude, law_parts, unconditional
from taskforce_analysis.tallying.wide import count_wide

if TYPE_CHECKING:
    import pandas as pd


# FOLDED tallying.composing
#
# The tally: what the engine counted, with rates, intervals, bounds and targets.

UNKNOWN = ["missing", "not_assessable", "unrecognised"]


def tally(
    answers: Any,
    form: Form,
    *,
    settings: Settings | None = None,
    counts: "pd.DataFrame | None" = None,
    by: Sequence[str] = (),
) -> "pd.DataFrame":
    """Counts and rates per group, phase and measure, as `tables.tally`.

    `answers` is a frame of pandas, Polars (also lazy), PyArrow, DuckDB, Dask or Spark,
    and is counted where it lies. Long: the answers table, of which `phase`, `measure`
    and `score` are needed, and `unit_id` and `answer` where a measure has a condition.
    Wide: `phase` and one column of answers per measure, called by its id. Rows whose
    `form` is another one are left out.

    `by` names attribute columns that make the groups; without it there is one, "all".
    `counts` are the rows of aggregated workbooks. Rates are shares; a measure without
    an applicable case has none. Raises UsageError when a needed column is lacking.

    >>> import pandas as pd
    >>> from taskforce_analysis.forms import load_form
    >>> answers = ["yes", "no", "not_applicable", None]
    >>> cases = pd.DataFrame({"phase": "analysis", "holistic_assessment": answers})
    >>> row = tally(cases, load_form("boernehandicap")).iloc[0]
    >>> int(row["compliant"]), int(row["applicable"]), int(row["missing"])
    (1, 2, 1)
    """
    import pandas as pd

    settings = settings or Settings()
    asked = ask(answers, form, by=by, settings=settings)
    counted = count_long(asked) if asked.is_long else count_wide(asked)
    parts = [
        crude(counted, asked),
        law_parts(counted, asked),
        unconditional(counted, asked),
    ]
    if counts is not None and len(counts):
        parts.append(_from_aggregates(counts))
    joined = pd.concat([part for part in parts if len(part)] or parts[:1])
    return _with_rates(_ordered(joined, form), form, settings)


def _from_aggregates(counts: "pd.DataFrame") -> "pd.DataFrame":
    scores = [name for name in tables.SCORES if name not in counts]
    filled = counts.assign(**dict.fromkeys(scores, 0), basis="crude")
    return filled.assign(cases=filled["units"]).drop(columns="units")


def _ordered(counted: "pd.DataFrame", form: Form) -> "pd.DataFrame":
    import pandas as pd

    order = {name: place for place, name in enumerate(form.measure_ids)}
    phases = list(form.phase_ids) or sorted(counted["phase"].unique())
    places = pd.DataFrame(
        {
            "group": counted["group"],
            "measure": counted["measure"].map(order),
            "basis": counted["basis"].ne("crude"),
            "name": counted["basis"],
            "phase": counted["phase"].map({name: i for i, name in enumerate(phases)}),
        }
    )
    return counted.set_axis(range(len(counted))).loc[
        places.set_axis(range(len(places))).sort_values([*map(str, places)]).index
    ]


def _with_rates(
    counted: "pd.DataFrame", form: Form, settings: Settings
) -> "pd.DataFrame":
    frame = counted.reset_index(drop=True)
    frame["units"] = frame[list(tables.SCORES)].sum(axis=1)
    frame["applicable"] = frame["compliant"] + frame["noncompliant"]
    unknown = frame[UNKNOWN].sum(axis=1)
    possible = (frame["applicable"] + unknown).where(lambda count: count > 0)
    applicable = frame["applicable"].where(frame["applicable"] > 0)
    limits = wilson(
        frame["compliant"].to_numpy(),
        frame["applicable"].to_numpy(),
        confidence=settings.confidence,
    )
    frame = frame.assign(
        rate=frame["compliant"] / applicable,
        rate_low=limits.low,
        rate_high=limits.high,
        rate_lowest=frame["compliant"] / possible,
        rate_highest=(frame["compliant"] + unknown) / possible,
        confidence=settings.confidence,
        interval="wilson",
    )
    return tables.check(_with_targets(frame, form, settings), tables.tally)


def _with_targets(
    frame: "pd.DataFrame", form: Form, settings: Settings
) -> "pd.DataFrame":
    import numpy as np

    targets = {measure.id: measure.target for measure in form.measures}
    target = frame["measure"].map(targets).astype("float64")
    judged = target.notna() & (frame["applicable"] > 0)
    against = np.full(len(frame), None, dtype=object)
    if judged.any():
        low, high = clopper_pearson(
            frame["compliant"].to_numpy(),
            frame["applicable"].to_numpy(),
            confidence=settings.confidence,
        )
        against[judged] = "cannot_tell"
        against[judged & (low >= target)] = "over"
        against[judged & (high < target)] = "under"
    return frame.assign(target=target, against_target=against)


# FOLDED tallying.describing
#
# What a figure is drawn from, and what the counts themselves give cause to say.

SMALL = 5
PLACES = ["form", "phase", "measure"]


def distribution(answers: Any, *, by: Sequence[str] = ()) -> "pd.DataFrame":
    """How often each answer was given, as `tables.distribution`.

    `answers` is the answers table in any engine, in long form.
    """
    engine = engine_of(answers)
    return _counted(engine, ["answer"], table=tables.distribution, by=by)


def durations(answers: Any, *, by: Sequence[str] = ()) -> "pd.DataFrame":
    """Days from start to end, counted, as `tables.durations`; deadlines only.

    `answers` is the answers table in any engine, in long form.
    """
    import narwhals as nw

    engine = engine_of(answers)
    engine.need(["days", "score"])
    is_open = nw.col("open") == "yes" if engine.has("open") else nw.col("days") < 0
    applies = ~nw.col("days").is_null() & (nw.col("score") != "not_applicable")
    timed = engine.frame.filter(applies).with_columns(open=is_open)
    columns = (*engine.columns, "open")
    return _counted(
        Engine(timed, columns), ["days", "open"], table=tables.durations, by=by
    )


def _counted(
    engine: Engine, more: Sequence[str], *, table: tables.Table, by: Sequence[str]
) -> "pd.DataFrame":
    engine.need([*PLACES, *by, *more])
    found = fetch(counted(engine.frame, [*PLACES, *by, *more]), COUNT)
    if "open" in found:
        days = found["days"].astype("float64").astype("Int64")
        found = found.assign(days=days, open=found["open"].str.lower() == "true")
    grouped = with_groups(found, by).groupby([*KEY, *more])["count"].sum()
    return tables.check(grouped.reset_index(), table)


def tally_issues(tallied: "pd.DataFrame") -> list[Issue]:
    """What the counts themselves give cause to say: no applicable case, small cells."""
    found = []
    for row in rows_of(tallied[tallied["basis"] == "crude"]):
        place = {"phase": row.phase, "group": row.group, "measure": row.measure}
        if row.applicable == 0:
            found.append(Issue("DENOMINATOR_ZERO", **place))
        elif 0 < row.compliant < SMALL or 0 < row.noncompliant < SMALL:
            found.append(Issue("SMALL_CELL", **place))
    return found
