"""The committee's paper: the headings, the same counts, and nothing too sure."""

import re
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from fake_results import fake_results
from results_to_write import results_to_write

from taskforce_analysis.errors import FormError
from taskforce_analysis.forms import LegalBasis
from taskforce_analysis.languages import load_language
from taskforce_analysis.measurements import load_measurement
from taskforce_analysis.recommendations import Recommendation
from taskforce_analysis.reporting.blocks import Table
from taskforce_analysis.results import Results, run
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing import write
from taskforce_analysis.writing.notat import as_text, compose_notat

DA = load_language("da")
HEADINGS = (
    "Resumé",
    "Indstilling",
    "Sagsfremstilling",
    "Retsgrundlag",
    "Økonomi",
    "Høring",
    "Bilag",
)
COUNTS = re.compile(r"(\d+) (?:ud af|of) (\d+)")
TOO_SURE = re.compile(
    r"p-værdi|\bp =|signifi|\beffekt|virker|fremgang|usikker\b|på grund af",
    re.IGNORECASE,
)


def text_of(results: Results, language: str = "da") -> str:
    return as_text(compose_notat(results, load_language(language)))


def tables_of(results: Results, language: str = "da") -> list[Table]:
    blocks = compose_notat(results, load_language(language)).blocks
    return [block for block in blocks if isinstance(block, Table)]


@pytest.fixture(scope="module")
def example() -> Results:
    return run(measurement=data_folder("example") / "maaling.toml")


def test_a_sentence_that_leads_to_a_list_stays_on_its_page(
    example: Results, tmp_path: Path
):
    path = write(example, tmp_path / "notat.docx", kind="notat")
    lines = docx.Document(str(path)).paragraphs
    listed = [bool(one.style and one.style.name == "List Bullet") for one in lines]
    leading = [
        line
        for line, own, follows in zip(lines, listed, listed[1:], strict=False)
        if follows and not own and line.style and line.style.name == "Normal"
    ]
    assert len(leading) == 2
    assert all(one.paragraph_format.keep_with_next for one in leading)


def test_the_headings_are_those_of_an_agenda_in_their_order(tmp_path: Path):
    path = write(results_to_write(), tmp_path / "notat.docx", kind="notat")
    document = docx.Document(str(path))
    styled = [(one.style.name, one.text) for one in document.paragraphs if one.style]
    assert [text for name, text in styled if name == "Heading 1"] == list(HEADINGS)
    assert len(document.inline_shapes) == 0


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_count_is_one_of_the_comparison(example, language):
    told = set(COUNTS.findall(text_of(example, language)))
    shown = example.comparison[example.comparison["headline"]]
    counted = {
        (str(row[f"compliant_{side}"]), str(row[f"applicable_{side}"]))
        for _, row in shown.iterrows()
        for side in ("before", "after")
    }
    assert told
    assert told <= counted


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_table_has_the_figures_of_the_chosen_measures(example, language):
    table = tables_of(example, language)[0]
    rows = example.comparison[example.comparison["headline"]]
    chosen = rows[rows["primary"].fillna(False)].set_index("measure")
    labels = {
        load_language(language).label(example.form.measure(name)): name
        for name in chosen.index
    }
    assert [row[0] for row in table.rows] == list(labels)
    for label, before, after, difference, _ in table.rows:
        row = chosen.loc[labels[label]]
        sides = [cell.replace("\xa0", " ") for cell in (before, after)]
        told = [COUNTS.findall(cell)[0] for cell in sides]
        assert told == [
            (str(row[f"compliant_{side}"]), str(row[f"applicable_{side}"]))
            for side in ("before", "after")
        ]
        size, _, way = difference.partition("\n")[0].partition("\xa0")
        is_fall = way.endswith((" lavere", " lower"))
        assert is_fall or way.endswith((" højere", " higher"))
        signed = -int(size) if is_fall else int(size)
        assert signed == pytest.approx(100 * row["difference"], abs=0.5)
        low, high = (abs(int(one)) for one in re.findall(r"\d+", difference)[1:])
        ends = sorted(abs(100 * row[f"difference_{end}"]) for end in ("low", "high"))
        assert sorted((low, high)) == pytest.approx(ends, abs=0.5)


def test_a_changed_limit_stands_in_the_cell_of_the_verdict(example):
    cells = [row for row in tables_of(example)[0].rows if "frist" in row[0]]
    assert ["den tidligere frist på 12 uger" in row[-1] for row in cells] == [True]


def test_nothing_is_said_that_the_cases_cannot_carry(example):
    assert TOO_SURE.search(text_of(example)) is None
    assert "Den viser ikke årsagen." in text_of(example)
    assert "Målestokken kan derfor have flyttet sig" in text_of(example)


