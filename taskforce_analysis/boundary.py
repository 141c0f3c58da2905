"""Where a caller meets the library: none of its inner parts shows, and no cell.

An error of our own is told as it is. Anything else that goes wrong inside may quote a
cell, so it becomes an `InternalError` with its kind and line alone. A call that does
not fit, or went wrong with an argument of another kind than the function takes, says
which argument it is. Who develops the library sets TASKFORCE_TRACEBACK=1
and gets the whole traceback.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import Parameter, signature
from os import environ
from types import UnionType
from typing import ParamSpec, TypeVar, Union, get_args, get_origin

from taskforce_analysis.errors import (
    TaskforceError,
    UsageError,
    internal_error,
    unknown_name,
    wrong_use,
)
from taskforce_analysis.versions import require_packages

SETTING = "TASKFORCE_TRACEBACK"
Given = ParamSpec("Given")
Returned = TypeVar("Returned")
Kind = TypeVar("Kind")
MADE_BY = {  # what a caller is asked for, and the function that gives one
    "Workbook": "read_cells()",
    "Form": "load_form()",
    "Measurement": "load_measurement()",
    "Results": "run()",
}


def guarded(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """The function as a caller meets it, with the same signature and docstring.

    Raises UsageError for a call that does not fit, the errors of our own as they are,
    and InternalError in place of any other; UsageError where a package that figures go
    through is older than its bound.

    >>> try:
    ...     guarded(lambda path: path)(pth="analyse.xlsx")
    ... except UsageError as error:
    ...     print(error)
    no argument of <lambda>() is called "pth". Nearest: "path"
    """

    @wraps(function)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Returned:
        try:
            require_packages()
            return function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - its text and frames may hold a cell
            told = _told(error, function, args=args, given=kwargs)
        # Out here nothing hangs on to the error that was met.
        raise told

    return call


def guarded_record(kind: type[Kind]) -> type[Kind]:
    """A class whose making is guarded, for records that a user makes by keyword."""
    kind.__init__ = guarded(kind.__init__)
    return kind


def _told(
    error: Exception,
    function: Callable[..., object],
    *,
    args: tuple[object, ...],
    given: Mapping[str, object],
) -> Exception:
    trace = error.__traceback__
    never_began = trace is not None and trace.tb_next is None
    if isinstance(error, TypeError) and (
        never_began or not _can_be_called(function, args, given)
    ):
        return _wrong_call(function, args=args, given=given)
    language = given.get("language")
    if isinstance(error, TaskforceError) and isinstance(language, str):
        error.language = language
    if environ.get(SETTING):
        return error
    told = error
    if not isinstance(error, TaskforceError):
        misfit = _misfit(function, args=args, given=given)
        told = misfit or internal_error(error)
    told.__cause__ = told.__context__ = None
    return told.with_traceback(None)


def _can_be_called(
    function: Callable[..., object],
    args: tuple[object, ...],
    given: Mapping[str, object],
) -> bool:
    try:
        signature(function).bind(*args, **given)
    except TypeError:
        return False
    return True


def _wrong_call(
    function: Callable[..., object],
    *,
    args: tuple[object, ...],
    given: Mapping[str, object],
) -> UsageError:
    name = function.__qualname__.removesuffix(".__init__").rpartition(".")[2]
    shape = signature(function)
    kinds = (Parameter.KEYWORD_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    takes = [
        one.name
        for one in shape.parameters.values()
        if one.kind in kinds and one.name != "self"
    ]
    for word in given:
        if word not in shape.parameters:
            return unknown_name(f"argument of {name}()", word, takes)
    remedy = f"It takes: {', '.join(takes)}" if takes else "It takes: nothing"
    try:
        shape.bind(*args, **given)
    except TypeError as error:
        return wrong_use(f"{name}(): {error}", remedy)
    return wrong_use(f"{name}() cannot be called so", remedy)


def _misfit(
    function: Callable[..., object],
    *,
    args: tuple[object, ...],
    given: Mapping[str, object],
) -> UsageError | None:
    """What went wrong inside, if an argument is of another kind than is taken."""
    name = function.__qualname__.removesuffix(".__init__").rpartition(".")[2]
    shape = signature(function)
    for word, value in shape.bind(*args, **given).arguments.items():
        one = shape.parameters[word]
        values = value if one.kind is Parameter.VAR_POSITIONAL else (value,)
        if not all(_fits(each, one.annotation) for each in values):
            taken = _kind_of(one.annotation)
            made = [how for what, how in MADE_BY.items() if what in taken]
            own = made and made[0] != f"{name}()"
            remedy = f"{made[0]} makes one" if own else f"help({name}) says more"
            return wrong_use(f'{name}(): "{word}" takes {taken}', remedy)
    return None


def _fits(value: object, kind: object) -> bool:
    """Whether a value is of an annotated kind, as far as one can see from outside."""
    outer, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, str):
        named = {one.rpartition(".")[2] for one in kind.split(" | ")}
        known = {each.__name__ for each in type(value).__mro__} - {"object"}
        return "[" in kind or bool(named & {*known, "None" if value is None else ""})
    if outer in (Union, UnionType):
        return any(_fits(value, one) for one in inner)
    if outer and issubclass(outer, Mapping):
        return isinstance(value, Mapping)
    if outer and issubclass(outer, Sequence):
        if not isinstance(value, Sequence) or isinstance(value, str):
            return False
        return all(_fits(each, inner[0]) for each in value)
    known = (int, float) if kind is float else kind
    return not isinstance(known, type | tuple) or isinstance(value, known)


def _kind_of(kind: object) -> str:
    """An annotation as one reads it: Sequence[Workbook], str | None."""
    if get_origin(kind) is None and isinstance(kind, type):
        return kind.__name__
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", str(kind))
