"""What stands in the report: its parts by name, as blocks in the order of a reader.

Page one: whether it is internal, what came out in five sentences, and one figure. Then
the author's assessment; theme by theme the results, the author's words and what is
done; how long it took; how it was made and how it is read. In the appendices all
figures, what in the files changed one, the method and the provenance.
"""

import re

from taskforce_analysis.disclosing import WHOLE, reckoned_with
from taskforce_analysis.languages import NO_BREAK, Language
from taskforce_analysis.paragraphs import unconfirmed_facts
from taskforce_analysis.reporting.author_places import author_place
from taskforce_analysis.reporting.blocks import (
    Block,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Report,
)
from taskforce_analysis.reporting.days_chapter import days_blocks
from taskforce_analysis.reporting.explanations import method, reading_guide, selection
from taskforce_analysis.reporting.recommendations_chapter import (
    elsewhere_blocks,
    recommendation_blocks,
)
from taskforce_analysis.reporting.report_tables import (
    answers_block,
    exact_table,
    issues_block,
    settings_table,
    sources_table,
)
from taskforce_analysis.reporting.sentences import Sentences, lowered
from taskforce_analysis.reporting.series import drawn_measures, is_series
from taskforce_analysis.reporting.summary import page_one_rows, summary_blocks
from taskforce_analysis.reporting.table_rows import deciding, has_index, last_phase
from taskforce_analysis.reporting.themes_chapter import (
    MOST_QUESTIONS,
    asked_of,
    graded_table,
    is_graded,
    themes_blocks,
)
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain

NOTICE = "notice"
_LETTERS = "ABC"


def outline(results: Results, language: Language, *, on_screen: bool = False) -> Report:
    """The whole report, as plain text in frozen blocks.

    On a screen, where there is room, one figure of all measures stands with them.
    """
    sentences = Sentences(results, language)
    parts = chapters(sentences)
    if on_screen and not (is_graded(sentences) or is_series(results)):
        parts["exact"] = [*_figure(sentences), *parts["exact"]]
    return Report(
        title=title_of(sentences),
        subtitle=subtitle_of(sentences),
        author=author_of(results),
        language=language.word("tag"),
        blocks=tuple(block for part in parts.values() for block in part),
    )


def title_of(sentences: Sentences) -> str:
    """The report's title: what it is, and the measurement's own, or the form's.

    What a form is about stands after the word for a form. Periods are no measurement.
    """
    form, measurement = sentences.results.form, sentences.results.measurement
    title, own = sentences.word("title"), plain(measurement.title)
    if not own:
        english = sentences.language.id == "en" and form.title_en
        named = plain(form.title_en if english else form.title)
        about = re.sub(sentences.word("form_words"), "", named) or named
        if is_series(sentences.results):
            return about[:1].upper() + about[1:]
        return f"{title}: {about}"
    # Within the title it is no beginning, unless it begins with the place's name.
    is_name = plain(measurement.municipality).startswith(own.partition(" ")[0])
    return f"{title}: {own if is_name else lowered(own)}"


def subtitle_of(sentences: Sentences) -> str:
    """For whom, the measurements with month and year, and the day of the paper."""
    results = sentences.results
    parts = [plain(results.measurement.municipality)]
    if is_series(results):
        ends = (sentences.phase(results.phases[at]) for at in (0, -1))
        parts.append("–".join(ends))
    else:
        parts += [sentences.measured(phase) for phase in results.phases]
    if results.measurement.dated:
        day = sentences.language.date(results.measurement.dated)
        parts.append(day.replace(" ", NO_BREAK))
    return " · ".join(part for part in parts if part)


def author_of(results: Results) -> str:
    """Who stands as the author: the municipality, else the software."""
    return plain(results.measurement.municipality) or "taskforce_analysis"


