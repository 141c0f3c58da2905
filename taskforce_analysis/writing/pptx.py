"""Five slides for a meeting, each with its finding as its title.

What was measured; what the measures that decide show; where attention must go on; the
recommendations and how far each has come; how to read it. The charts are native, hold
aggregates alone and have their counts on them: below the smallest number for a
percentage a measure is not drawn, and nothing withheld is in them. What makes a
comparison doubtful stands under its chart, which series is which above it: programs do
not agree on the order of a native legend. The master is our own, or a municipality's.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from lxml import etree  # type: ignore[attr-defined]
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Cm, Emu, Pt
from xlsxwriter import Workbook

from taskforce_analysis.atomic import made_at, repack, whole_file, working_folder
from taskforce_analysis.charts.kit.style import (
    POINTS_PER_CM,
    load_style,
    readable_on,
    width_of,
    wrap,
)
from taskforce_analysis.errors import file_error, wrong_use
from taskforce_analysis.languages import Language
from taskforce_analysis.recommendations import Recommendation, load_vocabulary
from taskforce_analysis.reporting.contents import (
    author_of,
    notice,
    subtitle_of,
    title_of,
)
from taskforce_analysis.reporting.explanations import selection, verdict_guide
from taskforce_analysis.reporting.sentences import Sentences, lowered
from taskforce_analysis.reporting.series import (
    is_series,
    series_items,
    series_told,
    trend_measures,
)
from taskforce_analysis.reporting.summary import (
    attention,
    elsewhere,
    index_texts,
    lines_by_group,
    rates_lacking,
    recommended,
    reviewed,
    verdict_with_reservations,
)
from taskforce_analysis.reporting.table_rows import (
    ComparisonRow,
    PhaseRate,
    deciding,
    index_rows,
    phase_rates,
    rates_now,
)
from taskforce_analysis.reporting.themes_chapter import is_graded, themes_of
from taskforce_analysis.results import Results
from taskforce_analysis.tables import VERDICTS
from taskforce_analysis.texts import plain
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.notat import (
    recommendations_told,
    rows_told,
    shortened,
)

if TYPE_CHECKING:
    from pptx.text.text import TextFrame

# python-pptx's own parts, but texts: it declares a chart's frame as the chart, plots as
# a list, and sums of lengths as no lengths. Nothing else here is untyped.
Pptx: TypeAlias = Any
_SIDES = ("before", "after")
_MOST_DRAWN = 6
_MOST_GROUPS = 12
_MOST_RECOMMENDED = 12
_LONGEST_TITLE, _SHORT = 190, 95  # signs
_SHORT_TITLE = 35  # signs that fit on a slide of any master, in its own letters

_WIDTH, _HEIGHT, _MARGIN = Cm(33.87), Cm(19.05), Cm(1.8)
_BAND, _FOOT = Cm(3.1), Cm(1.1)
_LAYOUTS = ("Title Slide", "Title and Content", "Title Only")  # kept of python-pptx's
_CM = 360000  # of PowerPoint's own units
_LEGEND, _PATCH = 1.0, 0.5  # a row of the legend and a patch in it, in centimetres
_MOST_OTHERS = 30  # points of a title on another master: its letters may be wide
_SMALL = 16  # points: what stands above and under a chart
_GRID, _DARK = RGBColor(0xE3, 0xE3, 0xE3), "#1A1A1A"
_MUTED, _WHITE = "#595959", "#FFFFFF"
_SPOKEN = {"da": MSO_LANGUAGE_ID.DANISH, "en": MSO_LANGUAGE_ID.ENGLISH_UK}
_TIMES = re.compile(rb"(<dcterms:\w+[^>]*>)[^<]*(</dcterms:)")
_ACCENT = re.compile(rb"(<a:accent1>).*?(</a:accent1>)", re.DOTALL)
_LATIN = re.compile(rb'(<a:latin typeface=")[^"]*')  # the document's letters
_TEMPLATE_TYPE = b"presentationml.template.main+xml"
_SLIDES_TYPE = b"presentationml.presentation.main+xml"
_EMPTY_KINDS = (
    PP_PLACEHOLDER.DATE,
    PP_PLACEHOLDER.FOOTER,
    PP_PLACEHOLDER.SLIDE_NUMBER,
)
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)


@writer("report", ".pptx", label={"da": "Præsentation", "en": "Slides"})
def write_pptx(
    results: Results,
    path: Path,
    language: Language,
    *,
    template: str | Path | None = None,
) -> None:
    """Write the slides as .pptx: native charts of the aggregates, with notes.

    `template` is a .potx or .pptx whose master and layouts are used. Raises FileError
    where it is not there, UsageError where it holds no slides of PowerPoint's.
    """
    sentences = Sentences(results, language)
    deck = _Deck(sentences, template)
    deck.opening(_opening(sentences))
    if len(sentences.groups) > 1 and not sentences.has_many_groups:
        deck.text(elsewhere(sentences), list(lines_by_group(sentences)))
    for chart in _charts(sentences):
        if chart.categories:
            deck.chart(chart)
    if results.recommendations:
        deck.recommendations()
    deck.text(language.word("pptx.reading"), _reading(sentences))
    deck.save(path)


def _opening(sentences: Sentences) -> list[str]:
    if len(sentences.groups) > 1:
        return [subtitle_of(sentences), elsewhere(sentences), notice(sentences)]
    group = next(iter(sentences.groups), "all")
    told = [subtitle_of(sentences), reviewed(sentences, group)]
    if not is_series(sentences.results) and not deciding(sentences.results, group):
        told.append(sentences.word("brief.one_phase"))
    return [*told, notice(sentences)]


def _reading(sentences: Sentences) -> list[str]:
    if is_graded(sentences):
        guide = [sentences.word("guide.graded", units=sentences.units)]
    elif is_series(sentences.results):
        keys = ("series", "cause")
        guide = [sentences.word(f"guide.{key}", units=sentences.units) for key in keys]
    elif len(sentences.results.phases) == 1:
        minimum = sentences.results.settings.minimum_percent
        values = {"minimum": sentences.language.number(minimum)}
        guide = [sentences.word("guide.counts", units=sentences.units, **values)]
    else:
        guide = verdict_guide(sentences)
    return [*guide, *selection(sentences.results, sentences.language)]


def _charts(sentences: Sentences) -> "Iterator[SlideChart]":
    """What is drawn: of periods the trend, of a scale its steps, else the rates."""
    results = sentences.results
    if len(sentences.groups) > 1:
        yield from _group_charts(sentences)
        return
    group = next(iter(sentences.groups), "all")
    if is_series(results):
        for measure in trend_measures(sentences, group):
            yield _trend_chart(sentences, group, measure)
    elif is_graded(sentences):
        for phase in reversed(results.phases):
            yield _grades_chart(sentences, group, phase)
    elif len(results.phases) == 1:
        if lowest := _lowest(sentences, group):
            yield _attention_chart(sentences, lowest)
    else:
        # Where an index decides, no measure is told as if it did.
        index = _index_chart(sentences, group)
        yield index or _rates_chart(sentences, deciding(results, group))
        if lacking := rates_lacking(sentences, group):
            yield _attention_chart(sentences, lacking)


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
    ranks: tuple[int, ...]
    alt: str
    under: str
    notes: tuple[str, ...]
    kind: str = "bars"  # or stacked, or columns

    @property
    def is_stacked(self) -> bool:
        """Whether its series stand on each other: numbers, and no shares."""
        return self.kind != "bars"


def message(sentences: Sentences, rows: Sequence[ComparisonRow]) -> str:
    """The finding as one sentence, by name where that fits, else by number.

    A measure whose comparison is doubtful is named as such.
    """
    told = {
        verdict: own
        for verdict in VERDICTS
        if (own := [row for row in rows if row.verdict == verdict])
    }
    if not told:
        return sentences.language.word("pptx.none")
    parts = told.items()
    said = "; ".join(_named(sentences, verdict, own) for verdict, own in parts)
    if len(said) > _LONGEST_TITLE:
        said = "; ".join(_numbered(sentences, verdict, own) for verdict, own in parts)
    said = said[:1].upper() + said[1:]
    if any(row.is_primary for row in rows):
        return said
    key = "pptx.unplanned_one" if len(rows) == 1 else "pptx.unplanned"
    return sentences.language.word(key, text=said)


def _named(sentences: Sentences, verdict: str, rows: Sequence[ComparisonRow]) -> str:
    reserved = sentences.language.word("pptx.reserved")
    names = [
        sentences.quoted(row.measure) + (reserved if sentences.caveats(row) else "")
        for row in rows
    ]
    listed = sentences.language.listed(names)
    return sentences.language.word(f"pptx.message.{verdict}", named=listed)


def _numbered(sentences: Sentences, verdict: str, rows: Sequence[ComparisonRow]) -> str:
    word, cardinal = sentences.language.word, sentences.language.cardinal
    single = "_one" if len(rows) == 1 else ""
    named = word(f"pptx.so_many{single}", number=cardinal(len(rows)))
    said = word(f"pptx.message.{verdict}", named=named)
    reserved = sum(1 for row in rows if sentences.caveats(row))
    if not reserved:
        return said
    return said + word("pptx.some_reserved", number=cardinal(reserved))


def _rates_chart(sentences: Sentences, rows: Sequence[ComparisonRow]) -> SlideChart:
    """The rates of the measures chosen beforehand, else of the most telling."""
    language = sentences.language
    told = rows_told(rows)
    chosen = [row for row in told if not row.is_withheld]
    drawn = [row for row in chosen if row.shows_percent][:_MOST_DRAWN]
    minimum = language.number(sentences.results.settings.minimum_percent)
    title = message(sentences, chosen)
    # What the title says of a measure by name is not said again.
    under = [
        _verdict(sentences, row)
        for row in drawn
        if _is_doubtful(sentences, row) or sentences.quoted(row.measure) not in title
    ]
    if len(drawn) < len(chosen):
        under.append(language.word("pptx.few", minimum=minimum))
    if hidden := sum(row.is_withheld for row in rows):
        under.append(language.counted("pptx.withheld", language.number(hidden)))
    return SlideChart(
        title=title,
        categories=tuple(map(sentences.as_judged, drawn)),
        series=_two_phases(sentences, [row.sides for row in drawn]),
        axis=language.word("pptx.axis"),
        number_format=language.word("percent", number="0"),
        ranks=(0, 1),
        alt=language.word(
            "pptx.alt_rates", told=" ".join(map(sentences.counts, drawn))
        ),
        under=" ".join(under),
        notes=tuple(map(sentences.told, chosen)),
    )


def _two_phases(
    sentences: Sentences, sides: Sequence[tuple[PhaseRate, PhaseRate]]
) -> tuple[Series, ...]:
    phases = (sentences.results.before, sentences.results.after)
    return tuple(
        _rates(sentences, [pair[at] for pair in sides], sentences.heading_of(phase))
        for at, phase in enumerate(phases)
    )


def _index_chart(sentences: Sentences, group: str) -> SlideChart | None:
    """The means of a plan's index in both phases; None without one that is shown."""
    shown = [row for row in index_rows(sentences.results, group) if row.shows_percent]
    if not shown:
        return None
    word, told = sentences.word, tuple(index_texts(sentences, group))
    verdict = lowered(sentences.verdict(shown[0]))
    keys = ("index.row" if row.is_headline else "index.whole_row" for row in shown)
    return SlideChart(
        title=f"{word('index.caption')}: {verdict}",
        categories=tuple(word(key, units=sentences.units) for key in keys),
        series=tuple(
            Series(
                sentences.heading_of(sides[0].phase),
                tuple(side.rate for side in sides),
                tuple(map(sentences.side, sides)),
            )
            for sides in zip(*(row.sides for row in shown), strict=True)
        ),
        axis=word("index.axis"),
        number_format=sentences.language.word("percent", number="0"),
        ranks=(0, 1),
        alt=" ".join(told),
        under=" ".join([*told, word("index.summary")]),
        notes=told,
    )


