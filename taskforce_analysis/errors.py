"""What can go wrong, as types that a caller can tell apart.

Every error says place, finding and remedy, carries a code from the list in
`issues.py`, and never holds a cell's text. The factories own the English wording;
what the command line shows in Danish or English comes from the language file by code.
A file or sheet name that holds a CPR-like number is shown redacted.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

from taskforce_analysis.privacy import redact

if TYPE_CHECKING:
    import pandas as pd


class Teller(Protocol):
    """What tells an error in the reader's language; None where English does."""

    def __call__(
        self, error: "TaskforceError", *, in_notebook: bool
    ) -> list[str] | None:
        """The error's lines."""
        ...


class TaskforceError(Exception):
    """The root of all errors of this package: a code and, where known, a place.

    `language` is that of the call which raised it, where it named one. `teller` is set
    by the package: words of other languages lie above this room.
    """

    exit_status = 2
    language = ""
    teller: ClassVar[Teller | None] = None

    def __init__(
        self,
        message: str,
        *,
        code: str,
        file: str | None = None,
        sheet: str | None = None,
        cell: str | None = None,
    ) -> None:
        self.code = code
        self.file = shown_name(file)
        self.sheet = None if sheet is None else redact(sheet)
        self.cell = cell
        place = describe_place(self.file, self.sheet, self.cell)
        self.message = message
        super().__init__(f"{place}: {message}" if place else message)

    def __str__(self) -> str:
        """The text: English, or in the language that was chosen."""
        told = self._told(in_notebook=False)
        return "\n".join(told) if told else super().__str__()

    def _told(self, *, in_notebook: bool) -> list[str] | None:
        teller = type(self).teller  # of the class: a function there is no method
        return teller(self, in_notebook=in_notebook) if teller else None

    def __reduce__(self) -> tuple[object, ...]:
        """Whole again in another process: an error may come from a child."""
        return _restored, (type(self), self.args, vars(self))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows instead of a traceback: place, finding, remedy.

        In the reader's language; an error about data shows the cells to correct too.
        """
        told = self._told(in_notebook=True)
        if told:
            return told
        place = describe_place(self.file, self.sheet, self.cell)
        finding, _, remedy = self.message.partition(". ")
        return [redact(line) for line in (place or self.code, finding, remedy) if line]


class FileError(TaskforceError):
    """A file that cannot be read at all; `kind` says what it is, where that is known.

    The kinds are the keys of `[file_kinds]` in a language file: `doc`, `html`, `pdf`.
    """

    kind = ""


class FormError(TaskforceError):
    """A definition (form, deadline rule, measurement, language) that is not valid."""


class Wording(NamedTuple):
    """An error's words in a language file, for whoever tells it in that language."""

    key: str
    values: Mapping[str, str]


class UsageError(TaskforceError):
    """A call that asks for something that does not exist or cannot be."""

    wording: Wording | None = None


class MissingNameError(UsageError, AttributeError):
    """A name after a dot that does not exist; `hasattr` and `getattr` see it as one."""


class InternalError(TaskforceError):
    """An error of the library itself: its kind and line, for its text may be a cell's.

    `kind` is both in one, as `KeyError, taskforce_analysis.locating.rows:41`.
    """

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message, code="INTERNAL")
        self.kind = kind


class DataError(TaskforceError):
    """Workbooks that were read, but hold errors; `issues` is the table of them.

    `form` is the form that they were read by, which has the labels of its measures.
    """

    exit_status = 1

    def __init__(
        self,
        message: str,
        *,
        code: str,
        issues: "pd.DataFrame",
        form: object = None,
    ) -> None:
        super().__init__(message, code=code)
        self.issues = issues
        self.form = form


def _restored(
    kind: type[TaskforceError], args: tuple[object, ...], facts: dict[str, object]
) -> TaskforceError:
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(facts)
    return error


