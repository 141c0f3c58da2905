"""A figure as files: formats, words, numbers, and the same bytes twice."""

import csv
import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from fake_results import fake_results
from fontTools.subset import Options
from matplotlib.figure import Figure
from PIL import Image, ImageChops

from taskforce_analysis.charts import draw, drawing_of
from taskforce_analysis.charts.kit.style import styled
from taskforce_analysis.errors import UsageError
from taskforce_analysis.languages import load_language
from taskforce_analysis.writing.figure import csv_bytes, export, svg_bytes

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def figure():
    return draw("change", fake_results(3))


def test_without_a_suffix_every_file_is_written(figure, tmp_path):
    written = export(figure, tmp_path / "figur1")
    names = ["figur1.png", "figur1.svg", "figur1.pdf", "figur1.txt", "figur1.csv"]
    assert [path.name for path in written] == names
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_a_dot_in_the_name_is_no_suffix(figure, tmp_path):
    written = export(figure, tmp_path / "figur.v2")
    assert written[0].name == "figur.v2.png"


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_with_a_suffix_that_one_and_the_alt_text(suffix, figure, tmp_path):
    written = export(figure, tmp_path / f"figur1{suffix}")
    assert [path.name for path in written] == [f"figur1{suffix}", "figur1.txt"]


def test_another_kind_of_picture_is_refused(figure, tmp_path):
    with pytest.raises(
        UsageError, match=r'no figure is written as ".jpg".*\.png, \.svg'
    ):
        export(figure, tmp_path / "figur1.jpg")
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_figure_has_pictures_alone(tmp_path):
    foreign = Figure(figsize=(2, 1))
    foreign.subplots().plot([1, 2])
    written = export(foreign, tmp_path / "egen")
    assert [path.suffix for path in written] == [".png", ".svg", ".pdf"]


def test_png_is_sharp_and_tells_title_and_alt_text(figure, tmp_path):
    path = export(figure, tmp_path / "figur1.png")[0]
    with Image.open(path) as image:
        assert image.size[0] == pytest.approx(16 / 2.54 * 300, abs=1)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert image.info["Title"] == drawing_of(figure).title
        assert image.info["Description"] == drawing_of(figure).alt
        assert "Software" not in image.info


def test_png_has_the_dots_that_matplotlib_draws_in_at_most_256_colours(
    figure, tmp_path
):
    path = export(figure, tmp_path / "figur1.png")[0]
    whole = io.BytesIO()
    figure.savefig(whole, format="png", dpi=300)
    with Image.open(path) as ours, Image.open(whole) as theirs:
        assert ours.mode == "P"
        apart = ImageChops.difference(ours.convert("RGB"), theirs.convert("RGB"))
        assert np.asarray(apart).max() <= 3  # of 255


def test_a_picture_of_more_colours_than_a_palette_holds_keeps_them_all(tmp_path):
    foreign = Figure(figsize=(1, 1))
    shades = np.random.default_rng(1).random((40, 40, 3))
    foreign.add_axes((0, 0, 1, 1)).imshow(shades, interpolation="nearest")
    path = export(foreign, tmp_path / "egen.png")[0]
    whole = io.BytesIO()
    foreign.savefig(whole, format="png", dpi=300)
    with Image.open(path) as ours, Image.open(whole) as theirs:
        assert ours.mode == "RGB"
        assert ImageChops.difference(ours, theirs.convert("RGB")).getbbox() is None


def test_a_figure_that_shows_what_is_behind_it_stays_so(tmp_path):
    foreign = Figure(figsize=(2, 1), facecolor="none")
    path = export(foreign, tmp_path / "egen.png")[0]
    with Image.open(path) as image:
        assert image.getchannel("A").getextrema() == (0, 0)


def test_svg_keeps_text_and_has_title_and_description(figure):
    root = ET.fromstring(svg_bytes(figure))
    assert root.get("role") == "img"
    title, told = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert told is not None
    assert title.text == drawing_of(figure).title
    assert told.text == drawing_of(figure).alt
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == told.get("id")
    texts = {"".join(one.itertext()) for one in root.iter(f"{SVG}text")}
    assert "Der er foretaget en helhedsvurdering" in texts
    assert "8 ud af 20" in texts


def test_svg_ids_are_unique_and_its_own(figure):
    one = svg_bytes(figure).decode()
    other = svg_bytes(draw("rates", fake_results(3))).decode()
    ids = [Counter(re.findall(r"""\bid=["']([^"']+)""", text)) for text in (one, other)]
    assert max(ids[0].values()) == 1
    assert not set(ids[0]) & set(ids[1])


