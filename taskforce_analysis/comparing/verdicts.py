"""From a difference to one of five verdicts, and what decided it.

improved and worsened need p below 1 - confidence (adjusted, where measures were
chosen beforehand); too_few needs fewer applicable cases than the settings' minimum;
not_comparable stands whatever the figures are. Everything else is uncertain, which is
not the same as unchanged.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from taskforce_analysis.forms import Form
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.methods.comparison import bonferroni, compare_rates, holm
from taskforce_analysis.methods.unknown import Known, all_survive_unknown
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import rows_of
from taskforce_analysis.tallying import with_groups

if TYPE_CHECKING:
    import pandas as pd


# FOLDED comparing.verdicts
#
# From a difference to one of five verdicts, and what decided it.
#
# improved and worsened need p below 1 - confidence (adjusted, where measures were
# chosen beforehand); too_few needs fewer applicable cases than the settings' minimum;
# not_comparable stands whatever the figures are. Everything else is uncertain, which
# is not the same as unchanged.

ADJUST = {"holm": holm, "bonferroni": bonferroni}


def adjustment_of(settings: Settings, primary: "pd.Series") -> str:
    """The adjustment in force: `auto` is Holm over primary measures, else none."""
    if settings.adjustment != "auto":
        return settings.adjustment
    return "holm" if primary.any() else "none"


def adjust(
    rows: "pd.DataFrame", *, adjustment: str, minimum: int
) -> "pd.Series[float]":
    """p-values adjusted within each group over the family: primary, or all crude rows.

    A row below the minimum gets no verdict, and so is no member of the family.
    """
    adjusted = rows["p_value"].copy()
    if adjustment == "none":
        return adjusted
    enough = rows[["applicable_before", "applicable_after"]].min(axis=1) >= minimum
    family = (rows["basis"] == "crude") & enough
    if rows["primary"].any():
        family &= rows["primary"]
    for _, group in rows[family].groupby("group"):
        adjusted[group.index] = ADJUST[adjustment](group["p_value"].to_numpy())
    return adjusted


def why_not_comparable(
    rows: "pd.DataFrame", form: Form, *, measurement: Measurement, settings: Settings
) -> np.ndarray:
    """Per row the reason that the two phases cannot be compared, or ""."""
    reasons = np.full(len(rows), "", dtype=object)
    if not settings.insist:
        reasons[_rule_changed(rows, form)] = "rule_changed"
        if selections_differ(rows, measurement):
            reasons[:] = "selection_differs"
    one_phase = ~(rows["asked_before"] & rows["asked_after"])
    reasons[one_phase.to_numpy()] = "only_one_phase"
    return reasons


def selections_differ(rows: "pd.DataFrame", measurement: Measurement) -> bool:
    """Whether the two phases' cases are declared to be selected in different ways."""
    if not len(rows):
        return False
    before = measurement.phase(rows["before"].iloc[0]).selection
    after = measurement.phase(rows["after"].iloc[0]).selection
    return "unknown" not in (before, after) and before != after


def _rule_changed(rows: "pd.DataFrame", form: Form) -> np.ndarray:
    changed = {measure.id for measure in form.measures if measure.rule_changed}
    mixed = rows.loc[rows["basis"].str.startswith("law:"), "measure"]
    crude = ~rows["basis"].str.startswith("law:")
    return (crude & rows["measure"].isin(changed & set(mixed))).to_numpy()


def decide(rows: "pd.DataFrame", reasons: np.ndarray, settings: Settings) -> None:
    """Enter `verdict` and `decided_by`, row by row, in place of nothing there yet."""
    few = rows[["applicable_before", "applicable_after"]].min(axis=1)
    few = (few < settings.minimum_verdict).to_numpy()
    beyond = (rows["p_adjusted"] < alpha_of(settings)).to_numpy()
    rises = (rows["difference"] > 0).to_numpy()
    rows["verdict"] = np.select(
        [reasons != "", few, beyond & rises, beyond],
        ["not_comparable", "too_few", "improved", "worsened"],
        "uncertain",
    )
    adjusted = (rows["adjustment"] != "none").to_numpy()
    by = np.where(adjusted, "p_adjusted", "interval")
    rows["decided_by"] = np.select(
        [reasons != "", few], [reasons, "minimum_verdict"], by
    )


