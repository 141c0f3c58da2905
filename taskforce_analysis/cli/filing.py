"""The commands for outputs that are there already: verify, rerun and refresh.

`verify` holds a folder against its provenance; `rerun` makes its outputs again and says
whether they are the same; `refresh` puts today's figures in a document that someone has
written on in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.cli.preparing import Changes, Named, prepare_files
from taskforce_analysis.errors import DataError, shown_name, wrong_use
from taskforce_analysis.languages import Language, load_language

if TYPE_CHECKING:
    from taskforce_analysis.filing.refreshing import Refreshed
    from taskforce_analysis.filing.rerunning import Rerun
    from taskforce_analysis.results import Results
    from taskforce_analysis.writing.word.updating import PartChange


def verify(context: typer.Context, folder: use.Folder) -> int:
    """Hold a folder of outputs against its provenance; or say what a paper lacks."""
    from taskforce_analysis.filing.provenance import verify_folder

    if folder.suffix.lower() == ".docx":
        return _say_empty(folder, context.obj)
    found = verify_folder(folder)
    for kind, names in found._asdict().items():
        for name in names:
            terminal.say(context.obj.word(f"cli.{kind}", file=name))
    return int(bool(found.changed or found.gone))


def _say_empty(document: Path, words: Language) -> int:
    from taskforce_analysis.filing.refreshing import empty_places_of

    empty = empty_places_of(document)
    for name in empty:
        terminal.say(words.word("final.empty", place=name))
    if not empty:
        terminal.say(words.word("final.none_empty"))
    return int(bool(empty))


def rerun(
    context: typer.Context,
    folder: use.Folder,
    *,
    inputs: use.Inputs = None,
    force: use.Force = False,
) -> int:
    """Make a folder's outputs again and say whether they are the same."""
    from taskforce_analysis.filing.rerunning import rerun_folder

    words: Language = context.obj
    with terminal.progress(words.word("cli.working"), quiet=False):
        found = rerun_folder(folder, inputs=inputs, force=force)
    _say_rerun(found, words)
    return int(not found.is_same)


def _say_rerun(found: "Rerun", words: Language) -> None:
    for kind in ("same", "different", "lacking"):
        for name in getattr(found, kind):
            terminal.say(words.word(f"rerun.{kind}", file=name))
    if found.is_same:
        terminal.say(words.word("rerun.all_same", number=len(found.same)))
        return
    number = len(found.different) + len(found.lacking)
    terminal.say(words.word("rerun.not_same", number=number))
    for cause in found.causes:
        values = {"name": cause.name, "then": cause.then, "now": cause.now}
        terminal.say(words.word(f"rerun.{cause.kind}", **values))


def refresh(
    context: typer.Context,
    *,
    document: use.Document,
    files: use.FilesToday = None,
    form: use.Form = None,
    out: use.NewOut = None,
    inputs: use.Inputs = None,
    overwrite: use.Overwrite = False,
    as_json: use.Json = False,
    force: use.Force = False,
    insist: use.Insist = False,
    confidence: use.Confidence = None,
    adjustment: use.Adjustment = None,
    publish: use.Publish = None,
    by: use.By = None,
    final: use.Final = False,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
) -> int:
    """Bring the tool's parts of a Word document up to date and list what changed."""
    from taskforce_analysis.filing import refreshing

    words: Language = context.obj
    asked = context.find_root().params.get("language")
    refreshing.language_of(document)  # what is no document of ours is refused at once
    changes = Changes(
        confidence=confidence,
        adjustment=adjustment,
        publish=publish,
        by=by,
        insist=insist,
        final=final,
    )
    try:
        if files:
            named = Named(files=files, form=form, layout=layout, phase=phase)
            results = _results_of(named, changes, force=force)
        else:
            results = _results_again(document, inputs, force=force)
    except DataError as error:
        _say_errors(error, words, as_json=as_json)
        return 1
    done = refreshing.refresh(
        document, results, language=asked, out=out, overwrite=overwrite
    )
    if as_json:
        terminal.say_json(_contract(document, done, results))
    else:
        _say_refreshed(done, results)
    return int(not done.is_whole)


