"""The commands about forms: list them, show one, draft one from a workbook."""

from pathlib import Path

import typer

from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal


def form_list(context: typer.Context) -> int:
    """List the shipped forms."""
    from taskforce_analysis.forms import available_forms, load_form

    for name in available_forms():
        form = load_form(name)
        english = context.obj.id == "en" and form.title_en
        title = form.title_en if english else form.title
        terminal.say(f"{name}: {title} ({len(form.measures)})")
    return 0


def form_show(context: typer.Context, name: use.FormName) -> int:
    """Show a form with its themes, measures and legal basis."""
    from taskforce_analysis.forms import load_form

    terminal.say_form(load_form(name), context.obj)
    return 0


def form_draft(context: typer.Context, file: use.File, *, out: use.Draft = None) -> int:
    """Draft a form from an unknown workbook, as a TOML file or on standard output."""
    from taskforce_analysis.reading import read_cells
    from taskforce_analysis.reading.drafting import draft_form
    from taskforce_analysis.writing import whole_file

    text = draft_form(read_cells(Path(file)))
    if out is None:
        terminal.say(text)
        return 0
    with whole_file(out) as temporary:
        temporary.write_text(text, encoding="utf-8")
    terminal.say_written([out], context.obj)
    return 0
