"""How far the recommendations have come, theme by theme: a square for each.

Few and different things are not a share of anything: each recommendation is one square
with its number, under its status. The status is what someone stated.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.options import ChartOptions
from taskforce_analysis.charts.kit.paper import CaptionedPaper, Paper, captioned_paper
from taskforce_analysis.charts.kit.style import clean, load_style, readable_on, wrap
from taskforce_analysis.charts.kit.words import caption_of
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.languages import Language
from taskforce_analysis.recommendations import Recommendation, load_vocabulary

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results

_LABEL, _COLUMN, _SIZE, _STEP, _GAP = 3.8, 2.38, 0.55, 0.65, 0.2
_PER_LINE = 3
_Line = tuple[str, dict[str, list[Recommendation]]]  # a theme's label; by status


@chart("recommendations", asked=ChartOptions, needs="recommendations")
def recommendations(
    results: "Results", language: Language, asked: ChartOptions
) -> Figure:
    """The recommendations of each theme by their status, a numbered square for each.

    Raises UsageError where the measurement has none.
    """
    told = results.recommendations
    if not told:
        finding = "the measurement has no recommendations"
        raise wrong_use(finding, 'Add recommendations = "anbefalinger.xlsx"')
    caption = caption_of(
        results,
        language,
        title=language.word("recommendations.chart_title"),
        instead=asked.title,
        sentences=[language.word("recommendations.chart_note")],
        source=language.word("recommendations.chart_source"),
    )
    lines = _lines(told, language)
    height = 2 * load_style().line + sum(map(_height, lines)) + 0.4
    made = captioned_paper(caption, height, notes=asked.notes)
    _draw(made, lines, language)
    alt = f"{caption.title}. {_told(lines, language)}"
    return made.finish(alt=alt, data=_data(told, language))


def _lines(told: Sequence[Recommendation], language: Language) -> list[_Line]:
    choices = load_vocabulary().choices
    themes = {theme.id: language.label(theme) for theme in choices["theme"]}
    themes[""] = language.word("recommendations.no_theme")
    names = [status.id for status in choices["status"]]
    found = []
    for theme, label in themes.items():
        own = [one for one in told if one.theme == theme]
        if own:
            found.append((label, {n: [o for o in own if o.status == n] for n in names}))
    return found


def _height(line: _Line) -> float:
    most = max(len(items) for items in line[1].values())
    rows = -(-most // _PER_LINE)
    label = len(wrap(line[0], _LABEL)) * load_style().line
    return max(rows * _STEP, label) + _GAP


def _draw(made: CaptionedPaper, lines: list[_Line], language: Language) -> None:
    style, top = load_style(), made.top
    left = style.page["margin"]
    for place, status in enumerate(load_vocabulary().choices["status"]):
        head = wrap(language.label(status), _COLUMN - 0.05, bold=True)
        made.paper.text((_left(place), top), head, fontweight="bold", gid="header")
    top += 2 * style.line + 0.1
    for theme, statuses in lines:
        made.paper.rule(top, left=left, right=made.paper.width - left)
        label = wrap(clean(theme), _LABEL)
        made.paper.text((left, top + _GAP / 2), label, gid="label")
        for place, items in enumerate(statuses.values()):
            for number, one in enumerate(items):
                row, column = divmod(number, _PER_LINE)
                at = (_left(place) + column * _STEP, top + _GAP / 2 + row * _STEP)
                _square(made.paper, at, one)
        top += _height((theme, statuses))


def _left(place: int) -> float:
    return load_style().page["margin"] + _LABEL + 0.2 + place * _COLUMN


def _square(paper: Paper, at: tuple[float, float], one: Recommendation) -> None:
    ink, shade = load_style().colours["ink"], load_style().statuses[one.status]
    left, top = at
    look = {"facecolor": shade, "edgecolor": ink, "linewidth": 0.8}
    paper.box(left, top + _SIZE, (_SIZE, _SIZE), gid="recommendation", **look)
    middle = (left + _SIZE / 2, top + 0.12)
    look = {"ha": "center", "color": readable_on(shade), "gid": "number"}
    paper.text(middle, [clean(one.number)], **look)


def _told(lines: list[_Line], language: Language) -> str:
    said = []
    for theme, statuses in lines:
        parts = [
            f"{language.label(load_vocabulary().word('status', name)).lower()}: "
            + language.listed([clean(one.number) for one in items])
            for name, items in statuses.items()
            if items
        ]
        said.append(f"{theme}: {'; '.join(parts)}.")
    return " ".join(said)


def _data(told: Sequence[Recommendation], language: Language) -> "pd.DataFrame":
    import pandas as pd

    words, nowhere = load_vocabulary(), language.word("recommendations.no_theme")
    rows = [
        (
            one.number,
            language.label(words.word("theme", one.theme)) if one.theme else nowhere,
            language.label(words.word("status", one.status)),
        )
        for one in told
    ]
    names = ("number", "theme", "status")
    headings = [language.word(f"recommendations.column.{name}") for name in names]
    return pd.DataFrame(rows, columns=headings)
