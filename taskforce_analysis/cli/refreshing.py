"""`taskforce refresh`: today's figures in a document that someone has written on in."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.cli.following import Inputs
from taskforce_analysis.errors import DataError, shown_name, wrong_use
from taskforce_analysis.languages import Language, load_language

if TYPE_CHECKING:
    from taskforce_analysis.filing.refreshing import Refreshed
    from taskforce_analysis.results import Results

Document = Annotated[Path, typer.Argument(help="cli.option.document")]
Files = Annotated[list[str] | None, typer.Argument(help="cli.option.refreshed")]
Target = Annotated[Path | None, typer.Option("--out", "-o", help="cli.option.out")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="cli.option.overwrite")]


def refresh(
    context: typer.Context,
    *,
    document: Document,
    files: Files = None,
    form: use.Form = None,
    out: Target = None,
    inputs: Inputs = None,
    overwrite: Overwrite = False,
    as_json: use.Json = False,
    force: use.Force = False,
    insist: use.Insist = False,
    confidence: use.Confidence = None,
    adjustment: use.Adjustment = None,
    publish: use.Publish = None,
    by: use.By = None,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
) -> int:
    """Bring the tool's parts of a Word document up to date and list what changed."""
    from taskforce_analysis.filing import refreshing

    words: Language = context.obj
    asked = context.find_root().params.get("language")
    refreshing.language_of(document)  # what is no document of ours is refused at once
    settings = {"insist": insist, "confidence": confidence, "adjustment": adjustment}
    settings |= {"publish": publish, "by": by, "layout": layout, "phase": phase}
    try:
        if files:
            results = _compared(files, form=form, force=force, **settings)
        else:
            results = _told(document, inputs, force=force)
    except DataError as error:
        _say_issues(error, words, as_json=as_json)
        return 1
    done = refreshing.refresh(
        document, results, language=asked, out=out, overwrite=overwrite
    )
    if as_json:
        terminal.say_json(_contract(document, done, results))
    else:
        _say(done, results)
    return int(not done.is_whole)


def _compared(files: Sequence[str], *, force: bool, **asked: Any) -> "Results":
    from taskforce_analysis.cli.preparing import prepare_files
    from taskforce_analysis.results import compare_prepared

    return compare_prepared(prepare_files(files, **asked), force=force)


def _told(document: Path, inputs: Path | None, *, force: bool) -> "Results":
    """The results of the files that the provenance beside the document names."""
    from taskforce_analysis.filing.provenance import NAME
    from taskforce_analysis.filing.rerunning import (
        places_of,
        read_provenance,
        results_again,
    )

    if not (document.parent / NAME).is_file():
        finding = f"there is no {NAME} beside the document"
        raise wrong_use(finding, "Name the workbooks after the document")
    told = read_provenance(document.parent)
    if told.get("group"):
        finding = "the report is one of several that were made at once"
        raise wrong_use(finding, "Make them again with taskforce report --per")
    places = places_of(document.parent, inputs)
    return results_again(told, places, force=force, same=False)


def _contract(document: Path, done: "Refreshed", results: "Results") -> dict[str, Any]:
    kept = ("kept", "no_place")
    written, former = done.path, done.former
    return {
        "version": 1,
        "form": results.form.id,
        "language": done.language,
        "document": shown_name(document),
        "written": None if written is None else shown_name(written),
        "former": None if former is None else shown_name(former),
        "changes": [asdict(one) for one in done.changes if one.what not in kept],
        "not_updated": [asdict(one) for one in done.changes if one.what in kept],
    }


def _say_issues(error: DataError, words: Language, *, as_json: bool) -> None:
    if as_json:
        rows = error.issues.astype(object).where(error.issues.notna(), None)
        issues = rows.to_dict("records")
        terminal.say_json({"version": 1, "changes": None, "issues": issues})
        return
    terminal.say(str(error))
    for row in error.issues.itertuples(index=False):
        if row.severity == "error":
            text = words.word(f"issues.{row.code}.text")
            place = ", ".join(
                str(one)
                for one in (row.file, row.sheet, row.cell)
                if isinstance(one, str)
            )
            terminal.say(f"{row.code} [{place}] {text}")


def _say(done: "Refreshed", results: "Results") -> None:
    """What changed, measure by measure, in the language of the document."""
    words = load_language(done.language)
    if not done.changes:
        terminal.say(words.word("refresh.same"))
    else:
        for line in _lines(done.changes, results, words):
            terminal.say(line)
        terminal.say(words.word("refresh.counted", **_counted(done.changes)))
    left = [one for one in done.changes if one.what in ("kept", "no_place")]
    if left:
        terminal.say(words.word("refresh.not_whole", number=len(left)))
    if done.former:
        terminal.say(words.word("refresh.former_is", file=shown_name(done.former)))
    if done.path:
        terminal.say_written([done.path], words)
        _say_provenance(done.path, words)


def _say_provenance(path: Path, words: Language) -> None:
    """That the provenance beside the document still tells of the report as it was."""
    from taskforce_analysis.filing.provenance import NAME

    if (path.parent / NAME).is_file():
        terminal.say(words.word("refresh.provenance", file=NAME))


def _lines(
    changes: Sequence[Any], results: "Results", words: Language
) -> Iterable[str]:
    """Each figure once: the same cell may stand in several tables."""
    changed = [one for one in changes if one.what == "changed"]
    for measure in results.form.measures:
        own = [one for one in changed if one.measure == measure.id]
        cells = [one for one in own if one.column] or own  # texts say the same
        if cells:
            yield words.label(measure)
            yield from dict.fromkeys(_cell(one, words) for one in cells)
    for one in changed:
        if one.kind == "picture":
            yield words.word("refresh.picture", place=one.place)
        elif one.row and not one.measure:
            yield _first(one.row) + _cell(one, words)
        elif not one.column and not one.measure:
            told = {"old": _short(one.old, words), "new": _short(one.new, words)}
            yield words.word("refresh.elsewhere", place=one.place, **told)
    yield from _others(changes, words)


def _others(changes: Sequence[Any], words: Language) -> Iterable[str]:
    for one in changes:
        told = {"place": one.place, "old": one.old, "new": one.new}
        if one.what != "changed":
            yield words.word(f"refresh.{one.what}", **told)
        if one.what == "kept" and one.new:
            yield words.word("refresh.kept_new", **told)


def _cell(one: Any, words: Language) -> str:
    told = {"old": _short(one.old, words), "new": _short(one.new, words)}
    key = "cell" if one.column else "sentence"
    return words.word(f"refresh.{key}", column=one.column, **told)


def _short(text: str, words: Language) -> str:
    return text.replace("\n", ", ") or words.word("refresh.empty")


def _first(text: str) -> str:
    return text.partition("\n")[0]


def _counted(changes: Sequence[Any]) -> dict[str, int]:
    done = [one for one in changes if one.what not in ("kept", "no_place")]
    cells = sum(one.kind == "table" for one in done)
    pictures = sum(one.kind == "picture" for one in done)
    return {
        "cells": cells,
        "pictures": pictures,
        "texts": len(done) - cells - pictures,
    }
