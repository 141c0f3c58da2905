"""One report for each municipality, or other group, and one for all of them.

What may be published is decided once, over all the reports together; then each group's
part is cut out and written by a process of its own. One that fails is told of and does
not stop the others.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import Any

from taskforce_analysis.disclosing import disclose, may_stand_beside
from taskforce_analysis.errors import TaskforceError, unknown_name, wrong_use
from taskforce_analysis.filing.folder import write_folder
from taskforce_analysis.privacy import redact
from taskforce_analysis.results import Prepared, Results, compare_prepared
from taskforce_analysis.results.running import part_of

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


def write_per_group(
    prepared: Prepared,
    folder: str | Path,
    *,
    per: str = "municipality",
    force: bool = False,
    tell: Callable[[Made, int], None] = lambda _made, _of: None,
    **options: Any,
) -> list[Made]:
    """Write a report folder per group of the attribute `per`, and one for all.

    `tell` is called with each report as it is done, and how many there are to be;
    `options` are those of `write_folder`. Raises UsageError for an attribute that the
    workbooks do not have, and DataError as `run` does. A report that fails is in the
    answer with its error.
    """
    jobs = dict(_jobs(prepared, Path(folder), per=per, force=force))
    made = []
    workers = min(len(jobs), cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = {
            pool.submit(_write, results, path, options): (results, path)
            for path, results in jobs.items()
        }
        for future in as_completed(waiting):
            results, path = waiting[future]
            error = _error_of(future)
            made.append(Made(_name_of(results, per), path, error))
            tell(made[-1], len(jobs))
    places = {path: place for place, path in enumerate(jobs)}
    return sorted(made, key=lambda one: places[one.folder])


def _jobs(
    prepared: Prepared, folder: Path, *, per: str, force: bool
) -> Iterator[tuple[Path, Results]]:
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
    yield folder / EVERYONE, disclose(whole)
    shown = disclose(parts)
    groups = sorted({str(name) for name in parts.comparison["group"]})
    for group, name in zip(groups, folder_names(groups), strict=True):
        yield folder / name, part_of(shown, group, per=per, inside=parts)


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


def _write(results: Results, path: Path, options: Mapping[str, Any]) -> None:
    write_folder(results, path, **options)


def _name_of(results: Results, per: str) -> str:
    plan = results.measurement
    return plan.municipality if per == "municipality" else plan.title


def _error_of(future: Any) -> str:
    """What stopped a report: our own words or the kind alone, never a cell's text."""
    try:
        future.result()
    except TaskforceError as error:
        return redact(str(error))
    except Exception as error:  # noqa: BLE001 - one report's failure is told
        return type(error).__name__
    return ""
