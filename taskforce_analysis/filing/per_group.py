"""One report for each municipality, or other group, and one for all of them.

What may be published is decided once, over all the reports together; then each group's
part is cut out and written by a process of its own, or one after another where none may
be started. One that fails is told of and does not stop the others.
"""

import gc
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from os import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING

from taskforce_analysis.comparing import chance_findings
from taskforce_analysis.disclosing import disclose, is_published, may_stand_beside
from taskforce_analysis.disclosing.naming import NUMBERED, is_known, unknown_groups
from taskforce_analysis.errors import TaskforceError, unknown_name, wrong_use
from taskforce_analysis.filing.folder import write_folder
from taskforce_analysis.filing.provenance import INTERNAL, Account
from taskforce_analysis.languages import Language
from taskforce_analysis.privacy import redact
from taskforce_analysis.reading.many import no_process
from taskforce_analysis.results import Prepared, Results, Source, compare_prepared
from taskforce_analysis.tables import ALL

if TYPE_CHECKING:
    import pandas as pd

Write = Callable[[], object]

TABLES = ("tally", "comparison", "distribution", "durations", "days", "limits")
TABLES += ("overdue", "withheld")
EVERYONE = "alle"
LONGEST = 60
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\Z", re.IGNORECASE)
_ODD = re.compile(r"[^\w-]+")


@dataclass(frozen=True)
class Made:
    """How one report went: its group, its folder, and what stopped it, if anything."""

    group: str
    folder: Path
    error: str = ""


@dataclass(frozen=True)
class _Job:
    """A report that is to be written, and what stays in the house of a public one."""

    results: Results
    account: Account | None


def write_per_group(
    prepared: Prepared,
    folder: str | Path,
    *,
    per: str = "municipality",
    force: bool = False,
    language: str | Language = "da",
    template: str | Path | None = None,
    tell: Callable[[Made, int], None] = lambda _made, _of: None,
) -> list[Made]:
    """Write a report folder per group of the attribute `per`, and one for all.

    `tell` is called with each report as it is done, and how many there are to be;
    `language` and `template` are those of `write_folder`. Raises UsageError for an
    attribute that the workbooks do not have, and DataError as `run` does. A report that
    fails is in the answer with its error.
    """
    folder = Path(folder)
    jobs = dict(_jobs(prepared, folder, per=per, force=force))
    own = {
        path: partial(
            write_folder,
            one.results,
            path,
            language=language,
            template=template,
            account=one.account,
            internal=folder.with_name(f"{folder.name}.{path.name}{INTERNAL}"),
        )
        for path, one in jobs.items()
    }
    made = {}
    for path, error in _written(own):
        made[path] = Made(_name_of(jobs[path].results, per), path, error)
        tell(made[path], len(jobs))
    return [made[path] for path in jobs]


def _jobs(
    prepared: Prepared, folder: Path, *, per: str, force: bool
) -> Iterator[tuple[Path, _Job]]:
    known = [attribute.id for attribute in prepared.form.attributes]
    if per not in known or per not in prepared.checked.answers:
        raise unknown_name("attribute", per, known)
    whole = compare_prepared(prepared, force=force)
    parts = compare_prepared(prepared, by=(per,), force=force)
    if not may_stand_beside(whole, per):
        finding = f"the report for all is by {', '.join(whole.settings.by)}"
        raise wrong_use(
            f"{finding}, and one for each {per} would tell what it withholds",
            f'Begin by with "{per}" in [settings], or leave it out',
        )
    is_public = is_published(whole)
    account = Account.of(whole) if is_public else None
    yield folder / EVERYONE, _Job(disclose(whole), account)
    shown = disclose(parts)
    named = shown.withheld if is_public else parts.comparison
    every = {str(name) for name in (*shown.comparison["group"], *named["group"])}
    # A group that has a number for a name has too few cases to show any of.
    groups = sorted(one for one in every if not one.startswith(NUMBERED))
    # A label is some cell's text, and a folder's name is seen by more than its reader.
    unknown = set() if is_public else unknown_groups(parts)
    known = [
        group
        if group not in unknown
        and (not is_public or is_known(group, parts.form, (per,)))
        else ""
        for group in groups
    ]
    for group, name in zip(groups, folder_names(known), strict=True):
        own = replace(parts, answers=parts.answers[parts.answers[per] == group])
        account = Account.of(own) if is_public else None
        yield folder / name, _Job(part_of(shown, group, per=per, inside=parts), account)


def folder_names(groups: list[str]) -> list[str]:
    """A folder's name per group: safe on every system, no CPR number, no two alike.

    >>> folder_names(["Køge", "../x", "010135-0000", "CON", "køge"])
    ['Køge', 'x', 'gruppe', 'gruppe-CON', 'køge-2']
    """
    names: list[str] = []
    seen = {EVERYONE: 1}
    for group in groups:
        clean = _ODD.sub("_", redact(group).replace("█", " ")).strip("_-")[:LONGEST]
        name = clean or "gruppe"
        name = f"gruppe-{name}" if _RESERVED.match(name) else name
        number = seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        names.append(name if number == 1 else f"{name}-{number}")
    return names


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
    # How many cases there were to choose from is told of all, not of one group, and so
    # is what an author wrote.
    known = results.measurement.phases
    alone = {name: replace(one, population=None) for name, one in known.items()}
    plan = replace(results.measurement, phases=alone, texts={})
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
        answers=answers[answers[per] == group].assign(group=ALL)
        if len(answers)
        else answers,
        chance_findings=chance_findings(compared),
        changed_limits=tuple(
            one._replace(group=ALL)
            for one in results.changed_limits
            if one.group == group
        ),
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


def _written(jobs: Mapping[Path, Write]) -> Iterator[tuple[Path, str]]:
    """Each report as it is done, and what stopped it: in several processes, or here."""
    left = dict(jobs)
    try:
        for path, error in _in_processes(jobs):
            del left[path]
            yield path, error
    except no_process():
        for path, write in left.items():
            yield path, _error_of(write)


def _in_processes(jobs: Mapping[Path, Write]) -> Iterator[tuple[Path, str]]:
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    workers = min(len(jobs), cpu_count() or 1)
    with ProcessPoolExecutor(
        workers, get_context("spawn"), initializer=gc.disable
    ) as pool:
        waiting = {pool.submit(write): path for path, write in jobs.items()}
        for future in as_completed(waiting):
            yield waiting[future], _error_of(future.result)


def _name_of(results: Results, per: str) -> str:
    plan = results.measurement
    return plan.municipality if per == "municipality" else plan.title


def _error_of(call: Callable[[], object]) -> str:
    """What stopped a report: our own words or the kind alone, never a cell's text."""
    from concurrent.futures import BrokenExecutor

    try:
        call()
    except BrokenExecutor:
        raise  # it stopped all of them
    except TaskforceError as error:
        return redact(str(error))
    except Exception as error:  # noqa: BLE001 - one report's failure is told
        return type(error).__name__
    return ""
