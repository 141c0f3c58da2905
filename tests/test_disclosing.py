"""What may leave the house: what is withheld, where, and that it is said."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_results import fake_results

from taskforce_analysis import tables
from taskforce_analysis.charts import available_charts, draw
from taskforce_analysis.disclosing import disclose, is_published, reckoned_with
from taskforce_analysis.disclosing.details import (
    banded_overdue,
    coarse_durations,
    heaped,
)
from taskforce_analysis.errors import UsageError
from taskforce_analysis.forms import load_form
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.reporting.blocks import Paragraph
from taskforce_analysis.reporting.contents import outline
from taskforce_analysis.results import Results, Source, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write
from taskforce_analysis.writing.json import results_contract

PLAN = data_folder("example") / "maaling.toml"


@pytest.fixture(scope="module")
def example() -> Results:
    return run(measurement=PLAN)


def as_published(results: Results, publish: str, **more) -> Results:
    return replace(results, settings=Settings(publish=publish, **more))


def test_internal_results_come_back_as_they_are(example):
    assert disclose(example) is example
    assert not is_published(example)


def test_open_shows_the_counts_of_a_whole_municipality(example):
    shown = disclose(as_published(example, "open"))
    pd.testing.assert_frame_equal(shown.tally, example.tally)
    pd.testing.assert_frame_equal(shown.comparison, example.comparison)
    assert len(shown.withheld) == 0


def test_published_results_hold_no_case_and_no_cell(example):
    shown = disclose(as_published(example, "open"))
    assert len(shown.answers) == len(shown.issue_cells) == 0
    assert shown.issues[["cell", "case_id", "found", "expected"]].isna().all(axis=None)
    assert not shown.issues["code"].isin(["SMALL_CELL", "APPLICABLE_SHIFT"]).any()


def test_strict_withholds_every_row_with_a_small_cell(example):
    shown = disclose(as_published(example, "strict"))
    counts = shown.tally[["cases", "units", *tables.SCORES, "applicable"]]
    assert not ((counts > 0) & (counts < 5)).any(axis=None)
    assert 0 < len(shown.tally) < len(example.tally)
    # That there are rows by the limits, or of how many could be assessed, is told of no
    # measure that is withheld.
    told = [
        ~one["basis"].str.startswith(("limit:", "assessable"))
        for one in (example.tally, shown.tally)
    ]
    assert told[1].sum() + len(shown.withheld) == told[0].sum()
    assert set(shown.withheld["basis"]) <= {"crude", "condition", "unconditional"}


def test_what_is_withheld_is_withheld_whole(example):
    shown = disclose(as_published(example, "strict"))
    gone = shown.comparison[shown.comparison["verdict"] == "withheld"]
    assert len(gone) > 10
    shares = [c.name for c in tables.comparison.columns if c.dtype == "float64"]
    assert gone[[name for name in shares if name != "confidence"]].isna().all(axis=None)
    counts = [
        f"{n}_{s}" for n in ("compliant", "applicable") for s in ("before", "after")
    ]
    assert (gone[counts] == 0).all(axis=None)
    assert (gone["reservation"] == "withheld").all()


def test_a_comparison_goes_where_one_of_its_phases_goes(example):
    shown = disclose(as_published(example, "strict"))
    places = set(
        shown.withheld[["phase", "measure", "basis"]].itertuples(index=False, name=None)
    )
    for row in shown.comparison.itertuples():
        sides = {
            (row.before, row.measure, row.basis),
            (row.after, row.measure, row.basis),
        }
        assert (row.verdict == "withheld") == bool(sides & places)


def test_adjusted_p_values_tell_nothing_of_a_withheld_member(example):
    stepwise = {"adjustment": {"bonferroni": "holm"}}
    told = replace(example, comparison=example.comparison.replace(stepwise))
    shown = disclose(as_published(told, "strict")).comparison
    family = shown[(shown["basis"] == "crude") & (shown["adjustment"] == "holm")]
    assert (shown.loc[~shown.index.isin(family.index), "verdict"] != "withheld").any()
    # Nor do an interval and a verdict, whose level is one of Holm's steps.
    assert (family["verdict"] == "withheld").all()
    assert family[["p_adjusted", "difference_low"]].isna().all(axis=None)


def test_disclosing_twice_is_disclosing_once(example):
    once = disclose(as_published(example, "strict"))
    assert disclose(once) is once


def test_json_has_null_where_a_count_is_withheld(example, tmp_path: Path):
    write(as_published(example, "strict"), tmp_path / "tal.json")
    content = json.loads((tmp_path / "tal.json").read_text("utf-8"))
    gone = [row for row in content["comparison"] if row["verdict"] == "withheld"]
    assert {row["compliant_after"] for row in gone} == {None}
    assert len(content["tally"]) < len(example.tally)


@pytest.mark.parametrize("publish", ["open", "strict"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_the_report_says_what_it_is_and_that_no_law_sets_the_number(
    example, publish, language
):
    words = load_language(language)
    shown = disclose(as_published(example, publish, threshold=7))
    notice = first_text(shown, words)
    assert words.word(f"report.publish.{publish}", threshold="7") in notice
    assert words.word("disclosure.choice", threshold="7") in notice


def test_a_report_without_publish_says_that_it_is_internal(example):
    words = load_language("da")
    internal, invented = map(
        words.word, ("report.publish.internal", "report.limits_invented")
    )
    assert first_text(example, words) == f"{internal} {invented}"
    issues = example.issues[example.issues["code"] != "LIMITS_INVENTED"]
    own_limits = replace(example, issues=issues)
    assert first_text(own_limits, words) == internal


@pytest.mark.parametrize(
    ("by", "known"),
    [
        ((), "rapporten om alle sager under ét"),
        (("paragraph",), "rapporten om alle sager under ét"),
        (
            ("paragraph", "municipality"),
            "rapporten om alle sager under ét og opdelingen efter kommune",
        ),
        (
            ("paragraph", "team"),
            "rapporten om alle sager under ét og opdelingen efter paragraf",
        ),
    ],
)
def test_the_report_says_beside_which_others_it_may_be_published(example, by, known):
    words = load_language("da")
    shown = replace(example, settings=Settings(publish="open", by=by))
    said = reckoned_with(shown, words)
    assert said == words.word("disclosure.apart", known=known)
    assert "kan tilbageholdte tal regnes ud" in said
    if not by:
        assert said in first_text(disclose(shown), words)
        assert said not in first_text(example, words)


def first_text(results: Results, words: Language) -> str:
    """The text of the report's first block."""
    first = outline(results, words).blocks[0]
    assert isinstance(first, Paragraph)
    return first.text