def test_markup_in_a_label_is_text():
    results = fake_results(1)
    label = "<script>alert(1)</script> & co. \x0b\u202e"
    measure = replace(results.form.measures[0], label=label)
    results = replace(results, form=replace(results.form, measures=(measure,)))
    svg = svg_bytes(draw("change", results)).decode()
    assert "<script" not in svg
    ET.fromstring(svg)


def test_what_others_embed_has_its_rules_of_spacing(figure, tmp_path):
    before = Options().drop_tables
    export(figure, tmp_path / "figur1.pdf")
    assert Options().drop_tables == before
    assert "GPOS" not in before


def test_pdf_keeps_text_as_truetype(figure, tmp_path):
    content = export(figure, tmp_path / "figur1.pdf")[0].read_bytes()
    assert b"/FontFile2" in content or b"/CIDFontType2" in content
    assert b"/Type3" not in content
    assert b"CreationDate" not in content


def test_an_svg_names_letters_of_the_same_widths_behind_its_own():
    with styled(family="DejaVu Sans"):
        svg = svg_bytes(draw("change", fake_results(1))).decode("utf-8")
    assert "font-family: 'DejaVu Sans', 'Verdana', sans-serif" in svg
    assert "Arial" not in svg


def test_the_alt_text_stands_beside(figure, tmp_path):
    path = export(figure, tmp_path / "figur1")[3]
    assert path.read_text("utf-8") == f"{drawing_of(figure).alt}\n"


def test_csv_is_what_danish_excel_reads(figure, tmp_path):
    content = export(figure, tmp_path / "figur1")[4].read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == [
        "Tema",
        "Målepunkt",
        "Opfyldt, Analyse",
        "Relevante sager, Analyse",
    ]
    assert rows[1][2:5] == ["8", "20", "0,4"]
    assert len({len(row) for row in rows}) == 1


def test_csv_in_english_has_commas_and_points(tmp_path):
    figure = draw("change", fake_results(1), language="en")
    content = export(figure, tmp_path / "figure1")[4].read_text("utf-8-sig")
    row = next(csv.reader(io.StringIO(content.splitlines()[1])))
    assert row[2:5] == ["8", "20", "0.4"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1"])
def test_a_text_is_no_formula(text):
    frame = pd.DataFrame({text: [text], "tal": [-1.5]})
    lines = csv_bytes(frame, load_language("da")).decode("utf-8-sig").splitlines()
    assert lines == [f"'{text};tal", f"'{text};-1,5"]


def test_the_readers_settings_do_not_count(figure, tmp_path):
    odd: Any = {
        "savefig.bbox": "tight",
        "savefig.facecolor": "red",
        "svg.fonttype": "path",
    }
    plain = [path.read_bytes() for path in export(figure, tmp_path / "a")]
    with mpl.rc_context(odd):
        again = [path.read_bytes() for path in export(figure, tmp_path / "b")]
    assert again == plain


RUN = """
import sys; sys.path.insert(0, "tests")
from hashlib import sha256
from fake_results import fake_results
from taskforce_analysis.charts import draw, drawing_of
from taskforce_analysis.writing.figure import export
for path in export(draw("answers", fake_results(4)), sys.argv[1] + "/figur"):
    print(path.name, sha256(path.read_bytes()).hexdigest())
"""


def test_the_same_bytes_in_another_run_hash_seed_folder_and_time_zone(tmp_path):
    printed = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        folder = tmp_path / seed
        folder.mkdir()
        around = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        ran = subprocess.run(
            [sys.executable, "-c", RUN, str(folder)],
            capture_output=True,
            text=True,
            check=True,
            env=around,
        )
        printed.append(ran.stdout)
    assert printed[0] == printed[1]
    assert printed[0].count("\n") == 5


def test_a_date_comes_from_the_environment_alone(figure, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1545350400")
    content = export(figure, tmp_path / "figur1.svg")[0].read_text("utf-8")
    assert "2018-12-21" in content


def test_what_was_there_stays_when_writing_fails(figure, tmp_path, monkeypatch):
    (tmp_path / "figur1.png").write_bytes(b"old")
    broken = Figure(figsize=(2, 1))
    monkeypatch.setattr(broken, "savefig", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError, match="division"):
        export(broken, tmp_path / "figur1")
    assert [path.name for path in tmp_path.iterdir()] == ["figur1.png"]
    assert (tmp_path / "figur1.png").read_bytes() == b"old"
