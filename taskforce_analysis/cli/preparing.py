"""From the command line's words to files, settings and a prepared measurement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taskforce_analysis.errors import shown_name, wrong_use
from taskforce_analysis.measurements import Measurement, load_measurement
from taskforce_analysis.settings import Settings

if TYPE_CHECKING:
    from taskforce_analysis.results import Prepared

WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods")


def prepare_files(
    names: Sequence[str],
    *,
    form: str | None,
    layout: str | None = None,
    phase: Sequence[str] | None = None,
    reviewers: Mapping[str, str] | None = None,
    begin: Callable[[int], Callable[[], object] | None] | None = None,
    **changes: Any,
) -> "Prepared":
    """Read and check what the words name: workbooks, folders, a measurement file.

    Also .csv, .parquet and a database's URL. `begin` is told the number of files and
    returns what to call as each is read. `changes` are settings by name; None leaves
    the measurement's own.
    """
    from taskforce_analysis.reading.many import processes_for
    from taskforce_analysis.results import prepare
    from taskforce_analysis.results.stored import is_stored

    plan = _measurement(names)
    files = [name for name in names if not _is_measurement(name)]
    stored = [name for name in files if is_stored(name)]
    paths = workbooks_of([name for name in files if not is_stored(name)])
    return prepare(
        *stored,
        *paths,
        processes=processes_for(paths),
        step=begin(len(paths)) if begin else None,
        form=form,
        measurement=plan,
        settings=_settings(plan, changes),
        phases=_phases(phase or ()),
        layout=layout,
        reviewers=reviewers,
    )


def _is_measurement(name: str) -> bool:
    return name.lower().endswith(".toml")


def _measurement(names: Sequence[str]) -> Measurement:
    plans = [name for name in names if _is_measurement(name)]
    if len(plans) > 1:
        raise wrong_use("two measurement files are named", "Name one")
    return load_measurement(plans[0]) if plans else Measurement()


def workbooks_of(names: Sequence[str]) -> list[Path]:
    """The named files, and every workbook of the named folders in order of name."""
    found: list[Path] = []
    for name in names:
        path = Path(name)
        found += sorted(_inside(path)) if path.is_dir() else [path]
    return found


def _inside(folder: Path) -> list[Path]:
    inside = [path for path in folder.iterdir() if path.suffix.lower() in WORKBOOKS]
    if not inside:
        raise wrong_use("there is no workbook in the folder", "Name another folder")
    return inside


def _settings(plan: Measurement, changes: dict[str, Any]) -> Settings:
    given = {name: value for name, value in changes.items() if value not in (None, "")}
    if "confidence" in given:
        given["confidence"] = share(str(given["confidence"]))
    if "by" in given:
        given["by"] = tuple(part.strip() for part in given["by"].split(","))
    if given.get("insist") is False:
        del given["insist"]
    return replace(plan.settings, **given)


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
