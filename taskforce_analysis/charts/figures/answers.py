"""The whole distribution of the answers: what has no percentage is shown as well.

Measures without a scale fill a bar to 100 %. Scales diverge around their middle, with
what has no percentage in a panel of its own. Whether an answer complies decides its
colour, never the word yes: some questions are worded the other way round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.marks import prepare_axes
from taskforce_analysis.charts.kit.options import (
    OnAxes,
    OneGroup,
    OneTheme,
    Paged,
    SomePhases,
)
from taskforce_analysis.charts.kit.paper import LegendKey, figure_of
from taskforce_analysis.charts.kit.rows import Panel, RowsLayout, RowTexts, place_rows
from taskforce_analysis.charts.kit.scene import (
    MeasureRow,
    Scene,
    scene_of,
)
from taskforce_analysis.charts.kit.style import (
    CM_PER_INCH,
    load_style,
    readable_on,
    width_of,
)
from taskforce_analysis.charts.kit.words import alt_of, caption_of, cases_sentence
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Measure
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.table_rows import State, TallyRow

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results

SCORED = ("compliant", "partly", "noncompliant")
REST = ("not_applicable", "not_assessable", "missing", "not_due", "unrecognised")
_LAST = 100  # what has no percentage comes after all grades in a legend
_EDGE = 0.6  # the width of the line around a segment


@dataclass(frozen=True, kw_only=True)
class Asked(OneGroup, OneTheme, SomePhases, Paged, OnAxes):
    """What this chart can be asked for."""

    scaled: Annotated[
        bool | None, "whether measures with a scale, or those without"
    ] = None


@chart("answers", asked=Asked)
def answers(results: "Results", language: Language, asked: Asked) -> Figure:
    """All answers to each measure, a bar per phase.

    Those with a scale diverge, those without fill a bar to 100 %; where nothing is
    asked, those without are drawn if there are any. Raises UsageError for a phase,
    group, theme, measure or page that does not exist.
    """
    scene = scene_of(
        results,
        language,
        phases=asked.phases or results.phases,
        group=asked.group,
        theme=asked.theme,
        measures=asked.measures,
    )
    scene = _one_kind(scene, scaled=asked.scaled)
    scaled = bool(scene.rows[0].measure.scale)
    caption = caption_of(
        results,
        language,
        title=scene.word("answers.title", phases=language.listed(scene.labels)),
        instead=asked.title,
        sentences=[cases_sentence(scene), scene.word("answers.counts")],
    )
    bars = _bars(scene)
    keys = _keys(bars)
    panels = _panels(scene, scaled=scaled)
    if asked.ax is not None:
        lines = prepare_axes(asked.ax, scene, panels[0], title=caption.shown_title)
        _draw_bars((asked.ax,), bars, lines, height=0.32)
        handles = [Patch(label=key.label, **key.look) for key in keys]
        asked.ax.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0, -0.12), ncols=3
        )
        return figure_of(asked.ax)
    placed = place_rows(
        RowsLayout(
            caption=caption,
            notes=asked.notes,
            rows=tuple(
                _texts(row, scene, one)
                for row, one in zip(scene.rows, bars, strict=True)
            ),
            panels=panels,
            aligned="lr",
            header=scene.word("answers.cases"),
            keys=keys,
            page=asked.page,
        )
    )
    _draw_bars(placed.axes, bars[placed.shown], placed.lines)
    alt = alt_of(caption.title, scene, verdicts=False)
    return placed.finish(alt=alt, data=_frame(scene, bars))


def _one_kind(scene: Scene, *, scaled: bool | None) -> Scene:
    kinds = {bool(row.measure.scale) for row in scene.rows}
    wanted = kinds == {True} if scaled is None else scaled
    rows = tuple(row for row in scene.rows if bool(row.measure.scale) == wanted)
    if not rows:
        raise wrong_use("no measure of this kind is there", "Leave out scaled")
    return replace(scene, rows=rows)


def _panels(scene: Scene, *, scaled: bool) -> tuple[Panel, ...]:
    number = scene.language.number
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    whole = {share: number(100 * share) for share in shares}
    if not scaled:
        header = scene.word("answers.whole")
        return (Panel(header=header, low=0.0, high=1.0, ticks=whole),)
    both = {share: number(abs(100 * share)) for share in (-1.0, -0.5, 0.0, 0.5, 1.0)}
    rest = {share: number(100 * share) for share in (0.0, 0.5, 1.0)}
    return (
        Panel(
            header=scene.word("answers.scale"), low=-1, high=1, ticks=both, weight=2.4
        ),
        Panel(header=scene.word("answers.rest"), low=0, high=1, ticks=rest),
    )


# What the bars are made of.


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One part of a bar: its label, how many units, its look, and where it is laid.

    `start` and `share` are shares of all units; `order` is its place in a legend.
    """

    label: str
    count: int
    colour: str
    hatch: str = ""
    order: int = 0
    start: float = 0.0
    share: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Bars:
    """One measure's bars, a tuple of segments per phase and panel; units per phase."""

    panels: tuple[tuple[tuple[Segment, ...], ...], ...]
    units: tuple[int, ...]

    @property
    def segments(self) -> list[Segment]:
        """All segments of all panels and phases."""
        return [one for panel in self.panels for line in panel for one in line]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One measure in one phase: its tally row (None: not asked) and answers given."""

    tally: TallyRow | None
    given: Mapping[str, int]
    language: Language

    @property
    def units(self) -> int:
        """How many units the phase has; 0 where it was not asked."""
        return self.tally.units if self.tally else 0

    def count(self, name: str) -> int:
        """One of the tally's counts."""
        return self.tally.count(name) if self.tally else 0

    def segment(self, name: str, count: int) -> Segment:
        """A segment under one of the scores' names, before it is laid."""
        style = load_style()
        return Segment(
            label=self.language.word(f"charts.score.{name}"),
            count=count,
            colour=style.answers[name],
            hatch=style.hatches.get(name, ""),
        )


