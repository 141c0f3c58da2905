"""What the command line says in a terminal: issues, numbers, errors; its JSON; bars."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from taskforce_analysis.errors import (
    TaskforceError,
)
from taskforce_analysis.languages import Language
from taskforce_analysis.privacy import redact

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from taskforce_analysis.deadlines import Change
    from taskforce_analysis.filing.per_group import Made
    from taskforce_analysis.forms import Form
    from taskforce_analysis.reporting.sentences import Sentences
    from taskforce_analysis.reporting.table_rows import ComparisonRow, IssueRow
    from taskforce_analysis.results import Prepared, Results
    from taskforce_analysis.tallying import ChangedLimit

BESIDE_NUMBERS = (
    "BRIDGE_MISSING",
    "CASES_PAIRED",
    "INDEX_NEEDS_CASES",
    "LAW_MIXED",
    "LIMITS_INVENTED",
    "PARAGRAPH_MOVED",
    "STRATUM_MISSING",
)
Begin = Callable[[int], Callable[[], object] | None]

# Control characters and marks that turn the text: a name may hold them and order none.
_UNSEEN = [*range(9), *range(11, 32), *range(127, 160), 0x61C, 0x200E, 0x200F]
_UNSEEN += [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)]
_NOTHING: dict[int, None] = dict.fromkeys(_UNSEEN)


class NobodyReadsError(Exception):
    """Standard output is a pipe that nobody reads any more.

    Exists because click ends a broken pipe with a status that means a failure here.
    """


def say(text: str = "") -> None:
    """One line on standard output, a CPR-like number in it covered."""
    _write(f"{redact(text.translate(_NOTHING))}\n")


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise NobodyReadsError from None


def warn(text: str) -> None:
    """One line on standard error, a CPR-like number in it covered."""
    sys.stderr.write(f"{redact(text.translate(_NOTHING))}\n")


def say_json(content: object) -> None:
    """One JSON object on standard output; ASCII, so that any console can carry it."""
    _write(json.dumps(content, ensure_ascii=True, allow_nan=False) + "\n")


def say_error(error: TaskforceError, language: Language, *, as_json: bool) -> None:
    """An error by place, finding and remedy, or as the contract's error object."""
    if as_json:
        place = {"file": error.file, "sheet": error.sheet, "cell": error.cell}
        say_json({"version": 1, "error": {"code": error.code, **place}})
        return
    from taskforce_analysis.writing.telling import error_text

    warn(error_text(error, language))


def say_prepared(prepared: "Prepared", table: "pd.DataFrame", words: Language) -> None:
    """Which form, which files, and every issue with what to do about it."""
    key = "cli.form_matched" if prepared.form_was_matched else "cli.form_named"
    say(words.word(key, title=prepared.form.title, id=prepared.form.id))
    say_draft(prepared.form, words)
    for source in prepared.sources:
        layout = source.layout
        layout = words.word(f"layout.{layout}") if layout else words.word("no_rate")
        facts = {"file": source.file, "units": source.units, "layout": layout}
        say(words.word("cli.file_line", **facts))
    say_issues(table, prepared.form, words)
    errors = int((table["severity"] == "error").sum())
    facts = {"errors": errors, "warnings": len(table) - errors}
    say(words.word("cli.not_usable" if errors else "cli.usable", **facts))
    if errors:
        say(words.word("cli.next_step"))


def say_draft(form: "Form", words: Language) -> None:
    """That the form is made of guesses, where it is."""
    if form.draft:
        say(words.word("draft.mark"))


def say_issues(table: "pd.DataFrame", form: "Form", words: Language) -> None:
    """One line per issue, errors first."""
    from taskforce_analysis.reporting.table_rows import issue_rows

    for row in issue_rows(table.sort_values("severity", kind="stable")):
        text = words.word(f"issues.{row.code}.text")
        remedy = words.word(f"issues.{row.code}.remedy")
        severity = words.word(f"severity.{row.severity}")
        expected = f" ({row.expected})" if row.expected else ""
        place = _place(row, form, words)
        place = f" [{place}]" if place else ""
        say(f"{severity} {row.code}{place} {text}{expected} {remedy}")


def say_reservations(
    issues: "pd.DataFrame", form: "Form", words: Language, *, paired: bool = False
) -> None:
    """The issues that whoever sees the numbers alone must know of.

    That cases are the same is none where they are compared as such.
    """
    codes = {*BESIDE_NUMBERS} - ({"CASES_PAIRED"} if paired else set())
    say_issues(issues[issues["code"].isin(codes)], form, words)


def _place(row: "IssueRow", form: "Form", words: Language) -> str:
    parts = [row.file, row.sheet, words.place(row.cell)]
    if not row.cell:
        measure = words.label(form.measure(row.measure)) if row.measure else ""
        group = row.group if row.group != "all" else ""
        parts += [group, row.case_id, measure, row.phase]
    times = words.word("cli.times", count=row.count) if row.count > 1 else ""
    return ", ".join(part for part in [*parts, times] if part)