def shown_name(path: str | PurePath | None) -> str | None:
    """A file's name without its folder, redacted; None stays None.

    >>> shown_name("data/raw/sag 010135-0000.xlsx")
    'sag ██████-████.xlsx'
    """
    return None if path is None else redact(PurePath(path).name)


def describe_place(
    file: str | None, sheet: str | None = None, cell: str | None = None
) -> str:
    """The place in words: `analyse.xlsx, sheet "Data", cell F1`."""
    parts = [file, sheet and f'sheet "{sheet}"', cell and f"cell {cell}"]
    return ", ".join(part for part in parts if part)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that comes nearest, or None when none comes near.

    >>> nearest("chnage", ["change", "rates"])
    'change'
    """
    names = {str(one).casefold(): str(one) for one in known}
    found = get_close_matches(str(name).casefold(), names, n=1, cutoff=0.6)
    return names[found[0]] if found else None


FILE_WORDING = {
    "FILE_NOT_FOUND": "there is no such file. Check the name and the folder",
    "FILE_INPUT_GONE": "the report was made of this file, and it does not lie beside "
    "the report. Name the folder that holds it with --inputs, or put it back",
    "FILE_ACCOUNT_GONE": "the whole account of a report for publication does not lie "
    "beside its folder. Put it back there, or make the report again",
    "FILE_NOT_READABLE": "the file may not be opened. Close it in other programs "
    "and check your access to the folder",
    "FILE_NOT_WRITABLE": "this may not be written. Close it in Excel and other "
    "programs, or choose a folder that you may write in",
    "FILE_DISK_FULL": "there is no room on the disk. Make room, or choose another "
    "folder; what stood there before is as it was",
    "FILE_EMPTY": "the file is empty. Save the workbook again",
    "FILE_CORRUPT": "the file is damaged. Open it in Excel and save a new copy",
    "FILE_ENCRYPTED": "the file is protected by a password or a sensitivity label. "
    "Save a copy without encryption in a closed folder",
    "FILE_NOT_WORKBOOK": "the file is not a workbook. Save it as .xlsx",
    "FILE_NEEDS_EXTRA": "the file is of SPSS. Install what reads it with "
    'pip install "taskforce-analysis[spss]", or save it as .xlsx in SPSS',
    "FILE_TOO_LARGE": "the file unpacks to more than a genuine workbook does. "
    "Copy the table into a new workbook",
    "FILE_UNSAFE_XML": "the file holds XML declarations that no workbook has. "
    "Copy the table into a new workbook",
}


_FILE_KINDS = {
    "doc": "a Word document (.doc)",
    "ppt": "a PowerPoint presentation (.ppt)",
    "msg": "an Outlook message (.msg)",
    "pdf": "a PDF",
    "html": "a web page",
    "xml2003": "an XML spreadsheet of Excel 2003",
    "excel4": "a sheet of Excel 2, 3 or 4",
    "text": "a text",
}


def file_error(
    code: str,
    file: str | PurePath,
    *,
    sheet: str | None = None,
    cell: str | None = None,
    kind: str = "",
) -> FileError:
    """The error for a file that cannot be read; `code` is one of the FILE_ codes."""
    finding, stop, remedy = FILE_WORDING[code].partition(". ")
    finding += f": it is {_FILE_KINDS[kind]}" if kind else ""
    error = FileError(
        f"{finding}{stop}{remedy}", code=code, file=str(file), sheet=sheet, cell=cell
    )
    error.kind = kind
    return error


def unknown_name(kind: str, name: str, known: Iterable[str]) -> UsageError:
    """No `kind` has this name; says the nearest, or lists them all."""
    known = sorted(known)
    near, name = nearest(name, known), redact(name)
    none = "" if known else "There is none to choose"
    hint = f'Nearest: "{near}"' if near else none or f"Known: {', '.join(known)}"
    error = UsageError(f'no {kind} is called "{name}". {hint}', code="USAGE")
    if near:
        error.wording = Wording("cli.no_such_name", {"name": name, "near": near})
    elif not known:
        error.wording = Wording("cli.none_to_choose", {"name": name})
    else:
        known = {"name": name, "known": ", ".join(known)}
        error.wording = Wording("cli.no_near_name", known)
    return error


def several_groups(groups: Sequence[str]) -> UsageError:
    """For what is about one group, where there are several and none was chosen."""
    finding = "the results hold several groups"
    return wrong_use(finding, f"Choose: group={groups[0]!r}")


def missing_name(kind: str, name: str, known: Iterable[str]) -> MissingNameError:
    """As `unknown_name`, where the name was asked for as an attribute."""
    known = list(known)
    unknown = unknown_name(kind, name, known)
    error = MissingNameError(unknown.message, code="USAGE")
    error.wording = unknown.wording
    return error


def wrong_use(finding: str, remedy: str) -> UsageError:
    """A call that cannot be carried out: what was found and what to do."""
    return UsageError(f"{finding}. {remedy}", code="USAGE")


def wrong_type(given: object, accepted: str) -> UsageError:
    """Something of a kind that is not taken; says its kind, never what it holds."""
    kind = type(given)
    own = kind.__module__.partition(".")[0] == __package__
    name = f"a {kind.__name__}" if own else f"something of type {kind.__name__}"
    return wrong_use(f"{name} is no workbook or table", f"Give {accepted}")


def unknown_column(name: str, columns: Iterable[str]) -> UsageError:
    """No column is called so. The nearest is named, for who asks knows its name."""
    near, count = nearest(name, list(columns)), len(list(columns))
    hint = f'Nearest: "{redact(near)}"' if near else f"There are {count} columns"
    return wrong_use(f'no column is called "{redact(name)}"', hint)


def not_final(missing: Iterable[str]) -> UsageError:
    """A paper that shall be final lacks something; `missing` is in its language."""
    listed = "; ".join(missing)
    error = wrong_use(
        f"the paper cannot be final yet. Missing: {listed}",
        'Write the texts under [texts] or in Word, or "-" where none is wanted',
    )
    error.wording = Wording("final.missing", {"missing": listed})
    return error


def package_missing(package: str, *, extra: str) -> UsageError:
    """A package of an extra is asked for, and not installed."""
    error = wrong_use(
        f"the package {package} is not installed",
        f'Install it with pip install "taskforce-analysis[{extra}]"',
    )
    facts = {"package": package, "extra": extra}
    error.wording = Wording("cli.package_missing", facts)
    return error


def package_too_old(package: str, *, wanted: str, found: str) -> UsageError:
    """A package is older than its bound, and might give other figures."""
    error = wrong_use(
        f"{package} {found} is too old: {wanted} or newer is needed",
        f'Install it with pip install "{package}>={wanted}"',
    )
    facts = {"package": package, "wanted": wanted, "found": found}
    error.wording = Wording("cli.package_too_old", facts)
    return error


def internal_error(error: BaseException) -> InternalError:
    """What is told of an error that is not ours: where in the library, never its text.

    >>> internal_error(KeyError("a cell's text")).kind
    'KeyError'
    """
    from taskforce_analysis import __version__

    kind = ", ".join(part for part in (type(error).__name__, _line_of(error)) if part)
    return InternalError(
        f"an unexpected error inside the library ({kind}). "
        f"Check what the call was given; if it is right, report this line "
        f"and the version, {__version__}",
        kind=kind,
    )


def _line_of(error: BaseException) -> str:
    """The innermost line of this package that an error went through."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith(f"{__package__}."):
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def invalid_definition(file: str | PurePath, key: str, finding: str) -> FormError:
    """A definition file is wrong at `key` (a dotted path into the TOML)."""
    where = f"key {key}: " if key else ""
    return FormError(f"{where}{finding}", code="FORM_INVALID", file=str(file))