def alpha_of(settings: Settings) -> float:
    """1 - confidence without the binary dust (1 - 0.95 is 0.05, not 0.0500...04)."""
    return round(1 - settings.confidence, 12)


def hold_back_conditional(rows: "pd.DataFrame", form: Form) -> None:
    """A conditional measure's verdict stands only where its twin has the same."""
    conditional = {m.id for m in form.measures if m.applies_when is not None}
    twins = rows[rows["basis"] == "unconditional"].set_index(["group", "measure"])
    for row in rows_of(rows[rows["basis"] == "crude"]):
        decided = row.verdict in ("improved", "worsened")
        if row.measure not in conditional or not decided:
            continue
        if twins["verdict"].get((row.group, row.measure)) != row.verdict:
            rows.loc[row.Index, ["verdict", "decided_by"]] = [
                "uncertain",
                "unconditional",
            ]


def robust(rows: "pd.DataFrame", form: Form, settings: Settings) -> list[bool | None]:
    """Per row whether the verdict stands under every filling-in of the unknown.

    An adjusted row is judged at its own share of the level.
    """
    optional = {measure.id: not measure.always_applies for measure in form.measures}
    found: list[bool | None] = [None] * len(rows)
    asked: dict[float, dict[int, tuple[Known, Known]]] = {}
    for place, row in enumerate(rows_of(rows)):
        if row.verdict not in ("improved", "worsened", "uncertain"):
            continue
        found[place] = True
        if row.unknown_before or row.unknown_after:
            share = row.p_value / row.p_adjusted if row.p_adjusted else 1.0
            level = round(1 - alpha_of(settings) * share, 12)
            asked.setdefault(level, {})[place] = _known(row, optional[row.measure])
    for level, pairs in asked.items():
        stands = all_survive_unknown(
            [*pairs.values()], confidence=level, minimum=settings.minimum_verdict
        )
        for place, stand in zip(pairs, stands, strict=True):
            found[place] = bool(stand)
    return found


def _known(row: Any, optional: bool) -> tuple[Known, Known]:  # noqa: FBT001
    before, after = (
        Known(
            getattr(row, f"compliant_{side}"),
            getattr(row, f"applicable_{side}") - getattr(row, f"compliant_{side}"),
            getattr(row, f"unknown_{side}"),
            optional,
        )
        for side in ("before", "after")
    )
    return before, after


# FOLDED comparing.partly
#
# Whether a verdict stands under both readings of delvist.
#
# Delvist counts as not compliant unless the settings say otherwise. The other reading
# is counted here from the answers themselves, and the two verdicts are held together.

VERDICTS = ("improved", "worsened", "uncertain")


def stands_under_partly(
    rows: "pd.DataFrame", answers: "pd.DataFrame", *, form: Form, settings: Settings
) -> "pd.Series[bool]":
    """Per row whether the other reading gives the same verdict; empty without delvist.

    The other reading is judged by the same share of the level as the row itself.
    """
    import pandas as pd

    stands = pd.Series(pd.array([None] * len(rows), dtype="boolean"), index=rows.index)
    marked = {m.id for m in form.measures if m.partly}
    grouped = with_groups(answers[answers["answer"] == "partly"], settings.by)
    counts = grouped.groupby(["group", "measure", "phase"], observed=True).size()
    step = -1 if settings.partly == "compliant" else 1
    asked = (rows["basis"] == "crude") & rows["measure"].isin(marked)
    for row in rows_of(rows[asked]):
        moved = [
            int(counts.get((row.group, row.measure, phase), 0)) * step
            for phase in (row.before, row.after)
        ]
        if row.verdict in VERDICTS and any(moved):
            stands[row.Index] = _same(row, moved, settings)
    return stands


def _same(row: Any, moved: list[int], settings: Settings) -> bool:
    found = compare_rates(
        row.compliant_before + moved[0],
        row.applicable_before,
        row.compliant_after + moved[1],
        row.applicable_after,
        confidence=settings.confidence,
    )
    share = row.p_value / row.p_adjusted if row.p_adjusted else 1.0
    beyond = found.p_value < alpha_of(settings) * share
    names = {1.0: "improved", -1.0: "worsened"}
    other = names.get(float(np.sign(found.difference)), "uncertain")
    return (other if beyond else "uncertain") == row.verdict
