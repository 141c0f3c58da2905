"""One group's part of the results, as if its cases had been run alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from taskforce_analysis.comparing import chance_findings
from taskforce_analysis.results.records import Results, Source

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"
TABLES = ("tally", "comparison", "distribution", "durations", "days", "limits")
TABLES += ("overdue", "withheld")


def part_of(results: Results, group: str, *, per: str, inside: Results) -> Results:
    """One group's results, as if they had been run alone.

    `inside` are the results before disclosure control, which know each group's files.
    """
    own = inside.answers[inside.answers[per] == group]
    counted = own.groupby("file")["unit_id"].nunique()
    units = {str(file): int(number) for file, number in counted.items()}
    hidden = not (results.tally["group"] == group).any()
    files = {*units} or {source.file for source in results.sources}
    answers = results.answers
    # How many cases there were to choose from is told of all, not of one group.
    known = results.measurement.phases
    alone = {name: replace(one, population=None) for name, one in known.items()}
    plan = replace(results.measurement, phases=alone)
    compared = _cut(results.comparison, group)
    title = {"municipality": group} if per == "municipality" else {}
    title = title or {"title": f"{plan.title}: {group}".lstrip(": ")}
    return replace(
        results,
        measurement=replace(plan, **title),
        settings=replace(results.settings, by=()),
        choices=replace(results.choices, group=group, per=per),
        sources=tuple(
            _own(source, units, hidden=hidden)
            for source in results.sources
            if source.file in files
        ),
        answers=answers[answers[per] == group] if len(answers) else answers,
        chance_findings=chance_findings(compared, results.settings),
        issues=_of_files(results.issues, files, group),
        issue_cells=_of_files(results.issue_cells, files, group),
        **{name: _cut(getattr(results, name), group) for name in TABLES},
    )


def _own(source: Source, units: Mapping[str, int], *, hidden: bool) -> Source:
    if hidden:
        return replace(source, units=None)
    return replace(source, units=units.get(source.file, source.units))


def _cut(frame: "pd.DataFrame", group: str) -> "pd.DataFrame":
    return frame[frame["group"] == group].assign(group=ALL).reset_index(drop=True)


def _of_files(frame: "pd.DataFrame", files: set[str], group: str) -> "pd.DataFrame":
    here = frame["file"].isna() | frame["file"].isin(files)
    own = frame["group"].isna() | frame["group"].isin([group, ALL])
    kept = frame[here & own]
    return kept.assign(group=kept["group"].where(kept["group"].isna(), ALL))
