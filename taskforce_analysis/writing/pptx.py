"""Three or four slides for a meeting, with charts that can be edited as charts.

What was measured; the measures that decide, before and after; what the measures of
each theme show; how to read it. The charts hold aggregates alone: below the smallest
number for a percentage a measure is not drawn, and nothing withheld is in them.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.util import Cm, Emu, Pt
from xlsxwriter import Workbook

from taskforce_analysis.atomic import made_at, repack, whole_file
from taskforce_analysis.charts.kit.style import load_style, readable_on
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.contents import (
    author_of,
    notice,
    subtitle_of,
    title_of,
)
from taskforce_analysis.reporting.explanations import selection
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import (
    count_of_verdicts,
    elsewhere,
    index_texts,
    lines_by_group,
)
from taskforce_analysis.reporting.table_rows import (
    ComparisonRow,
    PhaseRate,
    deciding,
    index_rows,
)
from taskforce_analysis.results import Results
from taskforce_analysis.tables import VERDICTS
from taskforce_analysis.texts import plain
from taskforce_analysis.writing import writer

_SIDES = ("before", "after")
_MOST_DRAWN = 6
_FULL = 1100  # signs that fit on a slide in large type

_WIDTH, _HEIGHT, _MARGIN = Cm(33.87), Cm(19.05), Cm(1.6)
_INSIDE = Emu(_WIDTH - 2 * _MARGIN)
_TITLE_ONLY = 5  # the number of a layout of python-pptx's own template
_GRID, _DARK = RGBColor(0xE3, 0xE3, 0xE3), "#1A1A1A"
_SPOKEN = {"da": MSO_LANGUAGE_ID.DANISH, "en": MSO_LANGUAGE_ID.ENGLISH_UK}
_TIMES = re.compile(rb"(<dcterms:\w+[^>]*>)[^<]*(</dcterms:)")


@writer("report", ".pptx", label={"da": "Præsentation", "en": "Slides"})
def write_pptx(results: Results, path: Path, language: Language) -> None:
    """Write the slides as .pptx: native charts of the aggregates, with notes."""
    sentences = Sentences(results, language)
    deck = _Deck(title_of(sentences), author_of(results), language)
    deck.opening(subtitle_of(sentences), _opening(sentences))
    if len(sentences.groups) > 1 and not sentences.has_many_groups:
        deck.text(sentences.word("heading.summary"), list(lines_by_group(sentences)))
    for group in () if sentences.has_many_groups else sentences.groups:
        rows = deciding(results, group)
        charts = [_rates_chart(sentences, rows), _verdicts_chart(sentences, rows)]
        if index := _index_chart(sentences, group):
            charts = [index, charts[0]]  # no measure is counted alone
        for chart in charts:
            if chart.categories:
                deck.chart(_named(chart, sentences, group))
    deck.text(language.word("pptx.reading"), _reading(sentences))
    deck.save(path)


def _named(chart: "SlideChart", sentences: Sentences, group: str) -> "SlideChart":
    if len(sentences.groups) == 1:
        return chart
    return replace(chart, title=f"{chart.title}: {sentences.group(group)}")


def _opening(sentences: Sentences) -> list[str]:
    if len(sentences.groups) > 1:
        return [elsewhere(sentences), notice(sentences)]
    group = next(iter(sentences.groups), "all")
    rows = deciding(sentences.results, group)
    cases = sentences.word("summary.cases", cases=sentences.cases(group))
    index = index_texts(sentences, group)
    return [cases, *(index or [_told(sentences, rows)]), notice(sentences)]


def _told(sentences: Sentences, rows: list[ComparisonRow]) -> str:
    if not rows:
        return sentences.word("summary.one_phase")
    if len(rows) == 1:
        return sentences.told(rows[0])
    return count_of_verdicts(sentences, rows)


def _reading(sentences: Sentences) -> list[str]:
    values = {
        "level": sentences.language.percent_exact(sentences.results.settings.confidence)
    }
    keys = ("verdicts", "uncertain", "cause")
    guide = [sentences.word(f"guide.{key}", **values) for key in keys]
    return [*guide, *selection(sentences.results, sentences.language)]


@dataclass(frozen=True)
class Series:
    """One series: its name, a value per category (None is not drawn), its labels."""

    name: str
    values: tuple[float | None, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SlideChart:
    """A chart on a slide of its own: what it shows, its alt text and its notes.

    `ranks` are the places of the series among all there may be, for their colours.
    """

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str
    number_format: str
    stacked: bool
    ranks: tuple[int, ...]
    alt: str
    under: str
    notes: tuple[str, ...]


def _rates_chart(sentences: Sentences, rows: list[ComparisonRow]) -> SlideChart:
    """The rates of the measures chosen beforehand, else of the first, per phase."""
    language = sentences.language
    shown = [row for row in rows if not row.is_withheld]
    chosen = [row for row in shown if row.is_primary] or shown
    drawn = [row for row in chosen if row.shows_percent][:_MOST_DRAWN]
    primary = any(row.is_primary for row in drawn)
    phases = {"before": sentences.results.before, "after": sentences.results.after}
    names = {side: sentences.phase(phases[side]) for side in _SIDES}
    minimum = language.number(sentences.results.settings.minimum_percent)
    counted = " ".join(map(sentences.counts, drawn))
    told = list(map(sentences.told, chosen))
    if len(drawn) < len(chosen):
        told.append(language.word("pptx.few", minimum=minimum))
    return SlideChart(
        title=language.word(f"pptx.chart_{'primary' if primary else 'first'}"),
        categories=tuple(map(sentences.as_judged, drawn)),
        series=tuple(
            _rates(sentences, [getattr(row, side) for row in drawn], name=names[side])
            for side in _SIDES
        ),
        axis=language.word("pptx.axis"),
        number_format=language.word("percent", number="0"),
        stacked=False,
        ranks=(0, 1),
        alt=language.word("pptx.alt_rates", **names, told=counted),
        under=" ".join(_verdict(sentences, row) for row in drawn),
        notes=tuple(told),
    )


def _index_chart(sentences: Sentences, group: str) -> SlideChart | None:
    """The means of a plan's index in both phases; None without one that is shown."""
    shown = [row for row in index_rows(sentences.results, group) if row.shows_percent]
    if not shown:
        return None
    word, told = sentences.language.word, tuple(index_texts(sentences, group))
    names = [
        sentences.word(
            "index.row" if row.is_headline else "index.whole_row", units=units
        )
        for row in shown
        for units in [sentences.units]
    ]
    return SlideChart(
        title=sentences.word("index.caption"),
        categories=tuple(names),
        series=tuple(
            Series(
                sentences.phase(sides[0].phase),
                tuple(side.rate for side in sides),
                tuple(map(sentences.side, sides)),
            )
            for sides in zip(*(row.sides for row in shown), strict=True)
        ),
        axis=sentences.word("index.axis"),
        number_format=word("percent", number="0"),
        stacked=False,
        ranks=(0, 1),
        alt=" ".join(told),
        under=f"{sentences.verdict(shown[0])}.",
        notes=told,
    )