@pytest.mark.parametrize("by", [(), ("paragraph",)])
def test_every_chart_draws_what_is_left(by):
    settings = Settings(publish="strict", by=by)
    results = disclose(run(measurement=PLAN, settings=settings))
    group = {"group": results.comparison["group"].iloc[0]} if by else {}
    for name in available_charts():
        options = {} if name in ("heatmap", "funnel", "plan") else group
        try:
            figure: Any = draw(name, results, **options)
        except UsageError:
            continue  # it says that nothing is left to draw
        assert figure.taskforce.alt


def test_a_withheld_count_stands_in_no_word_of_a_figure(example):
    results = disclose(as_published(example, "strict"))
    shown = set(results.tally["measure"])
    measure = next(one for one in example.tally["measure"] if one not in shown)
    figure: Any = draw("change", results, measures=[measure])
    row = example.comparison[example.comparison["measure"] == measure].iloc[0]
    count = load_language("da").count_of(
        int(row.compliant_after), int(row.applicable_after)
    )
    words = [
        text.get_text() for text in figure.findobj(lambda one: hasattr(one, "get_text"))
    ]
    assert count not in " ".join([figure.taskforce.alt, figure.taskforce.note, *words])
    assert load_language("da").word("charts.state.withheld") in " ".join(words)
    assert not any(str(n).isdigit() for n in figure.taskforce.data.iloc[0, 2:6])


def test_a_small_file_has_no_number_of_cases_in_strict():
    results = fake_results(3, settings=Settings(publish="strict"))
    source = Source(file="a.xlsx", sha256="0" * 64, size=1, units=3)
    shown = disclose(replace(results, sources=(source, *results.sources)))
    assert [one.units for one in shown.sources] == [None] * 3


def test_groups_of_municipalities_are_no_breakdown_in_open():
    settings = Settings(publish="open", by=("municipality",))
    results = fake_results(6, groups=("Nord", "Syd"), cases=6, settings=settings)
    assert len(disclose(results).withheld) == 0
    assert len(
        disclose(
            replace(results, settings=Settings(publish="open", by=("area",)))
        ).withheld
    )


def test_durations_are_told_in_heaps_of_the_threshold():
    days, counts = [3, 9, 12, 30, 44], np.array([[2], [1], [4], [1], [1]])
    # 2 + 1 + 4 make a heap of seven; the two that are left belong to it.
    assert heaped(days, counts, 5) == [44] * 5
    assert heaped(days, counts, 3) == [9, 9, 44, 44, 44]


