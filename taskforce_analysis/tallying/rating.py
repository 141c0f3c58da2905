"""The tally: what the engine counted, with rates, intervals, bounds and targets.

Whichever engine counted, the rest happens here, on one row per group, phase, measure
and score: a column per score, the rows per law, of a conditional measure how many cases
met its condition and its unconditional twin, and the rate of each with all that stands
beside it. The tables that figures of answers and days are drawn from are counted here
as well.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from taskforce_analysis import tables
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.measurements import Measurement, PhasePlan
from taskforce_analysis.methods.rates import clopper_pearson, hypergeometric, wilson
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import KEY, names_in
from taskforce_analysis.tallying.counting import (
    Engine,
    Query,
    count_by,
    count_cases,
    count_long,
    engine_of,
    fetch,
    grouping_of,
    in_groups,
    query_of,
)
from taskforce_analysis.tallying.limits import (
    BEFORE,
    ChangedLimit,
    changed_in,
    first_and_last,
    judged_alike,
    query_by_earlier,
)
from taskforce_analysis.tallying.stale import joined_counts, refuse_stale_counts
from taskforce_analysis.tallying.wide import count_wide

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from narwhals.typing import IntoFrame

SCORES = list(tables.SCORES)
DECIDED = ["compliant", "noncompliant"]
UNKNOWN = ["missing", "not_assessable", "unrecognised"]
UNSEEN = "not_assessable"  # as an answer and as a score
SMALL = 5


def tally(
    answers: "IntoFrame",
    form: Form,
    *,
    settings: Settings | None = None,
    counts: "pd.DataFrame | None" = None,
    by: Sequence[str] = (),
    pair: tuple[str, str] | None = None,
) -> "pd.DataFrame":
    """Counts and rates per group, phase and measure, as `tables.tally`.

    `answers` is a frame of pandas, Polars (also lazy), PyArrow, DuckDB, Dask or Spark,
    and is counted where it lies. Long: the answers table, of which `phase`, `measure`
    and `score` are needed, and `unit_id` and `answer` where a measure has a condition.
    Wide: `phase` and one column of answers per measure, called by its id. Rows whose
    `form` is another one are left out. Without the column `score` answers are scored by
    the form and the settings; a score that is not that of its answer is an error.

    `by` names attribute columns that make the groups. Without it, and none in the
    settings, the column `group` does, as checking has set it; without that there is
    one, "all".
    `counts` are the rows of aggregated workbooks. `pair` are the two phases that are to
    be compared, the first and the last without it: where a measure's limit changed
    between them, they are counted by the limits of either as well. Rates are shares; a
    measure without an applicable case has none. Raises UsageError when a needed column
    is lacking, and for scores that are not those of their answers.

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
    query = query_of(answers, form, by=by, settings=settings)
    counted = count_long(query) if query.is_long else count_wide(query)
    beside = joined_counts(query, counted["measure"]) if query.is_long else {}
    refuse_stale_counts(query, counted, beside)
    pair = pair or first_and_last(counted["phase"], form)
    changed = changed_in(query, pair)
    asked = _conditional(counted, beside, query)
    parts = [
        _by_score(counted, query).assign(basis="crude"),
        *_law_parts(counted, query),
        *_by_one_limit(asked, query, changed=changed, pair=pair),
        *(
            _by_score(own, query).assign(basis=basis)
            for basis, own in judged_alike(query, changed, pair)
        ),
    ]
    if counts is not None and len(counts):
        parts += _from_aggregates(counts, form)
    joined = pd.concat([part for part in parts if len(part)] or parts[:1])
    crude = joined[joined["basis"] == "crude"]
    joined = pd.concat([joined, _assessable(crude, counted)])
    return _with_rates(_ordered(joined, form), form, settings)


def _by_score(
    counts: "pd.DataFrame", query: Query, *, law: str | None = None
) -> "pd.DataFrame":
    """One row per group, phase and measure with a column per score, and `cases`."""
    summed = counts.groupby([*KEY, "score"])["count"].sum()
    wide = summed.unstack(fill_value=0)  # noqa: PD010 - the sums are made already
    wide = wide.reindex(columns=SCORES, fill_value=0).astype("int64")
    wide["cases"] = wide.sum(axis=1)  # each unit is a case, unless told apart below
    wide = wide.reset_index().rename_axis(columns=None)
    if not query.has_cases:
        return wide
    measure = ["measure"] if query.is_long else []
    cases = count_cases(query, [*query.phase_and_group, *measure], law=law)
    keys = KEY if measure else [name for name in KEY if name != "measure"]
    cases = cases.groupby(keys)["count"].sum().rename("cases").reset_index()
    return wide.drop(columns="cases").merge(cases, on=keys, how="left")