def _results_of(named: Named, changes: Changes, *, force: bool) -> "Results":
    from taskforce_analysis.results import compare_prepared

    return compare_prepared(prepare_files(named, changes), force=force)


def _results_again(document: Path, inputs: Path | None, *, force: bool) -> "Results":
    """The results of the files that the provenance beside the document names."""
    from taskforce_analysis.filing.provenance import NAME, read_whole
    from taskforce_analysis.filing.rerunning import places_of, results_again

    if not (document.parent / NAME).is_file():
        finding = f"there is no {NAME} beside the document"
        raise wrong_use(finding, "Name the workbooks after the document")
    told = read_whole(document.parent)
    if told.get("group"):
        finding = "the report is one of several that were made at once"
        raise wrong_use(finding, "Make them again with taskforce report --per")
    places = places_of(document.parent, inputs)
    return results_again(told, places, force=force, same=False)


def _contract(
    document: Path, done: "Refreshed", results: "Results"
) -> dict[str, object]:
    kept = ("kept", "no_place")
    written, former = done.path, done.former
    return {
        "version": 1,
        "form": results.form.id,
        "language": done.language,
        "document": shown_name(document),
        "written": None if written is None else shown_name(written),
        "former": None if former is None else shown_name(former),
        "remade": done.is_remade,
        "changes": [asdict(one) for one in done.changes if one.what not in kept],
        "not_updated": [asdict(one) for one in done.changes if one.what in kept],
    }


def _say_errors(error: DataError, words: Language, *, as_json: bool) -> None:
    if as_json:
        from taskforce_analysis.writing.json import json_rows

        issues = json_rows(error.issues)
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


def _say_refreshed(done: "Refreshed", results: "Results") -> None:
    """What changed, measure by measure, in the language of the document."""
    from taskforce_analysis.filing.provenance import NAME

    words = load_language(done.language)
    if done.is_remade:
        terminal.say(words.word("refresh.remade"))
        for line in _others(done.changes, words):
            terminal.say(line)
    elif not done.changes:
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
        # The provenance beside the document still tells of the report as it was.
        if (done.path.parent / NAME).is_file():
            terminal.say(words.word("refresh.provenance", file=NAME))


def _lines(
    changes: Sequence["PartChange"], results: "Results", words: Language
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
            yield one.row.partition("\n")[0] + _cell(one, words)
        elif not one.column and not one.measure:
            told = {"old": _short(one.old, words), "new": _short(one.new, words)}
            yield words.word("refresh.elsewhere", place=one.place, **told)
    yield from _others(changes, words)


def _others(changes: Sequence["PartChange"], words: Language) -> Iterable[str]:
    for one in changes:
        told = {"place": one.place, "old": one.old, "new": one.new}
        if one.what != "changed":
            yield words.word(f"refresh.{one.what}", **told)
        if one.what == "kept" and one.new:
            yield words.word("refresh.kept_new", **told)


def _cell(one: "PartChange", words: Language) -> str:
    told = {"old": _short(one.old, words), "new": _short(one.new, words)}
    key = "cell" if one.column else "sentence"
    return words.word(f"refresh.{key}", column=one.column, **told)


def _short(text: str, words: Language) -> str:
    return text.replace("\n", ", ") or words.word("refresh.empty")


def _counted(changes: Sequence["PartChange"]) -> dict[str, int]:
    done = [one for one in changes if one.what not in ("kept", "no_place")]
    cells = sum(one.kind == "table" for one in done)
    pictures = sum(one.kind == "picture" for one in done)
    return {
        "cells": cells,
        "pictures": pictures,
        "texts": len(done) - cells - pictures,
    }