def _rates(sentences: Sentences, sides: Sequence[PhaseRate], name: str) -> Series:
    count_of = sentences.language.count_of
    return Series(
        name,
        tuple(side.rate if side.is_shown else None for side in sides),
        tuple(count_of(side.compliant, side.applicable) for side in sides),
    )


def _is_doubtful(sentences: Sentences, row: ComparisonRow) -> bool:
    """Whether more is to be said of a row than its verdict."""
    beside = (sentences.caveats, sentences.deciding_twin, sentences.no_worse)
    return any(told(row) for told in beside)


def _verdict(sentences: Sentences, row: ComparisonRow) -> str:
    verdict = verdict_with_reservations(sentences, row)
    return f"{sentences.quoted(row.measure)}: {verdict}."


def _attention_chart(
    sentences: Sentences, lacking: Sequence[tuple[str, PhaseRate]]
) -> SlideChart:
    """What the last measurement keeps in the smallest share of the cases."""
    language = sentences.language
    first, rate = lacking[0]
    names = [sentences.measure(name) for name, _ in lacking]
    counts = [sentences.side(one) for _, one in lacking]
    told = tuple(f"{name}: {n}." for name, n in zip(names, counts, strict=True))
    named, count = sentences.quoted(first), sentences.count(rate, units=True)
    return SlideChart(
        title=language.word("pptx.attention", named=named, count=count),
        categories=tuple(names),
        series=(
            _rates(
                sentences, [one for _, one in lacking], sentences.heading_of(rate.phase)
            ),
        ),
        axis=language.word("pptx.axis"),
        number_format=language.word("percent", number="0"),
        ranks=(1,),
        alt=language.word("pptx.alt_attention", told=" ".join(told)),
        under=language.word("pptx.attention_note", units=sentences.units),
        notes=told,
    )


