"""When two spellings are the same word, silently or told."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taskforce_analysis.spelling import (
    folded_key,
    group_key,
    loose_key,
    repaired,
    same_but_lost,
    silent_key,
    visible,
    without_footnote,
)

QUESTION = "Er der fulgt op?"


@pytest.mark.parametrize(
    "text",
    [
        "ER DER FULGT OP?",
        "  Er\u00a0der \t fulgt\r\nop? ",
        "Er der ful\u00adgt\u200b op?",
        "Er der fulgt op?:",
        "Er der fulgt op? .",
        "Er\x07der fulgt op?",
    ],
)
def test_what_no_reader_sees_is_silent(text):
    assert silent_key(text) == silent_key(QUESTION)


def test_letters_and_dashes_may_be_written_in_several_ways():
    assert silent_key("A\u030astrup \u2013 by") == silent_key("Åstrup - by")


@pytest.mark.parametrize(
    "text",
    [
        "Er der fulgt op",
        "Er der fulgt op ?",
        "Er der fulgt op?*",
        "Er der fulgt op? ²",
        "Er der fulgt op [3]",
        "Er der fulgt op? 3)",
        "3. Er der fulgt op?",
        "3.1 Er der fulgt op?",
        "Nr. 3: Er der fulgt op?",
        "3a) Er der fulgt op?",
        "3 - Er der fulgt op?",
    ],
)
def test_footnotes_question_marks_and_numbers_are_loose(text):
    assert silent_key(text) != silent_key(QUESTION)
    assert loose_key(text) == loose_key(QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        "Er der fulgt ikke op?",
        "Er der fuldt op?",
        "Er der fulgt op 2018?",
        "\u0415r der fulgt op?",  # a Cyrillic letter
    ],
)
def test_anything_further_is_another_word(text):
    assert loose_key(text) != loose_key(QUESTION)


def test_a_number_alone_is_not_a_numbering():
    assert loose_key("4 måneder") == "måneder"
    assert loose_key("1.") == "1"


def test_footnotes_alone():
    assert without_footnote("Ja*") == "Ja"
    assert without_footnote("§ 41") == "§ 41"


def test_folded_and_group_keys():
    assert folded_key("Før-måling ") == folded_key("formaling")
    assert group_key("Kommune") == "kommune"
    assert group_key("Nordby Kommune") == group_key(" NORD by")


@pytest.mark.parametrize("wrong", ["cp1252", "latin-1", "mac_roman"])
def test_broken_letters_can_be_mended(wrong):
    assert "Målene" in list(repaired("Målene".encode().decode(wrong)))


def test_lost_letters_fit_one_known_text_or_none():
    known = ["opfølgning", "opfylgning", "udredning"]
    assert same_but_lost("udr?dning", known) == "udredning"
    assert same_but_lost("opf\ufffdlgning", known) is None
    assert same_but_lost("udredning?", known) is None


@given(st.text(max_size=30))
@example("㎴")  # a sign that stands for letters, one of them a capital
@example("ß\u0301")
@example("Ø-\u0308")
def test_keys_are_their_own_keys(text):
    for key in (silent_key, group_key, folded_key, visible):
        assert key(key(text)) == key(text)


@given(st.text(max_size=20), st.sampled_from([" ", "\u00a0", "\n", "\u200b"]))
def test_blanks_around_a_text_change_no_key(text, blank):
    assert silent_key(blank + text + blank) == silent_key(text)
