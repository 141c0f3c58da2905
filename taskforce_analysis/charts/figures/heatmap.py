"""Municipalities by measures: one field each, for the rate or for the change.

The number stands in the field, so that the shade only guides the eye. Measures are
numbered and named below; more of them than fit across go on in a band beneath.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.transforms import TransformedPatchPath

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.lettering import Look, write_lines
from taskforce_analysis.charts.kit.options import OnAxes, OnePhase, OneTheme, Paged
from taskforce_analysis.charts.kit.paper import (
    LegendKey,
    Paper,
    captioned_paper,
    chosen_page,
    figure_of,
    height_around,
)
from taskforce_analysis.charts.kit.scene import (
    MeasureRow,
    Scene,
    groups_in,
    scene_of,
)
from taskforce_analysis.charts.kit.style import (
    clean,
    load_style,
    readable_on,
    width_of,
    wrap,
)
from taskforce_analysis.charts.kit.words import Caption, caption_of
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.table_rows import State, last_phase

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results

Value = Literal["rate", "change"]
_FIELD, _LABEL, _HEAD, _UNDER = 1.1, 3.8, 0.55, 0.25
_PALEST = 0.06  # the palest shade of a rate, which still differs from the paper


@dataclass(frozen=True, kw_only=True)
class Asked(OneTheme, OnePhase, Paged, OnAxes):
    """What this chart can be asked for."""

    value: Annotated[Value, "the rates of a phase, or the changes"] = "rate"


@chart("heatmap", asked=Asked, needs="groups")
def heatmap(results: "Results", language: Language, asked: Asked) -> Figure:
    """A field for every group and measure: the rate in `phase`, or the change.

    Raises UsageError for a value, phase, theme, measure or page that does not exist.
    """
    value = asked.value
    phases = [asked.phase or last_phase(results)] if value == "rate" else None
    everyone = language.word("report.all_groups")
    scenes = {
        everyone if group == "all" else str(group): scene_of(
            results,
            language,
            phases=phases,
            group=str(group),
            theme=asked.theme,
            measures=asked.measures,
        )
        for group in groups_in(results)
    }
    scene = next(iter(scenes.values()))
    if asked.ax is not None:
        shown = _caption(scene, value, asked.title).shown_title
        return _draw_alone(asked.ax, _band_of(scenes, value), value=value, title=shown)
    paged = _pages(scenes, value, title=asked.title, notes=asked.notes)
    bands = _full_height(scenes, value)
    if asked.page is not None:
        bands = [paged[chosen_page(asked.page, len(paged))]]
    caption = _caption(scene, value, asked.title, band=bands[0] if asked.page else None)
    height = sum(band.height for band in bands)
    keys = _keys(value, language)
    made = captioned_paper(caption, height, notes=asked.notes, keys=keys)
    top = made.top
    for band in bands:
        _draw_band(made.paper, band, top=top, value=value)
        top += band.height
    data = _frame(scenes, value)
    return made.finish(alt=_alt(caption, scenes), data=data, pages=len(paged))


@dataclass(frozen=True, kw_only=True)
class HeatField:
    """One field: its text, its shade from 0 to 1 (None: none), and whether framed."""

    text: str
    shade: float | None = None
    framed: bool = False


def _rate_field(row: MeasureRow, language: Language) -> HeatField:
    """The percentage of the last phase; the count where there are too few cases."""
    rate = row.rates[-1]
    if rate.rate is not None:
        text = language.number(100 * round(rate.rate, 12))
        return HeatField(text=text, shade=rate.rate)
    few = rate.state is State.FEW
    return HeatField(text=f"{rate.compliant}/{rate.applicable}" if few else "–")


def _change_field(row: MeasureRow, language: Language) -> HeatField:
    """The difference in points; framed where it stands out.

    What a plan left out never does.
    """
    found = row.change and row.change.shown_difference
    if row.change is None or not found:
        return HeatField(text="–")
    return HeatField(
        text=language.signed(found.value),
        shade=0.5 + found.value / 2,
        framed=row.change.is_beyond_chance and not row.change.is_exploratory,
    )


@dataclass(frozen=True, kw_only=True)
class Band:
    """Some groups by some measures: what stands together on one page's width."""

    groups: tuple[str, ...]
    first: int
    fields: tuple[tuple[HeatField, ...], ...]

    @property
    def height(self) -> float:
        """How tall the band is, in centimetres."""
        return _HEAD + len(self.groups) * _row_height(self.groups) + _UNDER

    @property
    def columns(self) -> int:
        """How many measures the band has."""
        return len(self.fields[0])

    @property
    def last(self) -> int:
        """The number of the last measure."""
        return self.first + self.columns - 1

    def across(self, left: int, count: int) -> "Band":
        """The part with so many measures from the place `left` on."""
        fields = tuple(line[left : left + count] for line in self.fields)
        return replace(self, first=self.first + left, fields=fields)

    def down(self, top: int, count: int) -> "Band":
        """The part with so many groups from the place `top` on."""
        some = slice(top, top + count)
        return replace(self, groups=self.groups[some], fields=self.fields[some])


