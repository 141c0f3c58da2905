"""The commands for the time after a report: what changed, and what is to be done?

`diff` says which answers differ between two versions of a workbook; `rerun` makes a
folder's outputs again and holds them against what was written; `caselist` lists, for
the leader alone, the cases to put right; `papers` writes what goes to the committee.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.filing.rerunning import Rerun
    from taskforce_analysis.forms import Form
    from taskforce_analysis.results import Results

Old = Annotated[str, typer.Argument(help="cli.option.old")]
New = Annotated[str, typer.Argument(help="cli.option.new")]
Inputs = Annotated[Path | None, typer.Option("--inputs", help="cli.option.inputs")]

PAPERS = {
    "notat.docx": "notat",
    "notat.txt": "notat",
    "praesentation.pptx": "report",
    "metodenotat.docx": "method",
    "databeskrivelse.md": "description",
}
CaseListOut = Annotated[Path, typer.Option("--out", "-o", help="cli.option.out")]
ListedPhase = Annotated[str | None, typer.Option("--of", help="cli.option.of")]


def diff(
    context: typer.Context,
    *,
    old: Old,
    new: New,
    form: use.Form = None,
    as_json: use.Json = False,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
) -> int:
    """Say which answers differ between two versions of a workbook."""
    from taskforce_analysis.cli.preparing import prepare_files
    from taskforce_analysis.differing import differ, replaced_ids

    asked: dict[str, Any] = {"layout": layout, "phase": phase}
    first = prepare_files([old], form=form, **asked)
    second = prepare_files([new], form=form or first.form.id, **asked)
    found = differ(first.checked.answers, second.checked.answers)
    if as_json:
        rows = found.astype(object).where(found.notna(), None).to_dict("records")
        terminal.say_json({"version": 1, "form": first.form.id, "changes": rows})
    else:
        replaced = max(replaced_ids(one.checked.answers) for one in (first, second))
        _say_changes(found, second.form, words=context.obj, replaced=replaced)
    return int(first.has_errors or second.has_errors)


def rerun(
    context: typer.Context,
    folder: use.Folder,
    *,
    inputs: Inputs = None,
    force: use.Force = False,
) -> int:
    """Make a folder's outputs again and say whether they are the same."""
    from taskforce_analysis.filing.rerunning import rerun_folder

    words: Language = context.obj
    with terminal.progress(words.word("cli.working"), quiet=False):
        found = rerun_folder(folder, inputs=inputs, force=force)
    _say_rerun(found, words)
    return int(not found.is_same)


def caselist(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    out: CaseListOut = Path("sagsliste_intern.docx"),
    of: ListedPhase = None,
    force: use.Force = False,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
) -> int:
    """Write the internal list of the cases to put right."""
    from taskforce_analysis.cli.preparing import prepare_files
    from taskforce_analysis.results import compare_prepared
    from taskforce_analysis.writing import write

    prepared = prepare_files(files, form=form, layout=layout, phase=phase)
    results = compare_prepared(prepared, force=force)
    write(results, out, kind="caselist", language=context.obj, phase=of)
    terminal.say(context.obj.word("caselist.internal"))
    terminal.say_written([out], context.obj)
    return 0


def papers(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    out: use.Out = Path("output"),
    force: use.Force = False,
    insist: use.Insist = False,
    publish: use.Publish = None,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
) -> int:
    """Write the committee's paper, slides, method note and data description."""
    from taskforce_analysis.cli.preparing import prepare_files
    from taskforce_analysis.results import compare_prepared

    asked: dict[str, Any] = {"layout": layout, "phase": phase}
    asked |= {"insist": insist, "publish": publish}
    results = compare_prepared(prepare_files(files, form=form, **asked), force=force)
    written = write_papers(results, out, language=context.obj)
    terminal.say_written(written, context.obj)
    return 0


def write_papers(results: "Results", folder: Path, *, language: Language) -> list[Path]:
    """Write everything that follows a report into a folder; returns the paths."""
    from taskforce_analysis.writing import write

    return [
        write(results, folder / name, kind=kind, language=language)
        for name, kind in PAPERS.items()
    ]


def _say_changes(
    found: "pd.DataFrame", form: "Form", *, words: Language, replaced: int
) -> None:
    if not len(found):
        terminal.say(words.word("diff.same"))
    for row in found[found["change"] == "changed"].itertuples(index=False):
        terminal.say(_changed(row, form, words))
    for kind in ("added", "gone"):
        rows = found[found["change"] == kind]
        for case, count in rows.groupby("unit_id", sort=False).size().items():
            terminal.say(words.word(f"diff.{kind}", case=case, count=count))
    if len(found):
        cases = found["unit_id"].nunique()
        terminal.say(words.word("diff.count", number=len(found), cases=cases))
    if replaced:
        terminal.say(words.word("diff.replaced", number=replaced))


def _changed(row: Any, form: "Form", words: Language) -> str:
    days = (_day(row.days_old, words), _day(row.days_new, words))
    told = words.word("diff.days", old=days[0], new=days[1])
    measure = form.measure(str(row.measure))
    grades = {grade.id: words.label(grade) for grade in measure.scale}
    return words.word(
        "diff.changed",
        case=row.unit_id,
        measure=words.label(measure),
        old=grades.get(row.answer_old) or _word(words, f"answer.{row.answer_old}"),
        new=grades.get(row.answer_new) or _word(words, f"answer.{row.answer_new}"),
        cell=row.cell_new,
        score_old=_word(words, f"score.{row.score_old}"),
        score_new=_word(words, f"score.{row.score_new}"),
        days=told if days[0] != days[1] else "",
    )


def _word(words: Language, key: str) -> str:
    return words.word(key) if words.has(key) else key.rpartition(".")[2]


def _day(value: Any, words: Language) -> str:
    # <NA> has no truth value and is not equal to itself.
    return words.number(int(value)) if str(value).isdigit() else words.word("no_rate")


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