def test_groups_of_one_whole_share_their_heaps():
    # On day 9 the second group has one case waiting, on day 12 it has five.
    days = [3, 9, 12, 30]
    counts = np.array([[5, 0], [0, 1], [0, 4], [5, 0]])
    assert heaped(days, counts, 5) == [3, 12, 12, 30]


def durations_of(**groups: list[int]) -> pd.DataFrame:
    """One row per case and group with the days that it took."""
    key = {"form": "f", "phase": "status", "measure": "m", "open": False, "count": 1}
    rows = [
        {**key, "group": group, "days": day}
        for group, days in groups.items()
        for day in days
    ]
    return tables.build(rows, tables.durations)


def test_the_heaps_of_groups_lie_on_the_ends_of_the_heaps_of_all():
    frame = durations_of(a=[1, 2, 7, 8, 9], b=[3, 4, 5, 6, 10, 11, 12, 13])
    everyone = {"a": "", "b": ""}
    whole = coarse_durations(frame.assign(group="all"), 3)
    parts = coarse_durations(frame, 3, [everyone])
    # All: three by day 3, 6, 9 and then four. By day 6 a has two, by day 9 five.
    assert whole["days"].tolist() == [3, 6, 9, 13]
    told = parts[["group", "days", "count"]].to_numpy().tolist()
    assert told == [["a", 9, 5], ["b", 9, 4], ["b", 13, 4]]


def test_durations_are_told_of_all_groups_or_of_none():
    frame = durations_of(a=[1, 2, 3, 4, 5], b=[1, 2])
    assert len(coarse_durations(frame, 5, [{"a": "", "b": ""}])) == 0
    assert coarse_durations(frame, 5)["group"].tolist() == ["a"]


def test_durations_of_few_are_left_out():
    key = {"form": "f", "group": "all", "phase": "status", "measure": "m"}
    rows = [
        {**key, "days": day, "open": day > 90, "count": 1} for day in range(85, 100)
    ]
    frame = tables.build(rows, tables.durations)
    assert len(coarse_durations(frame, 10)) == 0
    told = coarse_durations(frame, 6)
    assert told[["days", "open", "count"]].to_numpy().tolist() == [
        [90, False, 6],
        [99, True, 9],
    ]


def test_days_over_the_limit_are_told_by_bands():
    key = {"form": "f", "group": "all", "phase": "status", "measure": "m"}
    rows = [
        {**key, "over": day, "open": False, "count": 1} for day in (1, 7, 8, 30, 900)
    ]
    told = banded_overdue(tables.build(rows, tables.overdue))
    assert told[["over", "count"]].to_numpy().tolist() == [
        [1, 2],
        [8, 1],
        [29, 1],
        [449, 1],
    ]


def with_labels(*labels: str) -> Results:
    """Three groups of cases, the first of them of two alone."""
    settings = Settings(publish="open", by=("paragraph",), threshold=3)
    made = fake_results(4, groups=labels, cases=6, settings=settings)
    small = made.tally["group"] == labels[0]
    few = made.tally.assign(cases=made.tally["cases"].where(~small, 2))
    form = load_form("boernehandicap")
    return replace(made, tally=few, form=replace(made.form, attributes=form.attributes))


def names_in(results: Results) -> set[str]:
    return {*results.comparison["group"], *results.withheld["group"]}


def test_a_text_that_few_cases_have_is_no_groups_name():
    shown = disclose(with_labels("ring til Zqnavnsen", "Nord", "Syd"))
    assert names_in(shown) == {"#1", "Nord", "Syd"}
    assert "Zqnavnsen" not in json.dumps(results_contract(shown))
    # What the form offers is known, however few cases have it.
    assert names_in(disclose(with_labels("§ 41", "Nord", "Syd"))) == {
        "§ 41",
        "Nord",
        "Syd",
    }


def test_where_no_group_may_be_named_it_is_still_told_that_all_is_withheld():
    made = with_labels("Ida", "Bo", "Per")
    few = made.tally.assign(cases=2)
    shown = disclose(replace(made, tally=few))
    assert len(shown.tally) == 0
    assert set(shown.comparison["verdict"]) == {"withheld"}
    assert all(name.startswith("#") for name in names_in(shown))


def test_what_is_published_has_a_threshold_of_at_least_three():
    with pytest.raises(UsageError, match="the threshold is below 3"):
        Settings(publish="open", threshold=2)
    assert Settings(threshold=2).threshold == 2