def say_comparison(results: "Results", words: Language) -> None:
    """One line per measure: counts before and after, the difference, the verdict.

    Of periods their counts, and whether the level has moved: the first against the last
    is no finding, unless two others are asked for.
    """
    from taskforce_analysis.reporting.sentences import Sentences
    from taskforce_analysis.reporting.series import is_series
    from taskforce_analysis.reporting.summary import index_texts
    from taskforce_analysis.reporting.table_rows import beside, comparison_rows

    sentences = Sentences(results, words)
    say_draft(results.form, words)
    ends = results.phases[:1] + results.phases[-1:]
    if is_series(results) and ends == (results.before, results.after):
        _say_periods(sentences)
        return
    for group in sentences.groups:
        for text in index_texts(sentences, group):
            say(text if group == "all" else f"{group}: {text}")
    rows = [row for row in comparison_rows(results) if row.is_headline]
    told = [row for row in rows if _has_cases(row)]
    unasked = {row.measure for row in rows} - {row.measure for row in told}
    for row in told:
        label = words.label(results.form.measure(row.measure))
        if row.is_limit_changed:
            key = "charts.as_judged" if row.is_judged_alike else "charts.as_moved"
            label = words.word(key, measure=label)
        group = "" if row.group == "all" else f"{row.group}: "
        # What is withheld has no counts, and 0 of 0 is one.
        counts = "" if row.is_withheld else f"{_counts(row, words)}. "
        said = f"{group}{label}: {counts}{_difference(row, sentences)}"
        for other in beside(results, row.group, row.measure):
            # Where another share was asked than before, the reservation counts them.
            if other.basis == "condition" and not row.is_condition_changed:
                said += " " + words.word("cli.asked", counts=_counts(other, words))
        say(said)
    if unasked:
        say(words.counted("cli.unasked", words.number(len(unasked))))
    decided = [row for row in told if row.is_decided]
    if decided and all(map(sentences.known, decided)):  # every case was reviewed
        say(sentences.word("summary.census"))
    say_changed_limits(results.changed_limits, results.form, words)


def _has_cases(row: "ComparisonRow") -> bool:
    """Whether it applies to a case, or is withheld: then nothing tells."""
    return row.is_withheld or any(side.applicable for side in row.sides)


def _say_periods(sentences: "Sentences") -> None:
    """The counts of every period, and whether the level has moved."""
    from taskforce_analysis.reporting.series import series_items, series_lines

    for group in sentences.groups:
        named = "" if group == "all" else f"{group}: "
        told = series_lines(sentences, group) + series_items(sentences, group)
        for text in told:
            say(named + text)


def say_changed_limits(
    changed: "Sequence[ChangedLimit]", form: "Form", words: Language
) -> None:
    """One line per measure whose limit changed: from what to what.

    Of several changes each has its paragraphs.
    """
    for one in changed:
        several = len(one.changes) > 1
        changes = ", ".join(
            _change(each, words, is_named=several) for each in one.changes
        )
        group = "" if one.group == "all" else f"{one.group}: "
        label = words.label(form.measure(one.measure))
        say(group + words.word("cli.limit_changed", measure=label, changes=changes))


def _change(change: "Change", words: Language, *, is_named: bool) -> str:
    sides = (
        [words.limit(limit) for limit in side] for side in (change.before, change.after)
    )
    of = (
        f"{words.listed([*change.paragraphs])}: "
        if is_named and change.paragraphs
        else ""
    )
    return of + " -> ".join(words.listed(side) for side in sides)


def _counts(row: "ComparisonRow", words: Language) -> str:
    return " -> ".join(
        words.count_of(side.compliant, side.applicable) for side in row.sides
    )


def _difference(row: "ComparisonRow", sentences: "Sentences") -> str:
    """The difference, its interval, and the verdict with its reservations.

    The level is told where it is another than the settings'.
    """
    from taskforce_analysis.reporting.summary import verdict_with_reservations

    words, verdict = sentences.language, verdict_with_reservations(sentences, row)
    found = row.shown_difference
    if found is None:
        return f"{verdict}."
    span = words.word(
        "span", low=sentences.limit(found.low), high=sentences.limit(found.high)
    )
    if sentences.has_own_level(row):
        level = words.percent_exact(row.confidence)
        span = words.word("cli.at_level", span=span, level=level)
    return f"{words.points(found.value)} ({span}). {verdict}."


def say_written(paths: "Sequence[Path]", words: Language) -> None:
    """Where the outputs lie, one path a line."""
    say(words.word("cli.written"))
    for path in paths:
        say(f"  {path}")


def say_form(form: "Form", words: Language) -> None:
    """A form's themes and measures with their ids and legal basis."""
    say(f"{form.title} ({form.id}, {form.version})")
    for theme in form.themes:
        say(f"\n{words.label(theme)}")
        for measure in form.measures:
            if measure.theme == theme.id:
                basis = ", ".join(one.cited for one in measure.legal_basis)
                say(f"  {measure.id}: {words.label(measure)} [{basis}]")


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A progress line on standard error for what takes more than a second.

    Yields a function to call with the name of each step; it shows nothing where
    standard error is no terminal, so that logs stay readable.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console

    with Console(stderr=True).status(label) as status:
        yield lambda step: status.update(f"{label}: {step}")


@contextmanager
def while_reading(words: Language, *, quiet: bool = False) -> Iterator[Begin]:
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


@contextmanager
def making(label: str) -> "Iterator[Callable[[Made, int], None]]":
    """A bar on standard error, report by report; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _made, _of: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(label, total=None)
        yield lambda _made, of: progress.update(task, total=of, advance=1)
