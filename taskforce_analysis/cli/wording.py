"""The words around a command that the command line's own library has in English alone.

Help keeps its shape and changes its headings; a call that does not fit is told in the
reader's language, with what comes nearest.
"""

import re
from collections.abc import Callable
from typing import Any

from taskforce_analysis.errors import nearest
from taskforce_analysis.languages import Language

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


def help_in(language: Language, plain: Callable[[Any], str]) -> Callable[[Any], str]:
    """The help text of a command, with its headings in a language."""

    def help_text(context: Any) -> str:
        text = plain(context)
        for key, heading in HEADINGS.items():
            text = text.replace(heading, language.word(f"cli.help.{key}"))
        return text

    return help_text


def call_text(error: Any, language: Language) -> str:
    """What is wrong with a call, in a language, and where the choices are told.

    Anything but a wrong command, option or value, or a missing one, keeps its words.
    """
    said = _wrong_name(error, language) or _wrong_value(error, language)
    said = said or error.format_message()
    is_help = "\n" in said  # a group of commands that is called by its name alone
    return said if is_help else f"{said} {language.word('cli.unknown_call')}"


def _wrong_name(error: Any, language: Language) -> str:
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


def _wrong_value(error: Any, language: Language) -> str:
    kinds = {"MissingParameter": "missing", "BadParameter": "value"}
    kind = kinds.get(type(error).__name__)
    if kind is None or error.param is None:
        return ""
    name = max(error.param.opts, key=len)
    name = name if name.startswith("-") else f"{{{name}}}"
    return language.word(f"cli.call.{kind}", name=name)