def _rates(sentences: Sentences, sides: list[PhaseRate], *, name: str) -> Series:
    count_of = sentences.language.count_of
    return Series(
        name,
        tuple(side.rate for side in sides),
        tuple(count_of(side.compliant, side.applicable) for side in sides),
    )


def _verdict(sentences: Sentences, row: ComparisonRow) -> str:
    return f"{sentences.measure(row.measure)}: {sentences.verdict(row)}."


def _verdicts_chart(sentences: Sentences, rows: list[ComparisonRow]) -> SlideChart:
    """How many measures of each theme got each verdict."""
    language = sentences.language
    told_of = [row for row in rows if not row.is_withheld]
    shown = [row for row in told_of if not row.is_exploratory] or told_of
    homes = _by_theme(sentences, shown)
    present = {row.verdict for row in shown}
    verdicts = [verdict for verdict in VERDICTS if verdict in present]
    role = shown[0].role if shown else ""  # all have the words of the first
    series = tuple(
        _counted(sentences, verdict, homes, role=role) for verdict in verdicts
    )
    told = tuple(
        f"{name}: "
        + language.listed([f"{one.labels[at]} {one.name.lower()}" for one in series])
        + "."
        for at, name in enumerate(homes)
    )
    return SlideChart(
        title=language.word("pptx.chart_verdicts"),
        categories=tuple(homes),
        series=series,
        axis=language.word("pptx.number"),
        number_format="0",
        stacked=True,
        ranks=tuple(VERDICTS.index(verdict) for verdict in verdicts),
        alt=language.word("pptx.alt_verdicts", told=" ".join(told)),
        under=sentences.word("summary.reads_as"),
        notes=told,
    )


