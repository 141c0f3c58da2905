"""From the command line's words to files, settings and a prepared measurement."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.errors import shown_name, wrong_use
from taskforce_analysis.languages import Language
from taskforce_analysis.measurements import Measurement, load_measurement
from taskforce_analysis.settings import Settings

if TYPE_CHECKING:
    from taskforce_analysis.filing.per_group import Made
    from taskforce_analysis.results import Prepared, Results


# FOLDED cli.preparing
#
# From the command line's words to files, settings and a prepared measurement.

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
    from taskforce_analysis.results.gathered import is_stored

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


def _is_measurement(name: str) -> bool:
    return name.lower().endswith(".toml")


def _measurement(names: Sequence[str]) -> Measurement:
    plans = [name for name in names if _is_measurement(name)]
    if len(plans) > 1:
        raise wrong_use("two measurement files are named", "Name one")
    return load_measurement(plans[0]) if plans else Measurement()


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


# FOLDED cli.grouped
#
# `taskforce report --per`: a report for each group, with a bar that shows how far.
#
# And a word of warning where other reports on the same cases lie beside a new one.


def report_per_group(
    prepared: "Prepared",
    out: Path,
    *,
    per: str,
    force: bool,
    template: Path | None,
    language: Language,
) -> int:
    """Write the reports and say how each went; 1 where any of them failed."""
    from taskforce_analysis.filing.per_group import write_per_group

    options = {"language": language.id, "template": template}
    with _bar(language.word("cli.working")) as tell:
        made = write_per_group(
            prepared, out, per=per, force=force, tell=tell, **options
        )
    for one in made:
        name = {"group": one.group or one.folder.name, "folder": one.folder}
        if one.error:
            terminal.warn(language.word("per_group.failed", error=one.error, **name))
        else:
            terminal.say(language.word("per_group.made", **name))
    from taskforce_analysis.filing.former import parts_told_apart

    for folder in parts_told_apart(out):
        terminal.warn(language.word("disclosure.former", folder=folder))
    failed = sum(bool(one.error) for one in made)
    counts = {"made": len(made) - failed, "all": len(made)}
    terminal.say(language.word("per_group.counted", **counts))
    return int(failed > 0)


def say_former(results: "Results", out: Path, *, words: Language) -> None:
    """Warn of reports beside the folder that this one may not be published with."""
    from taskforce_analysis.filing.former import told_apart

    for folder in told_apart(results, out):
        terminal.warn(words.word("disclosure.former", folder=folder))


@contextmanager
def _bar(label: str) -> "Iterator[Callable[[Made, int], None]]":
    """A bar on standard error; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _made, _of: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(label, total=None)
        yield lambda _made, of: progress.update(task, total=of, advance=1)


# FOLDED cli.scale
#
# From one municipality to the whole country: gather many workbooks in one file.

Begin = Callable[[int], Callable[[], object] | None]


def gather(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    force: use.Force = False,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
    out: use.OutFile = Path("landet.parquet"),
) -> int:
    """Read and check many workbooks, and keep their answers in one .parquet file."""
    from taskforce_analysis.issues import fold, issues_table
    from taskforce_analysis.writing.parquet import to_parquet

    with reading(context.obj) as begin:
        prepared = prepare_files(
            files, form=form, layout=layout, phase=phase, begin=begin
        )
    table = issues_table(fold(prepared.found))
    terminal.say_prepared(prepared, table, context.obj)
    if prepared.has_errors and not force:
        return 1
    terminal.say_written([to_parquet(prepared, out)], context.obj)
    return int(prepared.has_errors)


@contextmanager
def reading(words: Language, *, quiet: bool = False) -> Iterator[Begin]:
    """A bar on standard error with the time left, while files are read.

    Yields a function to call with the number of files; what it returns is called as
    each is done. It shows nothing where standard error is no terminal.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TimeRemainingColumn,
    )

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task(words.word("cli.reading"), total=None)

        def begin(total: int) -> Callable[[], object]:
            bar.update(task, total=total)
            return partial(bar.advance, task)

        yield begin