def chapters(sentences: Sentences) -> dict[str, list[Block]]:
    """The report's chapters by name, in the order in which they stand."""
    word, results = sentences.word, sentences.results
    parts = {
        NOTICE: [Paragraph(notice(sentences), role="notice")],
        "summary": [
            Heading(word("heading.summary")),
            *summary_blocks(sentences),
            *page_one_picture(sentences),
        ],
        "assessment": list(author_place(sentences, "assessment")),
        "results": themes_blocks(sentences),
        "timing": [] if is_series(results) else days_blocks(sentences),
        "other_recommendations": elsewhere_blocks(sentences),
        "reading": [Heading(word("heading.reading")), Listing(how_to_read(sentences))],
    }
    annexes = {
        "exact": _exact(sentences),
        "issues": _issues(sentences),
        "provenance": [
            Listing(tuple(method(results, sentences.language))),
            sources_table(sentences),
            settings_table(sentences),
            *_unconfirmed(sentences),
        ],
    }
    letters = iter(_LETTERS)
    for name, blocks in annexes.items():
        parts[name] = []
        if blocks:
            text = word(f"heading.{name}", letter=next(letters))
            parts[name] = [Heading(text, turned=name == "exact"), *blocks]
    return parts


def parts_by_tag(sentences: Sentences) -> dict[str, list[Block]]:
    """What a template may ask for that has no chapter of its own, by tag."""
    results, language = sentences.results, sentences.language
    told = {
        "guide": reading_guide(results, language),
        "selection": selection(results, language),
        "method": method(results, language),
    }
    listed: dict[str, list[Block]] = {
        name: [Listing(tuple(said))] for name, said in told.items()
    }
    return {
        **listed,
        "figure": _figure(sentences),
        "recommendations": recommendation_blocks(sentences),
    }


def how_to_read(sentences: Sentences) -> tuple[str, ...]:
    """How it was done and how the figures are read: each explanation, once."""
    results, language = sentences.results, sentences.language
    if is_graded(sentences):
        rows = [row for one in sentences.groups for row in deciding(results, one)]
        tested = "_tested" if any(row.is_decided for row in rows) else ""
        guide = [sentences.word(f"guide.graded{tested}", units=sentences.units)]
    elif is_series(results):
        guide = [sentences.word("guide.series", units=sentences.units)]
    else:
        guide = reading_guide(results, language)
    return (*selection(results, language), *guide, sentences.source())


def page_one_picture(sentences: Sentences) -> list[Block]:
    """One figure: what was chosen beforehand, else the few that stand out.

    An index that decides stands in it above the measures that it is made of.
    Of periods the trend; on a scale, or of several groups, the results have their own.
    """
    results = sentences.results
    if len(sentences.groups) != 1 or is_graded(sentences):
        return []
    if is_series(results):
        names = drawn_measures(sentences, sentences.groups[0])
        caption = sentences.word("caption.trend")
        return [Picture("trend", caption, {"measures": names})] if names else []
    if main_chart(results) != "change":
        return change_pictures(sentences)
    group = sentences.groups[0]
    rows = page_one_rows(deciding(results, group))
    if not rows:
        return []
    key = "chosen" if rows[0].is_primary else "standing_out"
    measures = [row.measure for row in rows]
    if has_index(results, group):
        key, measures = "index", [*results.measurement.index]
    before, after = map(sentences.measurement, (results.before, results.after))
    caption = sentences.word(f"caption.{key}", before=before, after=after)
    return [Picture("change", caption, {"measures": measures})]


def _issues(sentences: Sentences) -> list[Block]:
    """What changes a figure; the rest is in the workbook."""
    word = sentences.word
    table = issues_block(sentences)
    told: list[Block] = []
    told.append(table if table.rows else Paragraph(word("no_issues")))
    if len(sentences.results.issues):
        told.append(Paragraph(word("issues_elsewhere"), role="small"))
    return [*told, *_withheld_issues(sentences)]