def _bars(scene: Scene) -> tuple[Bars, ...]:
    """The bars of every row of a scene, in order."""
    tally = {
        (one.measure, one.phase): one
        for one in scene.tally
        if one.rate.state is not State.WITHHELD
    }
    given = _given(scene)
    return tuple(
        _bars_of(
            row,
            [
                Counted(
                    tally=None if rate.state is State.WITHHELD else tally.get(key),
                    given=given.get(key, {}),
                    language=scene.language,
                )
                for rate in row.rates
                for key in [(row.measure.id, rate.phase)]
            ],
        )
        for row in scene.rows
    )


def _given(scene: Scene) -> dict[tuple[str, str], dict[str, int]]:
    table = scene.results.distribution
    own = table[table["group"] == scene.group]
    names = ("measure", "phase", "answer", "count")
    given: dict[tuple[str, str], dict[str, int]] = {}
    for measure, phase, answer, count in zip(*(own[one] for one in names), strict=True):
        given.setdefault((measure, phase), {})[answer] = int(count)
    return given


def _bars_of(row: MeasureRow, phases: Sequence[Counted]) -> Bars:
    lines = [_segments(row, one) for one in phases]
    panels = 2 if row.measure.scale else 1
    return Bars(
        panels=tuple(tuple(line[place] for line in lines) for place in range(panels)),
        units=tuple(one.units for one in phases),
    )


def _segments(row: MeasureRow, one: Counted) -> tuple[tuple[Segment, ...], ...]:
    """The segments of one bar, for each panel: scales have two."""
    if one.tally is None:
        return ((), ())
    if row.measure.scale:
        scored = _grade_segments(one, row.measure)
        return (tuple(scored), tuple(_rest_segments(one, start=0.0)))
    scored = _scored_segments(one, row.measure)
    filled = sum(segment.share for segment in scored)
    return ((*scored, *_rest_segments(one, start=filled)),)


def _scored_segments(one: Counted, measure: Measure) -> list[Segment]:
    """Met, partly and not met, from 0 on, as shares of all units."""
    counts = {name: one.count(name) for name in ("compliant", "noncompliant")}
    partly = one.given.get("partly", 0)
    holder = "compliant" if "partly" in measure.compliant else "noncompliant"
    holder = holder if counts[holder] >= partly else "compliant"
    counts[holder] -= partly
    counts["partly"] = partly
    parts = [one.segment(name, counts[name]) for name in SCORED]
    return _used(_laid(parts, one.units))


def _rest_segments(one: Counted, *, start: float) -> list[Segment]:
    """What has no percentage, from `start` on, as shares of all units."""
    parts = [one.segment(name, one.count(name)) for name in REST]
    return _used(_laid(parts, one.units, start=start, first=_LAST))


def _grade_segments(one: Counted, measure: Measure) -> list[Segment]:
    """The grades of a scale, used or not, the worst to the left, their middle at 0."""
    grades = list(reversed(measure.scale))
    colours = list(reversed(grade_colours(len(grades))))
    parts = [
        Segment(
            label=one.language.label(grade),
            count=one.given.get(grade.id, 0),
            colour=colour,
        )
        for grade, colour in zip(grades, colours, strict=True)
    ]
    half, odd = divmod(len(parts), 2)
    left = sum(part.count for part in parts[:half])
    left += parts[half].count / 2 if odd else 0
    return _laid(parts, one.units, start=-left / one.units if one.units else 0.0)