def _band_of(scenes: Mapping[str, Scene], value: Value) -> Band:
    """All groups by all measures."""
    make = _rate_field if value == "rate" else _change_field
    fields = tuple(
        tuple(make(row, scene.language) for row in scene.rows)
        for scene in scenes.values()
    )
    return Band(groups=tuple(scenes), first=1, fields=fields)


def _full_height(scenes: Mapping[str, Scene], value: Value) -> list[Band]:
    """Every group in each band, and as many bands as the measures take."""
    whole = _band_of(scenes, value)
    across = _across(whole)
    return [whole.across(left, across) for left in range(0, whole.columns, across)]


def _pages(
    scenes: Mapping[str, Scene], value: Value, *, title: str | None, notes: bool
) -> list[Band]:
    """Bands that each fit a page with their own list of measures."""
    scene = next(iter(scenes.values()))
    keys = _keys(value, scene.language)
    row = _row_height(tuple(scenes))
    pages = []
    for band in _full_height(scenes, value):
        caption = _caption(scene, value, title, band=band)
        around = height_around(caption, notes=notes, keys=keys)
        room = load_style().page["height"] - around
        down = max(1, int((room - _HEAD - _UNDER) / row))
        pages += [band.down(top, down) for top in range(0, len(scenes), down)]
    return pages


def _across(band: Band) -> int:
    return max(1, int((_right() - _label_width(band.groups)) / _FIELD))


def _right() -> float:
    page = load_style().page
    return page["width"] - 2 * page["margin"]


def _label_width(groups: Sequence[str]) -> float:
    widest = max(width_of(line) for group in groups for line in wrap(group, _LABEL))
    return widest + 0.25


def _row_height(groups: Sequence[str]) -> float:
    """How tall each row is: room for the longest name of a group."""
    lines = max(len(wrap(group, _LABEL)) for group in groups)
    return lines * load_style().line + 0.16


# What is said.


def _caption(
    scene: Scene, value: Value, title: str | None, *, band: Band | None = None
) -> Caption:
    first, last = (band.first - 1, band.last) if band else (0, len(scene.rows))
    named = "; ".join(
        f"{number}\u00a0{clean(row.label)}"
        for number, row in enumerate(scene.rows[first:last], first + 1)
    )
    phases = {"phase": scene.labels[-1], "before": scene.labels[0]}
    phases |= {"after": scene.labels[-1], "one": scene.group_word}
    least = scene.language.number(scene.results.settings.minimum_percent)
    alone = "_all" if groups_in(scene.results) == ["all"] else ""
    is_planned = any(row.role != "unplanned" for row in scene.comparison)
    framed = scene.word(f"heatmap.framed_{'beyond' if is_planned else 'found'}")
    return caption_of(
        scene.results,
        scene.language,
        title=scene.word(f"heatmap.{value}{alone}", **phases),
        instead=title,
        sentences=[scene.word(f"heatmap.{value}_note", count=least, framed=framed)],
        below=[scene.word("heatmap.measures", named=named)],
    )


def _alt(caption: Caption, scenes: Mapping[str, Scene]) -> str:
    scene = next(iter(scenes.values()))
    number = scene.language.number
    counts = {"groups": number(len(scenes)), "measures": number(len(scene.rows))}
    alone = "_all" if len(scenes) == 1 else ""
    told = scene.word(f"heatmap.alt{alone}", many=scene.groups_word, **counts)
    return f"{caption.title}. {told}"


def _frame(scenes: Mapping[str, Scene], value: Value) -> "pd.DataFrame":
    """The figures behind the fields: a row per group and measure."""
    import pandas as pd

    return pd.DataFrame(
        [
            _cells(scene, group, row, value=value)
            for group, scene in scenes.items()
            for row in scene.rows
        ]
    )


def _cells(
    scene: Scene, group: str, row: MeasureRow, *, value: Value
) -> dict[str, object]:
    rate, change = row.rates[-1], row.change
    values: dict[str, object] = {"group": group, "measure": row.label}
    if value == "rate":
        told, span = rate.has_counts, rate.interval
        values["compliant"] = rate.compliant if told else None
        values["applicable"] = rate.applicable if told else None
        values["rate"] = rate.rate
        values["rate_low"] = span.low if span else None
        values["rate_high"] = span.high if span else None
    elif change:
        found = change.shown_difference
        values["difference"] = found.value if found else None
        values["difference_low"] = found.low if found else None
        values["difference_high"] = found.high if found else None
        values["verdict"] = scene.language.word(change.verdict_key)
    return {scene.word(f"column.{name}"): one for name, one in values.items()}