def _lowest(sentences: Sentences, group: str) -> list[tuple[str, PhaseRate]]:
    """Of one measurement alone: what the smallest share of the cases keeps."""
    issues = sentences.results.issues
    invented = {*issues.loc[issues["code"] == "LIMITS_INVENTED", "measure"]}
    shown = [
        (name, rate)
        for name, rate in rates_now(sentences.results, group).items()
        if rate.is_shown and rate.compliant < rate.applicable and name not in invented
    ]
    shown.sort(key=lambda one: one[1].compliant / one[1].applicable)
    return shown[:_MOST_DRAWN]


def _group_charts(sentences: Sentences) -> Iterator[SlideChart]:
    """The first measures that decide, group by group in alphabetical order."""
    results, language = sentences.results, sentences.language
    groups = [name for name in sentences.groups if name != "all"][:_MOST_GROUPS]
    rows = rows_told(deciding(results, sentences.groups[0]))[:2]
    for row in (one for one in rows if not one.is_withheld):
        own = {
            group: other
            for group in groups
            for other in deciding(results, group)
            if other.measure == row.measure and other.shows_percent
        }
        told = tuple(
            f"{sentences.group(group)}: {sentences.counts(other)}"
            for group, other in own.items()
        )
        yield SlideChart(
            title=sentences.measure(row.measure),
            categories=tuple(map(sentences.group, own)),
            series=_two_phases(sentences, [other.sides for other in own.values()]),
            axis=language.word("pptx.axis"),
            number_format=language.word("percent", number="0"),
            ranks=(0, 1),
            alt=language.word("pptx.alt_rates", told=" ".join(told)),
            under=language.word("pptx.groups"),
            notes=told,
        )


