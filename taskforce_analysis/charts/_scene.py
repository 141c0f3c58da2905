"""What one chart shows, gathered once: results, language, group, phases and rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taskforce_analysis.charts._rows import Row, group_of, phase_labels, rows_of
from taskforce_analysis.errors import unknown_name
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The rows of a chart with everything that their words are taken from."""

    results: "Results"
    language: Language
    group: str
    phases: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def labels(self) -> list[str]:
        """The labels of the phases that are shown, in time order."""
        labels = phase_labels(self.results, self.language)
        return [labels[phase] for phase in self.phases]

    @property
    def tally(self) -> "pd.DataFrame":
        """The tally's rows of what is shown: its group, phases and measures."""
        tally = self.results.tally
        shown = [row.measure.id for row in self.rows]
        return tally[
            (tally["group"] == self.group)
            & (tally["basis"] == "crude")
            & tally["phase"].isin(self.phases)
            & tally["measure"].isin(shown)
        ]

    @property
    def comparison(self) -> "pd.DataFrame":
        """The comparison's rows of what is shown: its group and measures."""
        rows = self.results.comparison
        shown = [row.measure.id for row in self.rows]
        return rows[
            (rows["group"] == self.group)
            & (rows["basis"] == "crude")
            & rows["measure"].isin(shown)
        ]

    @property
    def group_word(self) -> str:
        """What one group is called: a municipality, unless cases are parted else."""
        return self.word(f"{self._groups}_one")

    @property
    def groups_word(self) -> str:
        """What several groups are called."""
        return self.word(f"{self._groups}_many")

    @property
    def _groups(self) -> str:
        by = self.results.settings.by
        return "municipality" if by in ((), ("municipality",)) else "group"

    def word(self, key: str, **values: object) -> str:
        """A text of the charts' own section of the language."""
        return self.language.word(f"charts.{key}", **values)


def scene_of(
    results: "Results",
    language: Language,
    *,
    phases: Sequence[str] | None = None,
    group: str | None = None,
    **choice: Any,
) -> Scene:
    """The scene of a chart of measures; `choice` is theme and measures.

    Without `phases` the compared two. Raises UsageError for what does not exist.
    """
    for phase in phases or ():
        if phase not in results.phases:
            raise unknown_name("phase", phase, results.phases)
    wanted = phases or (results.before, results.after)
    ordered = tuple(phase for phase in results.phases if phase in wanted)
    group = group_of(results, group)
    rows = rows_of(results, language, phases=ordered, group=group, **choice)
    return Scene(
        results=results,
        language=language,
        group=group,
        phases=ordered,
        rows=tuple(rows),
    )