def _by_theme(sentences: Sentences, rows: list[ComparisonRow]) -> dict[str, list[str]]:
    """The verdicts of each theme's measures, by the theme's label, in order."""
    form, language = sentences.results.form, sentences.language
    labels = {theme.id: plain(language.label(theme)) for theme in form.themes}
    labels[""] = sentences.word("heading.no_theme")
    found: dict[str, list[str]] = {label: [] for label in labels.values()}
    for row in rows:
        found[labels[form.measure(row.measure).theme]].append(row.verdict)
    return {label: verdicts for label, verdicts in found.items() if verdicts}


def _counted(
    sentences: Sentences, verdict: str, homes: dict[str, list[str]], *, role: str
) -> Series:
    counts = [verdicts.count(verdict) for verdicts in homes.values()]
    return Series(
        sentences.language.verdict(verdict, role),
        tuple(count or None for count in counts),
        tuple(sentences.language.number(count) for count in counts),
    )


class _Deck:
    """The presentation; exists so that each slide is one call."""

    def __init__(self, title: str, author: str, language: Language) -> None:
        self.title, self.language = title, language
        self.presentation = Presentation()
        self.presentation.slide_width = _WIDTH
        self.presentation.slide_height = _HEIGHT
        properties = self.presentation.core_properties
        properties.title, properties.author = title[:255], author[:255]
        properties.last_modified_by, properties.language = author[:255], language.id
        properties.created = properties.modified = made_at().replace(tzinfo=None)
        properties.revision = 1

    def opening(self, subtitle: str, lines: list[str]) -> None:
        """The first slide: title, subtitle, and what was measured."""
        slide = self._slide(self.title, size=32)
        self._lines(slide, [subtitle, *lines], top=Cm(4.5), size=20)

    def text(self, title: str, lines: list[str]) -> None:
        """A slide with one line per item."""
        slide = self._slide(title)
        size = 18 if sum(map(len, lines)) < _FULL else 12
        marked = [f"\u2022 {line}" for line in lines]
        self._lines(slide, marked, top=Cm(3.2), size=size)

    def chart(self, chart: SlideChart) -> None:
        """A slide with a native chart, a line under it, and notes."""
        slide = self._slide(chart.title)
        place = (_MARGIN, Cm(3), _INSIDE, Cm(12.3))
        bars = XL_CHART_TYPE.BAR_CLUSTERED
        kind = XL_CHART_TYPE.BAR_STACKED if chart.stacked else bars
        frame = slide.shapes.add_chart(kind, *place, _data(chart))
        described = frame._element.nvGraphicFramePr.cNvPr  # noqa: SLF001
        described.set("descr", chart.alt)
        described.set("title", chart.title)
        _look(frame.chart, chart)
        embedded = frame.chart.part.chart_workbook.xlsx_part
        frame.chart.part.chart_workbook.update_from_xlsx_blob(
            _settled_workbook(embedded.blob)
        )
        self._lines(slide, [chart.under], top=Cm(15.5), size=14)
        notes = [*chart.notes, self.language.word("pptx.notes")]
        slide.notes_slide.notes_text_frame.text = "\n".join(notes)

    def save(self, path: Path) -> None:
        """Save whole, with fixed times."""
        with whole_file(path) as temporary:
            buffer = BytesIO()
            self.presentation.save(buffer)
            raw = temporary.with_suffix(".raw")
            raw.write_bytes(buffer.getvalue())
            repack(raw, temporary)
            raw.unlink()

    def _slide(self, title: str, *, size: float = 26) -> Any:
        layout = self.presentation.slide_layouts[_TITLE_ONLY]
        slide = self.presentation.slides.add_slide(layout)
        shape: Any = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = (
            _MARGIN,
            Cm(0.8),
            _INSIDE,
            Cm(2),
        )
        self._write(shape.text_frame, [title], size=size, bold=True)
        return slide

    def _lines(self, slide: Any, lines: list[str], *, top: int, size: float) -> None:
        height = Emu(_HEIGHT - top - Cm(0.8))
        box = slide.shapes.add_textbox(_MARGIN, top, _INSIDE, height)
        self._write(box.text_frame, lines, size=size)

    def _write(
        self, frame: Any, lines: list[str], *, size: float, bold: bool = False
    ) -> None:
        frame.word_wrap = True
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
            paragraph.space_after = Pt(size / 2)
            run = paragraph.add_run()
            run.text, run.font.size, run.font.bold = line, Pt(size), bold
            run.font.language_id = _SPOKEN.get(self.language.id, MSO_LANGUAGE_ID.DANISH)
            if bold:
                paragraph.alignment = 1


