"""`taskforce report --per`: a report for each group, with a bar that shows how far.

And a word of warning where other reports on the same cases lie beside a new one.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from taskforce_analysis.cli import terminal
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Prepared, Results
    from taskforce_analysis.writing.per_group import Made


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
    from taskforce_analysis.writing.per_group import write_per_group

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
    from taskforce_analysis.writing.former import parts_told_apart

    for folder in parts_told_apart(out):
        terminal.warn(language.word("disclosure.former", folder=folder))
    failed = sum(bool(one.error) for one in made)
    counts = {"made": len(made) - failed, "all": len(made)}
    terminal.say(language.word("per_group.counted", **counts))
    return int(failed > 0)


def say_former(results: "Results", out: Path, *, words: Language) -> None:
    """Warn of reports beside the folder that this one may not be published with."""
    from taskforce_analysis.writing.former import told_apart

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