def _law_parts(counts: "pd.DataFrame", query: Query) -> "list[pd.DataFrame]":
    """The rows of each law, for the measures that were judged by more than one."""
    if "law" not in counts:
        return []
    known = counts[counts["law"].fillna("") != ""]
    laws = known.groupby("measure")["law"].nunique()
    mixed = known[known["measure"].isin(laws[laws > 1].index)]
    return [
        _by_score(part, query, law=str(law)).assign(basis=f"law:{law}")
        for law, part in mixed.groupby("law", sort=True)
    ]


def _conditional(
    counts: "pd.DataFrame", beside: "Mapping[str, pd.DataFrame]", query: Query
) -> "list[pd.DataFrame]":
    """Of the conditional measures how many cases met the condition, and the twins.

    `beside` are the counts of measures together with those that they rest on.
    """
    parts, known = [], set(counts["measure"])
    for measure in query.form.measures:
        own, condition = counts[counts["measure"] == measure.id], measure.applies_when
        if condition is None or not len(own):
            continue
        own = beside.get(measure.id, own)
        if condition.measure in known:  # it stands last of those beside the measure
            last = sum(f"score{place}" in own for place in range(1, len(own.columns)))
            names = {f"{one}{last}": f"condition_{one}" for one in ("answer", "score")}
            own = own.rename(columns=names if last else {})
        asked = own.iloc[:0]
        if "condition_score" in own:
            asked = own.assign(score=_as_condition(own, condition.answers))
        # Where the condition stands in no column, nobody knows how often it was met.
        if asked["score"].isin(DECIDED).any():
            parts.append(_by_score(asked, query).assign(basis="condition"))
        if query.form.has_twin(measure):
            twin = _out_of_all(own, condition.answers)
            parts.append(_by_score(twin, query).assign(basis="unconditional"))
    return parts


def _by_one_limit(
    asked: "list[pd.DataFrame]",
    query: Query,
    *,
    changed: Sequence[ChangedLimit],
    pair: tuple[str, str],
) -> "list[pd.DataFrame]":
    """What is told of conditions, by the earlier limits where these changed.

    It stands beside the row that is held to those limits in both phases: how many were
    asked, and out of all how many, have to be of the same cases.
    """
    import numpy as np

    earlier = query_by_earlier(query, changed, pair)
    if not asked or earlier is None:
        return asked
    wanted = {(one.group, one.measure) for one in changed}

    def of_changed(part: "pd.DataFrame") -> "np.ndarray":
        places = zip(part["group"], part["measure"], part["phase"], strict=True)
        found = [place[:2] in wanted and place[2] in pair for place in places]
        return np.array(found, dtype=bool)

    counted = count_long(earlier)
    beside = joined_counts(earlier, counted["measure"])
    again = _conditional(counted, beside, earlier)
    return [
        *(part[~of_changed(part)] for part in asked),
        *(part[of_changed(part)] for part in again),
    ]


def _as_condition(own: "pd.DataFrame", met: Sequence[str]) -> "pd.Series[str]":
    """The condition as a score: compliant where met, noncompliant where not met.

    By the rule in checking: a condition that is itself not asked is not met, and one
    that nobody answered is unknown, however a blank may count for its own measure.
    """
    given, score = own["condition_answer"], own["condition_score"]
    silent = [*UNKNOWN, "not_due"]
    found = score.where(score.isin(silent), "noncompliant")
    found = found.mask(score.isna(), "missing").mask(given.isin(silent), given)
    found = found.mask(score == "not_applicable", "noncompliant")
    return found.mask(given.isin(met), "compliant")


def _out_of_all(own: "pd.DataFrame", met: Sequence[str]) -> "pd.DataFrame":
    """The twin: "x af alle sager, hvor der skulle være en plan".

    A unit whose condition is known and not met counts as not compliant, unless the
    condition itself was not applicable to it.
    """
    if "condition_score" not in own:
        return own
    unmet = own["condition_score"].isin(DECIDED) & ~own["condition_answer"].isin(met)
    return own.assign(score=own["score"].mask(unmet, "noncompliant"))


def scores_beside(answers: "pd.DataFrame", form: Form) -> "dict[str, pd.DataFrame]":
    """The answers with the scores that the rows beside the crude one count, by basis.

    Case by case what `tally` counts in the rows of conditions, of twins and of what
    could be assessed. `answers` are scored and in groups.
    """
    import pandas as pd

    keys = ["group", "phase", "unit_id"]
    asked, twins = [answers[:0]], [answers[:0]]
    for measure in form.measures:
        condition, own = measure.applies_when, answers["measure"] == measure.id
        if condition is None or not own.any():
            continue
        other = answers[answers["measure"] == condition.measure]
        named = {"answer": "condition_answer", "score": "condition_score"}
        other = other[[*keys, *named]].rename(columns=named).drop_duplicates(keys)
        both = answers[own].merge(other, on=keys, how="left")
        if len(other):
            asked.append(both.assign(score=_as_condition(both, condition.answers)))
        if form.has_twin(measure):
            twins.append(_out_of_all(both, condition.answers))
    answered, unseen = answers["score"].isin(DECIDED), answers["score"].eq(UNSEEN)
    unseen |= answered & answers["answer"].eq(UNSEEN)
    seen = answers["score"].mask(answered, "compliant").mask(unseen, "noncompliant")
    return {
        "condition": pd.concat(asked),
        "unconditional": pd.concat(twins),
        "assessable": answers.assign(score=seen),
    }


