"""Municipalities against the limits for their number of cases.

A rate from few cases strays far by chance alone, so the limits are wide to the left and
narrow to the right. They cohere with Wilson's interval: a group lies outside exactly
when its own interval leaves out the rate of all groups together.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.options import OnAxes, OneMeasure, OnePhase
from taskforce_analysis.charts.kit.paper import captioned_paper, figure_of, plain_axes
from taskforce_analysis.charts.kit.scene import Scene, groups_in, scene_of
from taskforce_analysis.charts.kit.style import load_style, wrap
from taskforce_analysis.charts.kit.words import Caption, caption_of
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.languages import Language
from taskforce_analysis.methods.counts import probabilities
from taskforce_analysis.methods.rates import wilson
from taskforce_analysis.reporting.table_rows import (
    last_phase,
    phase_rates,
    tallied,
)

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results

_HEIGHT = 9.0
_LEFT, _BELOW = 1.6, 1.1
_NAME_WIDTH, _NAME_HEIGHT, _MOST_NAMED = 3.9, 0.052, 16


@dataclass(frozen=True, kw_only=True)
class Asked(OneMeasure, OnePhase, OnAxes):
    """What this chart can be asked for."""


@chart("funnel", asked=Asked, needs="groups")
def funnel(results: "Results", language: Language, asked: Asked) -> Figure:
    """Each group's rate by its number of relevant cases, and the limits for it.

    Raises UsageError for what does not exist, and where fewer than three groups have
    cases enough for a percentage.
    """
    form, phase = results.form, asked.phase or last_phase(results)
    chosen = form.measure(asked.measure or form.measure_ids[0])
    groups = _groups(results, chosen.id, phase)
    if len(groups) < 3:
        raise wrong_use("fewer than three groups have cases enough", "Run with by=...")
    scene = scene_of(
        results, language, phases=[phase], group=groups[0].name, measures=[chosen.id]
    )
    caption = _caption(scene, groups, asked.title)
    if asked.ax is not None:
        _draw(asked.ax, groups, scene)
        asked.ax.set_title(caption.shown_title, loc="left", fontweight="bold")
        return figure_of(asked.ax)
    made = captioned_paper(caption, _HEIGHT, notes=asked.notes)
    width = made.paper.width - _LEFT - 0.5
    axes = made.paper.axes(_LEFT, made.top + 0.15, (width, _HEIGHT - _BELOW - 0.35))
    _draw(axes, groups, scene)
    alt = f"{caption.title}. {_told(scene, groups)}"
    return made.finish(alt=alt, data=_frame(groups, scene))


@dataclass(frozen=True, kw_only=True)
class Group:
    """One group's counts; `centre` is the rate of all groups together.

    It is outside where its own interval leaves out that rate.
    """

    name: str
    compliant: int
    applicable: int
    centre: float
    is_outside: bool

    @property
    def rate(self) -> float:
        """The share that complies."""
        return self.compliant / self.applicable


def _groups(results: "Results", measure: str, phase: str) -> list[Group]:
    """The groups with cases enough for a percentage, apart from "all"."""
    names = [name for name in groups_in(results) if name != "all"]
    place = (measure, phase)
    rates = {
        name: phase_rates(results, name, compares=False).get(place) for name in names
    }
    shown = {name: rate for name, rate in rates.items() if rate and rate.is_shown}
    applicable = sum(rate.applicable for rate in shown.values())
    compliant = sum(rate.compliant for rate in shown.values())
    level, groups = results.settings.confidence, []
    for name, rate in shown.items():
        centre = compliant / applicable
        own = wilson(rate.compliant, rate.applicable, confidence=level)
        groups.append(
            Group(
                name=name,
                compliant=rate.compliant,
                applicable=rate.applicable,
                centre=centre,
                is_outside=not own.low <= centre <= own.high,
            )
        )
    return groups


def _caption(scene: Scene, groups: Sequence[Group], title: str | None) -> Caption:
    language = scene.language
    level = scene.results.settings.confidence
    return caption_of(
        scene.results,
        language,
        title=scene.word(
            "funnel.title",
            measure=scene.rows[0].label,
            phase=scene.labels[0],
            many=scene.groups_word,
        ),
        instead=title,
        sentences=[
            scene.word(
                "funnel.note",
                groups=language.number(len(groups)),
                many=scene.groups_word,
                one=scene.group_word,
                compliant=language.number(sum(one.compliant for one in groups)),
                applicable=language.number(sum(one.applicable for one in groups)),
                level=language.percent(level),
                expected=language.number(_expected(groups, level), 1),
            ),
            _few(scene),
        ],
    )


def _expected(groups: Sequence[Group], level: float) -> float:
    """How many groups would lie outside if all had the same rate, by chance alone.

    The sum of the chances at each group's number of cases, which are whole, so that it
    is not the number of groups times 0.05: of 20 cases at 95 per cent it is 0.016.
    """
    found = 0.0
    for size, alike in Counter(group.applicable for group in groups).items():
        counts = np.arange(size + 1.0)
        own = wilson(counts, np.full(size + 1, size), confidence=level)
        centre = groups[0].centre
        outside = (np.asarray(own.low) > centre) | (np.asarray(own.high) < centre)
        chances = probabilities(np.array([float(size)]), np.array([[centre]]))
        found += alike * float(chances[:, 0, 0][outside].sum())
    return found


def _few(scene: Scene) -> str:
    """How many groups have too few cases to be drawn; nothing where none has."""
    place = (scene.rows[0].measure.id, scene.phases[0], "crude")
    left = [
        row
        for group in groups_in(scene.results)
        if group != "all"
        for row in tallied(scene.results, group)
        if (row.measure, row.phase, row.basis) == place
        and row.rate.has_counts
        and not row.rate.is_shown
    ]
    if not left:
        return ""
    number, least = scene.language.number, scene.results.settings.minimum_percent
    return scene.language.counted(
        "charts.funnel.few",
        number(len(left)),
        one=scene.group_word,
        many=scene.groups_word,
        count=number(least),
    )


def _told(scene: Scene, groups: Sequence[Group]) -> str:
    number = scene.language.number
    outside = [group.name for group in groups if group.is_outside]
    names = scene.language.listed(outside) or scene.word("funnel.none")
    return scene.word(
        "funnel.alt",
        groups=number(len(groups)),
        many=scene.groups_word,
        count=number(len(outside)),
        names=names,
    )


def _frame(groups: Sequence[Group], scene: Scene) -> "pd.DataFrame":
    """The figures behind: a row per group, and whether it lies outside."""
    import pandas as pd

    columns = {
        "group": [group.name for group in groups],
        "compliant": [group.compliant for group in groups],
        "applicable": [group.applicable for group in groups],
        "rate": [group.rate for group in groups],
        "outside": [int(group.is_outside) for group in groups],
    }
    return pd.DataFrame(
        {scene.word(f"column.{name}"): values for name, values in columns.items()}
    )


def _draw(axes: Axes, groups: Sequence[Group], scene: Scene) -> None:
    most = max(group.applicable for group in groups)
    level = scene.results.settings.confidence
    _draw_limits(axes, groups[0].centre, most=most, level=level)
    for group in groups:
        _draw_group(axes, group)
    _name_outside(axes, groups, scene)
    named = any(group.is_outside for group in groups)
    axes.set_xlim(0, most * (1.55 if named else 1.08))
    axes.set_ylim(0, 1)
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    axes.set_yticks(shares, [scene.language.percent(share) for share in shares])
    ticks = MaxNLocator(6, integer=True).tick_values(0, most)
    axes.set_xticks([tick for tick in ticks if 0 <= tick <= 1.05 * most])
    axes.set_xlabel(scene.word("funnel.across"))
    plain_axes(axes)


def _draw_group(axes: Axes, group: Group) -> None:
    style, out = load_style(), group.is_outside
    mark = style.after if out else style.before
    axes.plot(
        group.applicable,
        group.rate,
        marker=mark.marker,
        markersize=style.marks["size"],
        color=mark.colour if out else style.colours["muted"],
        markerfacecolor=mark.colour if out else style.colours["paper"],
        linestyle="none",
        clip_on=False,
        gid="group",
        zorder=3,
    )


def _draw_limits(axes: Axes, centre: float, *, most: int, level: float) -> None:
    style = load_style()
    z = NormalDist().inv_cdf(0.5 + level / 2)
    sizes = [1 + step * (most * 1.05 - 1) / 200 for step in range(201)]
    half = [z * sqrt(centre * (1 - centre) / size) for size in sizes]
    look = {"color": style.colours["muted"], "linewidth": 1.1, "zorder": 1}
    axes.hlines(centre, 0, most * 1.05, gid="centre", **look)
    for sign, name in ((1, "upper"), (-1, "lower")):
        edge = [_inside(centre + sign * one) for one in half]
        axes.plot(sizes, edge, linestyle=(0, (4, 2)), gid=name, **look)


def _inside(share: float) -> float:
    return share if 0 <= share <= 1 else nan


def _name_outside(axes: Axes, groups: Sequence[Group], scene: Scene) -> None:
    """The names in a column to the right of all points, each with a thin line."""
    outside = [group for group in groups if group.is_outside]
    outside.sort(key=lambda one: abs(one.rate - one.centre), reverse=True)
    named: dict[tuple[float, int], list[str]] = {}
    for group in outside[:_MOST_NAMED]:
        named.setdefault((group.rate, group.applicable), []).append(group.name)
    points = sorted(named)
    texts = [wrap(scene.language.listed(named[one]), _NAME_WIDTH) for one in points]
    most = max(group.applicable for group in groups)
    heights = _apart([one[0] for one in points], [len(text) for text in texts])
    for (rate, applicable), lines, height in zip(points, texts, heights, strict=True):
        at = (1.12 * most, height)
        axes.text(*at, "\n".join(lines), va="center", parse_math=False, gid="name")
        ends = ([applicable, 1.1 * most], [rate, height])
        axes.plot(*ends, color=load_style().colours["rule"], linewidth=0.7, zorder=0.9)


def _apart(rates: list[float], lines: list[int]) -> list[float]:
    """Heights near the rates, in their order, so far apart that names do not meet."""
    heights: list[float] = []
    before = 0.0
    for rate, count in zip(rates, lines, strict=True):
        own = count * _NAME_HEIGHT / 2
        heights.append(max(rate, (heights[-1] + before if heights else 0.0) + own))
        before = own
    top = 1.0
    for place in range(len(heights) - 1, -1, -1):
        own = lines[place] * _NAME_HEIGHT / 2
        heights[place] = min(heights[place], top - own)
        top = heights[place] - own
    return heights
