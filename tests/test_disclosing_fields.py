"""Each field of Results is either treated before publication or free of counts."""

from dataclasses import fields, replace
from typing import Any

import pytest

from taskforce_analysis.charts import draw
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.languages import load_language
from taskforce_analysis.published import Scope, apart
from taskforce_analysis.reporting.blocks import Listing, Table
from taskforce_analysis.reporting.recommendations_chapter import recommendation_blocks
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing.sheets.words import recommendations_sheet
from taskforce_analysis.writing.showing import show

PLAN = data_folder("example") / "maaling.toml"
WORDS = load_language("da")

# What disclose gives another value, where there is something to withhold.
TREATED = {
    "tally",
    "comparison",
    "distribution",
    "durations",
    "days",
    "limits",
    "overdue",
    "answers",
    "issues",
    "issue_cells",
    "sources",
    "withheld",
    "agreed",
    "bridged",
    "chance_findings",
    "changed_limits",
    "is_disclosed",
    "measurement",
    "choices",
    "recommended_in",
}
# What is the same for the public, and why no figure of the cases can stand in it.
FREE_OF_COUNTS = {
    "form": "what is asked, written before any case was read",
    "form_was_matched": "yes or no about the form",
    "settings": "choices",
    "phases": "names",
    "before": "a name",
    "after": "a name",
    "reviewed_again": "ids out of the measurement; the writers show how many",
    "recommendations": "texts and a status that someone wrote; ids of measures",
    "unconfirmed": "provisions that some case leans on, never how many",
}


@pytest.fixture(scope="module")
def example() -> Results:
    return run(measurement=PLAN)


@pytest.fixture(scope="module")
def strict(example: Results) -> Results:
    return disclose(replace(example, settings=Settings(publish="strict")))


def test_every_field_is_treated_or_free_of_counts():
    names = {one.name for one in fields(Results)}
    assert names == TREATED | FREE_OF_COUNTS.keys()
    assert not TREATED & FREE_OF_COUNTS.keys()


@pytest.mark.parametrize("name", sorted(FREE_OF_COUNTS))
def test_what_is_free_of_counts_comes_through_as_it_was(example, strict, name):
    before, after = getattr(example, name), getattr(strict, name)
    assert after == before if name != "settings" else after.publish == "strict"


def test_what_went_in_is_told_by_number_and_nothing_else(example, strict):
    sources = (*strict.sources, *strict.recommended_in)
    assert [one.file for one in sources] == ["data1.xlsx", "data2.xlsx", "data3.xlsx"]
    told = {(one.sha256, one.size, one.sheets, one.ignored) for one in sources}
    assert told == {("", 0, (), ())}
    assert set(strict.issues["file"].dropna()) <= {one.file for one in sources}
    assert not any(one.files for one in strict.measurement.phases.values())
    # Nor who drew the cases: it may be a person.
    told = example.measurement.phase("status")
    assert told.drawn_by
    kept = replace(told, files=(), drawn_by="")
    assert strict.measurement.phase("status") == kept


def test_the_recommendations_files_are_told_without_their_number_of_rows(strict):
    assert [one.units for one in strict.recommended_in] == [0]


def hidden_of(results: Results) -> set[str]:
    rows = results.comparison[results.comparison["basis"] == "crude"]
    return set(rows.loc[rows["verdict"] == "withheld", "measure"])


def counts_of(example: Results, measure: str) -> list[str]:
    """How a report would say the two counts of a measure."""
    rows = example.comparison
    row = rows[(rows["basis"] == "crude") & (rows["measure"] == measure)].iloc[0]
    sides = ("before", "after")
    pairs = [(row[f"compliant_{one}"], row[f"applicable_{one}"]) for one in sides]
    return [WORDS.count_of(int(met), int(asked)) for met, asked in pairs]


def test_a_withheld_figure_is_in_no_text_of_the_recommendations(example, strict):
    named = {name for one in example.recommendations for name in one.measures}
    hidden = named & hidden_of(strict)
    assert hidden
    inside = figures_in(example)
    outside = figures_in(strict)
    for measure in hidden:
        label = WORDS.label(example.form.measure(measure))
        assert any(label in text for text in inside)
        assert not any(label in text for text in outside)
        for count in counts_of(example, measure):
            told = [text for text in outside if label in text and count in text]
            assert told == []
    # What is not withheld is still there.
    assert outside
    assert set(outside) <= set(inside)


def figures_in(results: Results) -> list[str]:
    """The lines under the recommendations that tell figures of their measures."""
    blocks = recommendation_blocks(Sentences(results, WORDS))
    still = WORDS.word("recommendations.attention")
    heads = [getattr(block, "text", "") for block in blocks]
    listed = [one for one in blocks[: heads.index(still)] if isinstance(one, Listing)]
    return [item for block in listed for item in block.items]


def test_their_tables_sheet_and_chart_are_the_same_whatever_the_figures_are(
    example, strict
):
    """Nothing in them depends on a count, so nothing withheld can be read off them."""
    pair = [Sentences(one, WORDS) for one in (example, strict)]
    tables = [
        [one for one in recommendation_blocks(said) if isinstance(one, Table)]
        for said in pair
    ]
    assert tables[0] == tables[1] != []
    assert recommendations_sheet(pair[0]) == recommendations_sheet(pair[1])
    inside: Any = draw("recommendations", example)
    outside: Any = draw("recommendations", strict)
    assert outside.taskforce.alt == inside.taskforce.alt
    assert outside.taskforce.data.equals(inside.taskforce.data)
    assert not {*outside.taskforce.data.columns} & {"compliant", "applicable"}


def test_a_notebooks_table_and_the_national_figures_show_no_more(example, strict):
    asked = replace(example, settings=Settings(publish="strict"))
    assert show(asked).as_raw_html() == show(strict).as_raw_html()
    scope = Scope(law="", provision="", population="", period="")
    hidden = hidden_of(strict)
    assert set(apart(example, scope)["measure"]) & hidden
    assert not set(apart(asked, scope)["measure"]) & hidden
