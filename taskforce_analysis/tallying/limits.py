"""The rows of a measure whose limit changed between the two phases that are compared.

Kept in 8 weeks before and in 12 after are not two rates of one thing. Checking has
judged each case by the limits of each phase's last day as well; both phases are counted
by those of the earlier one (limit:before) and of the later (limit:after). Where the
answers do not hold such scores, it is still known that the limit changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from taskforce_analysis.checking.scoring import ANSWER_OF_SCORE
from taskforce_analysis.deadlines import Change, changes_of, each_once
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import Issue
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import LIMIT_SCORE
from taskforce_analysis.tallying.counting import Engine, Query, count_by, query_of

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd
    from narwhals.typing import IntoFrame

BEFORE, AFTER = "limit:before", "limit:after"
MUNICIPALITY = "municipality"
_NO_LIMIT = "none"  # the municipality has decided that there is none, which may change
_DECIDED = ("compliant", "noncompliant")


class ChangedLimit(NamedTuple):
    """A measure of a group whose limit is not the same in both phases, and how."""

    group: str
    measure: str
    changes: tuple[Change, ...]


def changed_limits(
    answers: "IntoFrame", form: Form, *, before: str = "", after: str = ""
) -> tuple[ChangedLimit, ...]:
    """The measures whose cases of one paragraph were judged by other limits after.

    `answers` is the answers table in any engine, in long form; without limits and
    paragraphs in it nothing is known. `before` and `after` are the first and the last
    phase unless given. What is made of such a measure (all_of, any_of), or asked by it,
    is changed with it. By group, then in the form's order.
    """
    query = query_of(answers, form, by=(), settings=Settings())
    if not (before and after) and query.is_long:
        phases = query.fetch(count_by(query.engine.frame, ["phase"]))["phase"]
        before, after = first_and_last(phases, form)
    return changed_in(query, (before, after))


def first_and_last(phases: "pd.Series[str]", form: Form) -> tuple[str, str]:
    """The first and the last in time of the phases that the data hold."""
    present = set(phases)
    ordered = [one for one in form.phase_ids or sorted(present) if one in present]
    return (ordered[0], ordered[-1]) if ordered else ("", "")


def changed_limit_issues(changed: Sequence[ChangedLimit]) -> list[Issue]:
    """LIMIT_DIFFERS for each measure whose limit changed; `found` names the limits."""
    told: dict[str, dict[str, None]] = {}
    for one in changed:
        said = told.setdefault(one.measure, {})
        said |= dict.fromkeys(
            f"{' | '.join(change.before)} -> {' | '.join(change.after)}"
            for change in one.changes
        )
    return [
        Issue("LIMIT_DIFFERS", measure=measure, found=", ".join(sorted(said)))
        for measure, said in told.items()
    ]


def changed_in(query: Query, pair: tuple[str, str]) -> tuple[ChangedLimit, ...]:
    """As `changed_limits`, of answers whose query is settled."""
    looked_up = {
        one.id: one.limit.by
        for one in query.form.measures
        if one.kind == "deadline" and one.limit and query.engine.has(one.limit.by)
    }
    if not (looked_up and query.is_long and query.engine.has("limit")):
        return ()
    counted = _limits_in(query, tuple(looked_up), pair)
    found: dict[tuple[str, str], tuple[Change, ...]] = {}
    laws = [one for one, _, _ in query.form.law_days]
    law = laws[0] if len(laws) == 1 else ""
    for key, own in counted.groupby(["group", "measure"], sort=True):
        group, measure = map(str, key)  # type: ignore[arg-type]
        changes = each_once(_changes(own, looked_up[measure], pair, law=law))
        if changes:
            found[group, measure] = changes
    return tuple(_with_what_rests_on_them(found, query.form))


def _limits_in(
    query: Query, measures: tuple[str, ...], pair: tuple[str, str]
) -> "pd.DataFrame":
    import narwhals as nw

    by = {query.form.measure(name).limit.by for name in measures}  # type: ignore[union-attr]
    home = [MUNICIPALITY] if query.engine.has(MUNICIPALITY) else []
    keys = [*query.phase_and_group, "measure", "limit", *home, *by]
    frame = query.engine.frame.filter(
        nw.col("measure").is_in(measures)
        & nw.col("phase").is_in(pair)
        & (nw.col("score").is_in(_DECIDED) | (nw.col("limit") == _NO_LIMIT))
        & ~nw.col("limit").is_null()
    )
    names = {name: f"{name}_" for name in (*home, *by)}
    # A group may be made of the same attribute, and is taken out of the counts again.
    frame = frame.with_columns(**{to: nw.col(name) for name, to in names.items()})
    # Whether checking found another limit on the earlier phase's last day, or anywhere.
    moved = f"{LIMIT_SCORE}{pair[0]}"
    is_moved = (
        ~nw.col(moved).is_null() if query.engine.has(moved) else nw.lit(value=False)
    )
    frame = frame.with_columns(moved_=is_moved)
    keys = list(dict.fromkeys([*keys[: -len(names)], *names.values(), "moved_"]))
    counted = query.fetch(count_by(frame, keys))
    return counted[counted["limit"] != ""]


def _changes(
    own: "pd.DataFrame", by: str, pair: tuple[str, str], *, law: str
) -> Iterator[Change]:
    """What changed, municipality by municipality: each has limits of its own."""
    homes = own.get(f"{MUNICIPALITY}_", own["phase"].map(lambda _: "")).fillna("")
    if len(named := {*homes} - {""}) == 1:  # a case that names none is of the only one
        homes = homes.replace("", named.pop())
    # Where the rules are known to have moved, "§ 41" and "§ 41, stk. 1" are one.
    loose = own["moved_"].astype(str).str.lower().isin(["true", "1"]).any()
    for _, part in own.assign(home=homes).groupby("home"):
        sides = [
            {
                str(name): set(limits["limit"])
                for name, limits in part[part["phase"] == phase].groupby(f"{by}_")
            }
            for phase in pair
        ]
        yield from changes_of(*sides, by_section=bool(loose), law=law)


def _with_what_rests_on_them(
    found: dict[tuple[str, str], tuple[Change, ...]], form: Form
) -> Iterator[ChangedLimit]:
    for group in dict.fromkeys(group for group, _ in found):
        own = {name: changes for (one, name), changes in found.items() if one == group}
        touched = True
        while touched:
            touched = False
            for measure in form.measures:
                parts = [one for one in measure.rests_on if one in own]
                if parts and measure.id not in own:
                    own[measure.id] = each_once(c for one in parts for c in own[one])
                    touched = True
        for name in form.measure_ids:
            if name in own:
                yield ChangedLimit(group, name, own[name])


def judged_alike(
    query: Query, changed: Sequence[ChangedLimit], pair: tuple[str, str]
) -> "Iterator[tuple[str, pd.DataFrame]]":
    """Each basis with the counts of the changed measures' scores by those limits.

    Nothing where the answers lack such scores.
    """
    import narwhals as nw

    columns = [f"{LIMIT_SCORE}{phase}" for phase in pair]
    if not changed or not all(map(query.engine.has, columns)):
        return
    wanted = {(one.group, one.measure) for one in changed}
    for basis, column in zip((BEFORE, AFTER), columns, strict=True):
        frame = query.engine.frame.filter(
            nw.col("measure").is_in([one.measure for one in changed])
            & nw.col("phase").is_in(pair)
            & ~nw.col(column).is_null()
        )
        counts = query.fetch(
            count_by(frame, [*query.phase_and_group, "measure", column])
        )
        places = zip(counts["group"], counts["measure"], strict=True)
        own = counts.loc[[place in wanted for place in places]]
        yield basis, own.rename(columns={column: "score"})


def query_by_earlier(
    query: Query, changed: Sequence[ChangedLimit], pair: tuple[str, str]
) -> Query | None:
    """The query of the changed measures, and of what they rest on, by earlier limits.

    Scores are those by the limits of the earlier phase, in both; what is computed is
    answered as it is then scored. None where the answers lack such scores.
    """
    import narwhals as nw

    column = f"{LIMIT_SCORE}{pair[0]}"
    if not changed or not query.engine.has(column):
        return None
    own = [query.form.measure(name) for name in {one.measure for one in changed}]
    named = {one.id for one in own}.union(*(one.rests_on for one in own))
    computed = [one.id for one in query.form.measures if one.is_computed]
    score = nw.col(column).cast(nw.String)
    said = score
    for name, answer in ANSWER_OF_SCORE.items():
        said = nw.when(score == name).then(nw.lit(answer)).otherwise(said)
    is_judged = ~score.is_null()
    new = {"score": nw.when(is_judged).then(score).otherwise(_text("score"))}
    if query.engine.has("answer"):
        is_answered = is_judged & nw.col("measure").is_in(computed)
        new["answer"] = nw.when(is_answered).then(said).otherwise(_text("answer"))
    frame = query.engine.frame.filter(
        nw.col("measure").is_in(sorted(named)) & nw.col("phase").is_in(pair)
    )
    # Both are read from the frame as it was.
    engine = Engine(frame.with_columns(**new), query.engine.columns)
    return replace(query, engine=engine)


def _text(name: str) -> "nw.Expr":
    import narwhals as nw

    return nw.col(name).cast(nw.String)


def answers_judged_by(
    answers: "pd.DataFrame", changed: set[tuple[str, str]], phase: str
) -> "pd.DataFrame":
    """The answers with the scores by a phase's limits where these changed.

    `changed` are groups and measures.
    """
    column = f"{LIMIT_SCORE}{phase}"
    if not changed or column not in answers:
        return answers
    places = zip(answers["group"], answers["measure"], strict=True)
    own = np.array([place in changed for place in places], dtype=bool)
    own &= answers[column].notna().to_numpy()
    return answers.assign(score=answers["score"].mask(own, answers[column]))
