"""From a difference to one of five verdicts, what decided it, and what it rests on.

Each row is decided at a level of its own: 1 - alpha, or where several measures were
chosen beforehand so much more that they hold all at once. improved and worsened need
that interval to exclude 0; too_few needs fewer applicable cases than the settings'
minimum; not_comparable stands whatever the figures are. Everything else is uncertain,
which is not the same as unchanged. Each verdict says whether it stands whatever the
unknown answers were and under both readings of delvist, at the row's own level, and
what a reader must be told with it.
"""

from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.comparing.pairs import with_doubts
from taskforce_analysis.comparing.sides import Judged
from taskforce_analysis.forms import Form
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.methods.comparison import (
    Known,
    all_survive_unknown,
    bonferroni,
    bonferroni_shares,
    holm,
    holm_shares,
    judge,
)
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import rows_of

if TYPE_CHECKING:
    import pandas as pd

ADJUST = {"holm": (holm, holm_shares), "bonferroni": (bonferroni, bonferroni_shares)}
BEYOND_CHANCE = ("improved", "worsened")
DECIDED = (*BEYOND_CHANCE, "uncertain")
SHIFT_P, SHIFT_POINTS = 0.10, 0.15


def with_levels(
    rows: "pd.DataFrame",
    *,
    form: Form,
    measurement: Measurement,
    settings: Settings,
) -> "pd.DataFrame":
    """The rows, which have their p-values, with the level at which each is decided.

    `reason` says why a row cannot be compared. Adjusted are, in each group, the primary
    measures that can be compared and have cases enough, which the counts of cases tell
    and not the answers; without primary measures all of them. A twin has the level of
    the row that it may hold back.
    """
    rows = rows.copy()
    known = {*form.measure_ids}
    # Where an index decides, no measure decides alone.
    deciding = () if measurement.index else measurement.primary or form.primary
    chosen = [one for one in deciding if one in known]
    rows["role"] = np.where(rows["measure"].isin(chosen), "primary", "exploratory")
    if not (chosen or measurement.index):
        rows["role"] = "unplanned"
    reason = _why_not_comparable(rows, form, plan=measurement, settings=settings)
    # Where a limit changed, the row by the earlier one takes over.
    takes_part = ~rows["limit_changed"] | rows["headline"]
    rows["primary"] = rows["measure"].isin(chosen) & takes_part
    rows = rows.assign(
        reason=reason,
        p_adjusted=rows["p_value"],
        adjustment="none",
        confidence=settings.confidence,
    )
    kind = _adjustment_of(settings, has_primary=bool(chosen))
    if kind == "none" or measurement.index:
        return rows
    enough = ~_has_few(rows, settings) & (rows["reason"] == "")
    family = rows["headline"] & enough & (rows["primary"] | (not chosen))
    error, (adjust, shares_of) = _alpha_of(settings), ADJUST[kind]
    for name, group in rows[family].groupby("group"):
        p_values = group["p_value"].to_numpy()
        shares = shares_of(p_values, error=error)
        rows.loc[group.index, "p_adjusted"] = adjust(p_values)
        rows.loc[group.index, "confidence"] = np.round(1 - shares, 12)
        rows.loc[group.index, "adjustment"] = kind
        twins = rows["basis"].eq("unconditional") & rows["group"].eq(name)
        share = rows["measure"].map(dict(zip(group["measure"], shares, strict=True)))
        own = twins & share.notna()
        alone = (rows["p_value"] * error / share).clip(upper=1)
        rows["p_adjusted"] = rows["p_adjusted"].mask(own, alone)
        rows["confidence"] = rows["confidence"].mask(own, (1 - share).round(12))
        rows["adjustment"] = rows["adjustment"].mask(own, kind)
    return rows


def _adjustment_of(settings: Settings, *, has_primary: bool) -> str:
    """The adjustment in force: `auto` is Bonferroni over primary measures, else none.

    Its intervals hold all at once, so a verdict and its interval say the same.
    """
    if settings.adjustment != "auto":
        return settings.adjustment
    return "bonferroni" if has_primary else "none"


