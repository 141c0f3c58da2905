"""Every definition file that comes with the package, and every one added later."""

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from taskforce_analysis import tables
from taskforce_analysis.deadlines import (
    available_deadlines,
    judge,
    load_deadlines,
    parse_limit,
)
from taskforce_analysis.forms import Form, Measure, available_forms, load_form
from taskforce_analysis.issues import CODES
from taskforce_analysis.languages import available_languages, load_language
from taskforce_analysis.locating.layout import LAYOUTS
from taskforce_analysis.measurements import SELECTIONS
from taskforce_analysis.paragraphs import unconfirmed_facts
from taskforce_analysis.spelling import loose_key
from taskforce_analysis.themes import common_themes

OF_APPEALS = {"klagesager"}
# Words that claim more than 20 cases can carry, or blame the figures for a cause.
FORBIDDEN = re.compile(
    r"signifi[ck]an|\beffekt|\bvirker|fremgang|\busikkert?\b|på grund af"
    r"|\beffect|\bworks\b|because of|!",
    re.IGNORECASE,
)
# What a label says when the question is worded the other way round.
GOOD_ANSWER = re.compile(r"\bingen\b|\bikke\b|overholdt|\binden\b")
AUTHORS = re.compile(r"place\.\w+\.heading")
# A fault has one denial more or less than what is kept, or another word altogether.
DENIAL = re.compile(r"\b(?:ingen|ikke|hverken)\b", re.IGNORECASE)
WORDED_APART = {
    "deadline_kept": "Sagsbehandlingsfristen er overskredet",
    "outcome_if_appealed": "Afgørelsen ville være ændret eller hjemvist ved en klage",
    "overturned": "Afgørelsen er stadfæstet",
}

FORMS = available_forms()
# A form whose measures are no points of law names none at all.
OF_LAW = {
    name
    for name in FORMS
    if any(measure.legal_basis for measure in load_form(name).measures)
}
LANGUAGES = available_languages()
MEASURES = [
    pytest.param(load_form(name), measure, id=f"{name}-{measure.id}")
    for name in FORMS
    for measure in load_form(name).measures
]


def test_the_shipped_forms_are_those_of_the_domain():
    assert set(FORMS) >= {
        "boernehandicap",
        "boernehandicap_bl",
        "boernesagsbarometer",
        "handicapsagsbarometer",
        "klagesager",
        "kompensationsydelse",
        "ledelsestilsyn",
        "selvevaluering",
        "viso",
        "voksenhandicap",
    }


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_called_what_its_file_is(name):
    form = load_form(name)
    assert form.id == name
    assert form.title_en
    assert form.source


@pytest.mark.parametrize("name", FORMS)
def test_phases_themes_attributes_and_grades_have_labels_in_english(name):
    form = load_form(name)
    scales = [grade for measure in form.measures for grade in measure.scale]
    parts = [*form.phases, *form.themes, *form.attributes, *scales]
    assert [part.id for part in parts if not part.label_en] == []


@pytest.mark.parametrize("name", FORMS)
def test_every_theme_has_measures(name):
    form = load_form(name)
    used = {measure.theme for measure in form.measures}
    assert used == {theme.id for theme in form.themes}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_theme_is_called_what_the_author_writes_under(name, language):
    words = load_language(language)
    places = {text for key, text in words.words.items() if AUTHORS.fullmatch(key)}
    assert places
    assert not places & {words.label(theme) for theme in load_form(name).themes}


@pytest.mark.parametrize(("form", "measure"), MEASURES)
def test_a_measure_has_label_theme_and_legal_basis(form: Form, measure: Measure):
    assert measure.label_en
    assert measure.label != measure.label_en
    assert form.theme_of(measure) is not None
    assert bool(measure.legal_basis) == (form.id in OF_LAW), (
        f"write legal_basis for {measure.id}: other measures of {form.id} have one"
    )


def may_be_breached(measure: Measure) -> bool:
    """Whether an answer may say that it is not kept; an ordered grade never does."""
    grades = {grade.id for grade in measure.scale} - {*measure.left_out}
    return measure.kind != "ordered" and (not grades or grades > {*measure.complying})


@pytest.mark.parametrize(("form", "measure"), MEASURES)
def test_a_measure_that_may_be_breached_says_how_in_both_languages(
    form: Form, measure: Measure
):
    told = [measure.label_not, measure.label_not_en]
    assert [bool(text) for text in told] == [may_be_breached(measure)] * 2, form.id
    assert "?" not in "".join(told)
    if may_be_breached(measure):
        assert len({measure.label, measure.label_en, *told}) == 4


@pytest.mark.parametrize("measure", [one.values[1] for one in MEASURES])
def test_a_fault_denies_what_is_kept_or_affirms_what_is_denied(measure: Measure):
    if not may_be_breached(measure):
        return
    if measure.id in WORDED_APART:
        assert measure.label_not == WORDED_APART[measure.id]
        return
    kept = len(DENIAL.findall(measure.label))
    assert abs(kept - len(DENIAL.findall(measure.label_not))) == 1