def _data(chart: SlideChart) -> "_PlainChartData":
    data = _PlainChartData(number_format=chart.number_format)
    data.categories = list(chart.categories)
    for one in chart.series:
        data.add_series(one.name, one.values)
    return data


def _look(native: Any, chart: SlideChart) -> None:
    native.font.size = Pt(14)
    native.has_title = False
    native.has_legend = True
    native.legend.position = XL_LEGEND_POSITION.BOTTOM
    native.legend.include_in_layout = False
    native.category_axis.reverse_order = True  # the first measure stands uppermost
    native.category_axis.tick_labels.font.size = Pt(13)
    values = native.value_axis
    values.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    values.minimum_scale, values.has_title = 0, True
    values.axis_title.text_frame.text = chart.axis
    values.major_gridlines.format.line.width = Pt(0.5)
    values.major_gridlines.format.line.color.rgb = _GRID
    if not chart.stacked:
        values.maximum_scale, values.major_unit = 1, 0.2
    else:
        values.major_unit = 1
    values.tick_labels.number_format = chart.number_format
    values.tick_labels.number_format_is_linked = False
    _colour_series(native, chart)
    _write_labels(native, chart)


def _colour_series(native: Any, chart: SlideChart) -> None:
    """Two phases in the figures' two colours; verdicts from dark to white."""
    for series, colour in zip(native.plots[0].series, _colours(chart), strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour.lstrip("#"))
        series.format.line.color.rgb = RGBColor.from_string(_DARK.lstrip("#"))
        series.format.line.width = Pt(0.5)
    native.plots[0].gap_width = 60
    native.plots[0].overlap = 100 if chart.stacked else 0


def _write_labels(native: Any, chart: SlideChart) -> None:
    """Each bar's count, as text that stands beside it or inside it."""
    shades = _colours(chart)
    inside, outside = XL_LABEL_POSITION.CENTER, XL_LABEL_POSITION.OUTSIDE_END
    for number, series in enumerate(native.plots[0].series):
        told = chart.series[number]
        for at, value in enumerate(told.values):
            if value is not None:
                label = series.points[at].data_label
                label.position = inside if chart.stacked else outside
                colour = readable_on(shades[number]) if chart.stacked else _DARK
                run = label.text_frame.paragraphs[0].add_run()
                run.text, run.font.size = told.labels[at], Pt(13)
                run.font.color.rgb = RGBColor.from_string(colour.lstrip("#"))


def _colours(chart: SlideChart) -> list[str]:
    """The colour of each series, as #RRGGBB."""
    style = load_style()
    if not chart.stacked:
        return [style.before.colour, style.after.colour]
    dark, light = style.after.colour, style.before.colour
    order = [dark, light, "#C9C9C9", "#E8E8E8", "#FFFFFF"]
    return [order[place] for place in chart.ranks]


class _PlainChartData(CategoryChartData):
    """A chart's labels and values, whose workbook takes no text for a formula.

    python-pptx lets XlsxWriter guess what a text is; a label that begins with = would
    be a formula there, and one that begins with http a link.
    """

    @property
    def _workbook_writer(self) -> "_PlainWriter":
        return _PlainWriter(self)


class _PlainWriter(CategoryWorkbookWriter):
    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
        guesses = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
        plain = dict.fromkeys(guesses, False) | {"in_memory": True}
        workbook = Workbook(xlsx_file, plain)
        yield workbook, workbook.add_worksheet()
        workbook.close()


def _settled_workbook(content: bytes) -> bytes:
    """The workbook with its times fixed: the same content gives the same bytes."""
    moment = f"{made_at():%Y-%m-%dT%H:%M:%SZ}".encode()
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "a.xlsx", Path(folder) / "b.xlsx"
        with (
            zipfile.ZipFile(BytesIO(content)) as old,
            zipfile.ZipFile(source, "w") as new,
        ):
            for name in old.namelist():
                part = old.read(name)
                if name == "docProps/core.xml":
                    part = _TIMES.sub(rb"\g<1>" + moment + rb"\g<2>", part)
                new.writestr(name, part)
        repack(source, target)
        return target.read_bytes()