def _from_aggregates(counts: "pd.DataFrame", form: Form) -> "list[pd.DataFrame]":
    """The rows of aggregated workbooks, and what they tell of conditions.

    Without cases it is known who was asked only where the condition is all that
    complies with another measure, or all that does not: its counts are then the answer.
    """
    scores = [name for name in tables.SCORES if name not in counts]
    filled = counts.assign(**dict.fromkeys(scores, 0))
    filled = filled.assign(cases=filled["units"]).drop(columns="units")
    parts = [filled.assign(basis="crude")]
    for measure in form.measures:
        met = form.condition_score(measure)
        if not met or measure.applies_when is None:
            continue
        other = filled[filled["measure"] == measure.applies_when.measure]
        own = filled[filled["measure"] == measure.id]
        other = other.drop(columns="measure")
        keys = ["form", "group", "phase"]
        both = own.merge(other, on=keys, suffixes=("", "_other"))
        unmet = both[f"{'noncompliant' if met == 'compliant' else 'compliant'}_other"]
        asked = {name: both[f"{name}_other"] for name in (*UNKNOWN, "not_due")}
        asked |= {
            "compliant": both[f"{met}_other"],
            "noncompliant": unmet + both["not_applicable_other"],
            "not_applicable": 0,
            "cases": both["cases_other"],
        }
        parts.append(both.assign(**asked, basis="condition")[parts[0].columns])
        if form.has_twin(measure):
            left = (both["not_applicable"] - unmet).clip(lower=0)
            moved = {"noncompliant": both["noncompliant"] + unmet}
            moved |= {"not_applicable": left, "cases": both["cases_other"]}
            twin = both.assign(**moved, basis="unconditional")
            parts.append(twin[parts[0].columns])
    return parts


def _assessable(crude: "pd.DataFrame", counted: "pd.DataFrame") -> "pd.DataFrame":
    """Of the measures that could not be assessed somewhere, in how many cases it could.

    That cases no longer lack what it takes is itself a finding, and the rate does not
    tell it: it leaves them out, or counts them as breaches, as the form has it.
    """
    breaches = counted[counted["unseen"] & (counted["score"] == "noncompliant")]
    found = breaches.groupby(KEY)["count"].sum().rename("breach").reset_index()
    both = crude.merge(found, on=KEY, how="left")
    breach = both.pop("breach").fillna(0).astype("int64")
    unseen = both["not_assessable"] + breach
    somewhere = unseen.groupby([both["group"], both["measure"]]).transform("sum") > 0
    whole = both.assign(
        compliant=both["compliant"] + both["noncompliant"] - breach,
        noncompliant=unseen,
        not_assessable=0,
        basis="assessable",
    )
    return whole[somewhere]


def _ordered(counted: "pd.DataFrame", form: Form) -> "pd.DataFrame":
    """The rows by group, then as the form has its measures and phases, crude first."""
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
    frame["units"] = frame[SCORES].sum(axis=1)
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
        headline=_is_headline(frame),
    )
    return tables.check(_with_targets(frame, form, settings), tables.tally)


def with_stocks(tallied: "pd.DataFrame", measurement: Measurement) -> "pd.DataFrame":
    """The tally with the rates among all cases that there were, where that is known.

    Rows of the basis `stock`, with the exact hypergeometric interval of each phase; the
    others are about the practice behind the cases. Only of all groups together, for
    how many cases a group has is not declared.
    """
    import pandas as pd

    crude = tallied["headline"] & tallied["basis"].eq("crude")
    own = tallied[crude & tallied["group"].eq(tables.ALL) & (tallied["applicable"] > 0)]
    unknown = own[["missing", "not_assessable", "unrecognised"]].sum(axis=1)
    counts = zip(own["units"], own["applicable"], unknown, strict=True)
    stocks = [
        stock_of(
            measurement.phase(phase),
            units=units,
            applicable=applicable,
            unknown=not_known,
        )
        for phase, (units, applicable, not_known) in zip(
            own["phase"], counts, strict=True
        )
    ]
    known = [stock > 0 for stock in stocks]
    if not any(known):
        return tallied
    own = own.assign(stock=stocks)[known]
    parts = []
    for level, rows in own.groupby("confidence"):
        counts = (
            rows[name].to_numpy() for name in ("compliant", "applicable", "stock")
        )
        limits = hypergeometric(*counts, confidence=float(level))  # type: ignore[arg-type]
        is_whole = rows["stock"] == rows["applicable"]
        method = is_whole.map({True: "census", False: "hypergeometric"})
        values = {"rate_low": limits.low, "rate_high": limits.high, "interval": method}
        parts.append(rows.assign(**values))
    fixed = {"basis": "stock", "headline": False, "target": float("nan")}
    more = pd.concat(parts).assign(**fixed, against_target="")[tables.tally.names]
    more = more.astype(tallied.dtypes.to_dict())
    return tables.check(pd.concat([tallied, more]), tables.tally)