def test_no_line_is_said_twice(example):
    lines = [line for line in text_of(example).splitlines() if line]
    assert len(lines) == len(set(lines))


def test_what_needs_attention_is_what_the_fewest_cases_keep(example):
    rows = example.comparison[example.comparison["headline"]]
    rows = rows[rows["applicable_after"] >= 10].assign(
        share=rows["compliant_after"] / rows["applicable_after"]
    )
    lowest = rows.sort_values("share", kind="stable")["measure"].head(2)
    text = text_of(example).partition("opfyldt i den mindste del")[2]
    told = [line for line in text.splitlines() if line.startswith("- ")][:2]
    labels = [example.form.measure(name).label for name in lowest]
    assert [
        line.startswith(f"- {label}: ")
        for line, label in zip(told, labels, strict=True)
    ] == [
        True,
        True,
    ]


def test_each_recommendation_has_its_status_and_date(example):
    rows = tables_of(example)[-1].rows
    assert [row[0] for row in rows] == [one.number for one in example.recommendations]
    assert {row[2] for row in rows} <= {
        "Ikke igangsat",
        "Igangsat",
        "Udskudt",
        "Gennemført",
        "Forankret",
    }
    due = [one.due for one in example.recommendations]
    assert [row[3] for row in rows] == [DA.date(day) if day else "" for day in due]


def test_of_many_recommendations_those_that_remain_are_told(example):
    advice = tuple(
        Recommendation(
            number=str(at),
            text="Kommunen bør " + "følge op " * 30,
            theme="",
            status="anchored" if at <= 20 else "started",
        )
        for at in range(1, 26)
    )
    many = replace(example, recommendations=advice)
    rows = tables_of(many)[-1].rows
    assert {str(at) for at in range(21, 26)} <= {row[0] for row in rows}
    assert len(rows) == 11
    assert all(len(row[1]) <= 112 for row in rows)
    assert "Yderligere 14 anbefalinger" in text_of(many)


def test_without_recommendations_there_is_no_table_of_them(example):
    assert len(tables_of(replace(example, recommendations=()))) == 1


def test_the_law_is_told_in_full_and_law_by_law(example):
    measures = tuple(
        replace(one, legal_basis=tuple(LegalBasis(text=text) for text in texts))
        for one, texts in zip(
            example.form.measures,
            [["RSL § 10"], ["RSL § 5", "FVL § 19"], ["RSL §§ 76-79 a", "RSL § 3 a"]],
            strict=False,
        )
    )
    form = replace(example.form, measures=(*measures, *example.form.measures[3:4]))
    form = replace(
        form, measures=(*measures, replace(form.measures[3], legal_basis=()))
    )
    kept = example.tally[example.tally["measure"].isin(form.measure_ids)]
    compared = example.comparison
    compared = compared[compared["measure"].isin(form.measure_ids)]
    told = replace(
        example, form=form, tally=kept, comparison=compared, recommendations=()
    )
    told = replace(told, measurement=replace(told.measurement, primary=()))
    assert (
        "Målepunkterne bygger på retssikkerhedslovens §§ 3 a, 5, 10 og 76-79 a og "
        "forvaltningslovens § 19." in text_of(told)
    )


def test_withheld_measures_are_said_to_be(example):
    from taskforce_analysis.disclosing import disclose
    from taskforce_analysis.settings import Settings

    public = disclose(replace(example, settings=Settings(publish="strict")))
    text = text_of(public)
    assert "ilbageholdt" in text.partition("Sagsfremstilling")[2]


def test_the_paper_says_what_it_is_for(example, tmp_path: Path):
    assert "Sagen er til orientering." in text_of(example)
    plan = tmp_path / "maaling.toml"
    plan.write_text('notat = "decision"\n', "utf-8")
    measurement = replace(example.measurement, notat=load_measurement(plan).notat)
    text = text_of(replace(example, measurement=measurement))
    assert "Sagen er til beslutning." in text
    plan.write_text('notat = "beslut"\n', "utf-8")
    with pytest.raises(FormError, match="information, decision"):
        load_measurement(plan)


def test_the_text_has_signs_that_every_system_keeps(tmp_path: Path):
    path = write(results_to_write(), tmp_path / "notat.txt", kind="notat")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    text = path.read_text("utf-8-sig")
    assert not {"\u00a0", "\u2212"} & set(text)
    assert "Retsgrundlag" in text.splitlines()


def test_what_the_tool_cannot_know_is_left_to_be_filled_in(example):
    assert "[Skriv her, om sagen har økonomiske konsekvenser.]" in text_of(example)
    assert "handicaprådet" in text_of(example)


def test_a_long_form_is_told_in_short():
    results = fake_results(40, primary=0)
    assert len(tables_of(results)[0].rows) == 6
    assert len(text_of(results)) < 9000
