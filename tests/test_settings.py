"""The choices of a run: one default, and a refusal for what does not exist."""

from dataclasses import FrozenInstanceError, asdict

import pytest

from taskforce_analysis.errors import FormError, UsageError
from taskforce_analysis.settings import CHOICES, Settings


def test_the_defaults_are_those_of_the_method_note():
    settings = Settings()
    assert settings.confidence == 0.95
    assert settings.minimum_percent == settings.minimum_verdict == 10
    assert (settings.missing, settings.not_assessable) == ("missing", "not_assessable")
    assert settings.partly == "noncompliant"
    assert not settings.paired
    assert not settings.insist
    assert settings.threshold == 5


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99, 0.999, 99.9 / 100])
def test_the_levels_that_may_be_asked_for(level):
    assert Settings(confidence=level).confidence == level


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_on_offer_is_accepted_and_its_default_is_one(name):
    assert getattr(Settings(), name) in CHOICES[name]
    for choice in CHOICES[name]:
        assert getattr(Settings.load({name: choice}), name) == choice


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"confidence": 0.6}, "confidence does not lie between 0.90 and 0.999"),
        ({"confidence": 0.899}, "confidence does not lie between 0.90 and 0.999"),
        ({"confidence": 0.9991}, "confidence does not lie between 0.90 and 0.999"),
        ({"confidence": 1}, "confidence does not lie between 0.90 and 0.999"),
        ({"confidence": 95}, "confidence does not lie between 0.90 and 0.999"),
        ({"confidence": float("nan")}, "confidence does not lie between"),
        ({"confidence": True}, "confidence does not lie between"),
        ({"confidence": "0,95"}, "Write 0.95 for 95 %"),
        ({"minimum_verdict": 0}, "minimum_verdict is below 1"),
        ({"minimum_percent": "ti"}, "minimum_percent is below 1"),
        ({"threshold": True}, "threshold is below 1. Give a whole number"),
        ({"paired": "ja"}, "paired is not a flag. Write true or false"),
        ({"adjustment": "holmes"}, 'no choice for adjustment .* Nearest: "holm"'),
        ({"adjustment": 3}, 'no choice for adjustment is called "3"'),
        ({"partly": "yes"}, "Known: compliant, noncompliant"),
    ],
)
def test_what_does_not_exist_is_refused(values, message):
    with pytest.raises(UsageError, match=message):
        Settings(**values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"confidense": 0.9}, r'confidense: unknown key\. Nearest: "confidence"'),
        ({"confidence": "0,95"}, "confidence: is not of the type number"),
        ({"paired": "ja"}, "paired: is not of the type flag"),
        ({"threshold": 5.5}, "threshold: is not of the type whole"),
        ({"adjustment": ["holm"]}, "adjustment: is not of the type text"),
        ({"by": [3]}, "by: is not of the type texts"),
    ],
)
def test_a_wrong_key_of_a_file_is_told_with_file_and_key(values, message):
    with pytest.raises(FormError, match=rf"maaling\.toml: key settings\.{message}"):
        Settings.load(values, file="maaling.toml")


def test_every_setting_may_stand_in_a_file():
    values = asdict(Settings())
    listed = {
        name: list(v) if isinstance(v, tuple) else v for name, v in values.items()
    }
    assert Settings.load(listed) == Settings()


def test_one_name_or_several_make_the_groups():
    assert Settings.load({"by": "municipality"}).by == ("municipality",)
    assert Settings.load({"by": ["municipality", "team"]}).by == (
        "municipality",
        "team",
    )


def test_a_setting_is_not_changed_in_place():
    settings = Settings()
    with pytest.raises(FrozenInstanceError, match="cannot assign"):
        settings.confidence = 0.9  # type: ignore[misc]
