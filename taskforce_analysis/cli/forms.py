"""The commands about forms: list, show or draft one, or write its empty workbook."""

from pathlib import Path

import typer

from taskforce_analysis.atomic import whole_file
from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.errors import wrong_use


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


def form_draft(
    context: typer.Context,
    files: use.Files,
    *,
    out: use.Draft = None,
    replace: use.ReplaceDraft = False,
) -> int:
    """Draft a form from unknown workbooks, as a TOML file or on standard output."""
    from taskforce_analysis.locating.drafting import draft_form

    form = draft_form(files)
    if out is None:
        terminal.say(form.text)
        return 0
    terminal.say_written([form.save(out, replace=replace)], context.obj)
    return 0


def template(
    context: typer.Context,
    name: use.FormName = "",
    *,
    out: use.OutFile = Path("skema.xlsx"),
    recommendations: use.Recommendations = False,
) -> int:
    """Write the empty workbook of a form, or that of the recommendations."""
    from taskforce_analysis.forms import load_form
    from taskforce_analysis.planning.templates import (
        recommendations_template,
        template_workbook,
    )

    if not name and not recommendations:
        raise wrong_use("no form is named", "Name one, or give --recommendations")
    if recommendations:
        content = recommendations_template(language=context.obj)
    else:
        content = template_workbook(load_form(name), language=context.obj)
    with whole_file(out) as temporary:
        temporary.write_bytes(content)
    terminal.say_written([out], context.obj)
    return 0
