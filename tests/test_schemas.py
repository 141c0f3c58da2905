"""A definition's keys: of their type, or refused with file and key."""

from datetime import UTC, date, datetime

import pytest

from taskforce_analysis.errors import FileError, FormError
from taskforce_analysis.schemas import Key, read_definition, take

SCHEMA = {
    "id": Key("text", required=True),
    "columns": Key("texts"),
    "target": Key("number"),
    "population": Key("whole"),
    "partly": Key("flag"),
    "from": Key("date", name="since"),
    "limit": Key("table"),
    "phases": Key("tables"),
    "anything": Key("any"),
}


def taken(**values: object) -> dict:
    return take({"id": "x", **values}, SCHEMA, file="form.toml", where="measures[0]")


def test_only_what_is_there_is_taken():
    assert taken() == {"id": "x"}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("columns", "Sag", ("Sag",)),
        ("columns", ["Sag", "Sagsnr."], ("Sag", "Sagsnr.")),
        ("columns", [], ()),
        ("target", 1, 1),
        ("target", 0.9, 0.9),
        ("population", 143, 143),
        ("partly", False, False),
        ("limit", {"text": "4 months"}, {"text": "4 months"}),
        ("phases", [{"id": "a"}], [{"id": "a"}]),
        ("anything", None, None),
    ],
)
def test_a_value_of_its_type_is_kept(key, value, expected):
    assert taken(**{key: value})[key] == expected


@pytest.mark.parametrize(
    "value", ["2018-10-01", date(2018, 10, 1), datetime(2018, 10, 1, 8, tzinfo=UTC)]
)
def test_a_date_is_read_from_text_or_toml(value):
    assert taken(**{"from": value}) == {"id": "x", "since": date(2018, 10, 1)}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", ""),
        ("id", "  "),
        ("id", 3),
        ("columns", [1]),
        ("columns", {"a": "b"}),
        ("target", "0.9"),
        ("target", True),
        ("population", 1.0),
        ("population", True),
        ("partly", "yes"),
        ("partly", 1),
        ("from", 2018),
        ("limit", "4 months"),
        ("phases", {"id": "a"}),
        ("phases", ["a"]),
    ],
)
def test_a_value_of_another_type_is_refused(key, value):
    expected = rf"form.toml: key measures\[0\]\.{key}: is not of the type"
    with pytest.raises(FormError, match=expected):
        taken(**{key: value})


def test_a_date_that_does_not_exist_is_refused():
    with pytest.raises(FormError, match=r"\.from: is not a date \(2018-10-01\)"):
        taken(**{"from": "31-02-2018"})


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(FormError, match=r'\.colums: unknown key. Nearest: "columns"'):
        taken(colums=["Sag"])
    with pytest.raises(FormError, match=r"\.zzz: unknown key$"):
        taken(zzz=1)


def test_a_missing_key_is_told():
    with pytest.raises(FormError, match=r"form.toml: key id: the key is missing"):
        take({}, SCHEMA, file="form.toml")


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path):
    path = tmp_path / "a.toml"
    for encoding in ("utf-8", "utf-8-sig"):
        path.write_text('label = "Opfølgning"\n', encoding)
        assert read_definition(path) == {"label": "Opfølgning"}


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(FileError, match=r"maaling\.toml: there is no such file"):
        read_definition(tmp_path / "maaling.toml")
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xe6")
    with pytest.raises(FormError, match=r"a\.toml: the file is not UTF-8"):
        read_definition(path)
    path.write_text("a = 1\nb", "utf-8")
    with pytest.raises(FormError, match=r"a\.toml: not valid TOML, at"):
        read_definition(path)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (f"a = {'[' * 100}{']' * 100}", "too deep"),
        (f"a = {'[' * 20_000}", "too deep"),
        (f"{'.'.join('a' * 200)} = 1", "too deep"),
        (f"a = {'9' * 300}", "too large"),
        (f"a = {'9' * 5000}", "too large"),
        ("a = [1, {b = 1e300}]", "too large"),
        ("a = inf", "too large"),
        ("a = nan", "too large"),
        (f"a = -{2**53 + 1}", "too large"),
    ],
)
def test_numbers_and_nesting_are_bounded(tmp_path, text, finding):
    path = tmp_path / "form.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(FormError, match=rf"form\.toml: .*{finding}"):
        read_definition(path)


def test_what_a_definition_may_hold_is_within_the_bounds(tmp_path):
    path = tmp_path / "form.toml"
    path.write_text(f"a = {2**53}\nb = [[[1.5, true]]]", "utf-8")
    assert read_definition(path) == {"a": 2**53, "b": [[[1.5, True]]]}