def _grades_chart(sentences: Sentences, group: str, phase: str) -> SlideChart:
    """How many gave each step of the scale in a phase, question by question."""
    results, language = sentences.results, sentences.language
    given = results.distribution
    given = given[(given["group"] == group) & (given["phase"] == phase)]
    rates = phase_rates(results, group, compares=False)
    names = [
        name
        for _, own in themes_of(sentences)
        for name in own
        if (side := rates.get((name, phase))) is not None and side.has_counts
    ]
    counts = {
        (measure, answer): int(count)
        for measure, answer, count in zip(
            given["measure"], given["answer"], given["count"], strict=True
        )
    }
    scale = results.form.measure(names[0]).scale if names else ()
    series = tuple(
        Series(
            plain(language.label(step)),
            tuple(counts.get((name, step.id)) or None for name in names),
            tuple(language.number(counts.get((name, step.id), 0)) for name in names),
        )
        for step in scale
    )
    told = tuple(
        f"{sentences.measure(name)}: "
        + sentences.grades(
            name, {answer: n for (own, answer), n in counts.items() if own == name}
        )
        + "."
        for name in names
    )
    is_last = phase == results.phases[-1]
    lowest = attention(sentences, group) if is_last else ""
    number = language.word("pptx.number", units=sentences.units)
    heading = language.word("pptx.grades", phase=sentences.measurement(phase))
    return SlideChart(
        title=lowest.rstrip(".") or heading,
        categories=tuple(sentences.measure(name) for name in names),
        series=series,
        axis=f"{sentences.heading_of(phase)}: {lowered(number)}",
        number_format="0",
        ranks=tuple(range(len(series))),
        alt=language.word("pptx.alt_grades", told=" ".join(told)),
        under="",
        notes=told,
        kind="stacked",
    )


def _trend_chart(sentences: Sentences, group: str, measure: str) -> SlideChart:
    """A measure period by period: how many cases met it, and how many did not.

    Counts and no shares, for a period often has few cases.
    """
    results, language = sentences.results, sentences.language
    rates = phase_rates(results, group, compares=False)
    known = [
        rate
        for phase in results.phases
        if (rate := rates.get((measure, phase))) is not None and rate.has_counts
    ]
    phases = tuple(sentences.phase(one.phase) for one in known)
    parts = {
        "compliant": [one.compliant for one in known],
        "noncompliant": [one.applicable - one.compliant for one in known],
    }
    series = tuple(
        Series(
            sentences.word(f"score.{score}"),
            tuple(count or None for count in counts),
            tuple(map(language.number, counts)),
        )
        for score, counts in parts.items()
    )
    count_of = language.count_of
    told = tuple(
        f"{phase}: {count_of(one.compliant, one.applicable)}."
        for phase, one in zip(phases, known, strict=True)
    )
    name = sentences.measure(measure)
    moved = measure in series_told(sentences, group, [measure])
    return SlideChart(
        title=language.word(f"pptx.trend_{'moved' if moved else 'open'}", name=name),
        categories=phases,
        series=series,
        axis=language.word("pptx.number", units=sentences.units),
        number_format="0",
        ranks=(0, 1),
        alt=language.word("pptx.alt_trend", measure=name, told=" ".join(told)),
        under=" ".join(series_items(sentences, group)),
        notes=told,
        kind="columns",
    )


class _Area(NamedTuple):
    """Where on a slide something stands."""

    left: int
    top: int
    width: int
    height: int


