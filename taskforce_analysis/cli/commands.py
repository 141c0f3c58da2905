"""The commands of `taskforce`: each turns its arguments into one public call.

Help texts are keys of the language file; application.py puts them in.
"""

from pathlib import Path
from typing import Any

import typer

from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.cli.preparing import prepare_files, reading, say_former
from taskforce_analysis.errors import DataError, wrong_use
from taskforce_analysis.languages import Language

OUT = Path("output")


def check(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    as_json: use.Json = False,
    force: use.Force = False,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
    annotate: use.Annotate = None,
) -> int:
    """Read and check, and say what is odd; tally only what has no errors."""
    from taskforce_analysis.issues import fold, issues_table
    from taskforce_analysis.tallying import tally, tally_issues
    from taskforce_analysis.writing.json import contract

    with reading(context.obj, quiet=as_json) as begin:
        prepared = prepare_files(
            files, form=form, layout=layout, phase=phase, begin=begin
        )
    found, tallied = list(prepared.found), None
    if force or not prepared.has_errors:
        checked = prepared.checked
        tallied = tally(checked.answers, prepared.form, counts=checked.counts)
        found += tally_issues(tallied)
    if annotate:
        _annotate(files, prepared, annotate, words=context.obj)
    table = issues_table(fold(found))
    if as_json:
        terminal.say_json(contract(prepared, tally=tallied, issues=table))
    else:
        terminal.say_prepared(prepared, table, context.obj)
    return int(prepared.has_errors)


def compare(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    as_json: use.Json = False,
    force: use.Force = False,
    insist: use.Insist = False,
    confidence: use.Confidence = None,
    adjustment: use.Adjustment = None,
    by: use.By = None,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
) -> int:
    """Compare two measurements and show the numbers."""
    from taskforce_analysis.writing.json import results_contract

    chosen = {"insist": insist, "confidence": confidence, "adjustment": adjustment}
    asked = {"form": form, "layout": layout, "phase": phase, "by": by}
    results = _compared(
        context.obj, files, force=force, quiet=as_json, **asked, **chosen
    )
    if results is None:
        return 1
    if as_json:
        terminal.say_json(results_contract(results))
    else:
        terminal.say_comparison(results, context.obj)
    return int((results.issues["severity"] == "error").any())


def report(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    out: use.Out = OUT,
    force: use.Force = False,
    insist: use.Insist = False,
    confidence: use.Confidence = None,
    adjustment: use.Adjustment = None,
    publish: use.Publish = None,
    by: use.By = None,
    per: use.Per = None,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
    template: use.Template = None,
) -> int:
    """Make the whole report and say where it lies."""
    from taskforce_analysis.filing.folder import write_folder

    asked = {"form": form, "layout": layout, "phase": phase, "by": by}
    chosen = {"insist": insist, "confidence": confidence, "adjustment": adjustment}
    if per:
        return _report_per(
            context.obj,
            files,
            out,
            per=per,
            force=force,
            template=template,
            publish=publish,
            **asked,
            **chosen,
        )
    results = _compared(
        context.obj, files, force=force, publish=publish, **asked, **chosen
    )
    if results is None:
        return 1
    say_former(results, out, words=context.obj)
    with terminal.progress(context.obj.word("cli.working"), quiet=False):
        written = write_folder(results, out, language=context.obj, template=template)
    terminal.say_written(written, context.obj)
    return 0


def chart(
    context: typer.Context,
    *,
    name: use.Name,
    files: use.Files,
    form: use.Form = None,
    out: use.Out = OUT,
    force: use.Force = False,
    insist: use.Insist = False,
    by: use.By = None,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
) -> int:
    """Draw one figure and save it as png, svg and pdf with its text and numbers."""
    from taskforce_analysis.charts import charts, draw
    from taskforce_analysis.writing.figure import export

    charts[name]  # an unknown name is refused before any file is read
    asked = {"form": form, "layout": layout, "phase": phase, "by": by}
    results = _compared(context.obj, files, force=force, insist=insist, **asked)
    if results is None:
        return 1
    figure = draw(name, results, language=context.obj.id)
    terminal.say_written(export(figure, out / name), context.obj)
    return 0


def demo(
    context: typer.Context,
    *,
    out: use.Out = OUT,
) -> int:
    """Run the main job on the synthetic example and on published counts."""
    from taskforce_analysis.cli.following import write_papers
    from taskforce_analysis.filing.folder import write_folder
    from taskforce_analysis.results import run
    from taskforce_analysis.shipped import data_folder

    for folder, kind in {"eksempel": "example", "rebild": "published"}.items():
        results = run(measurement=data_folder(kind) / "maaling.toml")
        terminal.say_comparison(results, context.obj)
        written = write_folder(results, out / folder, language=context.obj)
        written += write_papers(results, out / folder, language=context.obj)
        terminal.say_written(written, context.obj)
    return 0


def verify(context: typer.Context, folder: use.Folder) -> int:
    """Hold a folder of outputs against its provenance."""
    from taskforce_analysis.filing.provenance import verify_folder

    found = verify_folder(folder)
    for kind, names in found._asdict().items():
        for name in names:
            terminal.say(context.obj.word(f"cli.{kind}", file=name))
    return int(bool(found.changed or found.gone))


def _report_per(
    words: Language,
    files: list[str],
    out: Path,
    *,
    per: str,
    force: bool,
    template: Path | None,
    **asked: Any,
) -> int:
    from taskforce_analysis.cli.preparing import report_per_group

    if asked["by"]:
        raise wrong_use("--per and --by are both given", "Give one of them")
    with terminal.progress(words.word("cli.reading"), quiet=False):
        prepared = prepare_files(files, **asked)
    chosen = {"per": per, "force": force, "template": template}
    try:
        return report_per_group(prepared, out, **chosen, language=words)
    except DataError as error:
        terminal.say_prepared(prepared, error.issues, words)
    return 1


def _compared(
    words: Language,
    files: list[str],
    *,
    force: bool,
    quiet: bool = False,
    **asked: Any,
) -> Any:
    from taskforce_analysis.results import compare_prepared
    from taskforce_analysis.writing.json import contract

    with reading(words, quiet=quiet) as begin:
        prepared = prepare_files(files, **asked, begin=begin)
    try:
        return compare_prepared(prepared, force=force)
    except DataError as error:
        if quiet:
            terminal.say_json(contract(prepared, tally=None, issues=error.issues))
        else:
            terminal.say_prepared(prepared, error.issues, words)
    return None


def _annotate(files: list[str], prepared: Any, out: Path, *, words: Language) -> None:
    from taskforce_analysis.cli.preparing import workbooks_of
    from taskforce_analysis.planning.annotating import annotate

    paths = workbooks_of(files)
    if len(paths) != 1:
        raise wrong_use("a marked copy is made of one workbook", "Name one file")
    annotate(paths[0], prepared.found, out, language=words)
