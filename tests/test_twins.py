"""Conditional measures: who was asked is told, and a twin only where it has a meaning.

A form of two questions is typed out for each kind of condition: a requirement that was
kept, a failure, one of several answers, a question that is put the other way round, a
chain. The expected counts are counted by hand from the answers above them.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fake_results import fake_results
from workbooks import write as write_workbook

from taskforce_analysis import cli
from taskforce_analysis.charts.kit.scene import scene_of
from taskforce_analysis.charts.kit.words import sign_sentences
from taskforce_analysis.comparing import compare
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.errors import FormError
from taskforce_analysis.forms import Form, available_forms, load_form
from taskforce_analysis.languages import load_language
from taskforce_analysis.reporting.contents import outline
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import ComparisonRow, comparison_rows
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.tallying import tally
from taskforce_analysis.writing.notat import as_text, compose_notat
from tests.made_answers import made_answers, small_form, yes_no

PHASES: Any = {"before": "analysis", "after": "status"}
OUT = "not_applicable"


def asked_when(answers: list[str], condition: dict[str, Any], **keys: Any) -> Form:
    """A form of `first`, as given, and `second`, asked where `first` is so answered."""
    more = {key: keys.pop(key) for key in ("twin",) if key in keys}
    asked = {"measure": "first", "is": answers}
    second = {"id": "second", "applies_when": asked, **more}
    return small_form({"id": "first", **condition}, second, **keys)


def table_of(answers: pd.DataFrame, form: Form, **chosen: Any) -> Any:
    """The comparison by measure and basis."""
    options = Settings(**chosen)
    tallied = tally(answers, form, settings=options)
    found = compare(tallied, form, **PHASES, settings=options, answers=answers)
    return found.set_index(["measure", "basis"])


def told(row: Any) -> tuple[int, ...]:
    """Compliant and applicable, before and after."""
    sides = ("before", "after")
    names = [f"{name}_{one}" for one in sides for name in ("compliant", "applicable")]
    return tuple(int(row[name]) for name in names)


# What a form says, and what is assumed where it does not.

SCALE = {
    "kind": "graded",
    "scale": "level",
    "compliant": ["low", "high"],
}
LEVELS = {"level": [{"id": one, "label": one} for one in ("low", "middle", "high")]}


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        ({}, ["yes"], True),  # a requirement that was kept
        ({}, ["no"], False),  # a failure
        ({"compliant": ["no"]}, ["no"], True),  # put the other way round
        ({"compliant": ["no"]}, ["yes"], False),
        ({"partly": True}, ["yes", "partly"], False),  # more than what complies
        ({"partly": True}, ["no", "partly"], False),
        ({"partly": True, "compliant": ["yes", "partly"]}, ["partly", "yes"], True),
        ({"partly": True, "compliant": ["yes", "partly"]}, ["yes"], False),
        ({"compliant": ["yes", "no"]}, ["yes", "no"], False),  # nothing is a breach
        (SCALE, ["low", "high"], True),
        (SCALE, ["low"], False),
        ({**SCALE, "compliant": ["low", "middle", "high"]}, ["low"], False),
        ({"kind": "graded", "scale": "level"}, ["low"], True),  # the first complies
    ],
)
def test_what_is_assumed_where_a_form_does_not_say(
    condition: dict[str, Any], answers: list[str], expected: bool
) -> None:
    form = asked_when(answers, condition, scales=LEVELS)
    assert form.has_twin(form.measure("second")) is expected
    for said in (True, False):
        form = asked_when(answers, condition, scales=LEVELS, twin=said)
        assert form.has_twin(form.measure("second")) is said
    assert not form.has_twin(form.measure("first"))


def test_what_is_computed_complies_where_it_is_answered_yes() -> None:
    form = small_form(
        {"id": "a", "compliant": ["no"]},
        {"id": "all", "kind": "all_of", "of": ["a"], "compliant": ["no"]},
        {"id": "kept", "applies_when": {"measure": "all", "is": ["yes"]}},
        {"id": "failed", "applies_when": {"measure": "all", "is": ["no"]}},
    )
    found = [form.has_twin(form.measure(name)) for name in ("kept", "failed")]
    assert found == [True, False]


def test_a_twin_belongs_to_a_condition() -> None:
    with pytest.raises(FormError, match=r"\(plan\)\.twin: is for a measure with"):
        small_form({"id": "plan", "twin": True})
    with pytest.raises(FormError, match=r"\(second\)\.twin: is not of the type flag"):
        asked_when(["yes"], {}, twin="yes")


SHIPPED = {
    "boernehandicap": {"concrete_goals"},
    "boernehandicap_bl": {
        "screening_result",
        "child_plan_goals",
        "child_plan_in_time",
        "child_assessment_in_time",
    },
    "boernesagsbarometer": {
        "child_assessment_in_time",
        "six_elements",
        "child_in_assessment",
        "parents_in_assessment",
        "action_plan_support",
    },
    "handicapsagsbarometer": {"action_plan_goals"},
    "ledelsestilsyn": {"action_plan_timely"},
    "voksenhandicap": {"action_plan", "action_plan_goals"},
}


@pytest.mark.parametrize("name", available_forms())
def test_every_shipped_form_says_which(name: str) -> None:
    form = load_form(name)
    conditional = [one for one in form.measures if one.applies_when]
    assert all(one.twin is not None for one in conditional)
    found = {one.id for one in conditional if form.has_twin(one)}
    assert found == SHIPPED.get(name, set())


# The kinds of condition, counted.


def notices() -> pd.DataFrame:
    """Of 20 cases 18 were late and 4 of these told; then 10 were, and all told."""
    return made_answers(
        ("analysis", "first", yes_no(2, 18)),
        ("analysis", "second", [OUT] * 2 + yes_no(4, 14)),
        ("status", "first", yes_no(10, 10)),
        ("status", "second", [OUT] * 10 + yes_no(10, 0)),
    )


def test_fewer_failures_hold_no_verdict_back() -> None:
    table = table_of(notices(), asked_when(["no"], {}))
    row = table.loc[("second", "crude")]
    assert told(row) == (4, 18, 10, 10)
    assert (row["verdict"], row["decided_by"]) == ("improved", "interval")
    assert row["reservation"] == "condition_changed"
    assert ("second", "unconditional") not in table.index
    asked = table.loc[("second", "condition")]
    assert told(asked) == (18, 20, 10, 20)
    assert asked["difference"] == pytest.approx(-0.4, abs=1e-12)
    assert asked[["verdict", "p_adjusted"]].isna().all()


def test_a_form_that_says_so_has_the_twin_of_a_failure_all_the_same() -> None:
    table = table_of(notices(), asked_when(["no"], {}, twin=True))
    assert told(table.loc[("second", "unconditional")]) == (4, 20, 10, 20)
    row = table.loc[("second", "crude")]
    assert (row["verdict"], row["decided_by"]) == ("uncertain", "unconditional")
    assert row["reservation"] == "condition_changed"


@pytest.mark.parametrize("compliant", [["yes"], ["no"]])
def test_a_requirement_kept_holds_back_also_the_other_way_round(
    compliant: list[str],
) -> None:
    kept, broken = compliant[0], "no" if compliant == ["yes"] else "yes"
    form = asked_when([kept], {"compliant": compliant})
    answers = made_answers(
        ("analysis", "first", [kept] * 20),
        ("analysis", "second", yes_no(8, 12)),
        ("status", "first", [kept] * 10 + [broken] * 20),
        ("status", "second", [*yes_no(10, 0), *[OUT] * 20]),
    )
    if compliant == ["no"]:
        swapped = {"compliant": "noncompliant", "noncompliant": "compliant"}
        first = answers["measure"] == "first"
        scores = answers["score"].where(~first, answers["score"].replace(swapped))
        answers = answers.assign(score=scores)
    table = table_of(answers, form)
    row = table.loc[("second", "crude")]
    assert told(row) == (8, 20, 10, 10)
    assert (row["verdict"], row["decided_by"]) == ("uncertain", "unconditional")
    assert row["reservation"] == "condition_changed"
    assert told(table.loc[("second", "unconditional")]) == (8, 20, 10, 30)
    assert told(table.loc[("second", "condition")]) == (20, 20, 10, 30)


def test_both_agree_and_the_same_part_was_asked() -> None:
    answers = made_answers(
        ("analysis", "first", yes_no(18, 2)),
        ("analysis", "second", [*yes_no(4, 14), *[OUT] * 2]),
        ("status", "first", yes_no(17, 3)),
        ("status", "second", [*yes_no(16, 1), *[OUT] * 3]),
    )
    table = table_of(answers, asked_when(["yes"], {}))
    row = table.loc[("second", "crude")]
    assert (row["verdict"], row["decided_by"]) == ("improved", "interval")
    assert row["reservation"] == "conditional"  # 18 and 17 of 20: 5 points, p 0.68
    assert told(table.loc[("second", "unconditional")]) == (4, 20, 16, 20)


def test_partly_may_meet_a_condition_too() -> None:
    # Yes and partly meet it: 5 + 10 of 20, then 10 + 8 of 20.
    answers = made_answers(
        ("analysis", "first", yes_no(5, 5, ("partly", 10))),
        ("analysis", "second", [*yes_no(5, 0), *[OUT] * 5, *yes_no(0, 10)]),
        ("status", "first", yes_no(10, 2, ("partly", 8))),
        ("status", "second", [*yes_no(10, 0), *[OUT] * 2, *yes_no(8, 0)]),
    )
    table = table_of(answers, asked_when(["yes", "partly"], {"partly": True}))
    assert told(table.loc[("second", "condition")]) == (15, 20, 18, 20)
    assert told(table.loc[("second", "crude")]) == (5, 15, 18, 18)
    row = table.loc[("second", "crude")]
    assert row["verdict"] == "improved"
    assert row["reservation"] == "condition_changed"  # exactly 15 points
    assert ("second", "unconditional") not in table.index


def test_what_is_left_out_among_those_asked_is_a_shift_of_its_own() -> None:
    # 20 of 20 are asked both times; then 6 of them are not relevant all the same.
    answers = made_answers(
        ("analysis", "first", yes_no(20, 0)),
        ("analysis", "second", yes_no(4, 16)),
        ("status", "first", yes_no(20, 0)),
        ("status", "second", yes_no(12, 2, (OUT, 6))),
    )
    row = table_of(answers, asked_when(["yes"], {})).loc[("second", "crude")]
    assert row["reservation"] == "applicable_shift conditional"


def test_an_unknown_condition_is_neither_met_nor_not_met() -> None:
    answers = made_answers(
        ("analysis", "first", yes_no(2, 1, ("missing", 1), ("not_assessable", 1))),
        ("analysis", "second", yes_no(2, 0, (OUT, 1), ("yes", 2))),
    )
    rows: Any = tally(answers, asked_when(["yes"], {})).set_index(["measure", "basis"])
    row = rows.loc[("second", "condition")]
    counted = ["compliant", "noncompliant", "missing", "not_assessable", "units"]
    assert row[counted].tolist() == [2, 1, 1, 1, 5]


def test_no_condition_is_told_where_nobody_answered_it() -> None:
    answers = made_answers(("analysis", "second", yes_no(4, 16)))
    found = tally(answers, asked_when(["no"], {}))
    assert found["basis"].tolist() == ["crude"]
    wide = pd.DataFrame({"phase": "analysis", "second": yes_no(4, 16)})
    assert tally(wide, asked_when(["no"], {}))["basis"].tolist() == ["crude"]


def chain() -> Form:
    """An assessment; where there is none, a renewed one; where not, a lawful reason."""
    return small_form(
        {"id": "made"},
        {"id": "renewed", "applies_when": {"measure": "made", "is": ["no"]}},
        {"id": "lawful", "applies_when": {"measure": "renewed", "is": ["no"]}},
    )


def test_a_chain_of_conditions_counts_all_cases() -> None:
    # Of ten cases four are asked whether it was renewed, and three of these the last.
    wide = pd.DataFrame(
        {
            "phase": "analysis",
            "made": yes_no(6, 4),
            "renewed": [None] * 6 + yes_no(1, 3),
            "lawful": [None] * 7 + yes_no(2, 1),
        }
    )
    rows: Any = tally(wide, chain()).set_index(["measure", "basis"])
    counted = ["compliant", "noncompliant", "not_applicable", "missing"]
    assert rows.loc[("renewed", "condition"), counted].tolist() == [4, 6, 0, 0]
    assert rows.loc[("lawful", "condition"), counted].tolist() == [3, 7, 0, 0]
    assert rows.loc[("lawful", "crude"), counted].tolist() == [2, 1, 7, 0]
    assert "unconditional" not in rows.index.get_level_values("basis")
    units = [f"S{number}" for number in range(1, 11)]
    long = (
        wide.assign(unit_id=units)
        .fillna("not_applicable")
        .melt(["phase", "unit_id"], var_name="measure", value_name="answer")
    )
    named = {"yes": "compliant", "no": "noncompliant"}
    long = long.assign(score=long["answer"].replace(named))
    pd.testing.assert_frame_equal(tally(long, chain()), tally(wide, chain()))


def test_groups_are_told_each_by_itself() -> None:
    answers = pd.concat(
        [
            notices().assign(municipality="Nordby"),
            made_answers(
                *(
                    (phase, measure, given)
                    for phase in ("analysis", "status")
                    for measure, given in (
                        ("first", yes_no(5, 15)),
                        ("second", [OUT] * 5 + yes_no(5, 10)),
                    )
                )
            ).assign(municipality="Sydby"),
        ]
    )
    form = asked_when(["no"], {})
    options = Settings(by=("municipality",))
    tallied = tally(answers, form, settings=options)
    table: Any = compare(tallied, form, **PHASES, settings=options, answers=answers)
    table = table.set_index(["group", "measure", "basis"])
    assert told(table.loc[("Nordby", "second", "condition")]) == (18, 20, 10, 20)
    assert told(table.loc[("Sydby", "second", "condition")]) == (15, 20, 15, 20)
    found = table.xs(("second", "crude"), level=("measure", "basis"))["reservation"]
    assert found.to_dict() == {"Nordby": "condition_changed", "Sydby": "conditional"}


def test_a_condition_takes_no_part_in_an_adjustment_and_has_no_target() -> None:
    form = small_form(
        {"id": "first"},
        {
            "id": "second",
            "applies_when": {"measure": "first", "is": ["no"]},
            "target": 0.9,
        },
        primary=["second"],
    )
    tallied = tally(notices(), form)
    targets = tallied.loc[tallied["basis"] == "condition", "target"]
    assert targets.isna().tolist() == [True, True]
    row = table_of(notices(), form).loc[("second", "condition")]
    assert (bool(row["primary"]), row["adjustment"]) == (False, "none")


COUNTS = ["compliant", "noncompliant", OUT, "not_assessable", "missing", "units"]


def aggregated(*rows: tuple[str, str, int, int, int]) -> pd.DataFrame:
    """Counts of an aggregated workbook: phase, measure, and the first three counts."""
    made = [(*row, 0, 0, sum(row[2:])) for row in rows]
    frame = pd.DataFrame(made, columns=["phase", "measure", *COUNTS])
    return frame.assign(form="small", group="all")


@pytest.mark.parametrize(
    ("answers", "asked", "twin"),
    [
        (["yes"], (12, 20, 8, 20), (6, 17, 8, 20)),
        (["no"], (8, 20, 12, 20), None),
    ],
)
def test_aggregated_counts_tell_who_was_asked(
    answers: list[str], asked: tuple[int, ...], twin: tuple[int, ...] | None
) -> None:
    # 12 yes, 5 no and 3 ikke relevant, then 8 and 12: 12 (or 5 + 3) are asked, or not.
    form = asked_when(answers, {})
    counts = aggregated(
        ("analysis", "first", 12, 5, 3) if twin else ("analysis", "first", 12, 8, 0),
        ("status", "first", 8, 12, 0),
        ("analysis", "second", 6, 6, 8) if twin else ("analysis", "second", 6, 2, 12),
        ("status", "second", 8, 0, 12),
    )
    table: Any = compare(tally(made_answers(), form, counts=counts), form, **PHASES)
    table = table.set_index(["measure", "basis"])
    assert told(table.loc[("second", "condition")]) == asked
    if twin:
        assert told(table.loc[("second", "unconditional")]) == twin
    else:
        assert ("second", "unconditional") not in table.index


def test_aggregated_counts_do_not_tell_who_was_asked_where_answers_are_more() -> None:
    form = asked_when(["yes", "partly"], {"partly": True})
    counts = aggregated(
        ("analysis", "first", 12, 8, 0), ("analysis", "second", 9, 3, 8)
    )
    found = tally(made_answers(), form, counts=counts)
    assert found["basis"].tolist() == ["crude", "crude"]


# What is withheld.


def withheld_from(*blocks: Any, twin: bool) -> set[tuple[str, str, str]]:
    """Phase, measure and basis of what strict takes out, with a threshold of 5."""
    form = asked_when(["no"], {}, twin=twin)
    tallied = tally(made_answers(*blocks), form)
    settings = Settings(publish="strict", threshold=5)
    compared = compare(tallied, form, **PHASES)
    base = fake_results()
    results = Results(
        **{
            **{name: getattr(base, name) for name in base.__dataclass_fields__},
            "form": form,
            "settings": settings,
            "tally": tallied,
            "comparison": compared,
            "answers": base.answers.iloc[:0],
            "distribution": base.distribution.iloc[:0],
            "durations": base.durations.iloc[:0],
            "days": base.days.iloc[:0],
            "overdue": base.overdue.iloc[:0],
            "limits": base.limits.iloc[:0],
        }
    )
    rows = disclose(results).withheld[["phase", "measure", "basis"]]
    return set(rows.itertuples(index=False, name=None))


@pytest.mark.parametrize("twin", [True, False])
def test_a_condition_is_withheld_with_its_measure(twin: bool) -> None:
    """In status 3 of 20 are not asked: a small cell of the condition alone."""
    found = withheld_from(
        ("analysis", "first", yes_no(10, 10)),
        ("analysis", "second", [OUT] * 10 + yes_no(5, 5)),
        ("status", "first", [*yes_no(3, 17)]),
        ("status", "second", [OUT] * 3 + yes_no(8, 9)),
        twin=twin,
    )
    names = {"crude", "condition", *(["unconditional"] if twin else [])}
    assert found == {
        *(("status", "second", name) for name in names),
        ("status", "first", "crude"),
    }


def test_a_difference_of_two_rows_is_a_small_cell_too() -> None:
    """Of 15 not relevant 12 were not asked: 3 were asked and not relevant."""
    found = withheld_from(
        ("analysis", "first", yes_no(10, 10)),
        ("analysis", "second", [OUT] * 10 + yes_no(5, 5)),
        ("status", "first", yes_no(12, 28)),
        ("status", "second", [OUT] * 15 + yes_no(12, 13)),
        twin=False,
    )
    own = {("status", "second", "crude"), ("status", "second", "condition")}
    # How often the first was met is told by the second: it goes along.
    assert found == own | {("status", "first", "crude")}


# The case whole: workbooks, report, figure, paper, terminal.

FORM = """
id = "own"
title = "Vores skema"
version = "1"
unit = "sag"
columns = { case = ["Sagsnr."], phase = ["Måling"] }
[[phases]]
id = "analysis"
label = "Analyse"
[[phases]]
id = "status"
label = "Status"
[[measures]]
id = "in_time"
kind = "deadline"
label = "Fristen er overholdt"
from = ["Modtaget"]
to = ["Afgjort"]
limit = "8 weeks"
[[measures]]
id = "notice"
label = "Der er givet skriftlig besked"
columns = ["Skriftlig besked"]
applies_when = { measure = "in_time", is = ["no"] }
"""


def late_cases(phase: str, *, late: int, told: int) -> list[list[Any]]:
    """20 cases, of which so many took 120 days and so many of these were told."""
    rows: list[list[Any]] = []
    for number in range(20):
        start = date(2019, 1, 7) + timedelta(number)
        days, said = (40, "Ikke relevant")
        if number < late:
            days, said = 120, "Ja" if number < told else "Nej"
        end = start + timedelta(days)
        rows.append([f"{phase[0]}{number}", phase, start, end, said])
    return rows


def own_files(folder: Path, twin: str = "") -> list[Path]:
    """The form and a workbook for each phase: 4 of 18 and 10 of 10 were told."""
    form = folder / "own.toml"
    form.write_text(FORM + twin, "utf-8")
    header = ["Sagsnr.", "Måling", "Modtaget", "Afgjort", "Skriftlig besked"]
    before = [header, *late_cases("Analyse", late=18, told=4)]
    after = [header, *late_cases("Status", late=10, told=10)]
    return [
        form,
        write_workbook(folder / "a.xlsx", {"Data": before}),
        write_workbook(folder / "s.xlsx", {"Data": after}),
    ]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    form, *files = own_files(tmp_path_factory.mktemp("own"), "twin = false\n")
    return run(*files, form=form)


def row_of(results: Results, basis: str) -> ComparisonRow:
    (row,) = [
        one
        for one in comparison_rows(results)
        if (one.measure, one.basis) == ("notice", basis)
    ]
    return row


def test_notice_of_delay_is_no_longer_undecided(results: Results) -> None:
    row = row_of(results, "crude")
    assert (row.before.compliant, row.before.applicable) == (4, 18)
    assert (row.after.compliant, row.after.applicable) == (10, 10)
    assert (row.verdict, row.reservations) == ("improved", ("condition_changed",))
    assert "unconditional" not in set(results.comparison["basis"])
    assert "TWIN_UNDECLARED" not in set(results.issues["code"])


ASKED = (
    "10 ud af 20 sager (50 %) i statusmålingen mod 18 ud af 20 sager (90 %) i "
    "analysemålingen"
)


def test_the_sentence_of_the_finding_says_who_was_asked(results: Results) -> None:
    sentences = Sentences(results, load_language("da"))
    row = row_of(results, "crude")
    said = sentences.told(row).replace("\u00a0", " ")
    finding = (
        "I de gennemgåede sager er andelen 78 procentpoint højere, men målepunktet er "
        f"stillet i en anden del af sagerne end før: {ASKED}; målepunktet er ikke "
        "udvalgt på forhånd."
    )
    assert finding in said
    assert said.count("18 ud af 20") == 1
    assert "Forbehold" not in said
    assert sentences.verdict(row) == (
        "Højere andel i de gennemgåede sager; ikke udvalgt på forhånd "
        "(med forbehold: stillet i en anden del af sagerne end før)"
    )
    assert [text.replace("\u00a0", " ") for text in sentences.reservations(row)] == [
        f"Forbehold: Målepunktet er stillet i en anden del af sagerne end før: {ASKED}."
    ]
    english = Sentences(results, load_language("en")).told(row).replace("\u00a0", " ")
    assert (
        "78 percentage points higher, but the measure was asked in another part of the "
        "cases than before: 10 of 20 cases (50%) in the status measurement against 18 "
        "of 20 cases (90%) in the analysis measurement; the measure was not chosen"
    ) in english


def test_the_table_has_a_row_for_who_was_asked(results: Results) -> None:
    blocks = outline(results, load_language("da")).blocks
    rows = [row for block in blocks for row in getattr(block, "rows", ())]
    plain = [[cell.replace("\u00a0", " ") for cell in row] for row in rows]
    name = "Der er givet skriftlig besked\nsager, hvor målepunktet er stillet"
    (found,) = [row for row in plain if row[0] == name and "ud af" in row[1]]
    assert found[1:3] == ["18 ud af 20 (90 %)", "10 ud af 20 (50 %)"]
    assert found[3] == "−0,4000"


def test_the_paper_and_the_figure_tell_it(results: Results) -> None:
    language = load_language("da")
    paper = as_text(compose_notat(results, language))
    assert ASKED in paper
    (sign,) = sign_sentences(scene_of(results, language))
    assert sign.replace("\u00a0", " ") == (
        "¹ Stilles kun i en del af sagerne, og det er en anden del end før. "
        "Stillet i 18 ud af 20 → 10 ud af 20."
    )


@pytest.mark.parametrize(
    ("twin", "status"), [("", "twin = false"), ("twin = true\n", "")]
)
def test_a_form_that_leaves_it_open_is_told_once(
    tmp_path: Path, twin: str, status: str
) -> None:
    form, *files = own_files(tmp_path, twin)
    found = run(*files, form=form)
    issues = found.issues[found.issues["code"] == "TWIN_UNDECLARED"]
    told = list(zip(issues["measure"], issues["expected"], strict=True))
    assert told == ([("notice", status)] if status else [])
    assert row_of(found, "crude").verdict == ("improved" if status else "uncertain")


def test_stored_answers_are_told_of_too(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    form, *files = own_files(tmp_path)
    found = run(*files, form=form)
    stored = tmp_path / "answers.parquet"
    found.answers.to_parquet(stored)
    again = run(stored, form=form)
    assert "TWIN_UNDECLARED" in set(again.issues["code"])
    pd.testing.assert_frame_equal(again.comparison, found.comparison)


def test_the_terminal_says_it_in_the_line_of_the_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "da_DK.UTF-8")
    form, *files = own_files(tmp_path, "twin = false\n")
    with pytest.raises(SystemExit):
        cli.main(["compare", *map(str, files), "--form", str(form)])
    (line,) = [one for one in capsys.readouterr().out.splitlines() if "besked" in one]
    assert line.replace("\u00a0", " ").endswith(
        "Højere andel i de gennemgåede sager; ikke udvalgt på forhånd. "
        "Forbehold: stillet i en anden del af sagerne end før: 10 ud af 20 sager "
        "(50 %) i statusmålingen mod 18 ud af 20 sager (90 %) i analysemålingen."
    )
