"""The pictures by hand: a page of rates, differences and words, and a curve of days.

Every length is in centimetres and known beforehand; the drawing is that of the report:
labels, counts, two panels with intervals, a verdict, and notes where a file stands
alone. Each figure is made once and saved in the formats that it is needed in.
"""

from io import BytesIO
from pathlib import Path
from textwrap import fill
from typing import Any

from benchmarks.by_hand.numbers import PHASES, told

WIDTH, LINE, BLOCK, THEME = 16.0, 0.365, 1.31, 0.62
BLUE, ORANGE, GREY = "#12436D", "#DD6B10", "#595959"
RATES, CHANGES = (5.3, 2.75), (8.95, 2.75)
NOTE = """Anm.: Gennemgåede sager: Analyse 20, Status 20. Streger:
95 %-sikkerhedsintervaller; andele: Wilsons interval; forskelle: Newcombes
interval. Ved under 10 relevante sager vises kun antal. Fed skrift: valgt på
forhånd; grå: supplerende. Usikkerheden er beregnet, som om sagerne var trukket
tilfældigt. Uden for andelene: svar, der ikke er relevante, ikke besvarede
eller ikke kan vurderes. Hvor der er justeret for flere målepunkter, følger
vurderingen den justerede p-værdi; intervallerne er ikke justeret.
Kilde: Sagsgennemgang i Eksempelkøbing Kommune."""


def pages_of(table, *, bare: bool) -> list[Any]:
    """The measures on two pages; without title and notes a page holds more."""
    at = 14 if bare else 11
    parts = (table.iloc[:at], table.iloc[at:])
    return [page(part, bare=bare) for part in parts]


def write_figures(table, out: Path) -> None:
    """Both pages as png, svg and pdf, with text and csv."""
    for number, figure in enumerate(pages_of(table, bare=False), start=1):
        for suffix in ("png", "svg", "pdf"):
            (out / f"figur{number}.{suffix}").write_bytes(saved(figure, suffix))
        text = "\n".join(told(row) for row in table.itertuples())
        (out / f"figur{number}.txt").write_text(text, "utf-8")
        shown = table.drop(columns="counts")
        shown.to_csv(out / f"figur{number}.csv", sep=";", decimal=",", index=False)


def saved(figure, suffix: str) -> bytes:
    """The figure as a file's content."""
    import matplotlib as mpl

    mpl.rcParams["svg.fonttype"] = "none"
    mpl.rcParams["pdf.fonttype"] = 42
    stream = BytesIO()
    figure.savefig(stream, format=suffix, dpi=300)
    return stream.getvalue()


def page(table, *, bare: bool):
    """A page of measures, from its title to its notes."""
    from matplotlib.figure import Figure

    themes = table["theme"].nunique()
    rows = BLOCK * len(table) + THEME * themes
    top = 1.4 if bare else 2.3
    height = top + rows + (0.1 if bare else 9 * LINE)
    figure = Figure(figsize=(WIDTH / 2.54, height / 2.54))

    def write(left, down, text, **look):
        place = (left / WIDTH, 1 - down / height)
        figure.text(*place, text, va="top", fontsize=9, linespacing=1.15, **look)

    if not bare:
        title = "Opfyldte målepunkter: Analyse, Status og forskellen imellem dem"
        write(0.15, 0.05, title, fontweight="bold")
        write(0.15, top + rows + 0.1, NOTE, color=GREY)
    heads = (
        "Opfyldt ud af relevante sager",
        "Procent opfyldt",
        "Forskel i\nprocentpoint",
    )
    for left, text in zip((0.15, 5.3, 8.95), heads, strict=True):
        write(left, top - 1.3, text, color=GREY)
    write(12.1, top - 1.3, "Forskel og vurdering", color=GREY)
    axes = [
        figure.add_axes(
            (left / WIDTH, 1 - (top + rows) / height, wide / WIDTH, rows / height)
        )
        for left, wide in (RATES, CHANGES)
    ]
    dress(axes, rows)
    fill_page(table, axes, write, top=top)
    return figure


def dress(axes, rows: float) -> None:
    """Limits and ticks of the two panels; no frame."""
    for one, low, texts in zip(
        axes, (0, -1), (("0", "50", "100"), ("−100", "0", "+100")), strict=True
    ):
        one.set_xlim(low, 1)
        one.set_ylim(rows, 0)
        one.set_xticks([low, (low + 1) / 2, 1], texts, fontsize=9)
        one.set_yticks([])
        one.tick_params(length=0, labeltop=True, labelbottom=False)
        one.spines[:].set_visible(False)
        one.patch.set_alpha(0)


def fill_page(table, axes, write, *, top: float) -> None:
    """Each measure's words and marks, under its theme."""
    at, theme = 0.0, ""
    for row in table.itertuples():
        if row.theme != theme:
            write(0.15, top + at, row.theme, fontweight="bold", color=GREY)
            at, theme = at + THEME, row.theme
        strong = {"fontweight": "bold"} if row.chosen else {"color": GREY}
        write(0.15, top + at, row.measure[:72], **strong)
        few = row.verdict == "For få sager"
        for line, name in enumerate(PHASES, start=1):
            met, size = row.sides[line - 1]
            down = top + at + line * LINE
            write(0.15, down, name, color=GREY)
            write(3.5, down, f"{met} ud af {size}", color=GREY, ha="right")
            percent = "–" if few else f"{100 * met / max(size, 1):.0f} %"
            write(4.8, down, percent, color=GREY, ha="right")
        points = [f"{100 * value:+.0f}" for value in row.change]
        beside = "" if few else "{} ({} til {})\n".format(*points)
        write(12.1, top + at, beside + fill(row.verdict, 24), color=GREY)
        mark(row, axes, at, few=few)
        at += BLOCK


def mark(row, axes, at: float, *, few: bool) -> None:
    """The grid behind a measure, and its rates and difference with their intervals."""
    places = [at + 1.5 * LINE, at + 2.5 * LINE]
    for one, ticks in zip(axes, ((0, 0.5, 1), (-1, 0, 1)), strict=True):
        one.vlines(ticks, at + LINE, at + 3 * LINE, colors="#E3E3E3", linewidth=0.8)
    axes[1].vlines(0, at + LINE, at + 3 * LINE, colors="#1A1A1A", linewidth=1)
    if few:
        return
    shades = (ORANGE, BLUE) if row.chosen else ("#8A8A8A", GREY)
    for place, shade, kind, rate in zip(places, shades, "oD", row.rates, strict=True):
        axes[0].hlines(place, *rate[1:], colors=shade, linewidth=1.6)
        axes[0].plot(rate[0], place, kind, color=shade, markersize=5.5, clip_on=False)
    axes[1].hlines(sum(places) / 2, *row.change[1:], colors=shades[1], linewidth=1.6)
    axes[1].plot(row.change[0], sum(places) / 2, "s", color=shades[1], mfc="white")


def curve(days):
    """The share that is decided by each day, a line per phase, and the limit."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 2.54, 4.0))
    axes = figure.add_axes((0.09, 0.14, 0.88, 0.75))
    for name, shade, waited in zip(PHASES, (ORANGE, BLUE), days, strict=True):
        ordered = sorted(waited)
        shares = [place / len(ordered) for place in range(1, len(ordered) + 1)]
        axes.step([0, *ordered], [0, *shares], where="post", color=shade, label=name)
    axes.axvline(90, color=GREY, linestyle="--", linewidth=1)
    axes.grid(color="#E3E3E3", linewidth=0.8)
    axes.set_xlabel("Dage siden ansøgningen", fontsize=9)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.legend(loc="lower right", fontsize=9)
    return figure