class _Deck:
    """The presentation; exists so that each slide is one call."""

    def __init__(self, sentences: Sentences, template: str | Path | None) -> None:
        self.sentences, self.language = sentences, sentences.language
        self.is_own = template is None
        self.presentation: Pptx = (
            _own_master() if template is None else _opened(Path(template))
        )
        self.source = sentences.source()
        title, author = title_of(sentences), author_of(sentences.results)
        properties = self.presentation.core_properties
        properties.title, properties.author = title[:255], author[:255]
        language = self.language.id
        properties.last_modified_by, properties.language = author[:255], language
        properties.created = properties.modified = made_at().replace(tzinfo=None)
        properties.revision = 1
        self.title = title

    def opening(self, lines: Sequence[str]) -> None:
        """The first slide: title, for whom, what was reviewed, whether internal."""
        slide = self._slide(self._layout(opening=True), self.title, size=36)
        places = [one for one in slide.placeholders if _is_content(one)]
        box: Pptx = places[0] if places else slide.shapes.add_textbox(*self._area())
        area = _Area(box.left, box.top, box.width, box.height)
        self._write(box.text_frame, lines, size=_fitting(lines, area, most=22))
        self._drop_empty(slide)

    def text(self, title: str, lines: Sequence[str]) -> None:
        """A slide with one line per item."""
        slide = self._bare(title)
        area = self._area()
        box = slide.shapes.add_textbox(*area)
        marked = [f"\u2022 {line}" for line in lines]
        self._write(box.text_frame, marked, size=_fitting(marked, area, most=24))

    def recommendations(self) -> None:
        """A slide with the recommendations in a table, each with its status."""
        results, word = self.sentences.results, self.language.word
        shown, left_out = recommendations_told(
            results.recommendations, _MOST_RECOMMENDED
        )
        slide = self._bare(
            recommended(self.sentences)[0].rstrip("."),
            source=word("recommendations.chart_source"),
        )
        under = [word("recommendations.reads_as")]
        if left_out:
            number = self.language.number(left_out)
            under.insert(0, self.language.counted("notat.more", number))
        area = self._area()
        foot = self._under(slide, " ".join(under), area)
        columns = {"number": 0.07, "text": 0.73, "status": 0.2}
        if any(item.initiative for item in shown):
            columns = {"number": 0.06, "text": 0.4, "status": 0.16, "initiative": 0.38}
        rows = [[word(f"recommendations.column.{name}") for name in columns]]
        for item in shown:
            cells = _cells(item, self.language)
            rows.append([cells[name] for name in columns])
        height = min(Cm(2), Emu((area.height - foot) // len(rows)))
        frame = slide.shapes.add_table(
            len(rows), len(columns), area.left, area.top, area.width, height * len(rows)
        )
        widths = [int(area.width * share) for share in columns.values()]
        for column, width in zip(frame.table.columns, widths, strict=True):
            column.width = Emu(width)
        size = min(
            _fitting([text], _Area(0, 0, width, height), most=18, least=9)
            for row in rows
            for text, width in zip(row, widths, strict=True)
        )
        self._fill(frame.table, rows, height=height, size=size)

    def _fill(
        self, table: Pptx, rows: list[list[str]], *, height: int, size: int
    ) -> None:
        """The texts of a table, plain: a dark line under the head, and no bands."""
        table.horz_banding = False
        for number, texts in enumerate(rows):
            table.rows[number].height = height
            for at, text in enumerate(texts):
                cell = table.cell(number, at)
                cell.margin_top = cell.margin_bottom = Cm(0.08)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                cell.fill.solid()
                cell.fill.fore_color.rgb = _rgb("#E8EDF3" if not number else _WHITE)
                self._write(cell.text_frame, [text], size=size, bold=not number)
                # On our own fill the letters of a master would be hard to read.
                run = cell.text_frame.paragraphs[0].runs[0]
                run.font.color.rgb = _rgb(_DARK)

    def chart(self, chart: SlideChart) -> None:
        """A slide with a native chart, what is to be known under it, and notes."""
        slide = self._bare(chart.title)
        area = self._area()
        head = self._legend(slide, chart, area)
        foot = self._under(slide, chart.under, area)
        kind = {
            "bars": XL_CHART_TYPE.BAR_CLUSTERED,
            "stacked": XL_CHART_TYPE.BAR_STACKED,
            "columns": XL_CHART_TYPE.COLUMN_STACKED,
        }[chart.kind]
        top, height = Emu(area.top + head), Emu(area.height - head - foot)
        place = (area.left, top, area.width, height)
        frame = slide.shapes.add_chart(kind, *place, _data(chart))
        described = frame._element.nvGraphicFramePr.cNvPr  # noqa: SLF001
        described.set("descr", chart.alt)
        described.set("title", chart.title)
        _look(frame.chart, chart)
        embedded = frame.chart.part.chart_workbook.xlsx_part
        frame.chart.part.chart_workbook.update_from_xlsx_blob(
            _settled_workbook(embedded.blob)
        )
        notes = [*chart.notes, self.language.word("pptx.notes")]
        slide.notes_slide.notes_text_frame.text = "\n".join(notes)

    def _legend(self, slide: Pptx, chart: SlideChart, area: _Area) -> int:
        """What the bars say, and which series is which, in order; how tall it is."""
        across, row = 0.0, 0
        for place, text in enumerate([chart.axis, *(one.name for one in chart.series)]):
            patch = _PATCH + 0.2 if place else 0.0
            width = patch + width_of(text, _SMALL) + 0.8
            if across and (across + width) * _CM > area.width:
                across, row = 0.0, row + 1
            left, top = area.left + Cm(0.25 + across), area.top + Cm(row * _LEGEND)
            if place:
                at = (left, top + Cm(0.2), Cm(_PATCH), Cm(_PATCH))
                square = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *at)
                _fill_shape(square, _colours(chart)[place - 1])
            size = (Cm(width - patch), Cm(0.9))
            frame = slide.shapes.add_textbox(left + Cm(patch), top, *size).text_frame
            frame.margin_left = frame.margin_right = 0
            frame.margin_top = frame.margin_bottom = 0
            frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            self._write(frame, [text], size=_SMALL, bold=not place)
            across += width
        return Cm((row + 1) * _LEGEND + 0.1)

    def _under(self, slide: Pptx, text: str, area: _Area) -> int:
        """A text at the foot of the area; how tall it is, and 0 without one."""
        if not text:
            return 0
        room = area._replace(height=area.height // 4)
        size = _fitting([text], room, most=_SMALL, least=10)
        height = Cm(_tall([text], area, size) + 0.4)
        top = Emu(area.top + area.height - height)
        box = slide.shapes.add_textbox(area.left, top, area.width, height)
        self._write(box.text_frame, [text], size=size)
        return height

    def save(self, path: Path) -> None:
        """Save whole, with fixed times."""
        with whole_file(path) as temporary:
            buffer = BytesIO()
            self.presentation.save(buffer)
            raw = temporary.with_suffix(".raw")
            raw.write_bytes(buffer.getvalue())
            repack(raw, temporary)
            raw.unlink()

    def _bare(self, title: str, *, source: str = "") -> Pptx:
        """A slide with a title and nothing else yet."""
        slide = self._slide(self._layout(opening=False), title, source=source)
        self._drop_empty(slide)
        return slide

    def _layout(self, *, opening: bool) -> Pptx:
        """The layout for the first slide, or one with a title and room below it."""
        layouts = list(self.presentation.slide_layouts)
        titled = [one for one in layouts if any(map(_is_title, one.placeholders))]
        first = [
            one
            for one in titled
            for place in one.placeholders
            if place.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE
        ]
        if opening and first:
            return first[0]
        others = [one for one in titled if one not in first] or titled or layouts
        return min(others, key=lambda one: sum(map(_is_content, one.placeholders)))

    def _area(self) -> _Area:
        """The room below the title: that of the master's text, else of the slide."""
        width, height = self.presentation.slide_width, self.presentation.slide_height
        for place in self.presentation.slide_master.placeholders:
            is_body = place.placeholder_format.type == PP_PLACEHOLDER.BODY
            if is_body and place.width and place.height:
                room = height - height // 15 - place.top  # of a slide that is lower
                tall = min(place.height, room)
                return _Area(place.left, place.top, place.width, tall)
        side, top = width // 20, height // 5
        return _Area(side, top, width - 2 * side, height - top - height // 12)

    def _slide(
        self, layout: Pptx, title: str, *, size: int = 28, source: str = ""
    ) -> Pptx:
        slide = self.presentation.slides.add_slide(layout)
        shape: Pptx = slide.shapes.title
        if shape is None:
            area = self._area()
            shape = slide.shapes.add_textbox(
                area.left, Cm(0.6), area.width, Emu(area.top - Cm(0.8))
            )
        self._write_title(shape, title, size=size)
        self._foot(slide, layout, source or self.source)
        return slide

    def _write_title(self, shape: Pptx, title: str, *, size: int) -> None:
        """A title in the master's own letters; smaller only where it is long."""
        shape.text_frame.word_wrap = True
        run = shape.text_frame.paragraphs[0].add_run()
        run.text = title
        run.font.language_id = _SPOKEN.get(self.language.id, MSO_LANGUAGE_ID.DANISH)
        if self.is_own or len(title) > _SHORT_TITLE:
            area = _Area(shape.left, shape.top, shape.width, shape.height)
            most = size if self.is_own else min(size, _MOST_OTHERS)
            run.font.size = Pt(_fitting([title], area, most=most, bold=True))

    @staticmethod
    def _drop_empty(slide: Pptx) -> None:
        """A placeholder that nothing is written in would say "Click to add"."""
        for place in list(slide.placeholders):
            if place.has_text_frame and not place.text_frame.text:
                place._element.getparent().remove(place._element)  # noqa: SLF001

    def _foot(self, slide: Pptx, layout: Pptx, source: str) -> None:
        """The source and the page number, where the layout has a place for them."""
        for place in layout.placeholders:
            kind = place.placeholder_format.type
            if kind in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
                copied = deepcopy(place._element)  # noqa: SLF001
                slide.shapes._spTree.append(copied)  # noqa: SLF001
                if kind == PP_PLACEHOLDER.FOOTER:
                    shape = slide.shapes[-1]
                    for paragraph in shape.text_frame.paragraphs[1:]:
                        paragraph._p.getparent().remove(paragraph._p)  # noqa: SLF001
                    first = shape.text_frame.paragraphs[0]
                    first.clear()
                    run = first.add_run()
                    run.text = source
                    run.font.language_id = _SPOKEN.get(
                        self.language.id, MSO_LANGUAGE_ID.DANISH
                    )

    def _write(
        self,
        frame: "TextFrame",
        lines: Sequence[str],
        *,
        size: float,
        bold: bool = False,
    ) -> None:
        frame.word_wrap = True
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
            paragraph.space_after = Pt(size / 2 if len(lines) > 1 else 0)
            run = paragraph.add_run()
            run.text, run.font.size, run.font.bold = line, Pt(size), bold
            run.font.language_id = _SPOKEN.get(self.language.id, MSO_LANGUAGE_ID.DANISH)
            if self.is_own and not frame._element.xpath("ancestor::p:sp//p:ph"):  # noqa: SLF001
                run.font.color.rgb = _rgb(_DARK)


def _fitting(
    lines: Sequence[str],
    area: _Area,
    *,
    most: int,
    least: int = 11,
    bold: bool = False,
) -> int:
    """The largest type from `most` to `least` in which the lines fit the area."""
    for size in range(most, least, -1):
        if _tall(lines, area, size, bold=bold) <= area.height / _CM:
            return size
    return least


def _tall(lines: Sequence[str], area: _Area, size: int, *, bold: bool = False) -> float:
    """How tall the lines are in an area's width, with the air in between, in cm."""
    width = area.width / _CM - 0.5
    rows = sum(len(wrap(line, width, size, bold=bold)) for line in lines)
    between = (len(lines) - 1) * size / 2
    return (rows * size * 1.2 + between) / POINTS_PER_CM + 0.2


def _cells(item: Recommendation, language: Language) -> dict[str, str]:
    """What a row of the table says of a recommendation, by its columns."""
    return {
        "number": plain(item.number),
        "text": shortened(plain(item.text), _SHORT),
        "status": language.label(load_vocabulary().word("status", item.status)),
        "initiative": shortened(plain(item.initiative), _SHORT),
    }


def _is_title(place: Pptx) -> bool:
    return place.placeholder_format.type in _TITLES


def _is_content(place: Pptx) -> bool:
    return not _is_title(place) and place.placeholder_format.type not in _EMPTY_KINDS


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#"))


def _opened(path: Path) -> Pptx:
    """A municipality's own master: a .potx or .pptx, without the slides that it has."""
    if not path.is_file():
        raise file_error("FILE_NOT_FOUND", path)
    try:
        presentation = Presentation(_as_slides(path))
    except PermissionError:
        raise file_error("FILE_NOT_READABLE", path) from None
    except (zipfile.BadZipFile, ValueError, KeyError):
        finding = "the template is no PowerPoint presentation"
        raise wrong_use(finding, "Save it in PowerPoint as .potx or .pptx") from None
    ids = presentation.slides._sldIdLst  # noqa: SLF001
    for one in list(ids):
        presentation.part.drop_rel(one.rId)
        ids.remove(one)
    return presentation


def _as_slides(path: Path) -> BytesIO:
    """A .potx differs from a .pptx in one content type."""
    made_over = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made_over, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(_TEMPLATE_TYPE, _SLIDES_TYPE)
            new.writestr(name, content)
    made_over.seek(0)
    return made_over


def _own_master() -> Pptx:
    """Our own master on 16:9: a band for the title, one colour, wide margins."""
    presentation: Pptx = Presentation()
    presentation.slide_width, presentation.slide_height = _WIDTH, _HEIGHT
    layouts = presentation.slide_layouts
    for layout in [one for one in layouts if one.name not in _LAYOUTS]:
        layouts.remove(layout)
    accent = load_style().after.colour
    master = presentation.slide_master
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    colour = f'<a:srgbClr val="{accent.lstrip("#")}"/>'.encode()
    blob = _ACCENT.sub(rb"\g<1>" + colour + rb"\g<2>", theme.blob)
    theme._blob = _LATIN.sub(rb"\g<1>Arial", blob)  # noqa: SLF001
    _band(master, height=_BAND)
    inside = _WIDTH - 2 * _MARGIN
    foot = Emu(_HEIGHT - _FOOT)
    places = {
        PP_PLACEHOLDER.TITLE: (_MARGIN, Cm(0.3), inside, Emu(_BAND - Cm(0.6))),
        PP_PLACEHOLDER.BODY: (
            _MARGIN,
            Emu(_BAND + Cm(0.7)),
            inside,
            Emu(_HEIGHT - _BAND - _FOOT - Cm(1.1)),
        ),
        PP_PLACEHOLDER.FOOTER: (_MARGIN, foot, Emu(inside - Cm(3)), Cm(0.8)),
        PP_PLACEHOLDER.SLIDE_NUMBER: (
            Emu(_WIDTH - _MARGIN - Cm(2.5)),
            foot,
            Cm(2.5),
            Cm(0.8),
        ),
    }
    for holder in (master, *layouts):
        is_opening = holder.name == _LAYOUTS[0]
        for place in list(holder.placeholders):
            kind = place.placeholder_format.type
            if kind == PP_PLACEHOLDER.DATE:
                place._element.getparent().remove(place._element)  # noqa: SLF001
            elif kind in places and not (is_opening and kind == PP_PLACEHOLDER.TITLE):
                place.left, place.top, place.width, place.height = places[kind]
    _restyle(master)
    _restyle_opening(next(one for one in layouts if one.name == _LAYOUTS[0]))
    return presentation


def _band(holder: Pptx, *, height: int) -> None:
    """A filled band across the top, behind all else, that no reader is told of."""
    tree = holder.shapes._spTree  # noqa: SLF001
    builder = Presentation()
    slide = builder.slides.add_slide(builder.slide_layouts[6])
    band = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Emu(0), Emu(0), _WIDTH, Emu(height)
    )
    _fill_shape(band, load_style().after.colour)
    band.line.fill.background()
    band.name = "Band"
    tree.insert(2, band._element)  # noqa: SLF001


def _fill_shape(shape: Pptx, colour: str) -> None:
    """A plain fill, a thin dark edge, no shadow."""
    shape.fill.solid()
    shape.fill.fore_color.rgb = _rgb(colour)
    shape.line.color.rgb, shape.line.width = _rgb(_DARK), Pt(0.5)
    shape.shadow.inherit = False


def _restyle(master: Pptx) -> None:
    """White titles to the left, dark text, a small source line."""
    styles = master.element.find(qn("p:txStyles"))
    title = styles.find(qn("p:titleStyle")).find(qn("a:lvl1pPr"))
    title.set("algn", "l")
    _letters(title.find(qn("a:defRPr")), size=26, colour=_WHITE, bold=True)
    for place in master.placeholders:
        kind = place.placeholder_format.type
        if kind == PP_PLACEHOLDER.TITLE:
            place.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        if kind in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
            level = place._element.find(".//" + qn("a:lvl1pPr"))  # noqa: SLF001
            side = "l" if kind == PP_PLACEHOLDER.FOOTER else "r"
            level.set("algn", side)
            _letters(level.find(qn("a:defRPr")), size=11, colour=_MUTED)


def _restyle_opening(layout: Pptx) -> None:
    """The first slide: a band over its upper half, title in it, the text below."""
    layout.element.set("showMasterSp", "0")
    half = Emu(_HEIGHT // 2)
    _band(layout, height=half)
    inside = Emu(_WIDTH - 2 * _MARGIN)
    for place in layout.placeholders:
        kind = place.placeholder_format.type
        if kind == PP_PLACEHOLDER.CENTER_TITLE:
            area = (_MARGIN, Cm(2), inside, Emu(half - Cm(2.8)))
            place.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        elif kind == PP_PLACEHOLDER.SUBTITLE:
            area = (_MARGIN, Emu(half + Cm(0.8)), inside, Emu(half - _FOOT - Cm(1.2)))
            for level in place._element.iter(qn("a:lvl1pPr")):  # noqa: SLF001
                level.set("algn", "l")
                _letters(level.find(qn("a:defRPr")), size=18, colour=_DARK)
        else:
            continue
        place.left, place.top, place.width, place.height = area


def _letters(
    properties: "etree._Element", *, size: int, colour: str, bold: bool = False
) -> None:
    """The size and colour of a level's letters, in a master or a layout."""
    properties.set("sz", str(size * 100))
    properties.set("b", "1" if bold else "0")
    for old in properties.findall(qn("a:solidFill")):
        properties.remove(old)
    fill = etree.Element(qn("a:solidFill"))
    etree.SubElement(fill, qn("a:srgbClr")).set("val", colour.lstrip("#"))
    properties.insert(0, fill)


def _data(chart: SlideChart) -> "_PlainChartData":
    data = _PlainChartData(number_format=chart.number_format)
    data.categories = list(chart.categories)
    for one in chart.series:
        data.add_series(one.name, one.values)
    return data


def _look(native: Pptx, chart: SlideChart) -> None:
    native.font.size = Pt(14)
    native.has_title = False
    native.has_legend = False
    values, named = native.value_axis, native.category_axis
    named.tick_labels.font.size = Pt(_label_size(chart))
    named.format.line.color.rgb = _rgb(_MUTED)
    named.major_tick_mark = values.major_tick_mark = XL_TICK_MARK.NONE
    values.format.line.fill.background()
    values.tick_labels.font.size = Pt(12)
    values.tick_labels.font.color.rgb = _rgb(_MUTED)
    if chart.kind != "columns":
        named.reverse_order = True  # the first measure is uppermost
        values.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    values.minimum_scale, values.has_title = 0, False
    values.major_gridlines.format.line.width = Pt(0.5)
    values.major_gridlines.format.line.color.rgb = _GRID
    if not chart.is_stacked:
        values.maximum_scale, values.major_unit = 1, 0.2
    else:
        tallest = max(map(sum, zip(*_heights(chart), strict=True)), default=1)
        steps = (size * 10**power for power in range(7) for size in (1, 2, 5))
        values.major_unit = next(one for one in steps if tallest / one <= 10)
        values.maximum_scale = ceil(tallest / values.major_unit) * values.major_unit
    values.tick_labels.number_format = chart.number_format
    values.tick_labels.number_format_is_linked = False
    _colour_series(native, chart)
    _write_labels(native, chart)


def _heights(chart: SlideChart) -> list[list[float]]:
    return [[value or 0 for value in one.values] for one in chart.series]


def _label_size(chart: SlideChart) -> int:
    """The type of categories and counts, in points: smaller where there are many."""
    return 11 if chart.kind == "columns" or len(chart.categories) > _MOST_DRAWN else 16


def _colour_series(native: Pptx, chart: SlideChart) -> None:
    """Two phases in the figures' two colours; parts of a whole from dark to pale."""
    for series, colour in zip(native.plots[0].series, _colours(chart), strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(colour)
        series.format.line.color.rgb = _rgb(_DARK)
        series.format.line.width = Pt(0.5)
    # Few bars would be as wide as the slide.
    native.plots[0].gap_width = 60 if len(chart.categories) > 2 else 90
    native.plots[0].overlap = 100 if chart.is_stacked else 0


def _write_labels(native: Pptx, chart: SlideChart) -> None:
    """Each bar's count, as text that stands beside it or inside it."""
    shades = _colours(chart)
    inside, outside = XL_LABEL_POSITION.CENTER, XL_LABEL_POSITION.OUTSIDE_END
    for number, series in enumerate(native.plots[0].series):
        told = chart.series[number]
        for at, value in enumerate(told.values):
            if value is not None:
                label = series.points[at].data_label
                label.position = inside if chart.is_stacked else outside
                colour = readable_on(shades[number]) if chart.is_stacked else _DARK
                run = label.text_frame.paragraphs[0].add_run()
                run.text, run.font.size = told.labels[at], Pt(_label_size(chart))
                run.font.color.rgb = _rgb(colour)


def _colours(chart: SlideChart) -> list[str]:
    """The colour of each series, as #RRGGBB."""
    style = load_style()
    if chart.is_stacked:
        last = max(len(chart.ranks) - 1, 1)
        return [_paler(style.after.colour, place / last) for place in chart.ranks]
    two = [style.before.colour, style.after.colour]
    return [two[place] for place in chart.ranks]


def _paler(colour: str, share: float) -> str:
    """A colour on its way to white, at most nine tenths of it."""
    parts = (int(colour.lstrip("#")[at : at + 2], 16) for at in (0, 2, 4))
    mixed = (round(one + (255 - one) * 0.9 * share) for one in parts)
    return "#" + "".join(f"{one:02X}" for one in mixed)


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
    def _open_worksheet(self, xlsx_file: Pptx) -> Iterator[tuple[Pptx, Pptx]]:
        guesses = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
        plain = dict.fromkeys(guesses, False) | {"in_memory": True}
        workbook = Workbook(xlsx_file, plain)
        yield workbook, workbook.add_worksheet()
        workbook.close()


def _settled_workbook(content: bytes) -> bytes:
    """The workbook with its times fixed: the same content gives the same bytes."""
    moment = f"{made_at():%Y-%m-%dT%H:%M:%SZ}".encode()
    with working_folder() as folder:
        source, target = folder / "a.xlsx", folder / "b.xlsx"
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
