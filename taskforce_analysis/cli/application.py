"""The whole command `taskforce`: its commands, and its help in the user's language.

A command is one function in a module of this room and one name in COMMANDS.
"""

from typing import Any

import typer

from taskforce_analysis.cli import options as use
from taskforce_analysis.cli.before import plan, sample, template
from taskforce_analysis.cli.commands import (
    chart,
    check,
    compare,
    demo,
    report,
    verify,
)
from taskforce_analysis.cli.following import caselist, diff, papers, rerun
from taskforce_analysis.cli.forms import form_draft, form_list, form_show
from taskforce_analysis.cli.refreshing import refresh
from taskforce_analysis.cli.reviewing import merge
from taskforce_analysis.cli.scale import gather
from taskforce_analysis.cli.wording import help_in
from taskforce_analysis.languages import Language

COMMANDS = (
    report,
    check,
    compare,
    chart,
    demo,
    verify,
    template,
    sample,
    gather,
    plan,
    diff,
    rerun,
    refresh,
    caselist,
    papers,
    merge,
)


def build_command(language: Language) -> Any:
    """The whole command, with its help texts in a language."""
    command = typer.main.get_command(_application())
    _translate(command, language)
    command.context_settings = {**command.context_settings, "obj": language}
    return command


def _application() -> typer.Typer:
    plain = {"add_completion": False, "rich_markup_mode": None, "no_args_is_help": True}
    app, forms = typer.Typer(**plain), typer.Typer(**plain)
    app.callback(help="cli.about")(_start)
    for function in COMMANDS:
        app.command(help=f"cli.command.{function.__name__}")(function)
    for function in (form_list, form_show, form_draft):
        name = function.__name__.removeprefix("form_")
        forms.command(name, help=f"cli.command.{function.__name__}")(function)
    app.add_typer(forms, name="form", help="cli.command.form")
    return app


def _start(*, version: use.Version = False, language: use.Spoken = None) -> None:
    del version, language  # dealt with before; they stand here for --help


def _translate(command: Any, language: Language) -> None:
    if command.help and language.has(command.help):
        command.help = language.word(command.help)
    command.get_help = help_in(language, command.get_help)
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        if text and language.has(text):
            parameter.help = language.word(text)
    for inner in getattr(command, "commands", {}).values():
        _translate(inner, language)