def grade_colours(count: int) -> list[str]:
    """Colours from the best grade to the worst; grey in the middle of an odd scale.

    >>> grade_colours(3)
    ['#12436d', '#c9c9c9', '#dd6b10']
    """
    answers = load_style().answers
    half = count // 2
    best = [
        _lighter(answers["compliant"], place / max(half, 1)) for place in range(half)
    ]
    worst = [
        _lighter(answers["noncompliant"], place / max(half, 1)) for place in range(half)
    ]
    middle = [to_hex(answers["middle"])] if count % 2 else []
    return [*best, *middle, *reversed(worst)]


def _lighter(colour: str, part: float) -> str:
    red, green, blue = (one + (1 - one) * part for one in to_rgb(colour))
    return to_hex((red, green, blue))


def _laid(
    parts: Sequence[Segment], units: int, *, start: float = 0.0, first: int = 0
) -> list[Segment]:
    """The segments side by side from `start` on."""
    laid = []
    for order, part in enumerate(parts, first):
        share = part.count / units if units else 0.0
        laid.append(replace(part, order=order, start=start, share=share))
        start += share
    return laid


def _used(segments: Sequence[Segment]) -> list[Segment]:
    return [segment for segment in segments if segment.count]


# What is told and drawn.


def _texts(row: MeasureRow, scene: Scene, bars: Bars) -> RowTexts:
    cells = [scene.language.number(one) if one else "–" for one in bars.units]
    return RowTexts(
        label=row.label,
        theme=row.theme,
        strong=row.primary,
        lines=tuple(zip(scene.labels, cells, strict=True)),
    )


def _keys(bars: Sequence[Bars]) -> tuple[LegendKey, ...]:
    """A legend entry for every kind of segment there is, in the order of the bars."""
    looks: dict[str, LegendKey] = {}
    found = [one for bar in bars for one in bar.segments]
    for segment in sorted(found, key=attrgetter("order")):
        look = {"facecolor": segment.colour, "hatch": segment.hatch}
        look |= {"edgecolor": load_style().colours["muted"], "linewidth": _EDGE}
        looks.setdefault(segment.label, LegendKey(label=segment.label, look=look))
    return tuple(looks.values())


def _frame(scene: Scene, bars: Sequence[Bars]) -> "pd.DataFrame":
    """A row per measure and phase: how many units gave each answer."""
    import pandas as pd

    rows = []
    for row, one in zip(scene.rows, bars, strict=True):
        for number, label in enumerate(scene.labels):
            cells = {"theme": row.theme, "measure": row.label, "phase": label}
            named = {scene.word(f"column.{key}"): text for key, text in cells.items()}
            given = [s for panel in one.panels for s in panel[number]]
            rows.append(named | {segment.label: segment.count for segment in given})
    frame = pd.DataFrame(rows)
    counts = frame.columns[3:]
    return frame.astype(dict.fromkeys(counts, "Int64")).fillna(dict.fromkeys(counts, 0))


def _draw_bars(
    axes: Sequence[Axes],
    bars: Sequence[Bars],
    lines: Sequence[Sequence[float]],
    *,
    height: float | None = None,
) -> None:
    """The segments of each bar, each with its count where it has room."""
    tall = height or 0.82 * load_style().line
    for number, ax in enumerate(axes):
        for one, heights in zip(bars, lines, strict=True):
            for segments, at in zip(one.panels[number], heights, strict=True):
                for segment in _used(segments):
                    _draw_segment(ax, segment, at=at, tall=tall)


def _draw_segment(axes: Axes, segment: Segment, *, at: float, tall: float) -> None:
    patch = Rectangle(
        (segment.start, at - tall / 2),
        segment.share,
        tall,
        facecolor=segment.colour,
        edgecolor=load_style().colours["muted"],
        linewidth=_EDGE,
        hatch=segment.hatch,
        gid="segment",
    )
    axes.add_patch(patch)
    if width_of(str(segment.count)) + 0.06 <= _width(axes, segment.share):
        _write_count(axes, segment, at)


def _write_count(axes: Axes, segment: Segment, at: float) -> None:
    text = axes.text(
        segment.start + segment.share / 2,
        at,
        str(segment.count),
        ha="center",
        va="center_baseline",
        color=readable_on(segment.colour),
        gid="count",
    )
    if segment.hatch:
        text.set_bbox({"facecolor": segment.colour, "edgecolor": "none", "pad": 0.6})


def _width(axes: Axes, share: float) -> float:
    low, high = axes.get_xlim()
    inches = figure_of(axes).get_size_inches()[0] * axes.get_position().width
    return inches * CM_PER_INCH * share / (high - low)
