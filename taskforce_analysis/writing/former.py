"""Reports that lie beside a new one, and that it may not be published together with.

Each says in its provenance what it was made of and by which settings. Two reports on
the same cases go together where one is the whole of the other or its breakdown goes on
from the other's, under the same choice; else what one withholds the other may tell.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from taskforce_analysis.disclosing import chain_of, is_published
from taskforce_analysis.errors import TaskforceError
from taskforce_analysis.results import Results
from taskforce_analysis.writing.provenance import NAME
from taskforce_analysis.writing.rerunning import read_provenance

CHOICE = ("publish", "threshold", "missing", "not_assessable", "partly")


def told_apart(results: Results, folder: Path) -> list[Path]:
    """The folders, this one and those beside it, whose report does not go with these.

    None where the results are internal: they are not to be published at all.
    """
    if not is_published(results):
        return []
    return [path for path, told in _reports(folder) if _is_apart(told, results)]


def _reports(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    home = folder.resolve().parent
    for path in sorted(home.glob(f"*/{NAME}")):
        try:
            yield path.parent, read_provenance(path.parent)
        except (TaskforceError, OSError):
            continue  # what cannot be read says nothing


def _is_apart(told: Mapping[str, Any], results: Results) -> bool:
    settings = results.settings
    then = told["settings"]
    same = {one["sha256"] for one in told["inputs"]} & {
        source.sha256 for source in results.sources
    }
    if not same or then.get("publish") in (None, "internal"):
        return False
    if any(then.get(name) != getattr(settings, name) for name in CHOICE):
        return True
    ours, theirs = tuple(settings.by), tuple(then.get("by", ()))
    chains = chain_of(ours), chain_of(theirs)
    return bool(ours and theirs) and not (
        chains[0][-1] in chains[1] or chains[1][-1] in chains[0]
    )
