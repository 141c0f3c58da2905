"""The command line: arguments in, the public functions, exit code out.

Exit 0: usable, warnings allowed. Exit 1: read, but with issues of severity error.
Exit 2: could not be read, or the call is wrong. With --json there is one JSON object
on standard output and nothing else. No traceback and no cell's text is ever shown.
"""

import codecs
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from errno import ENOSPC
from locale import getlocale
from os import environ
from os import name as os_name
from typing import NamedTuple

from taskforce_analysis.cli import terminal
from taskforce_analysis.errors import (
    TaskforceError,
    UsageError,
    Wording,
    internal_error,
)
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.versions import require_packages

BROKEN_PIPE = 141  # 128 and the signal's number, as a shell tells it
PLAIN = "taskforce_plain"
# What a console of cp1252 or cp850 may lack, and what is read as the same.
SIGNS = {"\u2212": "-", "\u2013": "-", "\u2014": "-", "\u2192": "->", "\u2265": ">="}
SIGNS |= {"\u2264": "<=", "\u00bb": '"', "\u00ab": '"', "\u2026": "...", "\u2019": "'"}
SIGNS |= {"\u00b7": "-", "\u2022": "-", "\u00a0": " ", "\u202f": " ", "\u2588": "#"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    codecs.register_error(PLAIN, _plain_signs)
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may be cp1252; a sign it lacks must not end the run.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors=PLAIN)
    # A command is over before there is a cycle worth looking for: a tenth of its time.
    was_on = gc.isenabled()
    gc.disable()
    try:
        status = _status(given)
        sys.stdout.flush()
    except (BrokenPipeError, terminal.NobodyReadsError):
        status = _after_broken_pipe()
    except OSError as error:
        if error.errno != ENOSPC:
            raise
        status = _nowhere_to_write(given)
    finally:
        if was_on:
            gc.enable()
    sys.exit(status)


def _plain_signs(error: UnicodeError) -> tuple[str, int]:
    """What stands for the signs that a console lacks: a hyphen for a minus sign."""
    assert isinstance(error, UnicodeEncodeError)
    signs = error.object[error.start : error.end]
    return "".join(SIGNS.get(sign, "?") for sign in signs), error.end


def _after_broken_pipe() -> int:
    """As a Unix tool ends when nobody reads on; nothing more is written."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _nowhere_to_write(given: list[str]) -> int:
    """The disk that standard output goes to is full."""
    asked = _asked_language(given).name
    language = load_language(asked or _locale_language())
    terminal.warn(language.word("issues.FILE_DISK_FULL.text"))
    _after_broken_pipe()
    return 2


def _status(given: list[str]) -> int:
    from taskforce_analysis.cli.application import build_command

    asked = _asked_language(given)
    as_json = "--json" in given
    language = load_language(_locale_language())
    try:
        language = load_language(asked.name) if asked.name else language
        require_packages()
        command = build_command(language)
        words = [*(["--language", asked.name] if asked.name else []), *asked.rest]
        result = command.main(words, prog_name="taskforce", standalone_mode=False)
    except TaskforceError as error:
        terminal.say_error(error, language, as_json=as_json)
        return error.exit_status
    except (BrokenPipeError, terminal.NobodyReadsError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno == ENOSPC:
            raise
        return _other(error, language, as_json=as_json)
    return result if isinstance(result, int) else 0


def _other(error: Exception, language: Language, *, as_json: bool) -> int:
    words = getattr(error, "format_message", None)
    if words is None and hasattr(error, "exit_code"):
        return int(getattr(error, "exit_code", 0))
    if words is not None:
        from taskforce_analysis.cli.application import call_text

        wrong = UsageError("the call does not fit", code="USAGE")
        wrong.wording = Wording("cli.call.whole", {"text": call_text(error, language)})
        terminal.say_error(wrong, language, as_json=as_json)
    else:
        terminal.say_error(internal_error(error), language, as_json=as_json)
    return 2


class _Asked(NamedTuple):
    """The words without --language, which may stand anywhere, and its value."""

    rest: list[str]
    name: str


def _asked_language(given: list[str]) -> _Asked:
    for place, word in enumerate(given):
        if word == "--language":
            name = "".join(given[place + 1 : place + 2])
            return _Asked(given[:place] + given[place + 2 :], name or "?")
        if word.startswith("--language="):
            return _Asked(given[:place] + given[place + 1 :], word.partition("=")[2])
    return _Asked(given, "")


def _locale_language() -> str:
    """Danish, unless the surroundings ask for English by name.

    Python gives the nameless locale C an English name, so it is asked on Windows alone.
    """
    asked = (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = next((name for name in asked if name), "")
    if os_name == "nt" and not spoken:
        with suppress(ValueError):
            spoken = getlocale()[0] or ""
    return "en" if spoken.lower().startswith("en") else "da"
