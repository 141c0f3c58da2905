"""The results theme by theme: a table, what it means, the author's words, what is done.

A table has the figures; a sentence stands under it only for what stands out, what
cannot be decided though it was chosen, and what carries a reservation. Too few cases
are one line that names the measures. A measure with a scale has its distribution, the
steps counted in words; periods made of dates have a table of their own (series.py).
The recommendations stand where their theme is.
"""

from collections.abc import Iterator, Mapping, Sequence

from taskforce_analysis.reporting.author_places import author_place
from taskforce_analysis.reporting.blocks import (
    Block,
    Column,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from taskforce_analysis.reporting.recommendations_chapter import (
    homes,
    recommendation_items,
)
from taskforce_analysis.reporting.report_tables import (
    counts_table,
    index_table,
    theme_table,
)
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.series import is_series, series_tables, series_told
from taskforce_analysis.reporting.table_rows import (
    ComparisonRow,
    State,
    deciding,
    index_rows,
    phase_rates,
    theme_rows,
)

_MOST_TOLD = 3
MOST_QUESTIONS = 12  # on a scale; of more the figures are in the text, the table behind
_IN_PICTURE = 6  # of many questions: two pictures to a page


def themes_blocks(sentences: Sentences) -> list[Block]:
    """The chapter; of many groups a table of them and one map."""
    word, groups = sentences.word, sentences.groups
    if len(groups) > 1:
        blocks: list[Block] = [Heading(word("heading.groups")), groups_table(sentences)]
        blocks.append(Picture("heatmap", word("caption.heatmap")))
        if sentences.has_many_groups:
            return [*blocks, Paragraph(sentences.language.word("groups.rest"))]
    else:
        blocks = []
    for group in groups:
        heading = sentences.of_group(word("heading.themes"), group)
        told = list(_of_group(sentences, group))
        blocks += [Heading(heading), *told] if told else []
    return blocks


def _of_group(sentences: Sentences, group: str) -> Iterator[Block]:
    """A group's sections; what is the author's only where there is one group."""
    is_alone = len(sentences.groups) == 1
    index = index_rows(sentences.results, group)
    # Of counts alone there is no case to make a table of; the summary says so.
    if index and any(side.applicable for side in index[0].sides):
        yield index_table(sentences, index)
    together = [*_together(sentences, group)]
    yield from together
    for theme, _ in themes_of(sentences):
        told = [] if together else [*theme_blocks(sentences, group, theme)]
        if is_alone:
            advice = recommendation_items(sentences, homes(sentences).get(theme, []))
            # Of a theme that nothing is told of, an author is not asked anything.
            is_told = bool(told or advice or together)
            told += _authors(sentences, theme, asks=is_told)
            told += advice
        if told:
            yield Heading(sentences.theme(theme), level=2)
            yield from told


def _together(sentences: Sentences, group: str) -> Iterator[Block]:
    """Where no requirement is compared, the tables of all themes in one go."""
    measures = [name for _, own in themes_of(sentences) for name in own]
    if is_series(sentences.results):
        caption = sentences.word("caption.periods")
        yield from series_tables(sentences, group, measures, caption=caption)
        yield from _paragraphs(series_told(sentences, group, measures))
    elif is_graded(sentences):
        asked = asked_of(sentences, group)
        is_long = len(asked) > MOST_QUESTIONS
        if not is_long:
            yield graded_table(sentences, group, asked)
        if unasked := [name for name in measures if name not in asked]:
            listed = sentences.language.listed([*map(sentences.quoted, unasked)])
            text = sentences.word("unasked_line", measures=listed)
            yield Paragraph(text, role="small")
        own = len(asked) if not is_long else _IN_PICTURE
        starts = range(0, len(asked), own)
        for number, start in enumerate(starts, start=1):
            caption = sentences.word("caption.grades")
            if len(starts) > 1:
                caption += f" ({number}/{len(starts)})"
            shown = {"measures": asked[start : start + own]}
            yield Picture("answers", caption, {"scaled": True, "group": group, **shown})


def asked_of(sentences: Sentences, group: str) -> list[str]:
    """The measures that some phase has asked, or all where none has."""
    measures = [name for _, own in themes_of(sentences) for name in own]
    rates = phase_rates(sentences.results, group, compares=False)
    asked = {name for (name, _), side in rates.items() if side.state != State.ABSENT}
    return [name for name in measures if name in asked] or measures


def themes_of(sentences: Sentences) -> Iterator[tuple[str, list[str]]]:
    """Each theme's id ("" for none) with its measures that were asked, in order."""
    form = sentences.results.form
    asked = {*sentences.results.tally["measure"]}
    asked |= {*sentences.results.comparison["measure"]}
    for theme in [*(theme.id for theme in form.themes), ""]:
        own = [one.id for one in form.measures if one.theme == theme]
        if measures := [name for name in own if name in asked]:
            yield theme, measures


def is_graded(sentences: Sentences) -> bool:
    """Whether all that was asked is answered on a scale: what is told is its steps."""
    form = sentences.results.form
    asked = [name for _, own in themes_of(sentences) for name in own]
    return bool(asked) and all(form.measure(name).scale for name in asked)


def _authors(sentences: Sentences, theme: str, *, asks: bool) -> Iterator[Block]:
    """Strengths and challenges; where no requirement is measured only as written."""
    bare = is_graded(sentences) or is_series(sentences.results)
    for name in ("strengths", "challenges"):
        for place in author_place(sentences, name, theme):
            if place.texts or (asks and theme and not bare):
                yield place


def theme_blocks(sentences: Sentences, group: str, theme: str) -> Iterator[Block]:
    """A theme's table and what is told of it in one group."""
    results, measures = sentences.results, dict(themes_of(sentences)).get(theme, [])
    if is_series(results):
        caption = sentences.word("caption.series", theme=sentences.theme(theme))
        yield from series_tables(sentences, group, measures, caption=caption)
        yield from _paragraphs(series_told(sentences, group, measures))
        return
    rows = [
        row
        for name, rows in theme_rows(results, group)
        if name == theme
        for row in rows
    ]
    graded = [name for name in measures if results.form.measure(name).scale]
    if graded:
        yield graded_table(sentences, group, graded)
        rows = [row for row in rows if row.measure not in graded]
    hidden = [row for row in rows if row.is_headline and row.is_withheld]
    shown, few = in_table([row for row in rows if not row.is_withheld])
    if shown:
        table = counts_table if shown is few else theme_table
        yield table(sentences, theme, shown)
        yield from _paragraphs(theme_told(sentences, shown))
    elif not rows and not graded and measures:
        yield rates_table(sentences, group, measures)
    if few and shown is not few:
        yield Paragraph(few_line(sentences, few), role="small")
    if hidden:
        names = [sentences.quoted(row.measure) for row in hidden]
        listed = sentences.language.listed(names)
        yield Paragraph(sentences.word("withheld_line", measures=listed), role="small")


def in_table(
    rows: Sequence[ComparisonRow],
) -> tuple[list[ComparisonRow], list[ComparisonRow]]:
    """A theme's rows that its table shows, and those with too few cases to say of.

    A measure's own row, and its parts by law where the whole is not compared. Where all
    have too few cases, the table shows their counts.
    """
    rows = [row for row in rows if row.is_asked]
    own = [row for row in rows if row.is_headline]
    apart = {row.measure for row in own if row.decided_by == "rule_changed"}
    few = [row for row in own if _is_few(row)]
    shown = [
        row
        for row in rows
        if (row.is_headline and not _is_few(row))
        or (row.measure in apart and row.basis.startswith("law:"))
    ]
    return (shown, few) if shown else (few, few)


def _is_few(row: ComparisonRow) -> bool:
    nothing = row.decided_by == "none_applicable"
    return not row.is_withheld and (row.is_too_few or nothing)


def _paragraphs(told: Mapping[str, str]) -> list[Block]:
    return [Paragraph(text, about=measure) for measure, text in told.items()]


def theme_told(sentences: Sentences, rows: Sequence[ComparisonRow]) -> dict[str, str]:
    """What a theme's table means: at most three sentences, by the measure."""
    told: dict[str, str] = {}
    for row in sorted((one for one in rows if one.is_headline), key=_weight):
        text = sentences.meaning(row)
        if not text and row.is_assessable_changed:  # else it is among the caveats
            text = sentences.unseen(row)
        if text:
            told[row.measure] = text
    return dict(list(told.items())[:_MOST_TOLD])


def _weight(row: ComparisonRow) -> int:
    """What is told first: what stands out, what was chosen, what is reserved."""
    return 0 if row.is_beyond_chance else 1 if row.is_primary else 2


def few_line(sentences: Sentences, rows: Sequence[ComparisonRow]) -> str:
    """The measures with too few cases for a verdict, in one line."""
    minimum = sentences.language.number(sentences.results.settings.minimum_verdict)
    names = [sentences.quoted(row.measure) for row in rows]
    listed = sentences.language.listed(names)
    return sentences.word("few_line", minimum=minimum, measures=listed)


# Tables of what is no comparison of requirements.


def graded_table(sentences: Sentences, group: str, measures: Sequence[str]) -> Table:
    """How many gave each step of a scale, in words, question by question."""
    results = sentences.results
    given = sentences.results.distribution
    given = given[given["group"] == group]
    counts = {
        (measure, phase, answer): int(count)
        for measure, phase, answer, count in zip(
            *(given[name] for name in ("measure", "phase", "answer", "count")),
            strict=True,
        )
    }
    rates = phase_rates(results, group, compares=False)
    several = len({results.form.measure(name).theme for name in measures}) > 1
    columns = (
        Column(sentences.word("column.question"), 3.4),
        *(Column(sentences.heading_of(one), 3.0) for one in results.phases),
    )
    rows = []
    for name in measures:
        cells = [sentences.measure(name)]
        for phase in results.phases:
            side = rates.get((name, phase))
            if side is None:
                cells.append(sentences.word("not_measured"))
            elif side.state is State.WITHHELD:
                cells.append(sentences.word("withheld"))
            else:
                own = {
                    answer: count
                    for (measure, at, answer), count in counts.items()
                    if (measure, at) == (name, phase)
                }
                cells.append(sentences.grades(name, own))
        rows.append(tuple(cells))
    caption = sentences.word("caption.steps")
    if not several:
        theme = _theme_of(sentences, measures)
        caption = sentences.word("caption.graded", theme=theme)
    return Table(sentences.of_group(caption, group), columns, tuple(rows))


def rates_table(sentences: Sentences, group: str, measures: Sequence[str]) -> Table:
    """The rates of the phases there are, where there is nothing to compare."""
    rates = phase_rates(sentences.results, group, compares=False)
    phases = sentences.results.phases
    columns = (
        Column(sentences.word("column.measure"), 4.0),
        *(Column(sentences.heading_of(one), 2.0, numeric=True) for one in phases),
    )
    rows = tuple(
        (
            sentences.measure(name),
            *(
                sentences.side(side) if side else sentences.word("not_measured")
                for side in (rates.get((name, phase)) for phase in phases)
            ),
        )
        for name in measures
    )
    caption = sentences.word(
        "caption.theme", theme=_theme_of(sentences, measures), units=sentences.units
    )
    return Table(sentences.of_group(caption, group), columns, rows)


def _theme_of(sentences: Sentences, measures: Sequence[str]) -> str:
    return sentences.theme(sentences.results.form.measure(measures[0]).theme)


def groups_table(sentences: Sentences) -> Table:
    """The groups by name, never by result: their cases, their measures by verdict."""
    results, number = sentences.results, sentences.language.number
    phases = (results.before, results.after)
    columns = (
        Column(sentences.word("column.group"), 2.4),
        *(
            Column(
                sentences.word(
                    "column.units_of",
                    units=sentences.units.capitalize(),
                    phase=sentences.heading_of(phase),
                ),
                1.4,
                numeric=True,
            )
            for phase in phases
        ),
        *(
            Column(sentences.word(f"column.verdicts.{name}"), 1.3, numeric=True)
            for name in ("improved", "worsened", "uncertain", "others")
        ),
    )
    rows, is_found = [], False
    for group in sentences.groups:
        own = [row for row in deciding(results, group) if not row.is_withheld]
        is_found |= any(row.is_told_as_found for row in own)
        seen = {
            name: len([row for row in own if row.verdict == name])
            for name in ("improved", "worsened", "uncertain")
        }
        seen["others"] = len(own) - sum(seen.values())
        units = [sentences.units_in(group, phase) for phase in phases]
        rows.append((sentences.group(group), *units, *map(number, seen.values())))
    note = sentences.word("note.groups")
    if is_found:
        note += " " + sentences.word("note.groups_found")
    return Table(sentences.word("caption.groups"), columns, tuple(rows), note)