def _alpha_of(settings: Settings) -> float:
    """1 - confidence without the binary dust (1 - 0.95 is 0.05, not 0.0500...04)."""
    return round(1 - settings.confidence, 12)


def _has_few(rows: "pd.DataFrame", settings: Settings) -> "pd.Series[bool]":
    """Per row whether either phase has fewer applicable cases than a verdict needs."""
    fewest = rows[["applicable_before", "applicable_after"]].min(axis=1)
    return fewest < settings.minimum_verdict


def with_verdicts(
    rows: "pd.DataFrame",
    answers: "pd.DataFrame",
    *,
    form: Form,
    measurement: Measurement,
    settings: Settings,
) -> "pd.DataFrame":
    """The rows, which have their figures at their levels, with what follows."""
    import pandas as pd

    rows = rows.copy()
    _decide(rows, settings)
    _hold_back_conditional(rows, form)
    _with_margins(rows, form, measurement)
    # A type that knows empty cells, for the rows beside have none.
    rows["robust"] = pd.array(_robust(rows, form, settings), dtype="boolean")
    rows["reservation"] = _reservations(rows, form, measurement)
    if settings.paired:
        return with_doubts(rows, answers, form=form, settings=settings)
    rows["stands_under_partly"] = _stands_under_partly(
        rows, answers, form=form, settings=settings
    )
    return rows


def _why_not_comparable(
    rows: "pd.DataFrame", form: Form, *, plan: Measurement, settings: Settings
) -> np.ndarray:
    """Per row the reason that the two phases cannot be compared, or ""."""
    reasons = np.full(len(rows), "", dtype=object)
    if not settings.insist:
        changed = {measure.id for measure in form.measures if measure.rule_changed}
        of_law = rows["basis"].str.startswith("law:")
        mixed = changed & set(rows.loc[of_law, "measure"])
        reasons[(~of_law & rows["measure"].isin(mixed)).to_numpy()] = "rule_changed"
        if _selections_differ(rows, plan):
            reasons[:] = "selection_differs"
    reasons[_is_moved(rows).to_numpy(dtype=bool)] = "limit:before"
    one_phase = ~(rows["asked_before"] & rows["asked_after"])
    reasons[one_phase.to_numpy()] = "only_one_phase"
    return reasons


def _is_moved(rows: "pd.DataFrame") -> "pd.Series[bool]":
    """Per row whether its two phases were judged by different limits.

    A twin beside a row by the earlier limits is counted by them too.
    """
    import pandas as pd

    places = pd.MultiIndex.from_frame(rows[["group", "measure"]])
    has_earlier = places.isin(places[rows["basis"] == "limit:before"])
    alike = rows["basis"].str.startswith("limit:")
    alike |= rows["basis"].eq("unconditional") & has_earlier
    return rows["limit_changed"] & ~alike


def _selections_differ(rows: "pd.DataFrame", measurement: Measurement) -> bool:
    """Whether the two phases' cases are declared to be selected in different ways."""
    if not len(rows):
        return False
    before = measurement.phase(rows["before"].iloc[0]).selection
    after = measurement.phase(rows["after"].iloc[0]).selection
    return "unknown" not in (before, after) and before != after


def _decide(rows: "pd.DataFrame", settings: Settings) -> None:
    """Enter `verdict` and `decided_by`, row by row, in place of nothing there yet."""
    reasons = rows["reason"].to_numpy()
    few = _has_few(rows, settings).to_numpy()
    # The same as that the row's interval leaves out 0, for the two cohere.
    beyond = (rows["p_adjusted"] < _alpha_of(settings)).to_numpy()
    rises = (rows["difference"] > 0).to_numpy()
    rows["verdict"] = np.select(
        [reasons != "", few, beyond & rises, beyond],
        ["not_comparable", "too_few", "improved", "worsened"],
        "uncertain",
    )
    rows["decided_by"] = np.select(
        [reasons != "", few], [reasons, "minimum_verdict"], "interval"
    )


