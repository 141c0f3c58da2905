"""Publications that lie beside a new one, and that it may not stand beside.

Two on the same cases go together where one is the whole of the other or its breakdown
goes on from the other's, under the same choice; else what one withholds the other may
tell. Two that share some cases and not all never do: what differs between them are the
answers of the cases that came or went. Cases are known by salted marks, which stand in
the file that stays in the house; where it is gone, nobody can say that they differ.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from taskforce_analysis.disclosing import chain_of, is_published
from taskforce_analysis.errors import TaskforceError
from taskforce_analysis.filing.provenance import (
    NAME,
    OF_PAPERS,
    Plain,
    Told,
    internal_of,
    marks_of,
    papers_account,
    read_papers_account,
    read_provenance,
    read_whole,
)
from taskforce_analysis.results import Results

CHOICE = ("publish", "threshold", "missing", "not_assessable", "partly")
BREAKDOWN, CASES, UNKNOWN = "breakdown", "cases", "unknown"
ALIKE = 0.5  # of the smaller phase's cases, so many the same: no coincidence


class Clash(NamedTuple):
    """A folder whose publication does not go with a new one, and why.

    breakdown: the same cases parted or withheld in another way; cases: some of the same
    cases, not all; unknown: what they are is told in no file any more.
    """

    folder: Path
    reason: str


@dataclass(frozen=True)
class _Report:
    """A publication that was found: what it was made of, and by which choices."""

    told: Told

    @property
    def settings(self) -> Mapping[str, Plain]:
        return self.told["settings"]

    @property
    def is_published(self) -> bool:
        """Whether the report was made to be published."""
        return self.settings.get("publish") not in (None, "internal")

    @property
    def by(self) -> tuple[str, ...]:
        """Its breakdown; a report for one group is part of one."""
        if self.told.get("per"):
            return (self.told["per"],)
        return tuple(self.settings.get("by", ()))


def clashing_reports(results: Results, folder: Path, *, per: str = "") -> list[Clash]:
    """The folders, this one and those beside it, whose report does not go with these.

    None where the results are internal: they are not to be published at all. Reports
    made one for each group are told of once, by the folder that holds them. `per` is
    the attribute that these are to be made for each group of.
    """
    if not is_published(results):
        return []
    found: dict[Path, str] = {}
    for path, report in _reports(folder):
        if path not in found and (reason := _reason(results, report, per)):
            found[path] = reason
    return [Clash(*one) for one in found.items()]


def _reason(results: Results, report: _Report, per: str) -> str:
    """Why the two may not both be published; "" where they may."""
    if not report.is_published:
        return ""
    shared = _shared(results, report)
    if shared in ("", CASES, UNKNOWN):
        return shared
    settings = results.settings
    if any(report.settings.get(one) != getattr(settings, one) for one in CHOICE):
        return BREAKDOWN
    by = (per,) if per else tuple(settings.by)
    chains = chain_of(by), chain_of(report.by)
    goes_on = not (by and report.by) or (
        chains[0][-1] in chains[1] or chains[1][-1] in chains[0]
    )
    return "" if goes_on else BREAKDOWN


def _shared(results: Results, report: _Report) -> str:
    """Which cases two publications share: none (""), some, or all of a phase."""
    if report.told["form"]["id"] != results.form.id:
        return ""
    salt, former = report.told.get("salt"), report.told.get("cases")
    if not salt:
        own = report.told["measurement"].get("municipality", "")
        is_same = own == results.measurement.municipality
        return UNKNOWN if is_same else ""
    sums = {one["sha256"] for one in report.told["inputs"]}
    if not former or not len(results.answers):
        # Counts alone, without cases: the same file is all that can be known.
        is_same = bool(sums & {source.sha256 for source in results.sources})
        return BREAKDOWN if is_same else ""
    found = {
        _overlap(marks, former[phase])
        for phase, marks in marks_of(results, salt).items()
        if phase in former
    } - {""}
    return CASES if CASES in found else next(iter(found), "")


def _overlap(marks: Mapping[str, list[str]], former: Mapping[str, list[str]]) -> str:
    """How the cases of one phase lie to those of a former publication's."""
    same = [(set(marks[kind]), set(former[kind])) for kind in ("numbers", "contents")]
    (numbers, old_numbers), (contents, old_contents) = same
    fewest = min(len(marks["contents"]), len(former["contents"]))
    is_alike = len(contents & old_contents) >= ALIKE * max(fewest, 1)
    if not (numbers & old_numbers or is_alike):
        return ""
    is_whole = sorted(marks["contents"]) == sorted(former["contents"])
    return BREAKDOWN if is_whole else CASES


def _reports(folder: Path) -> Iterator[tuple[Path, _Report]]:
    """The reports beside a folder; those for each group by the folder they lie in."""
    home = folder.resolve().parent
    for path in sorted([*home.glob(f"*/{NAME}"), *home.glob(f"*/*/{NAME}")]):
        try:
            told = read_provenance(path.parent)
        except (TaskforceError, OSError):
            continue  # what cannot be read says nothing
        if path.parent.parent != home and not told.get("per"):
            continue
        with suppress(TaskforceError, OSError):  # what stays in the house may be gone
            told = read_whole(path.parent)
        yield home / path.relative_to(home).parts[0], _Report(told)
    for path in sorted(home.glob(f"*{OF_PAPERS}")):
        with suppress(TaskforceError, OSError):
            found = _Report(read_papers_account(path))
            yield home / path.name.removesuffix(OF_PAPERS), found


def remove_report(folder: Path) -> None:
    """Remove a publication: what it wrote, its provenance, and its account beside it.

    Other files of the folder stay. What was sent out stays out.
    """
    for path in [folder / NAME, *folder.glob(f"*/{NAME}")]:
        try:
            told = read_provenance(path.parent)
        except (TaskforceError, OSError):
            continue
        internal_of(path.parent).unlink(missing_ok=True)
        for name in (*(one["file"] for one in told["outputs"]), NAME):
            (path.parent / name).unlink(missing_ok=True)
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
    papers = papers_account(folder)
    if papers.is_file():
        with suppress(TaskforceError, OSError):
            for one in read_papers_account(papers)["outputs"]:
                (folder / one["file"]).unlink(missing_ok=True)
        papers.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
