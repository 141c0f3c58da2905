"""Every chart as a function, with its options as arguments.

Made by docs/make_chart_functions.py from the options that each chart declares; change
them there, and make this file again.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from taskforce_analysis.boundary import guarded
from taskforce_analysis.charts.drawing import draw
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

    from taskforce_analysis.charts.kit.paper import PageFigure
    from taskforce_analysis.results import Results

__all__ = [
    "answers",
    "change",
    "days",
    "difference",
    "funnel",
    "heatmap",
    "overdue",
    "plan",
    "rates",
    "recommendations",
    "themes",
    "trend",
]


@guarded
def answers(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
    ax: "Axes | None" = None,
    page: int | None = None,
    phases: Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    order: Sequence[str] | None = None,
    theme: str | None = None,
    group: str | None = None,
    scaled: bool | None = None,
) -> "PageFigure":
    """All answers to each measure, a bar per phase.

    Those with a scale diverge, those without fill a bar to 100 %; where nothing is
    asked, those without are drawn if there are any. Raises UsageError for a phase,
    group, theme, measure or page that does not exist.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into
    - `ax`: axes of your own to draw into
    - `page`: one of the pages of at most 24 cm; from 1
    - `phases`: ids; all without it
    - `measures`: ids; all without it
    - `order`: ids in the order wanted; a theme's stay together
    - `theme`: an id; all without it
    - `group`: the only one, or all, without it
    - `scaled`: whether measures with a scale, or those without

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> answers(results).taskforce.title[:30]
    'Svarene på hvert målepunkt: An'
    """
    return draw(
        "answers",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
        ax=ax,
        page=page,
        phases=phases,
        measures=measures,
        order=order,
        theme=theme,
        group=group,
        scaled=scaled,
    )


@guarded
def change(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
    colours: Sequence[str] | None = None,
    page: int | None = None,
    measures: Sequence[str] | None = None,
    order: Sequence[str] | None = None,
    theme: str | None = None,
    group: str | None = None,
    chosen_first: bool = False,
) -> "PageFigure":
    """Both phases' rates, their difference and the verdict, a row per measure.

    Raises UsageError for a group, theme, measure or page that does not exist.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into
    - `colours`: of the earlier phase, the later, the difference
    - `page`: one of the pages of at most 24 cm; from 1
    - `measures`: ids; all without it
    - `order`: ids in the order wanted; a theme's stay together
    - `theme`: an id; all without it
    - `group`: the only one, or all, without it
    - `chosen_first`: those named to decide above the others, under a heading

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> change(results).taskforce.title[:30]
    'Andel sager, hvor kravet er op'
    """
    return draw(
        "change",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
        colours=colours,
        page=page,
        measures=measures,
        order=order,
        theme=theme,
        group=group,
        chosen_first=chosen_first,
    )


@guarded
def days(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
    colours: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    measure: str | None = None,
    measures: Sequence[str] | None = None,
    group: str | None = None,
) -> "PageFigure":
    """The cumulative share decided by day, a curve per phase, with the limits.

    Without a deadline measure the primary one, or the first. Raises UsageError where
    there are no days, and for a measure or group that does not exist.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into
    - `colours`: of the earlier phase, the later, the difference
    - `ax`: axes of your own to draw into
    - `measure`: an id; the first that fits without it
    - `measures`: as measure, which takes one alone
    - `group`: the only one, or all, without it

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> days(results).taskforce.title[:30]
    'Andel sager, der er afgjort in'
    """
    return draw(
        "days",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
        colours=colours,
        ax=ax,
        measure=measure,
        measures=measures,
        group=group,
    )


@guarded
def difference(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
    colours: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    page: int | None = None,
    measures: Sequence[str] | None = None,
    order: Literal["size", "form"] | Sequence[str] | None = "size",
    theme: str | None = None,
    group: str | None = None,
) -> "PageFigure":
    """The difference of each measure with its interval and the verdict in words.

    Raises UsageError for an order, group, theme, measure or page that does not exist.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into
    - `colours`: of the earlier phase, the later, the difference
    - `ax`: axes of your own to draw into
    - `page`: one of the pages of at most 24 cm; from 1
    - `measures`: ids; all without it
    - `order`: from the largest rise, as in the form, or ids in the order wanted
    - `theme`: an id; all without it
    - `group`: the only one, or all, without it

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> difference(results).taskforce.title[:30]
    'Forskel i andel opfyldt fra An'
    """
    return draw(
        "difference",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
        colours=colours,
        ax=ax,
        page=page,
        measures=measures,
        order=order,
        theme=theme,
        group=group,
    )


@guarded
def funnel(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
    ax: "Axes | None" = None,
    phase: str | None = None,
    measure: str | None = None,
    measures: Sequence[str] | None = None,
) -> "PageFigure":
    """Each group's rate by its number of relevant cases, and the limits for it.

    Raises UsageError for what does not exist, and where fewer than three groups have
    cases enough for a percentage.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into
    - `ax`: axes of your own to draw into
    - `phase`: an id; the last without it
    - `measure`: an id; the first that fits without it
    - `measures`: as measure, which takes one alone
    """
    return draw(
        "funnel",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
        ax=ax,
        phase=phase,
        measure=measure,
        measures=measures,
    )


@guarded
def heatmap(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
    ax: "Axes | None" = None,
    page: int | None = None,
    phase: str | None = None,
    measures: Sequence[str] | None = None,
    order: Sequence[str] | None = None,
    theme: str | None = None,
    value: Literal["rate", "change"] = "rate",
) -> "PageFigure":
    """A field for every group and measure: the rate in `phase`, or the change.

    Raises UsageError for a value, phase, theme, measure or page that does not exist.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into
    - `ax`: axes of your own to draw into
    - `page`: one of the pages of at most 24 cm; from 1
    - `phase`: an id; the last without it
    - `measures`: ids; all without it
    - `order`: ids in the order wanted; a theme's stay together
    - `theme`: an id; all without it
    - `value`: the rates of a phase, or the changes
    """
    return draw(
        "heatmap",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
        ax=ax,
        page=page,
        phase=phase,
        measures=measures,
        order=order,
        theme=theme,
        value=value,
    )


@guarded
def overdue(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
    colours: Sequence[str] | None = None,
    measure: str | None = None,
    measures: Sequence[str] | None = None,
    group: str | None = None,
    shown_as: Literal["auto", "marks", "bands"] = "auto",
) -> "PageFigure":
    """The cases over their limit by days, phase by phase.

    Without a deadline measure the primary one, or the first. Raises UsageError for what
    does not exist, and where there are no days.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into
    - `colours`: of the earlier phase, the later, the difference
    - `measure`: an id; the first that fits without it
    - `measures`: as measure, which takes one alone
    - `group`: the only one, or all, without it
    - `shown_as`: always bands for publication

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> overdue(results).taskforce.title[:30]
    'Sager over fristen: Afgørelsen'
    """
    return draw(
        "overdue",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
        colours=colours,
        measure=measure,
        measures=measures,
        group=group,
        shown_as=shown_as,
    )


@guarded
def plan(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
    ax: "Axes | None" = None,
    cases: Sequence[int] = (10, 20, 40),
    power: float = 0.8,
) -> "PageFigure":
    """The smallest rise that so many cases in each phase show, by the rate before.

    Raises UsageError for more than four numbers of cases, or a number below 2.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into
    - `ax`: axes of your own to draw into
    - `cases`: up to four numbers per phase
    - `power`: the share of times that the rise is found

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> plan(results).taskforce.title[:30]
    'Den mindste stigning, som et a'
    """
    return draw(
        "plan",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
        ax=ax,
        cases=cases,
        power=power,
    )


@guarded
def rates(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
    colours: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    page: int | None = None,
    phases: Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    order: Sequence[str] | None = None,
    theme: str | None = None,
    group: str | None = None,
) -> "PageFigure":
    """The rate of each measure with its interval, a line per phase.

    Raises UsageError for a phase, group, theme, measure or page that does not exist.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into
    - `colours`: of the earlier phase, the later, the difference
    - `ax`: axes of your own to draw into
    - `page`: one of the pages of at most 24 cm; from 1
    - `phases`: ids; all without it
    - `measures`: ids; all without it
    - `order`: ids in the order wanted; a theme's stay together
    - `theme`: an id; all without it
    - `group`: the only one, or all, without it

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> rates(results).taskforce.title[:30]
    'Andel sager, hvor målepunktet '
    """
    return draw(
        "rates",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
        colours=colours,
        ax=ax,
        page=page,
        phases=phases,
        measures=measures,
        order=order,
        theme=theme,
        group=group,
    )


@guarded
def recommendations(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
) -> "PageFigure":
    """The recommendations of each theme by their status, a numbered square for each.

    Raises UsageError where the measurement has none.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> recommendations(results).taskforce.title[:30]
    'Anbefalingernes status, efter '
    """
    return draw(
        "recommendations",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
    )


@guarded
def themes(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
    colours: Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    order: Sequence[str] | None = None,
    group: str | None = None,
) -> "PageFigure":
    """A small plot per theme: each measure's rate before and after, with the counts.

    Raises UsageError for a group or measure that does not exist.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into
    - `colours`: of the earlier phase, the later, the difference
    - `measures`: ids; all without it
    - `order`: ids in the order wanted; a theme's stay together
    - `group`: the only one, or all, without it

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> themes(results).taskforce.title[:30]
    'Andel opfyldt, tema for tema: '
    """
    return draw(
        "themes",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
        colours=colours,
        measures=measures,
        order=order,
        group=group,
    )


@guarded
def trend(
    results: "Results",
    *,
    language: str | Language | None = None,
    title: str | None = None,
    notes: bool = True,
    labels: Mapping[str, str] | None = None,
    size: float | Sequence[float] | None = None,
    subfigure: "SubFigure | None" = None,
    colours: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    measures: Sequence[str] | None = None,
    order: Sequence[str] | None = None,
    group: str | None = None,
) -> "PageFigure":
    """The rates of one or a few measures over all phases, one plot each.

    Without measures the primary ones, at most four, or the first. Axes of one's own get
    the first of them, under its own name or the title. Raises UsageError for a group or
    measure that does not exist.

    `language` is that of its words. The options:

    - `title`: instead of the chart's own; "" for none
    - `notes`: whether note and source stand below
    - `labels`: other labels, by the id of a measure, phase or theme
    - `size`: width in cm, or width and height; 16 without
    - `subfigure`: a part of a figure of your own to draw into
    - `colours`: of the earlier phase, the later, the difference
    - `ax`: axes of your own to draw into
    - `measures`: ids; all without it
    - `order`: ids in the order wanted; a theme's stay together
    - `group`: the only one, or all, without it
    """
    return draw(
        "trend",
        results,
        language=language,
        title=title,
        notes=notes,
        labels=labels,
        size=size,
        subfigure=subfigure,
        colours=colours,
        ax=ax,
        measures=measures,
        order=order,
        group=group,
    )