# How it is drawn.


def _draw_band(paper: Paper, band: Band, *, top: float, value: Value) -> None:
    page = load_style().page
    label = _label_width(band.groups)
    columns = len(band.fields[0])
    width = min((_right() - label) / columns, 1.6 * _FIELD) * columns
    left = page["margin"] + label
    row = _row_height(band.groups)
    axes = paper.axes(left, top + _HEAD, (width, len(band.groups) * row))
    _draw_fields(axes, band.fields, value)
    axes.set_axis_off()
    for place in range(columns):
        at = (left + (place + 0.5) * width / columns, top + 0.1)
        paper.text(at, [str(band.first + place)], ha="center", gid="number")
    for place, group in enumerate(band.groups):
        lines = wrap(group, _LABEL)
        inset = (row - len(lines) * load_style().line) / 2
        at = (page["margin"], top + _HEAD + place * row + inset)
        paper.text(at, lines, gid="group")


def _draw_alone(axes: Axes, band: Band, *, value: Value, title: str) -> Figure:
    _draw_fields(axes, band.fields, value)
    numbers = range(band.columns)
    axes.set_xticks(numbers, [str(number + 1) for number in numbers])
    axes.set_yticks(range(len(band.groups)), [clean(group) for group in band.groups])
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
    axes.set_title(title, loc="left", fontweight="bold")
    return figure_of(axes)


def _draw_fields(
    axes: Axes, fields: Sequence[Sequence[HeatField]], value: Value
) -> None:
    """A square of fields: a row per group, a column per measure, one apart."""
    placed = [
        (field, (across, down))
        for down, line in enumerate(fields)
        for across, field in enumerate(line)
    ]
    for framed in (False, True):  # a frame lies over the edges of those beside it
        some = [one for one in placed if one[0].framed is framed]
        if some:
            axes.add_artist(_grounds(some, value, framed=framed))
    # One for all: each text would make its own of the axes' edge.
    edge = TransformedPatchPath(axes.patch)
    for field, at in placed:
        look: dict[str, Look] = {"ha": "center", "va": "center_baseline"}
        look |= {"color": readable_on(_ground(field, value)), "clip_path": edge}
        look["fontweight"] = "bold" if field.framed else "normal"
        write_lines(axes, at, [field.text], gid="field", **look)
    axes.set_xlim(-0.5, max(len(line) for line in fields) - 0.5)
    axes.set_ylim(len(fields) - 0.5, -0.5)


def _grounds(
    placed: Sequence[tuple[HeatField, tuple[int, int]]], value: Value, *, framed: bool
) -> PolyCollection:
    """The grounds of many fields as one artist: one each would take twice as long."""
    colours = load_style().colours
    reach = 0.44 if framed else 0.5
    around = ((-reach, -reach), (reach, -reach), (reach, reach), (-reach, reach))
    return PolyCollection(
        [[(x + right, y + down) for right, down in around] for _, (x, y) in placed],
        facecolors=[_ground(field, value) for field, _ in placed],
        edgecolors=colours["ink"] if framed else colours["paper"],
        linewidths=1.4 if framed else 1.0,
        gid="field",
    )


def _ground(field: HeatField, value: Value) -> str:
    return (
        load_style().colours["paper"]
        if field.shade is None
        else shade_of(value, field.shade)
    )


def _keys(value: Value, language: Language) -> tuple[LegendKey, ...]:
    """A legend of five shades."""
    edge = {"edgecolor": load_style().colours["rule"], "linewidth": 0.6}
    keys = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        shown = (
            language.percent(share)
            if value == "rate"
            else language.signed(2 * share - 1)
        )
        look = {"facecolor": shade_of(value, share), **edge}
        keys.append(LegendKey(label=shown, look=look))
    return tuple(keys)


@lru_cache(maxsize=4096)
def shade_of(value: Value, shade: float) -> str:
    """From pale to dark for a rate; from one colour over white to the other else."""
    style = load_style()
    ends = (style.colours["paper"], style.answers["compliant"])
    least = _PALEST
    if value == "change":
        ends, least = (style.answers["noncompliant"], *ends), 0.0
    return to_hex(_shades(value, ends)(least + (1 - least) * shade))


@lru_cache(maxsize=8)
def _shades(name: str, ends: tuple[str, ...]) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list(name, ends)
