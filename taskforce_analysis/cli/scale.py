"""From one municipality to the whole country: gather many workbooks in one file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import typer

from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.languages import Language

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
    from taskforce_analysis.cli.preparing import prepare_files
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