def stock_of(plan: PhasePlan, *, units: int, applicable: int, unknown: int) -> int:
    """How many cases of a phase a measure applies to, reviewed or not; 0 if unknown.

    Where every case was reviewed and answered, that was counted. Else of how many of
    the stock's cases a measure applies to nobody knows, unless it applied to every
    case that was drawn.
    """
    population = plan.population or (units if plan.selection == "all" else 0)
    if population == units:
        return 0 if unknown else applicable
    of_all = plan.is_random and applicable == units < population
    return population if of_all else 0


def _is_headline(frame: "pd.DataFrame") -> "pd.Series[bool]":
    """The crude row of a measure, or that by the earlier limits where they moved."""
    import pandas as pd

    earlier, place = frame["basis"] == BEFORE, ["group", "phase", "measure"]
    has_earlier = earlier.groupby([frame[name] for name in place]).transform("any")
    found = earlier | ((frame["basis"] == "crude") & ~has_earlier.astype(bool))
    return pd.Series(found, dtype="boolean")


def _with_targets(
    frame: "pd.DataFrame", form: Form, settings: Settings
) -> "pd.DataFrame":
    import numpy as np

    targets = {measure.id: measure.target for measure in form.measures}
    target = frame["measure"].map(targets).astype("float64")
    # How many were asked, or could be assessed, is no rate that anyone aims at.
    target = target.mask(frame["basis"].isin(["condition", "assessable"]))
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


def tally_issues(tallied: "pd.DataFrame") -> list[Issue]:
    """What the counts themselves give cause to say: no applicable case, small cells."""
    found = []
    counts = ["compliant", "noncompliant", "applicable"]
    crude = tallied[tallied["basis"] == "crude"][["phase", "group", "measure", *counts]]
    for phase, group, measure, met, broken, applicable in crude.itertuples(index=False):
        place = {"phase": phase, "group": group, "measure": measure}
        if applicable == 0:
            found.append(Issue("DENOMINATOR_ZERO", **place))
        elif 0 < met < SMALL or 0 < broken < SMALL:
            found.append(Issue("SMALL_CELL", **place))
    return found


def distribution(answers: "IntoFrame", *, by: Sequence[str] = ()) -> "pd.DataFrame":
    """How often each answer was given, as `tables.distribution`.

    `answers` is the answers table in any engine, in long form; its own groups, or
    those of the attributes that `by` names.
    """
    engine = engine_of(answers)
    return _how_many(engine, ["answer"], table=tables.distribution, by=by)


def durations(answers: "IntoFrame", *, by: Sequence[str] = ()) -> "pd.DataFrame":
    """Days from start to end, counted, as `tables.durations`; deadlines only.

    `answers` is the answers table in any engine, in long form; its own groups, or
    those of the attributes that `by` names.
    """
    import narwhals as nw

    engine = engine_of(answers)
    engine.need(["days", "score"])
    is_open = nw.col("open") == "yes" if engine.has("open") else nw.col("days") < 0
    applies = ~nw.col("days").is_null() & (nw.col("score") != "not_applicable")
    frame = engine.frame.filter(applies).with_columns(open=is_open)
    with_days = Engine(frame, (*engine.columns, "open"))
    return _how_many(with_days, ["days", "open"], table=tables.durations, by=by)


def _how_many(
    engine: Engine, values: Sequence[str], *, table: tables.Schema, by: Sequence[str]
) -> "pd.DataFrame":
    """How many rows have each of the values, per form, group, phase and measure."""
    by = names_in(by)
    keys = ["form", "phase", "measure", *grouping_of(engine, by), *values]
    engine.need(keys)
    counts = fetch(count_by(engine.frame, keys))
    if "open" in counts:
        days = counts["days"].astype("float64").astype("Int64")
        counts = counts.assign(days=days, open=counts["open"].str.lower() == "true")
    grouped = in_groups(counts, by).groupby([*KEY, *values])["count"].sum()
    return tables.check(grouped.reset_index(), table)