@pytest.mark.parametrize(("form", "measure"), MEASURES)
def test_a_label_says_what_the_rate_counts(form: Form, measure: Measure):
    assert "?" not in measure.label
    if measure.compliant == ("no",):
        assert GOOD_ANSWER.search(measure.label), form.id


@pytest.mark.parametrize(("form", "measure"), MEASURES)
def test_the_bases_of_a_measure_follow_each_other(form: Form, measure: Measure):
    on_the_day = date(2023, 12, 31), date(2024, 1, 1), date(2025, 9, 1)
    for day in on_the_day:
        holds = [basis for basis in measure.legal_basis if basis.holds_on(day)]
        cases = [("any",) if not one.paragraphs else one.paragraphs for one in holds]
        named = [paragraph for paragraphs in cases for paragraph in paragraphs]
        assert len(set(named)) == len(named), (form.id, day)


@pytest.mark.parametrize(("form", "measure"), MEASURES)
def test_a_graded_measure_is_written_from_best_to_worst(form: Form, measure: Measure):
    if measure.kind in ("graded", "ordered"):
        kept = [grade.id in measure.compliant for grade in measure.scale]
        assert kept == sorted(kept, reverse=True), form.id
        assert 0 < sum(kept) < len(kept)


@pytest.mark.parametrize(("form", "measure"), MEASURES)
def test_a_limit_is_one(form: Form, measure: Measure):
    if measure.limit is not None:
        if measure.limit.text:
            parse_limit(measure.limit.text, file=form.id, key="limit")
        else:
            assert all(load_deadlines(one).rules for one in measure.limit.sources)


@pytest.mark.parametrize(
    ("day", "paragraphs"),
    [
        (date(2018, 5, 1), ["§ 41", "§ 42", "§ 11, stk. 3", "§ 52, stk. 3, nr. 3"]),
        (date(2024, 5, 1), ["§ 86", "§ 87", "§ 30", "§ 32"]),
        (date(2025, 5, 1), ["SEL § 85", "§ 96", "§ 97", "§ 100", "§ 107", "§ 112"]),
    ],
)
def test_the_invented_limits_cover_what_the_forms_ask(day, paragraphs):
    days, limits = [day] * len(paragraphs), load_deadlines("eksempel")
    judged = judge(days, days, limits, paragraphs=paragraphs)
    assert judged.cases["limit"].notna().all()


@pytest.mark.parametrize("name", sorted(OF_LAW - OF_APPEALS))
def test_every_form_of_cases_has_the_three_headlines(name):
    ids = load_form(name).measure_ids
    assert {"no_legal_flaw", "no_material_flaw", "decision_correct"} <= set(ids)


@pytest.mark.parametrize("name", FORMS)
def test_a_header_means_one_thing(name):
    form = load_form(name)
    own = [
        {loose_key(column) for column in columns}
        for columns in (
            *(measure.columns for measure in form.measures),
            *(attribute.columns for attribute in form.attributes),
            form.case,
            form.decision,
            form.phase,
            form.reviewer,
            form.cluster,
            form.ignored,
            form.corrected,
        )
    ]
    together = [key for keys in own for key in keys]
    assert sorted(key for key in together if together.count(key) > 1) == []


@pytest.mark.parametrize("name", FORMS)
def test_every_theme_belongs_to_one_of_the_eight(name):
    themes = common_themes()
    eight = [one for one, theme in themes.items() if "eight" in theme.lists]
    for theme in load_form(name).themes:
        assert theme.common in eight, (
            f"write in {name}.toml, under the theme {theme.id}: "
            f"common = one of {', '.join(eight)}"
        )


def test_the_vocabulary_has_the_three_lists():
    by_list = {
        name: [one.label for one in common_themes().values() if name in one.lists]
        for name in ("eight", "landmarks", "taskforce")
    }
    assert by_list == {
        "eight": [
            "Politik og strategi",
            "Faglig ledelse og sparring",
            "Udredning, vurdering og afgørelse",
            "Handleplan og bestilling",
            "Opfølgning",
            "Overgang fra barn til voksen",
            "Organisering og tværfagligt samarbejde",
            "Ledelsesinformation og styring",
        ],
        "landmarks": [
            "Opfølgning",
            "Faglig udredning",
            "Inddragelse",
            "Valg af relevant indsats",
        ],
        "taskforce": [
            "Politik og strategi",
            "Faglig ledelse",
            "Sagsbehandling",
            "Helhed og sammenhæng",
        ],
    }
    judged = {one.label for one in common_themes().values() if one.criteria}
    assert judged == set(by_list["taskforce"])
    counts = {(len(o.criteria), len(o.criteria_en)) for o in common_themes().values()}
    assert all(danish == english for danish, english in counts)


@pytest.mark.parametrize("name", FORMS)
def test_rules_that_barnets_lov_changed_are_marked(name):
    changed = re.compile(r"SEL § (50|70|140)\b")
    unmarked = [
        measure.id
        for measure in load_form(name).measures
        if any(changed.match(basis.text) for basis in measure.legal_basis)
        and date(2024, 1, 1) not in measure.rule_changed
    ]
    assert unmarked == []


