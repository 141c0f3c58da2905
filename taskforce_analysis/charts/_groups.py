"""The groups of one measure in one phase, for charts that set them side by side."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskforce_analysis.charts._rows import WITHHELD, rate_of
from taskforce_analysis.charts._scene import Scene
from taskforce_analysis.methods.rates import wilson

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results


@dataclass(frozen=True, kw_only=True)
class Group:
    """One group's counts; `rate` is a share, `centre` that of all groups together."""

    name: str
    compliant: int
    applicable: int
    centre: float

    @property
    def rate(self) -> float:
        """The share that complies."""
        return self.compliant / self.applicable

    def is_outside(self, level: float) -> bool:
        """Whether the group's own interval leaves out the rate of all."""
        interval = wilson(self.compliant, self.applicable, confidence=level)
        return not interval.low <= self.centre <= interval.high


def groups_of(results: "Results", measure: str, phase: str) -> list[Group]:
    """The groups with cases enough for a percentage, apart from "all"."""
    tally, least = results.tally, results.settings.minimum_percent
    rows = tally[
        (tally["measure"] == measure)
        & (tally["phase"] == phase)
        & (tally["basis"] == "crude")
        & (tally["group"] != "all")
    ].to_dict("records")
    rates = {str(row["group"]): rate_of(row, phase, least) for row in rows}
    hidden = _withheld(results, measure)
    shown = {name: r for name, r in rates.items() if r.is_shown and name not in hidden}
    applicable = sum(rate.applicable for rate in shown.values())
    compliant = sum(rate.compliant for rate in shown.values())
    return [
        Group(
            name=name,
            compliant=rate.compliant,
            applicable=rate.applicable,
            centre=compliant / applicable,
        )
        for name, rate in shown.items()
    ]


def _withheld(results: "Results", measure: str) -> set[str]:
    """The groups whose comparison disclosure control has withheld."""
    rows = results.comparison
    rows = rows[(rows["measure"] == measure) & (rows["basis"] == "crude")]
    told = zip(rows["group"], rows["reservation"], strict=True)
    return {str(name) for name, codes in told if WITHHELD in str(codes).split()}


def groups_frame(groups: list[Group], scene: Scene) -> "pd.DataFrame":
    """The figures behind: a row per group, and whether it lies outside."""
    import pandas as pd

    level = scene.results.settings.confidence
    names = {
        "group": [group.name for group in groups],
        "compliant": [group.compliant for group in groups],
        "applicable": [group.applicable for group in groups],
        "rate": [group.rate for group in groups],
        "outside": [int(group.is_outside(level)) for group in groups],
    }
    return pd.DataFrame(
        {scene.word(f"column.{name}"): values for name, values in names.items()}
    )
