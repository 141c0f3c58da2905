"""The whole command `taskforce`: its commands, and its help in the user's language.

A command is one function in a module of this room and one name in COMMANDS. Help keeps
the shape that the command line's own library gives it and changes its headings; a call
that does not fit is told in the reader's language, with what comes nearest.
"""

import re
from collections.abc import Callable
from os import environ
from typing import Any, TypeAlias

import typer
from typer.completion import (
    completion_init,  # pyright: ignore[reportPrivateImportUsage]
    get_completion_script,  # pyright: ignore[reportPrivateImportUsage]
)

from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.cli.checking import check, diff, gather, merge
from taskforce_analysis.cli.filing import refresh, rerun, verify
from taskforce_analysis.cli.forms import form_draft, form_list, form_show, template
from taskforce_analysis.cli.planning import plan, sample
from taskforce_analysis.cli.reporting import (
    caselist,
    chart,
    compare,
    demo,
    papers,
    report,
)
from taskforce_analysis.errors import nearest, unknown_name
from taskforce_analysis.languages import Language

COMPLETE = "_TASKFORCE_COMPLETE"
CHART = "cli.option.chart"
SHELLS = ("bash", "zsh", "powershell")


def completion(context: typer.Context, shell: use.Shell) -> int:
    """Show the script that lets Tab complete commands in a shell."""
    if shell not in SHELLS:
        raise unknown_name("shell", shell, SHELLS)
    facts = {"prog_name": "taskforce", "complete_var": COMPLETE}
    terminal.say(get_completion_script(shell=shell, **facts))
    del context
    return 0


# In the order in which help lists them.
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
    completion,
)

HEADINGS = {
    "usage": "Usage:",
    "options": "Options:",
    "commands": "Commands:",
    "arguments": "Arguments:",
    "help": "Show this message and exit.",
    "required": "[required]",
    "default": "[default:",
    "any_options": "[OPTIONS]",
    "any_command": "COMMAND [ARGS]...",
}


# What typer makes of a command and of a call that is wrong; it carries the classes of
# click in a part of its own that is not to be imported.
Clicked: TypeAlias = Any


def build_command(language: Language) -> Clicked:
    """The whole command, with its help texts in a language."""
    command = typer.main.get_command(_application())
    _translate(command, language)
    command.context_settings = {**command.context_settings, "obj": language}
    if environ.get(COMPLETE):  # a shell asks; it is answered before anything is run
        completion_init()
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


def _translate(command: Clicked, language: Language) -> None:
    if command.help and language.has(command.help):
        command.help = language.word(command.help)
    command.get_help = _help_in(language, command.get_help)
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        if text and language.has(text):
            parameter.help = language.word(text)
            if text == CHART:
                parameter.help += f" {', '.join(_charts_in(language))}."
    for inner in getattr(command, "commands", {}).values():
        _translate(inner, language)


def _charts_in(language: Language) -> list[str]:
    """The charts there are, by the labels they have; none need be loaded for it."""
    labels = (key.split(".") for key in language.words)
    return [one[1] for one in labels if one[0] == "charts" and one[2:] == ["label"]]


def _help_in(
    language: Language, plain: Callable[[Clicked], str]
) -> Callable[[Clicked], str]:
    """The help text of a command, with its headings in a language."""

    def help_text(context: Clicked) -> str:
        text = plain(context)
        for key, heading in HEADINGS.items():
            text = text.replace(heading, language.word(f"cli.help.{key}"))
        return text

    return help_text


def call_text(error: Clicked, language: Language) -> str:
    """What is wrong with a call, in a language, and where the choices are told.

    Anything but a wrong command, option or value, or a missing one, keeps its words.
    """
    said = _wrong_name(error, language) or _wrong_value(error, language)
    said = said or _wrong_shape(error, language)
    is_help = "\n" in said  # a group of commands that is called by its name alone
    return said if is_help else f"{said} {language.word('cli.unknown_call')}"


def _wrong_name(error: Clicked, language: Language) -> str:
    command = getattr(error.ctx, "command", None)
    match = re.match(r"No such command '(.+?)'\.", error.format_message())
    if match:
        kind, name, known = "command", match[1], getattr(command, "commands", ())
    elif type(error).__name__ == "NoSuchOption":
        kind, name = "option", error.option_name
        known = [word for one in getattr(command, "params", ()) for word in one.opts]
    else:
        return ""
    said, near = language.word(f"cli.call.{kind}", name=name), nearest(name, known)
    return f"{said} {language.word('cli.call.nearest', near=near)}" if near else said


# What the library of the command line says of a call, and what is said of the same.
_SHAPES = {
    r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)": "extra",
    r"Option '(.+?)' requires (?:an argument|\d+ arguments)\.": "argument",
    r"Option '(.+?)' does not take a value\.": "flag",
}


def _wrong_shape(error: Clicked, language: Language) -> str:
    told = error.format_message()
    for pattern, kind in _SHAPES.items():
        if match := re.fullmatch(pattern, told):
            return language.word(f"cli.call.{kind}", name=match[1])
    is_help = "\n" in told
    return told if is_help else language.word("cli.call.other")


def _wrong_value(error: Clicked, language: Language) -> str:
    kinds = {"MissingParameter": "missing", "BadParameter": "value"}
    kind = kinds.get(type(error).__name__)
    if kind is None or error.param is None:
        return ""
    name = max(error.param.opts, key=len)
    if not name.startswith("-"):
        # As the usage line names it, and what it is.
        means = getattr(error.param, "help", None)
        name = f"{{{name}}} ({means.rstrip('.')})" if means else f"{{{name}}}"
    return language.word(f"cli.call.{kind}", name=name)
