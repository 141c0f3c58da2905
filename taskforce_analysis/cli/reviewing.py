"""The command about two reviewers: where they disagree, and what is to be settled."""

from pathlib import Path

import typer

from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.errors import shown_name, wrong_use

TOLD = ("REVIEW_DISAGREES",)


def merge(
    context: typer.Context,
    files: use.Files,
    *,
    form: use.Form = None,
    phase: use.PhaseOf = None,
    out: use.OutFile = Path("konsensus.xlsx"),
) -> int:
    """List where two reviewers' workbooks disagree; a settled list closes it.

    The first two files are the reviewers'; a third is a list that has been settled.
    """
    from taskforce_analysis.agreeing import disagreements
    from taskforce_analysis.cli.preparing import prepare_files
    from taskforce_analysis.writing import whole_file
    from taskforce_analysis.writing.settling import settling_workbook

    if len(files) < 2:
        raise wrong_use("two reviewers have two workbooks", "Name both files")
    whose = {str(shown_name(name)): name for name in files[:2]}
    prepared = prepare_files(files, form=form, phase=phase, reviewers=whose)
    if any(i.severity == "error" and i.code not in TOLD for i in prepared.found):
        terminal.say_prepared(prepared, prepared.issues, context.obj)
        return 1
    left = disagreements(prepared.checked.reviews)
    content = settling_workbook(left, prepared.form, language=context.obj)
    with whole_file(out) as temporary:
        temporary.write_bytes(content)
    terminal.say(context.obj.word("merge.left", count=len(left)))
    terminal.say_written([out], context.obj)
    return 0