def notice(sentences: Sentences) -> str:
    """Whether the output is internal, and if not, what has been withheld."""
    settings = sentences.results.settings
    threshold = sentences.language.number(settings.threshold)
    said = [sentences.word(f"publish.{settings.publish}", threshold=threshold)]
    if sentences.results.form.draft:
        said.insert(0, sentences.language.word("draft.mark"))
    if (sentences.results.issues["code"] == "LIMITS_INVENTED").any():
        said.append(sentences.word("limits_invented"))
    if sentences.results.is_disclosed:
        rows, word = len(sentences.results.withheld), sentences.language.word
        count = sentences.language.number(rows)
        kept = sentences.language.counted("disclosure.rows", count)
        said += [
            kept if rows else word("disclosure.none"),
            word("disclosure.choice", threshold=threshold),
            reckoned_with(sentences.results, sentences.language),
        ]
        if set(settings.by) - {WHOLE}:
            said += [word("disclosure.blocks"), word("disclosure.unnamed")]
    return " ".join(said)


def _unconfirmed(sentences: Sentences) -> list[Block]:
    """What the report leans on that no source confirms: provisions, limits, facts."""
    facts = {one.label: sentences.language.label(one) for one in unconfirmed_facts()}
    named = [facts.get(one, one) for one in sentences.results.unconfirmed]
    leaned_on = tuple(map(plain, named))
    if not leaned_on:
        return []
    return [Paragraph(sentences.word("unconfirmed")), Listing(leaned_on)]


def _figure(sentences: Sentences) -> list[Block]:
    results = sentences.results
    if not len(results.comparison) and main_chart(results) == "change":
        return []
    return [Heading(sentences.word("heading.figure")), *change_pictures(sentences)]


def main_chart(results: Results) -> str:
    """The chart that shows what came out: of one phase alone there is no change."""
    compared = {results.before, results.after} & {*results.phases}
    return "change" if len(compared) > 1 else "rates"


def change_pictures(sentences: Sentences) -> list[Block]:
    """The change, group by group; one map where the groups are many."""
    results, groups = sentences.results, sentences.groups
    before, after = (
        sentences.measurement(results.before),
        sentences.measurement(last_phase(results)),
    )
    if sentences.has_many_groups:
        caption = sentences.language.word("per_group.figure", after=after)
        return [Picture("heatmap", caption)]
    chart = main_chart(results)
    caption = sentences.word(f"caption.{chart}", before=before, after=after)
    if len(groups) == 1:
        return [Picture(chart, caption)]
    return [
        Picture(chart, sentences.of_group(caption, group), {"group": group})
        for group in groups
    ]


def _exact(sentences: Sentences) -> list[Block]:
    """All figures, and what stands beside the verdicts.

    Nothing for periods, whose tables hold all and whose first against last is no
    finding; nor for a scale on which nothing can be compared.
    """
    results, graded = sentences.results, is_graded(sentences)
    if is_series(results):
        return []
    blocks: list[Block] = []
    for group in sentences.groups:
        if graded and len(asked := asked_of(sentences, group)) > MOST_QUESTIONS:
            blocks.append(graded_table(sentences, group, asked))
        exact = exact_table(sentences, group)
        is_known = any(row.shown_difference for row in deciding(results, group))
        blocks += [exact] if exact.rows and (is_known or not graded) else []
        blocks += [] if graded else [answers_block(sentences, group)]
        if beside := asides_by_text(sentences, group):
            blocks.append(Listing(beside))
    return blocks


def asides_by_text(sentences: Sentences, group: str) -> tuple[str, ...]:
    """What stands beside the verdicts, each text once with the measures it is about."""
    about: dict[str, list[str]] = {}
    for row in deciding(sentences.results, group):
        for text in sentences.asides(row):
            about.setdefault(text, []).append(sentences.quoted(row.measure))
    listed = sentences.language.listed
    return tuple(
        sentences.word("beside", measures=listed(names), text=text)
        for text, names in about.items()
    )


def _withheld_issues(sentences: Sentences) -> list[Block]:
    if not sentences.results.is_disclosed:
        return []
    return [Paragraph(sentences.language.word("disclosure.issues"), role="small")]
