"""The yardstick moves: a limit that is not the same in the two phases.

Every expected count is counted by hand from the days that a case took: 8 weeks are 56
days, 12 weeks 84, 4 weeks 28.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workbooks import write

from taskforce_analysis.charts import draw, drawing_of
from taskforce_analysis.cli import main
from taskforce_analysis.comparing import compare
from taskforce_analysis.deadlines import Change, changes_of
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.languages import load_language
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.reporting.contents import outline
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import comparison_rows
from taskforce_analysis.results import Results, prepare, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.tallying import tally
from taskforce_analysis.writing.notat import as_text, compose_notat
from taskforce_analysis.writing.parquet import to_parquet

FORM = """
id = "frister"
title = "Frister"
version = "1"
unit = "sag"
[columns]
case = ["Sagsnr."]
phase = ["Fase"]
[[attributes]]
id = "paragraph"
label = "Paragraf"
columns = ["Paragraf"]
[[attributes]]
id = "team"
label = "Team"
columns = ["Team"]
[[attributes]]
id = "municipality"
label = "Kommune"
columns = ["Kommune"]
[[phases]]
id = "one"
label = "Før"
spellings = ["Før"]
[[phases]]
id = "two"
label = "Efter"
spellings = ["Efter"]
[[phases]]
id = "three"
label = "Senere"
spellings = ["Senere"]
[[measures]]
id = "in_time"
label = "Afgjort inden for fristen"
kind = "deadline"
from = ["Modtaget"]
to = ["Afgjort"]
limit = { by = "paragraph", from = "frister.toml" }
[[measures]]
id = "heard"
label = "Partshørt"
columns = ["Partshørt?"]
[[measures]]
id = "told"
label = "Vejledt"
columns = ["Vejledt?"]
[[measures]]
id = "all_kept"
label = "Alt overholdt"
kind = "all_of"
of = ["in_time", "heard"]
"""
MEASURED = {"one": "2018-10-01", "two": "2021-10-01", "three": "2023-10-01"}
STARTS = {"one": date(2018, 1, 8), "two": date(2021, 1, 11), "three": date(2023, 1, 9)}
NAMES = {"one": "Før", "two": "Efter", "three": "Senere"}
LONGER = (("§ 41", "8 uger", None, "2019-12-31"), ("§ 41", "12 uger", "2020-01-01"))


def case(phase: str, days: int | None, paragraph: str = "§ 41", **facts: Any) -> dict:
    """A case that took so many days; None is one that is not decided."""
    return {"phase": phase, "days": days, "paragraph": paragraph, **facts}


def cases(phase: str, days: Iterable[int | None], **facts: Any) -> list[dict]:
    return [case(phase, one, **facts) for one in days]


def made(
    folder: Path,
    rows: Sequence[dict],
    rules: Sequence[Sequence[Any]] = LONGER,
    *,
    primary: Sequence[str] = (),
    **asked: Any,
) -> Results:
    return run(measurement=plan_of(folder, rows, rules, primary=primary), **asked)


def plan_of(
    folder: Path,
    rows: Sequence[dict],
    rules: Sequence[Sequence[Any]] = LONGER,
    *,
    primary: Sequence[str] = (),
) -> Path:
    """A measurement of these cases, in a folder with its form and its limits."""
    head = ["Sagsnr.", "Fase", "Paragraf", "Team", "Kommune", "Modtaget", "Afgjort"]
    table: list[list[Any]] = [[*head, "Partshørt?", "Vejledt?"]]
    for number, row in enumerate(rows, 1):
        start = row.get("start", STARTS[row["phase"]])
        end = None if row["days"] is None else start + timedelta(days=row["days"])
        table.append(
            [
                f"S-{number}",
                NAMES[row["phase"]],
                row["paragraph"],
                row.get("team", "Nord"),
                row.get("municipality", "Lille Kommune"),
                start.strftime("%d-%m-%Y"),
                end and end.strftime("%d-%m-%Y"),
                row.get("heard", "Ja"),
                row.get("told", "Ja"),
            ]
        )
    write(folder / "sager.xlsx", {"Data": table})
    (folder / "form.toml").write_text(FORM, "utf-8")
    limits = ['id = "f"', 'title = "Frister"', 'source = "opdigtet"']
    for number, (paragraph, limit, since, *until) in enumerate(rules):
        limits += ["[[rules]]", f'id = "r{number}"', f'paragraph = "{paragraph}"']
        limits += [f'limit = "{limit}"', *([f"from = {since}"] if since else [])]
        limits += [f"to = {day}" for day in until if day]
    (folder / "frister.toml").write_text("\n".join(limits), "utf-8")
    plan = ['form = "form.toml"', 'limits = "frister.toml"', f"primary = {[*primary]}"]
    for phase in dict.fromkeys(row["phase"] for row in rows):
        plan += [f"[phases.{phase}]", f'measured = "{MEASURED[phase]}"']
        plan += ['files = ["sager.xlsx"]', 'selection = "random"']
    (folder / "maaling.toml").write_text("\n".join(plan), "utf-8")
    return folder / "maaling.toml"


def counts(results: Results, measure: str = "in_time", group: str = "all") -> dict:
    """By basis: kept and applicable before, then after, and the verdict."""
    rows = results.comparison
    rows = rows[(rows["measure"] == measure) & (rows["group"] == group)]
    rows = rows[rows["basis"].str.startswith(("crude", "limit"))]
    return {
        row.basis: (
            (row.compliant_before, row.applicable_before),
            (row.compliant_after, row.applicable_after),
            row.verdict,
        )
        for row in rows.itertuples()
    }


def row_of(results: Results, basis: str, measure: str = "in_time") -> Any:
    rows = results.comparison.set_index(["measure", "basis"])
    return rows.loc[(measure, basis)]


# 62 days are too long by 8 weeks and not by 12: no case took another time than before.
SAME = [
    *cases("one", [60, 61, 62, 63, 64] * 4),
    *cases("two", [60, 61, 62, 63, 64] * 4),
]


def test_a_longer_limit_is_no_improvement(tmp_path):
    results = made(tmp_path, SAME, primary=["in_time"])
    assert counts(results) == {
        "crude": ((0, 20), (20, 20), "not_comparable"),
        "limit:before": ((0, 20), (0, 20), "uncertain"),
        "limit:after": ((20, 20), (20, 20), "uncertain"),
    }
    crude, before = row_of(results, "crude"), row_of(results, "limit:before")
    assert (crude.decided_by, crude.reservation) == ("limit:before", "limit_changed")
    assert before.reservation == "limit_changed"
    assert [bool(one.headline) for one in (crude, before)] == [False, True]
    assert [bool(one.primary) for one in (crude, before)] == [False, True]
    after = row_of(results, "limit:after")
    assert (bool(after.primary), bool(after.headline)) == (False, False)
    assert (before.adjustment, after.adjustment) == ("bonferroni", "none")
    issues = results.issues[results.issues["code"] == "LIMIT_DIFFERS"]
    assert set(issues["severity"]) == {"warning"}
    # The other is made of the first, and of partshøring.
    assert dict(zip(issues["measure"], issues["found"], strict=True)) == {
        "in_time": "one -> two: 8 weeks -> 12 weeks",
        "all_kept": "8 weeks -> 12 weeks",
    }


def test_a_shorter_limit_is_no_decline(tmp_path):
    shorter = (
        ("§ 41", "12 uger", None, "2019-12-31"),
        ("§ 41", "8 uger", "2020-01-01"),
    )
    assert counts(made(tmp_path, SAME, shorter)) == {
        "crude": ((20, 20), (0, 20), "not_comparable"),
        "limit:before": ((20, 20), (20, 20), "uncertain"),
        "limit:after": ((0, 20), (0, 20), "uncertain"),
    }


def test_a_real_rise_is_told_by_the_earlier_limit(tmp_path):
    rows = [*cases("one", [70] * 18 + [40] * 2), *cases("two", [50] * 18 + [70] * 2)]
    assert counts(made(tmp_path, rows)) == {
        "crude": ((2, 20), (20, 20), "not_comparable"),
        "limit:before": ((2, 20), (18, 20), "improved"),
        "limit:after": ((20, 20), (20, 20), "uncertain"),
    }


@pytest.mark.parametrize(
    "rules",
    [
        [("§ 41", "8 uger", None)],
        # The same limit by another name; one of a paragraph that no case has.
        [("§ 41", "8 uger", None, "2019-12-31"), ("§ 41", "56 dage", "2020-01-01")],
        [
            ("§ 41", "8 uger", None),
            ("§ 42", "8 uger", None, "2019-12-31"),
            ("§ 42", "12 uger", "2020-01-01"),
        ],
    ],
)
def test_an_unchanged_limit_adds_no_row(tmp_path, rules):
    results = made(tmp_path, SAME, rules)
    assert counts(results) == {"crude": ((0, 20), (0, 20), "uncertain")}
    assert results.changed_limits == ()
    assert not [one for one in results.answers if str(one).startswith("limit_score:")]
    assert results.tally["headline"].all()


def test_of_two_paragraphs_one_changed(tmp_path):
    rules = [*LONGER, ("§ 42", "4 uger", None)]
    rows = [
        *cases("one", [60] * 6),
        *cases("one", [20] * 3 + [30] * 3, paragraph="§ 42"),
        *cases("two", [60] * 6),
        *cases("two", [20] * 3 + [30] * 3, paragraph="§ 42"),
    ]
    results = made(tmp_path, rows, rules)
    assert counts(results) == {
        "crude": ((3, 12), (9, 12), "not_comparable"),
        "limit:before": ((3, 12), (3, 12), "uncertain"),
        "limit:after": ((9, 12), (9, 12), "uncertain"),
    }
    assert results.changed_limits[0].changes == (
        (("8 weeks",), ("12 weeks",), ("§ 41",)),
    )


def test_a_paragraph_of_one_phase_changes_nothing_alone(tmp_path):
    rules = [("§ 41", "8 uger", None), ("§ 42", "12 uger", "2020-01-01")]
    rows = [
        *SAME[:20],
        *cases("two", [60] * 10),
        *cases("two", [60] * 10, paragraph="§ 42"),
    ]
    results = made(tmp_path, rows, rules)
    assert counts(results) == {"crude": ((0, 20), (10, 20), "improved")}


def test_a_paragraph_without_an_earlier_limit_is_counted_as_not_assessable(tmp_path):
    rules = [*LONGER, ("§ 42", "12 uger", "2020-01-01")]
    rows = [
        *SAME[:20],
        *cases("two", [60] * 10),
        *cases("two", [60] * 5, paragraph="§ 42"),
    ]
    results = made(tmp_path, rows, rules)
    assert counts(results)["limit:before"] == ((0, 20), (0, 10), "uncertain")
    tallied: Any = results.tally.set_index(["measure", "phase", "basis"])
    later = tallied.loc[("in_time", "two", "limit:before")]
    assert (later["not_assessable"], later["units"]) == (5, 15)
    # Five unknown answers of fifteen: kept all five, they would be a rise.
    assert not row_of(results, "limit:before").robust


SUCCESSOR = (
    ("SEL § 41", "8 uger", None, "2023-12-31"),
    ("BL § 86", "8 uger", "2024-01-01"),
)


@pytest.mark.parametrize("name", ["§ 86", "Barnets lov § 86"])
def test_what_a_paragraph_became_is_the_same_paragraph(tmp_path, name, monkeypatch):
    monkeypatch.setitem(MEASURED, "two", "2024-12-01")
    later = {"start": date(2024, 2, 5), "paragraph": name}
    rows = [*SAME[:20], *cases("two", [60] * 20, **later)]
    results = made(tmp_path, rows, SUCCESSOR)
    assert counts(results) == {"crude": ((0, 20), (0, 20), "uncertain")}
    longer = (SUCCESSOR[0], ("BL § 86", "12 uger", "2024-01-01"))
    assert counts(made(tmp_path, rows, longer)) == {
        "crude": ((0, 20), (20, 20), "not_comparable"),
        "limit:before": ((0, 20), (0, 20), "uncertain"),
        "limit:after": ((20, 20), (20, 20), "uncertain"),
    }


def test_a_change_inside_a_phase_is_judged_by_its_last_limit(tmp_path):
    # Ten cases were decided before the change in 2018 and ten after it.
    rules = [("§ 41", "12 uger", None, "2018-04-30"), ("§ 41", "8 uger", "2018-05-01")]
    late = {"start": date(2018, 5, 7)}
    rows = [*cases("one", [60] * 10), *cases("one", [60] * 10, **late), *SAME[20:]]
    results = made(tmp_path, rows, rules)
    assert counts(results) == {
        "crude": ((10, 20), (0, 20), "not_comparable"),
        "limit:before": ((0, 20), (0, 20), "uncertain"),
        "limit:after": ((0, 20), (0, 20), "uncertain"),
    }
    assert results.changed_limits[0].changes == (
        (("8 weeks", "12 weeks"), ("8 weeks",), ("§ 41",)),
    )


def test_weeks_that_became_working_days_are_another_limit(tmp_path):
    # 40 arbejdsdage are 8 weeks without holidays; Easter lies in these.
    rules = [
        ("§ 41", "8 uger", None, "2019-12-31"),
        ("§ 41", "40 arbejdsdage", "2020-01-01"),
    ]
    start = {"start": date(2021, 3, 1)}
    rows = [*cases("one", [50] * 12), *cases("two", [58] * 12, **start)]
    results = made(tmp_path, rows, rules)
    # 1 March and 40 arbejdsdage is 30 April 2021 (three days of Easter, store bededag):
    # 60 days; 8 weeks end on 26 April.
    assert counts(results)["crude"][1] == (12, 12)
    assert counts(results)["limit:before"] == ((12, 12), (0, 12), "worsened")


def test_a_limit_that_was_given_up_is_changed_too(tmp_path):
    rules = [("§ 41", "8 uger", None, "2019-12-31"), ("§ 41", "ingen", "2020-01-01")]
    rows = [*cases("one", [50] * 12), *cases("two", [60] * 12)]
    results = made(tmp_path, rows, rules)
    assert counts(results)["crude"] == ((12, 12), (0, 0), "not_comparable")
    assert counts(results)["limit:before"] == ((12, 12), (0, 12), "worsened")


def test_open_cases_are_judged_on_the_date_of_measurement(tmp_path):
    # Received 1 August 2021 and open: 61 days to the measurement, over 8 weeks alone.
    still = {"start": date(2021, 8, 1)}
    rows = [
        *cases("one", [50] * 12),
        *cases("two", [50] * 10),
        *cases("two", [None] * 2, **still),
    ]
    results = made(tmp_path, rows)
    assert counts(results) == {
        "crude": ((12, 12), (10, 10), "not_comparable"),
        "limit:before": ((12, 12), (10, 12), "uncertain"),
        "limit:after": ((12, 12), (10, 10), "uncertain"),
    }


def test_groups_are_changed_each_by_itself(tmp_path):
    north = SAME
    south = [{**one, "paragraph": "§ 42", "team": "Syd"} for one in SAME]
    results = made(
        tmp_path, [*north, *south], [*LONGER, ("§ 42", "8 uger", None)], by=["team"]
    )
    assert set(counts(results, group="Nord")) == {
        "crude",
        "limit:before",
        "limit:after",
    }
    assert counts(results, group="Syd") == {"crude": ((0, 20), (0, 20), "uncertain")}
    assert [one.group for one in results.changed_limits] == ["Nord", "Nord"]


def test_of_three_phases_the_compared_two_are_judged_alike(tmp_path):
    rules = [
        *LONGER[:1],
        ("§ 41", "12 uger", "2020-01-01", "2022-12-31"),
        ("§ 41", "4 uger", "2023-01-01"),
    ]
    rows = [*SAME, *cases("three", [62] * 20)]
    results = made(tmp_path, rows, rules)
    assert counts(results)["limit:after"] == ((0, 20), (0, 20), "uncertain")
    tallied = results.tally[results.tally["measure"] == "in_time"]
    alike = tallied[tallied["basis"] == "limit:before"]
    assert alike["phase"].tolist() == ["one", "three"]
    headline = tallied[tallied["headline"]]
    assert dict(zip(headline["phase"], headline["basis"], strict=True)) == {
        "one": "limit:before",
        "two": "crude",
        "three": "limit:before",
    }
    pair = made(tmp_path, rows, rules, before="one", after="two")
    assert counts(pair)["limit:after"] == ((20, 20), (20, 20), "uncertain")
    same = made(
        tmp_path, [*rows[:20], *rows[40:]], LONGER[:1], before="one", after="three"
    )
    assert set(counts(same)) == {"crude"}


@pytest.mark.parametrize("kind", ["holm", "bonferroni"])
def test_the_earlier_limit_counts_among_the_primary_measures(tmp_path, kind):
    rows = [
        {**one, "heard": "Ja" if number % 40 < 30 else "Nej"}
        for number, one in enumerate(SAME)
    ]
    settings = Settings(adjustment=kind)
    primary = ["in_time", "heard", "told"]
    results = made(tmp_path, rows, primary=primary, settings=settings)
    table = results.comparison
    family = table[table["adjustment"] == kind]
    assert list(zip(family["measure"], family["basis"], strict=True)) == [
        ("heard", "crude"),
        ("told", "crude"),
        ("in_time", "limit:before"),
    ]
    heard = row_of(results, "crude", "heard")
    assert heard.p_adjusted == pytest.approx(min(1.0, 3 * heard.p_value))


def test_what_is_made_of_it_moves_with_it(tmp_path):
    results = made(tmp_path, SAME)
    assert counts(results, "all_kept") == {
        "crude": ((0, 20), (20, 20), "not_comparable"),
        "limit:before": ((0, 20), (0, 20), "uncertain"),
        "limit:after": ((20, 20), (20, 20), "uncertain"),
    }
    assert counts(results, "heard") == {"crude": ((20, 20), (20, 20), "uncertain")}


def test_what_stands_beside_is_of_the_earlier_limit(tmp_path):
    settings = Settings(strata=("team",))
    rows = [{**one, "team": "Nord" if n % 2 else "Syd"} for n, one in enumerate(SAME)]
    results = made(tmp_path, rows, settings=settings)
    beside = row_of(results, "stratified")
    assert beside.difference == 0
    assert row_of(results, "standardised").rate_after == 0


def test_the_same_cases_twice_are_held_to_the_same_limit(tmp_path):
    again = [*cases("one", [60] * 12), *cases("two", [60] * 12)]
    plan = plan_of(tmp_path, again)
    prepared = prepare(measurement=plan)
    answers = prepared.checked.answers
    twice = answers.assign(
        case_id=[str((int(str(one)[2:]) - 1) % 12) for one in answers["case_id"]]
    )
    settings = Settings(paired=True)
    table = compare(
        tally(twice, prepared.form),
        prepared.form,
        before="one",
        after="two",
        answers=twice,
        settings=settings,
    )
    rows: Any = table.set_index(["measure", "basis"])
    assert rows.loc[("in_time", "limit:before"), "compliant_after"] == 0
    assert rows.loc[("in_time", "crude"), "compliant_after"] == 12
    assert rows.loc[("in_time", "crude"), "verdict"] == "not_comparable"


def test_stored_answers_keep_the_scores_and_without_them_there_is_no_verdict(tmp_path):
    plan = plan_of(tmp_path, SAME)
    stored = to_parquet(prepare(measurement=plan), tmp_path / "svar.parquet")
    form = tmp_path / "form.toml"
    results = run(stored, form=form)
    assert counts(results)["limit:before"] == ((0, 20), (0, 20), "uncertain")
    frame = pd.read_parquet(stored)
    old = frame.drop(
        columns=[one for one in frame if str(one).startswith("limit_score:")]
    )
    old.to_parquet(tmp_path / "gamle.parquet", index=False)
    results = run(tmp_path / "gamle.parquet", form=form)
    assert counts(results) == {"crude": ((0, 20), (20, 20), "not_comparable")}
    row = row_of(results, "crude")
    assert (row.decided_by, row.reservation) == ("limit:before", "limit_changed")
    assert row.headline
    sentences = Sentences(results, load_language("da"))
    (only,) = [one for one in comparison_rows(results) if one.measure == "in_time"]
    told = sentences.told(only).replace("\u00a0", " ")
    assert told.startswith(
        "Afgjort inden for fristen: 20 ud af 20 sager (100 %) i målingen »Efter« "
        "efter en frist på 12 uger og 0 ud af 20 sager (0 %) i målingen »Før« efter en "
        "frist på 8 uger. "
    )
    assert told.endswith(
        "Kommunens frist er ændret fra 8 uger til 12 uger, og sagerne kan ikke "
        "bedømmes efter samme frist. Derfor kan der ikke sammenlignes."
    )


def told_in(results: Results) -> str:
    report = outline(results, load_language("da"))
    return "\n".join(map(str, report.blocks)).replace("\\xa0", " ")


def test_it_is_said_in_the_report_the_notat_and_the_figure(tmp_path):
    results = made(tmp_path, SAME, primary=["in_time"])
    text = told_in(results)
    change = "er ændret fra 8 uger til 12 uger"
    told = "Sagerne er for få til at afgøre, om »Afgjort inden for fristen« er ændret"
    assert f"{told}; forbehold: efter den tidligere frist på 8 uger." in text
    assert f"Fristen for »Afgjort inden for fristen« {change}" in text
    assert "Efter fristen i målingen »Efter« (12 uger): 20 ud af 20" in text
    assert (
        "afgjort efter 62 dage i målingen »Efter« mod 62 dage i målingen »Før«" in text
    )
    notat = as_text(compose_notat(results, load_language("da")))
    assert "efter den tidligere frist på 8 uger" in notat
    assert "20 ud af 20 sager (100 %) i målingen »Efter« mod 0 ud af 20" not in notat
    drawing = drawing_of(draw("change", results, measures=["in_time"]))
    assert "begge målinger efter den tidligere frist" in drawing.alt
    assert "Fristen er ændret; begge målinger er bedømt efter den" in drawing.note
    assert "20 ud af 20" not in drawing.alt


def test_the_terminal_says_which_limits(tmp_path, capsys):
    plan = str(plan_of(tmp_path, SAME))
    for command in ("check", "compare"):
        with pytest.raises(SystemExit):
            main(["--language", "da", command, plan])
        told = capsys.readouterr().out
        assert (
            "Afgjort inden for fristen: kommunens frist er ændret (8 uger -> 12 uger)"
            in told
        )


def test_the_terminal_says_of_each_of_several_changes_whose_it_is(tmp_path, capsys):
    rules = [
        *LONGER,
        ("§ 42", "12 uger", None, "2019-12-31"),
        ("§ 42", "8 uger", "2020-01-01"),
    ]
    other = [{**one, "paragraph": "§ 42"} for one in SAME]
    plan = str(plan_of(tmp_path, [*SAME, *other], rules))
    for command in ("check", "compare"):
        with pytest.raises(SystemExit):
            main(["--language", "da", command, plan])
        told = capsys.readouterr().out.replace("\u00a0", " ")
        change = "§ 41: 8 uger -> 12 uger, § 42: 12 uger -> 8 uger"
        assert (
            f"Afgjort inden for fristen: kommunens frist er ændret ({change})" in told
        )
        for line in (one for one in told.splitlines() if "12 uger" in one):
            assert "§ 41" in line
            assert "§ 42" in line


def test_an_index_with_a_member_of_two_limits_has_no_interval_at_all(tmp_path):
    plan = plan_of(tmp_path, SAME)
    stored = to_parquet(prepare(measurement=plan), tmp_path / "svar.parquet")
    frame = pd.read_parquet(stored)
    old = frame.drop(
        columns=[one for one in frame if str(one).startswith("limit_score:")]
    )
    old.to_parquet(tmp_path / "gamle.parquet", index=False)
    index = Measurement(index=("in_time", "heard"))
    names = ["difference", "difference_low", "difference_high", "p_value"]
    for name, reason in (("gamle", "limit:before"), ("svar", "interval")):
        path = tmp_path / f"{name}.parquet"
        found = run(path, form=tmp_path / "form.toml", measurement=index).comparison
        rows: Any = found.set_index("basis")
        assert rows.loc["index", "decided_by"] == reason
        assert rows.loc["index:whole", names].isna().all() == (name == "gamle")
        assert rows.loc["index:whole", "mean_before"] == 0.5


def test_what_is_published_has_no_scores_of_single_cases(tmp_path):
    results = made(tmp_path, SAME, settings=Settings(publish="open"))
    assert any(str(one).startswith("limit_score:") for one in results.answers)
    shown = disclose(results)
    assert not any(str(one).startswith("limit_score:") for one in shown.answers)
    assert len(shown.answers) == 0


def test_small_differences_between_two_limits_are_withheld_with_the_crude_row(tmp_path):
    # One case lies between the limits: 19 of 20 by the one and 20 of 20 by the other.
    rows = [
        *cases("one", [50] * 10 + [90] * 10),
        *cases("two", [50] * 9 + [60] + [90] * 10),
    ]
    strict = Settings(publish="strict", threshold=5)
    shown = disclose(made(tmp_path, rows, settings=strict))
    own = shown.comparison[shown.comparison["measure"] == "in_time"]
    assert set(own["verdict"]) == {"withheld"}
    # That the limit changed for some case of it is not told either.
    assert set(own["basis"]) == {"crude"}
    assert own["headline"].all()
    assert own["compliant_after"].eq(0).all()
    gone = shown.withheld[shown.withheld["measure"] == "in_time"]
    assert set(gone["basis"]) == {"crude"}
    assert "in_time" not in {one.measure for one in shown.changed_limits}


def test_limits_are_compared_by_paragraph_and_by_what_they_allow():
    assert changes_of({"§ 41": ["1 year"]}, {"§ 86": ["12 months"]}) == ()
    assert changes_of({"§ 41": ["8 weeks"]}, {"§ 42": ["12 weeks"]}) == ()
    # The old law's paragraph 86 is not that of barnets lov.
    assert changes_of({"SEL § 86": ["8 weeks"]}, {"BL § 86": ["12 weeks"]}) == ()
    assert changes_of({"§§ 41 og 42": ["1 day"]}, {"§§ 41 og 42": ["2 days"]}) == (
        (("1 day",), ("2 days",), ()),
    )
    both = {"§ 41": ["8 weeks"], "§ 42": ["8 weeks"]}
    assert changes_of(both, {"§ 42": ["9 weeks"], "§ 41": ["9 weeks"]}) == (
        (("8 weeks",), ("9 weeks",), ("§ 41", "§ 42")),
    )


def test_two_changes_are_told_each_with_its_paragraph(tmp_path):
    results = made(tmp_path, SAME)
    one = next(one for one in results.changed_limits if one.measure == "in_time")
    other = Change(("12 weeks",), ("8 weeks",), ("§ 42",))
    two = replace(
        results, changed_limits=(one._replace(changes=(*one.changes, other)),)
    )
    row = next(one for one in comparison_rows(two) if one.measure == "in_time")
    told = Sentences(two, load_language("da")).changes(row).replace("\u00a0", " ")
    assert told == "for § 41 fra 8 uger til 12 uger og for § 42 fra 12 uger til 8 uger"
    english = Sentences(two, load_language("en")).changes(row).replace("\u00a0", " ")
    assert english.startswith("for § 41 from 8 weeks to 12 weeks and for § 42 from")


def counts_of(row: Any) -> list[int]:
    names = ("compliant_before", "applicable_before", "compliant_after")
    return [row[name] for name in (*names, "applicable_after")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("§ 41", "§ 41, stk. 1"),
        ("SEL § 41, stk. 1", "§ 41"),
        ("§ 41, stk. 1", "§ 41, stk. 2"),
    ],
)
def test_the_stykke_named_in_one_phase_only_is_the_same_paragraph(
    before, after, tmp_path
):
    # 62 days are more than 8 weeks and less than 12, in every case of both phases.
    rows = cases("one", [62] * 12, paragraph=before)
    rows += cases("two", [62] * 12, paragraph=after)
    results = made(tmp_path, rows)
    assert row_of(results, "crude", "in_time")["verdict"] == "not_comparable"
    judged = row_of(results, "limit:before", "in_time")
    assert counts_of(judged) == [0, 12, 0, 12]
    assert judged["verdict"] == "uncertain"


def test_a_stykke_with_a_rule_of_its_own_that_did_not_move_is_no_change(tmp_path):
    rules = (("§ 41", "8 uger", None), ("§ 41, stk. 2", "4 uger", None))
    rows = cases("one", [50] * 12) + cases("two", [20] * 12, paragraph="§ 41, stk. 2")
    results = made(tmp_path, rows, rules)
    assert counts_of(row_of(results, "crude", "in_time")) == [12, 12, 12, 12]
    assert row_of(results, "crude", "in_time")["verdict"] == "uncertain"
    assert results.changed_limits == ()


@pytest.mark.parametrize("blank", ["one", "two"])
def test_cases_that_name_no_municipality_are_of_the_only_one(blank, tmp_path):
    rows = [
        {**one, "municipality": None if phase == blank else "Lille Kommune"}
        for phase in ("one", "two")
        for one in cases(phase, [62] * 12)
    ]
    results = made(tmp_path, rows)
    assert row_of(results, "crude", "in_time")["verdict"] == "not_comparable"
    assert counts_of(row_of(results, "limit:before", "in_time")) == [0, 12, 0, 12]


def test_what_is_asked_where_a_changed_limit_was_broken_is_held_to_one_limit(tmp_path):
    # In both phases 10 took 62 days and were not told, 10 took 90 and were. Past 8
    # weeks are all 20, past 12 only those that took 90 days.
    rows = [
        case(phase, days, told=told)
        for phase in ("one", "two")
        for days, told in ((62, "Nej"), (90, "Ja"))
        for _ in range(10)
    ]
    plan = plan_of(tmp_path, rows)
    form = (tmp_path / "form.toml").read_text("utf-8")
    asked = (
        'columns = ["Vejledt?"]\napplies_when = { measure = "in_time", is = ["no"] }'
    )
    form = form.replace('columns = ["Vejledt?"]', f"{asked}\ntwin = false")
    (tmp_path / "form.toml").write_text(form, "utf-8")
    results = run(measurement=plan)
    crude = row_of(results, "crude", "told")
    assert counts_of(crude) == [10, 20, 10, 10]
    assert (crude["verdict"], crude["decided_by"]) == ("not_comparable", "limit:before")
    judged = row_of(results, "limit:before", "told")
    assert counts_of(judged) == [10, 20, 10, 20]
    assert (judged["verdict"], judged["difference"]) == ("uncertain", 0)


def asked_of(folder: Path, rows: Sequence[dict], condition: str, **asked: Any) -> Any:
    """Results of these cases where »Vejledt« is asked by a condition; `twin` as is."""
    plan = plan_of(folder, rows)
    form = (folder / "form.toml").read_text("utf-8")
    lines = f'columns = ["Vejledt?"]\napplies_when = {condition}'
    form = form.replace('columns = ["Vejledt?"]', lines)
    (folder / "form.toml").write_text(form, "utf-8")
    return run(measurement=plan, **asked)


# Past 8 weeks are 62 and 90 days, past 12 weeks only 90.
KEPT = '{ measure = "in_time", is = ["yes"] }'
BROKEN = '{ measure = "in_time", is = ["no"] }\ntwin = false'
NOT_TOLD = [*cases("one", [40] * 20, told="Nej")]


def test_the_twin_beside_the_earlier_limit_is_by_that_limit_too(tmp_path):
    # By 8 weeks 20 are kept in both phases, and 2 more in the later are kept by 12.
    later = [*cases("two", [40] * 20), *cases("two", [62] * 2, told="Nej")]
    results = asked_of(tmp_path, [*NOT_TOLD, *later], KEPT)
    judged = row_of(results, "limit:before", "told")
    assert counts_of(judged) == [0, 20, 20, 20]
    twin = row_of(results, "unconditional", "told")
    assert counts_of(twin) == [0, 20, 20, 22]
    assert (twin["verdict"], twin["decided_by"]) == ("improved", "interval")
    assert (judged["verdict"], judged["decided_by"]) == ("improved", "interval")
    asked = row_of(results, "condition", "told")
    assert counts_of(asked) == [20, 20, 20, 22]


def test_a_twin_by_the_earlier_limit_holds_back_what_is_of_other_cases(tmp_path):
    # Kept by 8 weeks are 20 and then 10, which were all told; by 12 weeks all 40.
    first = [*cases("one", [40] * 10), *cases("one", [40] * 10, told="Nej")]
    later = [*cases("two", [40] * 10), *cases("two", [62] * 10, told="Ja")]
    results = asked_of(tmp_path, [*first, *later], KEPT)
    judged = row_of(results, "limit:before", "told")
    assert counts_of(judged) == [10, 20, 10, 10]
    assert judged["difference_low"] > 0
    assert (judged["verdict"], judged["decided_by"]) == ("uncertain", "unconditional")
    assert counts_of(row_of(results, "unconditional", "told")) == [10, 20, 10, 20]


def test_how_many_met_a_condition_is_by_the_limit_of_the_row_beside(tmp_path):
    rows = [*cases("one", [62] * 20), *cases("two", [62] * 20)]
    results = asked_of(tmp_path, rows, BROKEN)
    # All are late by 8 weeks in both phases; by its own 12 weeks none of the later.
    assert counts_of(row_of(results, "condition", "told")) == [20, 20, 20, 20]
    judged = row_of(results, "limit:before", "told")
    assert counts_of(judged) == [20, 20, 20, 20]
    assert "condition_changed" not in judged["reservation"]
    row = next(one for one in comparison_rows(results) if one.basis == "condition")
    assert Sentences(results, load_language("da")).asked(row).count("20 ud af 20") == 2


def test_without_scores_by_one_limit_a_twin_is_not_compared(tmp_path):
    later = cases("two", [62] * 20)
    asked_of(tmp_path, [*NOT_TOLD, *later], KEPT)
    prepared = prepare(measurement=tmp_path / "maaling.toml")
    stored = to_parquet(prepared, tmp_path / "svar.parquet")
    frame = pd.read_parquet(stored)
    alike = [one for one in frame if str(one).startswith("limit_score:")]
    frame.drop(columns=alike).to_parquet(tmp_path / "gamle.parquet", index=False)
    results = run(tmp_path / "gamle.parquet", form=tmp_path / "form.toml")
    twin = row_of(results, "unconditional", "told")
    assert counts_of(twin) == [0, 20, 20, 20]
    assert (twin["verdict"], twin["decided_by"]) == ("not_comparable", "limit:before")


@pytest.mark.parametrize("engine", ["duckdb", "polars", "dask.dataframe"])
@pytest.mark.filterwarnings("ignore:Dask support is moving out of Narwhals")
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_every_engine_counts_conditions_by_the_earlier_limit(engine, tmp_path):
    read = pytest.importorskip(engine)
    later = [*cases("two", [40] * 20), *cases("two", [62] * 2, told="Nej")]
    results = asked_of(tmp_path, [*NOT_TOLD, *later], KEPT)
    path = str(tmp_path / "svar.parquet")
    results.answers.to_parquet(path, index=False)
    found = tally(read.read_parquet(path), results.form)
    pd.testing.assert_frame_equal(found, tally(results.answers, results.form))
    rows: Any = found.set_index(["measure", "phase", "basis"])
    asked = rows.loc[("told", "two", "condition")]
    assert (asked["compliant"], asked["applicable"]) == (20, 22)


def test_groups_keep_their_own_limits_beside_one_that_moved(tmp_path):
    # § 42 keeps its 8 weeks: in Syd they were and are broken by all.
    south = [
        case(phase, 62, "§ 42", team="Syd") for phase in ("one", "two") for _ in "a" * 9
    ]
    rows = [*cases("one", [62] * 9), *cases("two", [62] * 9), *south]
    plan = plan_of(tmp_path, rows, [*LONGER, ("§ 42", "8 uger", None)])
    form = (tmp_path / "form.toml").read_text("utf-8")
    lines = f'columns = ["Vejledt?"]\napplies_when = {BROKEN}'
    form = form.replace('columns = ["Vejledt?"]', lines)
    (tmp_path / "form.toml").write_text(form, "utf-8")
    table = run(measurement=plan, by=["team"]).comparison
    asked = table[table["basis"] == "condition"].set_index("group")
    found = {name: counts_of(asked.loc[name]) for name in ("Nord", "Syd")}
    assert found == {"Nord": [9, 9, 9, 9], "Syd": [9, 9, 9, 9]}
    headline = table[table["headline"] & (table["measure"] == "told")]
    assert dict(zip(headline["group"], headline["basis"], strict=True)) == {
        "Nord": "limit:before",
        "Syd": "crude",
    }
