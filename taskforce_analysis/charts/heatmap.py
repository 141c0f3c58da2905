"""Municipalities by measures: one field each, for the rate or for the change.

The number stands in the field, so that the shade only guides the eye. Measures are
numbered and named below; more of them than fit across go on in a band beneath.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts._axes import figure_of
from taskforce_analysis.charts._fields import (
    Field,
    change_field,
    draw_fields,
    fields_frame,
    keys_for,
    rate_field,
)
from taskforce_analysis.charts._pages import chosen_page
from taskforce_analysis.charts._rows import groups_in
from taskforce_analysis.charts._scene import Scene, scene_of
from taskforce_analysis.charts._sheet import Sheet
from taskforce_analysis.charts._single import Frame, around_height, frame
from taskforce_analysis.charts._style import load_style
from taskforce_analysis.charts._titles import Words
from taskforce_analysis.charts._words import clean, width_of, wrap
from taskforce_analysis.errors import unknown_name
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Results

VALUES = ("rate", "change")
_FIELD, _LABEL, _HEAD, _UNDER = 1.1, 3.8, 0.55, 0.25


@dataclass(frozen=True, kw_only=True)
class Band:
    """Some groups by some measures: what stands together on one page's width."""

    groups: tuple[str, ...]
    first: int
    fields: tuple[tuple[Field, ...], ...]

    @property
    def height(self) -> float:
        """How tall the band is, in centimetres."""
        return _HEAD + len(self.groups) * row_height(self.groups) + _UNDER

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


@chart("heatmap", label={"da": "Kommuner og målepunkter", "en": "Groups by measures"})
def heatmap(
    results: "Results",
    language: Language,
    *,
    theme: str | None = None,
    measures: Sequence[str] | None = None,
    value: str = "rate",
    phase: str | None = None,
    page: int | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    notes: bool = True,
) -> Figure:
    """A field for every group and measure: the rate in `phase`, or the change.

    `value` is rate or change; `phase` is the last one without it; `theme` and
    `measures` choose columns; `page` draws one page; `ax` draws into your own axes.
    Raises UsageError for a value, phase, theme, measure or page that does not exist.
    """
    if value not in VALUES:
        raise unknown_name("value", value, VALUES)
    phases = [phase or results.after] if value == "rate" else None
    choice = {"phases": phases, "theme": theme, "measures": measures}
    everyone = language.word("report.all_groups")
    scenes = {
        everyone if group == "all" else str(group): scene_of(
            results, language, group=str(group), **choice
        )
        for group in groups_in(results)
    }
    scene = next(iter(scenes.values()))
    if ax is not None:
        shown = _words(scene, value, title).shown_title
        return _draw_alone(ax, scenes, value=value, title=shown)
    paged = _pages(scenes, value, title=title, notes=notes)
    bands = _whole(scenes, value)
    if page is not None:
        bands = [paged[chosen_page(page, len(paged))]]
    words = _words(scene, value, title, band=bands[0] if page else None)
    height = sum(band.height for band in bands)
    made = frame(words, height, notes=notes, keys=keys_for(value, language))
    _draw_bands(made, bands, value)
    data = fields_frame(scenes, value=value)
    return made.finish(alt=_alt(words, scenes), data=data, pages=len(paged))


def _alt(words: Words, scenes: Mapping[str, Scene]) -> str:
    scene = next(iter(scenes.values()))
    number = scene.language.number
    counts = {"groups": number(len(scenes)), "measures": number(len(scene.rows))}
    alone = "_all" if len(scenes) == 1 else ""
    told = scene.word(f"heatmap.alt{alone}", many=scene.groups_word, **counts)
    return f"{words.title}. {told}"


def _words(
    scene: Scene, value: str, title: str | None, *, band: Band | None = None
) -> Words:
    first, last = (band.first - 1, band.last) if band else (0, len(scene.rows))
    named = "; ".join(
        f"{number}\u00a0{clean(row.label)}"
        for number, row in enumerate(scene.rows[first:last], first + 1)
    )
    phases = {"phase": scene.labels[-1], "before": scene.labels[0]}
    phases |= {"after": scene.labels[-1], "one": scene.group_word}
    least = scene.language.number(scene.results.settings.minimum_percent)
    alone = "_all" if groups_in(scene.results) == ["all"] else ""
    return Words.of(
        scene,
        title=scene.word(f"heatmap.{value}{alone}", **phases),
        instead=title,
        sentences=[scene.word(f"heatmap.{value}_note", count=least)],
        marks=[scene.word("heatmap.measures", named=named)],
    )


def band_of(scenes: Mapping[str, Scene], value: str) -> Band:
    """All groups by all measures."""
    make = rate_field if value == "rate" else change_field
    fields = tuple(
        tuple(make(row, scene.language) for row in scene.rows)
        for scene in scenes.values()
    )
    return Band(groups=tuple(scenes), first=1, fields=fields)


def _whole(scenes: Mapping[str, Scene], value: str) -> list[Band]:
    """Every group in each band, and as many bands as the measures take."""
    whole = band_of(scenes, value)
    across = _across(whole)
    return [whole.across(left, across) for left in range(0, whole.columns, across)]


def _pages(
    scenes: Mapping[str, Scene], value: str, *, title: str | None, notes: bool
) -> list[Band]:
    """Bands that each fit a page with their own list of measures."""
    scene = next(iter(scenes.values()))
    row = row_height(tuple(scenes))
    pages = []
    for band in _whole(scenes, value):
        words = _words(scene, value, title, band=band)
        keys = keys_for(value, scene.language)
        room = load_style().page["height"] - around_height(
            words, notes=notes, keys=keys
        )
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


def row_height(groups: Sequence[str]) -> float:
    """How tall each row is: room for the longest name of a group."""
    lines = max(len(wrap(group, _LABEL)) for group in groups)
    return lines * load_style().line + 0.16


def _draw_bands(made: Frame, bands: Sequence[Band], value: str) -> None:
    top = made.top
    for band in bands:
        _draw_band(made.sheet, band, top=top, value=value)
        top += band.height


def _draw_band(sheet: Sheet, band: Band, *, top: float, value: str) -> None:
    page = load_style().page
    label = _label_width(band.groups)
    columns = len(band.fields[0])
    width = min((_right() - label) / columns, 1.6 * _FIELD) * columns
    left = page["margin"] + label
    row = row_height(band.groups)
    axes = sheet.axes(left, top + _HEAD, (width, len(band.groups) * row))
    draw_fields(axes, band.fields, value)
    axes.set_axis_off()
    for place in range(columns):
        at = (left + (place + 0.5) * width / columns, top + 0.1)
        sheet.text(at, [str(band.first + place)], ha="center", gid="number")
    for place, group in enumerate(band.groups):
        lines = wrap(group, _LABEL)
        inset = (row - len(lines) * load_style().line) / 2
        at = (page["margin"], top + _HEAD + place * row + inset)
        sheet.text(at, lines, gid="group")


def _draw_alone(
    axes: Axes, scenes: Mapping[str, Scene], *, value: str, title: str
) -> Figure:
    band = band_of(scenes, value)
    draw_fields(axes, band.fields, value)
    numbers = range(band.columns)
    axes.set_xticks(numbers, [str(number + 1) for number in numbers])
    axes.set_yticks(range(len(band.groups)), [clean(group) for group in band.groups])
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
    axes.set_title(title, loc="left", fontweight="bold")
    return figure_of(axes)