def _hold_back_conditional(rows: "pd.DataFrame", form: Form) -> None:
    """Where a measure has a twin, its verdict stands only if the twin has the same."""
    conditional = {m.id for m in form.measures if form.has_twin(m)}
    twins = rows[rows["basis"] == "unconditional"].set_index(["group", "measure"])
    for row in rows_of(rows[rows["headline"]], Judged):
        if row.measure not in conditional or row.verdict not in BEYOND_CHANCE:
            continue
        if twins["verdict"].get((row.group, row.measure)) != row.verdict:
            held = ["uncertain", "unconditional"]
            rows.loc[row.index, ["verdict", "decided_by"]] = held


def _with_margins(rows: "pd.DataFrame", form: Form, measurement: Measurement) -> None:
    """Enter `margin`, and whether the interval rules out a fall of that much or more.

    Where the measure has a twin, both have to rule it out. Nothing is said of a row
    without a verdict.
    """
    import pandas as pd

    margins = {
        one.id: measurement.margin_of(one.id, one.margin) for one in form.measures
    }
    rows["margin"] = rows["measure"].map(margins).astype("float64")
    rows.loc[~rows["headline"].to_numpy(dtype=bool), "margin"] = np.nan
    twins = rows[rows["basis"] == "unconditional"].set_index(["group", "measure"])
    found: list[bool | None] = []
    for row, margin in zip(rows_of(rows, Judged), rows["margin"], strict=True):
        if np.isnan(margin) or row.verdict not in DECIDED:
            found.append(None)
            continue
        own = twins["difference_low"].get((row.group, row.measure), row.difference_low)
        found.append(bool(min(own, row.difference_low) > -margin))
    rows["no_worse"] = pd.array(found, dtype="boolean")


def _robust(rows: "pd.DataFrame", form: Form, settings: Settings) -> list[bool | None]:
    """Per row whether the verdict stands under every filling-in of the unknown.

    None where there are too many of them to be tried and none of some differs.
    """
    optional = {measure.id: not measure.always_applies for measure in form.measures}
    robust: list[bool | None] = [None] * len(rows)
    by_level: dict[float, dict[int, tuple[Known, Known]]] = {}
    for place, row in enumerate(rows_of(rows, Judged)):
        if row.verdict not in DECIDED:
            continue
        robust[place] = True
        if row.unknown_before or row.unknown_after:
            sides = (
                (row.compliant_before, row.applicable_before, row.unknown_before),
                (row.compliant_after, row.applicable_after, row.unknown_after),
            )
            first, second = (
                Known(compliant, applicable - compliant, unknown, optional[row.measure])
                for compliant, applicable, unknown in sides
            )
            by_level.setdefault(row.confidence, {})[place] = first, second
    for level, pairs in by_level.items():
        stands = all_survive_unknown(
            [*pairs.values()], confidence=level, minimum=settings.minimum_verdict
        )
        for place, stand in zip(pairs, stands, strict=True):
            robust[place] = stand
    return robust


def _stands_under_partly(
    rows: "pd.DataFrame", answers: "pd.DataFrame", *, form: Form, settings: Settings
) -> "pd.Series[bool]":
    """Per row whether the other reading of delvist gives the same verdict.

    Delvist counts as not compliant unless the settings say otherwise. The other reading
    is counted here from the answers themselves; empty where nobody answered delvist.
    """
    import pandas as pd

    stands = pd.Series(pd.array([None] * len(rows), dtype="boolean"), index=rows.index)
    marked = {m.id for m in form.measures if m.partly}
    given = answers[answers["answer"] == "partly"]
    counts = given.groupby(["group", "measure", "phase"], observed=True).size()
    step = -1 if settings.partly == "compliant" else 1
    asked = rows["headline"] & rows["measure"].isin(marked)
    for row in rows_of(rows[asked], Judged):
        moved = [
            int(counts.get((row.group, row.measure, phase), 0)) * step
            for phase in row.phases
        ]
        if row.verdict in DECIDED and any(moved):
            other = _verdict_if_moved(row, moved)
            stands[row.index] = other == row.verdict
    return stands


def _verdict_if_moved(row: Judged, moved: list[int]) -> str:
    """The verdict with so many more compliant in the two phases."""
    found = judge(
        row.compliant_before + moved[0],
        row.applicable_before,
        row.compliant_after + moved[1],
        row.applicable_after,
        confidence=row.confidence,
        minimum=1,
    )
    return str(found)


