"""The web page, read with the standard library's parser."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from results_to_write import hostile_results, results_to_write

from taskforce_analysis.writing import write

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """What a page holds: its elements with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} closes another element"

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def attributes(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("html")
    return write(results_to_write(), folder / "a.html").read_text("utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Reader:
    return Reader(text)


def test_every_element_is_closed_and_the_language_is_set(text: str, page: Reader):
    assert text.startswith("<!DOCTYPE html>\n")
    assert page.open == []
    assert page.attributes("html") == [{"lang": "da"}]
    assert page.texts["title"][0] == page.texts["h1"][0]


def test_landmarks_and_a_skip_link_that_leads_somewhere(page: Reader):
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.attributes(landmark)) == 1
    first = page.attributes("a")[0]
    assert (first["class"], first["href"]) == ("skip", "#main")
    ids = {attributes.get("id") for _, attributes in page.elements}
    links = [attributes["href"] for attributes in page.attributes("a")]
    assert {link.removeprefix("#") for link in links} <= ids


def test_ids_are_unique(page: Reader):
    ids = Counter(
        attributes["id"] for _, attributes in page.elements if "id" in attributes
    )
    assert [name for name, times in ids.items() if times > 1] == []


def test_tables_have_captions_and_scopes(page: Reader):
    assert len(page.texts["caption"]) == len(page.attributes("table"))
    assert {head.get("scope") for head in page.attributes("th")} == {"col", "row"}
    assert page.texts["caption"][0].startswith("Tabel 1. Udredning, vurdering")


def test_the_exact_figures_are_there(page: Reader):
    cells = [cell.replace("\u00a0", " ") for cell in page.texts["td"]]
    assert "+30 (−2 til +58)" in cells
    assert "−0,0237 til 0,5804" in cells
    assert "0,0703" in cells


def test_figures_have_a_title_and_a_description_with_the_figures(page: Reader):
    pictures = page.attributes("svg")
    assert len(pictures) >= 1
    for picture in pictures:
        assert picture["role"] == "img"
        named = picture["aria-labelledby"].split()
        ids = [
            one.get("id")
            for one in (*page.attributes("title"), *page.attributes("desc"))
        ]
        assert set(named) <= set(ids)
    assert "14" in page.texts["desc"][0]


def test_what_scrolls_can_be_reached_and_is_named(page: Reader):
    regions = [one for _, one in page.elements if one.get("role") == "region"]
    assert len(regions) == len(page.attributes("table")) + len(page.attributes("svg"))
    assert all(one["tabindex"] == "0" for one in regions)
    assert all("aria-label" in one or "aria-labelledby" in one for one in regions)


def test_nothing_leaves_the_file_and_no_script_runs(text: str, page: Reader):
    assert page.attributes("script") == page.attributes("link") == []
    addresses = re.findall(r"(?:src|href|action)=\"(?!#)([^\"]*)", text)
    assert addresses == []
    assert "@import" not in text
    assert re.findall(r"url\((?!#)", text) == []
    policy = [one for one in page.attributes("meta") if "http-equiv" in one]
    assert policy[0]["content"].startswith("default-src 'none'")


def test_it_prints_and_follows_light_and_dark(text: str):
    assert "@media print" in text
    assert "prefers-color-scheme: dark" in text


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_has_the_contrast_that_wcag_asks_for(text: str):
    schemes = re.findall(r":root \{([^}]*--ink: #\w{6}[^}]*)\}", text)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): (#\w{6})", scheme))
        for ink in ("ink", "soft", "link"):
            for paper in ("paper", "fill"):
                bright, dark = sorted(
                    (luminance(colours[ink]), luminance(colours[paper])), reverse=True
                )
                assert (bright + 0.05) / (dark + 0.05) >= 4.5, (ink, paper)


def test_text_from_a_workbook_is_escaped(tmp_path: Path):
    text = write(hostile_results(), tmp_path / "a.html").read_text("utf-8")
    page = Reader(text)
    assert page.attributes("script") == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", text)


def test_no_case_is_in_it(text: str):
    assert "Sag 17" not in text


def test_english_and_forty_measures(tmp_path: Path):
    path = write(results_to_write(40), tmp_path / "a.html", language="en")
    page = Reader(path.read_text("utf-8"))
    assert page.attributes("html") == [{"lang": "en"}]
    shown = sum("retssikkerhedsloven § 5" in head for head in page.texts["th"])
    few = [text for text in page.texts["p"] if text.startswith("Too few cases for")]
    assert shown + sum(text.count("“") for text in few) == 40


def test_the_same_bytes_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first = write(results_to_write(), tmp_path / "a.html").read_bytes()
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert write(results_to_write(), tmp_path / "b.html").read_bytes() == first


def test_a_count_is_not_parted_and_neither_is_a_word_with_a_hyphen(text: str):
    assert '<td class="number">8\u00a0ud\u00a0af\u00a020 (40\u00a0%)</td>' in text
    assert '<span class="whole">95\u00a0%-interval</span></th>' in text
