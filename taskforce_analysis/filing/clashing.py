"""Reports that lie beside a new one, and that it may not be published together with.

Each says in its provenance what it was made of and by which settings. Two reports on
the same cases go together where one is the whole of the other or its breakdown goes on
from the other's, under the same choice; else what one withholds the other may tell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from taskforce_analysis.disclosing import chain_of, is_published
from taskforce_analysis.errors import TaskforceError
from taskforce_analysis.filing.provenance import NAME, read_provenance
from taskforce_analysis.results import Results

CHOICE = ("publish", "threshold", "missing", "not_assessable", "partly")


@dataclass(frozen=True)
class _Report:
    """What a report was made of: its inputs' checksums, its settings, its breakdown."""

    sums: frozenset[str]
    settings: Mapping[str, Any]
    by: tuple[str, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "_Report":
        """The report that a provenance tells of; a part is one of a breakdown."""
        sums = frozenset(one["sha256"] for one in told["inputs"])
        by = (
            (told["per"],) if told.get("per") else tuple(told["settings"].get("by", ()))
        )
        return cls(sums, told["settings"], by)

    def clashes_with(self, other: "_Report") -> bool:
        """Whether this and a published other may not be published together."""
        if not self.sums & other.sums or not other.is_published:
            return False
        if any(self.settings.get(one) != other.settings.get(one) for one in CHOICE):
            return True
        chains = chain_of(self.by), chain_of(other.by)
        return bool(self.by and other.by) and not (
            chains[0][-1] in chains[1] or chains[1][-1] in chains[0]
        )

    @property
    def is_published(self) -> bool:
        """Whether the report was made to be published."""
        return self.settings.get("publish") not in (None, "internal")


def clashing_reports(results: Results, folder: Path) -> list[Path]:
    """The folders, this one and those beside it, whose report does not go with these.

    None where the results are internal: they are not to be published at all. Reports
    made one for each group are told of once, by the folder that holds them.
    """
    if not is_published(results):
        return []
    settings = {name: getattr(results.settings, name) for name in CHOICE}
    by = (results.choices.per,) if results.choices.per else tuple(results.settings.by)
    sums = frozenset(source.sha256 for source in results.sources)
    return _clashing(_Report(sums, settings, by), folder, but="")


def clashing_with_parts(folder: Path) -> list[Path]:
    """The folders beside one of reports for each group that do not go with these."""
    parts = [one for _, one in _reports(folder.resolve() / "any") if one.by]
    own = next((one for one in parts if one.is_published), None)
    return _clashing(own, folder, but=folder.resolve().name) if own else []


def _clashing(own: _Report, folder: Path, *, but: str) -> list[Path]:
    found = _reports(folder)
    apart = (path for path, one in found if path.name != but and own.clashes_with(one))
    return list(dict.fromkeys(apart))


def _reports(folder: Path) -> Iterator[tuple[Path, _Report]]:
    """The reports beside a folder; those for each group by the folder they lie in."""
    home = folder.resolve().parent
    for path in sorted([*home.glob(f"*/{NAME}"), *home.glob(f"*/*/{NAME}")]):
        try:
            told = read_provenance(path.parent)
        except (TaskforceError, OSError):
            continue  # what cannot be read says nothing
        if path.parent.parent == home or told.get("per"):
            yield home / path.relative_to(home).parts[0], _Report.of(told)