def _reservations(
    rows: "pd.DataFrame", form: Form, measurement: Measurement
) -> list[str]:
    """Per row the codes of what must be said with it, parted by blanks.

    applicable_shift: the two rates are of different cases. conditional: asked only of
    some; condition_changed: and of another share of the cases than before, which is
    then not told again as a shift. assessable_changed: so is the share of cases that
    could be assessed. chosen_because_low: part of a rise is to be
    expected. insisted: the selections differ, and the user would compare all the same.
    limit_changed: the two phases were judged by different limits.
    """
    conditional = {m.id for m in form.measures if m.applies_when is not None}
    headline, moved = rows["headline"], rows["limit_changed"].to_numpy(dtype=bool)
    asked_of_some = headline & rows["measure"].isin(conditional)
    changed = condition_changed(rows)
    said = {
        "applicable_shift": headline & shifted(rows, asked=True),
        "condition_changed": asked_of_some & changed,
        "assessable_changed": headline & assessable_changed(rows),
        "conditional": asked_of_some & ~changed,
        "chosen_because_low": rows["measure"].isin(measurement.chosen_because_low),
        "insisted": np.full(len(rows), _selections_differ(rows, measurement)),
    }
    comparable = rows["verdict"] != "not_comparable"
    marks = {code: np.asarray(where & comparable) for code, where in said.items()}
    marks = {"limit_changed": moved, **marks}  # also where nothing is compared
    return [
        " ".join(code for code, where in marks.items() if where[place])
        for place in range(len(rows))
    ]


def shifted(rows: "pd.DataFrame", *, asked: bool = False) -> np.ndarray:
    """Per row whether the share of ikke relevant differs between the phases.

    `asked` looks only at the cases that were asked: what is not relevant because its
    condition was not met is left out.
    """
    outside, whole = [], []
    for side in ("before", "after"):
        left = rows[f"not_applicable_{side}"].to_numpy()
        if asked:
            left = np.maximum(left - rows[f"unmet_{side}"].to_numpy(), 0)
        outside.append(left)
        whole.append(rows[f"applicable_{side}"].to_numpy() + left)
    return _share_differs((outside[0], whole[0]), (outside[1], whole[1]))


def condition_changed(rows: "pd.DataFrame") -> np.ndarray:
    """Per row whether the share of cases that met its condition differs."""
    return _differs(rows, "met", "unmet")


def _differs(rows: "pd.DataFrame", so: str, other: str) -> np.ndarray:
    """Per row whether the share of the cases that are so differs between phases."""
    sides = [
        (part, part + rows[f"{other}_{side}"].to_numpy())
        for side in ("before", "after")
        for part in [rows[f"{so}_{side}"].to_numpy()]
    ]
    return _share_differs(*sides)


def assessable_changed(rows: "pd.DataFrame") -> np.ndarray:
    """Per row whether the share of its cases that could be assessed differs.

    By the answers, which a form may count as breaches; or as the row itself has it, for
    a case may have no limit in one phase.
    """
    by_answer = _differs(rows, "seen", "unseen")
    own = {
        f"{name}_{side}": rows[f"{column}_{side}"]
        for name, column in (("seen", "applicable"), ("unseen", "not_assessable"))
        for side in ("before", "after")
    }
    return by_answer | _differs(rows.assign(**own), "seen", "unseen")


def _share_differs(
    before: tuple[np.ndarray, np.ndarray], after: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Per row whether a share of the cases, part and whole, differs between phases.

    It does by the same exact test (p below 0.10) or by 15 points.
    """
    both = (before[1] > 0) & (after[1] > 0)
    judged = np.asarray(judge(*before, *after, confidence=1 - SHIFT_P, minimum=1))
    beyond = np.isin(judged, BEYOND_CHANCE)
    shares = [part / np.maximum(whole, 1) for part, whole in (before, after)]
    moved = np.abs(shares[1] - shares[0]) >= SHIFT_POINTS - 1e-9
    return both & (beyond | moved)