def test_what_no_source_confirms_is_listed_with_what_it_affects():
    page = (Path(__file__).parents[1] / "docs" / "lov.md").read_text("utf-8")
    own, facts, _ = [
        [
            line.strip("| ").split(" | ")
            for line in part.splitlines()
            if line[:2] == "| "
        ]
        for part in page.partition("## Ikke bekræftet")[2].split("|---|---|")[1:]
    ]
    own, facts = own[:-1], facts[:-1]  # the next table's head
    bases = {
        basis.cited
        for name in FORMS
        for measure in load_form(name).measures
        for basis in measure.legal_basis
        if not basis.verified
    }
    rules = {
        f"`{rule.id}`"
        for name in available_deadlines()
        for rule in load_deadlines(name).rules
        if not rule.verified
    }
    cited = [what.removesuffix(")").partition(" (") for what, _ in own]
    assert bases | rules <= {one for what, _, rule in cited for one in (what, rule)}
    # And nothing is doubted there that the definitions say is confirmed.
    assert [what for what, _, rule in cited if not {what, rule} & (bases | rules)] == []
    known = [[one.label, one.affects] for one in unconfirmed_facts()]
    assert facts == known


def test_every_fact_without_a_source_names_bases_that_some_form_has():
    texts = {
        basis.text
        for name in FORMS
        for measure in load_form(name).measures
        for basis in measure.legal_basis
    }
    unused = [
        (one.label, base)
        for one in unconfirmed_facts()
        for base in one.bases
        if base not in texts
    ]
    assert unused == []


def test_kompensationsydelse_is_another_rule():
    marked = {
        f"{name}.{measure.id}"
        for name in FORMS
        for measure in load_form(name).measures
        if date(2025, 9, 1) in measure.rule_changed
    }
    assert marked == {
        "boernehandicap_bl.amount_correct",
        "handicapsagsbarometer.assessment_flaw",
        "kompensationsydelse.amount_correct",
        "kompensationsydelse.choice_offered",
        "kompensationsydelse.expenses_likely",
        "kompensationsydelse.in_target_group",
        "kompensationsydelse.running_reassessed",
        "voksenhandicap.amount_correct",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_issue_code_has_text_and_remedy(language):
    words = load_language(language)
    lacking = [
        f"{code}.{part}"
        for code in CODES
        for part in ("text", "remedy")
        if not words.has(f"issues.{code}.{part}")
    ]
    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_issue_texts_are_whole_sentences_without_placeholders(language):
    words = load_language(language).words
    texts = {key: text for key, text in words.items() if key.startswith("issues.")}
    assert {key: text for key, text in texts.items() if "{" in text} == {}
    ends = [key for key, text in texts.items() if not text.rstrip('"').endswith(".")]
    # A remedy may end in what the user is to write.
    assert [key for key in ends if not words[key].endswith('"')] == []


def test_an_encrypted_file_is_asked_about_its_label():
    remedy = load_language("da").word("issues.FILE_ENCRYPTED.remedy")
    assert remedy == (
        "Har filen et følsomhedsmærkat? Gem en kopi uden kryptering i en lukket mappe."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_declared_word_is_in_the_language(language):
    words = load_language(language)
    wanted = [f"answer.{answer}" for answer in tables.ANSWERS]
    wanted += [f"score.{score}" for score in tables.SCORES]
    wanted += [f"verdict.{verdict}" for verdict in tables.VERDICTS]
    wanted += [f"selection.{selection}" for selection in SELECTIONS]
    wanted += [f"layout.{layout}" for layout in LAYOUTS]
    for table in tables.DECLARED:
        wanted += [f"table.{table.name}", *(f"column.{name}" for name in table.names)]
    assert [key for key in wanted if not words.has(key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_keys(language):
    assert asked_of(language) == asked_of("da")


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_placeholders(language):
    danish, words = load_language("da").words, load_language(language).words
    odd = [
        key
        for key in asked_of("da")
        if placeholders(danish[key]) != placeholders(words[key])
    ]
    assert odd == []


def asked_of(language: str) -> set[str]:
    """The keys of a language but for the errors, which are English where they arise."""
    words = load_language(language).words
    return {key for key in words if not key.startswith(("said.", "said_within."))}


def placeholders(text: str) -> set[str]:
    """The names to be filled in; a text that is no template raises ValueError."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_says_more_than_the_cases_carry(language):
    words = load_language(language).words
    assert [key for key, text in words.items() if FORBIDDEN.search(text)] == []


@pytest.mark.parametrize("name", FORMS)
def test_no_form_says_more_than_the_cases_carry(name):
    form = load_form(name)
    shown = [form.title, form.title_en]
    for part in (*form.phases, *form.themes, *form.attributes, *form.measures):
        shown += [part.label, part.label_en]
    for measure in form.measures:
        shown += [measure.label_not, measure.label_not_en, measure.help]
    assert [text for text in shown if FORBIDDEN.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_unit_never_breaks_from_its_number(language):
    words = load_language(language)
    assert " " not in words.word("percent")
    assert ("\u00a0" in words.word("percent")) == (language == "da")
    assert "\u00a0" in words.word("points")
