"""From the command line's words to files, settings and a prepared measurement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from taskforce_analysis.errors import shown_name, wrong_use
from taskforce_analysis.measurements import Measurement, load_measurement
from taskforce_analysis.settings import Settings

if TYPE_CHECKING:
    from taskforce_analysis.results import Prepared


@dataclass(frozen=True, kw_only=True)
class Named:
    """The files that a call names, and what it says of them.

    `files` are workbooks, folders, a measurement file, .csv, .parquet or a database's
    URL. `phase` is "status=fil.xlsx" for each file whose phase it gives; `reviewers`
    say whose a file is, by its name.
    """

    files: Sequence[str]
    form: str | None = None
    layout: str | None = None
    phase: Sequence[str] | None = None
    reviewers: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a call chooses in place of the measurement's settings; None leaves them."""

    confidence: str | None = None
    adjustment: str | None = None
    publish: str | None = None
    by: str | None = None
    insist: bool = False
    final: bool = False
    pdf: bool = False

    def made_to(self, settings: Settings) -> Settings:
        """The settings with what was chosen; UsageError for what cannot be chosen."""
        changed = settings
        if self.confidence:
            changed = replace(changed, confidence=share(self.confidence))
        if self.adjustment:
            changed = replace(changed, adjustment=self.adjustment)
        if self.publish:
            changed = replace(changed, publish=self.publish)
        if self.by:
            by = tuple(part.strip() for part in self.by.split(","))
            changed = replace(changed, by=by)
        return replace(changed, insist=True) if self.insist else changed


def prepare_files(
    named: Named,
    changes: Changes | None = None,
    *,
    begin: Callable[[int], Callable[[], object] | None] | None = None,
) -> "Prepared":
    """Read and check what a call names.

    `begin` is told the number of files and returns what to call as each is read.
    """
    from taskforce_analysis.reading.many import processes_for
    from taskforce_analysis.results import prepare
    from taskforce_analysis.results.stored import is_stored

    plan = _measurement(named.files)
    if changes:
        final, pdf = changes.final or plan.final, changes.pdf or plan.pdf
        plan = replace(plan, final=final, pdf=pdf)
    files = [name for name in named.files if not _is_measurement(name)]
    stored = [name for name in files if is_stored(name)]
    paths = workbooks_of([name for name in files if not is_stored(name)])
    return prepare(
        *stored,
        *paths,
        processes=processes_for(paths),
        step=begin(len(paths)) if begin else None,
        form=named.form,
        measurement=plan,
        settings=changes.made_to(plan.settings) if changes else None,
        phases=_phases(named.phase or ()),
        layout=named.layout,
        reviewers=named.reviewers,
    )


def _is_measurement(name: str) -> bool:
    return name.lower().endswith(".toml")


def _measurement(names: Sequence[str]) -> Measurement:
    plans = [name for name in names if _is_measurement(name)]
    if len(plans) > 1:
        raise wrong_use("two measurement files are named", "Name one")
    return load_measurement(plans[0]) if plans else Measurement()


def workbooks_of(names: Sequence[str]) -> list[Path]:
    """The named files, and all workbooks and .csv of the named folders, by name."""
    from taskforce_analysis.reading.given import leaves_of  # loads numpy, --help not

    return [path for path in leaves_of(names) if isinstance(path, Path)]


def share(text: str) -> float:
    """A share from words: 0.95, 0,95 or 95 %; UsageError for anything else."""
    try:
        value = float(text.replace(",", ".").rstrip("% "))
    except ValueError:
        raise wrong_use("a share is not a number", "Write 0.95") from None
    return value / 100 if value > 1 else value


def _phases(given: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if any(not sign for _, sign, _ in pairs):
        raise wrong_use("--phase needs a phase and a file", "Write status=fil.xlsx")
    return {str(shown_name(name)): phase for phase, _, name in pairs}
