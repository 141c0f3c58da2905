"""What a chart can be asked for: each option's name, type, default and words, once.

A chart declares a record of its own from the parts here that it takes, with what it
alone takes beside them. `asked_of` fills it in from what a caller gives: an option that
the chart does not take, and a value that is not among the few there are, are refused
with the nearest; one name where several may stand is one name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import (
    Annotated,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from taskforce_analysis.errors import unknown_name, wrong_use


@dataclass(frozen=True, kw_only=True)
class ChartOptions:
    """What every chart can be asked for; what is left out still travels with it."""

    title: Annotated[str | None, 'instead of the chart\'s own; "" for none'] = None
    notes: Annotated[bool, "whether note and source stand below"] = True
    labels: Annotated[
        Mapping[str, str] | None, "other labels, by the id of a measure, phase or theme"
    ] = None
    size: Annotated[
        float | Sequence[float] | None, "width in cm, or width and height; 16 without"
    ] = None
    subfigure: Annotated[
        SubFigure | None, "a part of a figure of your own to draw into"
    ] = None


@dataclass(frozen=True, kw_only=True)
class OneGroup(ChartOptions):
    """A chart of one group of the results."""

    group: Annotated[str | None, "the only one, or all, without it"] = None


@dataclass(frozen=True, kw_only=True)
class OneMeasure(ChartOptions):
    """A chart of one measure."""

    measure: Annotated[str | None, "an id; the first that fits without it"] = None
    measures: Annotated[Sequence[str] | None, "as measure, which takes one alone"] = (
        None
    )


@dataclass(frozen=True, kw_only=True)
class SomeMeasures(ChartOptions):
    """A chart of several measures."""

    measures: Annotated[Sequence[str] | None, "ids; all without it"] = None
    order: Annotated[
        Sequence[str] | None, "ids in the order wanted; a theme's stay together"
    ] = None


@dataclass(frozen=True, kw_only=True)
class OneTheme(SomeMeasures):
    """A chart of several measures, perhaps of one theme."""

    theme: Annotated[str | None, "an id; all without it"] = None


@dataclass(frozen=True, kw_only=True)
class SomePhases(ChartOptions):
    """A chart of several phases."""

    phases: Annotated[Sequence[str] | None, "ids; all without it"] = None


@dataclass(frozen=True, kw_only=True)
class OnePhase(ChartOptions):
    """A chart of one phase."""

    phase: Annotated[str | None, "an id; the last without it"] = None


@dataclass(frozen=True, kw_only=True)
class Paged(ChartOptions):
    """A chart that may take more than a page."""

    page: Annotated[int | None, "one of the pages of at most 24 cm; from 1"] = None


@dataclass(frozen=True, kw_only=True)
class InColours(ChartOptions):
    """A chart in the colours of the phases."""

    colours: Annotated[
        Sequence[str] | None, "of the earlier phase, the later, the difference"
    ] = None


@dataclass(frozen=True, kw_only=True)
class OnAxes(ChartOptions):
    """A chart that can be drawn into the reader's own axes."""

    ax: Annotated[Axes | None, "axes of your own to draw into"] = None


Asked = TypeVar("Asked", bound=ChartOptions)


class Option(NamedTuple):
    """An option as it is declared: what it may be, what it means, and its default.

    `choices` are the few values there are; `several` that more than one may be given.
    """

    name: str
    kinds: tuple[type, ...]
    choices: tuple[str, ...]
    several: bool
    means: str
    default: object


def options_in(record: type[ChartOptions]) -> list[Option]:
    """The options of a chart's record.

    >>> [one.name for one in options_in(Paged)]
    ['title', 'notes', 'labels', 'size', 'subfigure', 'page']
    """
    types = get_type_hints(record, include_extras=True)
    return [_option(one.name, types[one.name], one.default) for one in fields(record)]


def asked_of(chart: str, record: type[Asked], given: Mapping[str, object]) -> Asked:
    """The chart's record with what is given; UsageError for what it does not take."""
    known = {option.name: option for option in options_in(record)}
    for name in given:
        if name not in known:
            raise unknown_name(f"option of {chart}", name, known)
    fitted = {name: _fitted(known[name], one) for name, one in given.items()}
    return replace(record(), **fitted)


def _option(name: str, declared: object, default: object) -> Option:
    declared, means = get_args(declared)
    is_union = get_origin(declared) in (UnionType, Union)  # the latter of old Pythons
    parts = get_args(declared) if is_union else (declared,)
    several = [get_args(one)[0] for one in parts if get_origin(one) is Sequence]
    few = [get_args(one) for one in parts if get_origin(one) is Literal]
    kinds = [one for one in [*parts, *several] if isinstance(one, type)]
    if any(get_origin(one) is Mapping for one in parts):
        kinds.append(dict)
    choices = tuple(str(one) for some in few for one in some)
    if choices:
        kinds.append(str)
    return Option(name, tuple(kinds), choices, bool(several), means, default)


def _fitted(option: Option, value: object) -> object:
    if isinstance(value, str) and option.choices and value not in option.choices:
        raise unknown_name(option.name, value, option.choices)
    if isinstance(value, str) and value in option.choices:
        return value
    given: tuple[object, ...] = (value,)
    if option.several and isinstance(value, Iterable) and not isinstance(value, str):
        given = tuple(value)
    if not all(_is_of(one, option.kinds) for one in given):
        raise wrong_use(
            f"the option {option.name} cannot be that", f"Give {_said(option)}"
        )
    plain = tuple(_plain(one) for one in given)
    return plain if option.several and value is not None else plain[0]


def _plain(value: object) -> object:
    """The value as Python's own number, where it is one of another library."""
    if isinstance(value, bool | int | float) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)


def _is_of(value: object, kinds: Iterable[type]) -> bool:
    """Whether the value is of a kind; a number of another library counts as one."""
    if isinstance(value, bool):
        return bool in kinds
    wider = {int: Integral, float: Real}
    return isinstance(value, tuple(wider.get(kind, kind) for kind in kinds))


def _said(option: Option) -> str:
    """What may be given, for a caller to read: "text, several or none"."""
    plain = {str: "text", int: "a whole number", float: "a number"}
    plain |= {bool: "True or False", NoneType: "None", Axes: "axes of matplotlib"}
    plain |= {dict: "a dict of labels by id", SubFigure: "a subfigure of matplotlib"}
    if option.choices:
        return " or ".join(f'"{one}"' for one in option.choices)
    words = list(dict.fromkeys(plain[kind] for kind in option.kinds))
    return " or ".join(words) + (", or several" if option.several else "")
