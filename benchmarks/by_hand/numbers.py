"""Counting and comparing by hand, and the report's tables: nothing is checked.

Intervals are by formula (Wilson, Newcombe), p by counting tables (Fisher). How the
cells are spelt and which questions there are is known beforehand.
"""

from math import comb, sqrt
from typing import Any

PHASES = ("Analyse", "Status")
Z = 1.959964
KINDS = {"ja": "Ja", "nej": "Nej", "delvist": "Delvist", "ikke relevant": "Ikke rel."}
SPELT = {"j": "ja", "n": "nej", "i.r.": "ikke relevant", "x": "ja"}
DATES = ["Ansøgning modtaget", "Afgørelse truffet"]
IN_TIME, LIMIT = "Afgørelsen er truffet inden for kommunens frist", 90
CHOSEN = (
    "Er der foretaget en helhedsvurdering?",
    "Er der fulgt op rettidigt?",
    IN_TIME,
)


def rows_of(frames: list, themes: dict) -> list[dict]:
    """A row per measure: counts, rates, intervals and p."""
    judged = [frame.assign(**{IN_TIME: in_time(frame)}) for frame in frames]
    frames[:] = judged
    asked = [name for name in judged[0] if judged[0][name].isin(["Ja", "Nej"]).any()]
    rows = []
    for name in asked:
        given = [one[name].astype("str").str.strip().str.casefold() for one in judged]
        given = [one.replace(SPELT) for one in given]
        counts = [{kind: int((one == kind).sum()) for kind in KINDS} for one in given]
        sides = [(one["ja"], one["ja"] + one["nej"] + one["delvist"]) for one in counts]
        row = {"theme": themes.get(name, "Tidsfrister"), "measure": name}
        row |= {"chosen": name in CHOSEN, "counts": counts}
        rows.append({**row, **compared(*sides)})
    order = list(themes.values())
    return sorted(rows, key=lambda row: order.index(row["theme"]))


def in_time(frame):
    """Ja and Nej by days from application to decision; neither where one is missing."""
    import pandas as pd

    received, decided = (pd.to_datetime(frame[name]) for name in DATES)
    waited = (decided - received).dt.days
    return waited.le(LIMIT).map({True: "Ja", False: "Nej"}).mask(waited.isna())


def wilson(met: int, size: int) -> tuple[float, float]:
    """Wilson's interval by formula."""
    if not size:
        return 0.0, 1.0
    rate, room = met / size, Z * Z / size
    half = Z * sqrt(rate * (1 - rate) / size + room / (4 * size)) / (1 + room)
    middle = (rate + room / 2) / (1 + room)
    return max(0.0, middle - half), min(1.0, middle + half)


def fisher(x1: int, n1: int, x2: int, n2: int) -> float:
    """Fisher's two-sided p by counting tables."""
    met, low = x1 + x2, max(0, x1 + x2 - n2)
    ways = [comb(n1, x) * comb(n2, met - x) for x in range(low, min(n1, met) + 1)]
    return sum(way for way in ways if way <= ways[x1 - low]) / sum(ways)


def compared(before: tuple[int, int], after: tuple[int, int]) -> dict[str, Any]:
    """Rates, difference and Newcombe's interval of one measure."""
    first, second = (one[0] / one[1] if one[1] else 0.0 for one in (before, after))
    (l1, u1), (l2, u2) = wilson(*before), wilson(*after)
    change = second - first
    low = change - sqrt((second - l2) ** 2 + (u1 - first) ** 2)
    high = change + sqrt((u2 - second) ** 2 + (first - l1) ** 2)
    p_value = fisher(*before, *after)
    few = min(before[1], after[1]) < 10
    beyond = "Kan ikke afgøres" if p_value >= 0.05 else "Ud over det tilfældige"
    return {
        "sides": (before, after),
        "rates": ((first, l1, u1), (second, l2, u2)),
        "change": (change, low, high),
        "p": p_value,
        "verdict": "For få sager" if few else beyond,
    }


def share(value: float, places: int = 2) -> str:
    """A decimal comma."""
    return f"{value:.{places}f}".replace(".", ",")


def out_of(side: tuple[int, int]) -> str:
    """14 ud af 20, and per cent from ten cases."""
    percent = f" ({100 * side[0] / side[1]:.0f} %)" if side[1] >= 10 else ""
    return f"{side[0]} ud af {side[1]}{percent}"


def told(row: Any) -> str:
    """A measure in a sentence."""
    before, after = map(out_of, row.sides)
    points = [f"{100 * value:+.0f}" for value in row.change]
    return (
        f"{row.measure}: kravet er opfyldt i {after} relevante sager i Status og i "
        f"{before} i Analyse. Forskellen er {points[0]} procentpoint, "
        f"95 %-sikkerhedsinterval {points[1]} til {points[2]}. {row.verdict}: med så "
        "få sager kan forskellen skyldes, hvilke sager der blev trukket."
    )


def tables_of(table, frames, *, days, advice) -> list[dict]:
    """Every table of the report but those about the files, with its sentences."""
    heads = ["Målepunkt", "Analyse", "Status", "Forskel i procentpoint", "Vurdering"]
    found = [
        {
            "title": theme,
            "heads": heads,
            "rows": [shown(row) for row in some.itertuples()],
            "said": [told(row) for row in some.itertuples()],
        }
        for theme, some in table.groupby("theme", sort=False)
    ]
    parts = (0.5, 0.25, 0.75)
    spread = [[share(one.quantile(part), 0) for part in parts] for one in days]
    found.append(
        {
            "title": "Dage",
            "heads": ["Fase", "Median", "Nedre kvartil", "Øvre kvartil"],
            "rows": [(name, *one) for name, one in zip(PHASES, spread, strict=True)],
            "said": ["Dagene er talt fra ansøgning til afgørelse."],
        }
    )
    return [*found, *advised(advice, table), *appendix(table, frames)]


def shown(row: Any) -> tuple[str, ...]:
    """A measure's cells."""
    points = "{:+.0f} ({:+.0f} til {:+.0f})".format(*(100 * one for one in row.change))
    return (row.measure, *map(out_of, row.sides), points, row.verdict)


def advised(advice, table) -> list[dict]:
    """The recommendations by theme, each with what the chosen measures show."""
    texts = advice[list(advice.columns[:9])].fillna("–").astype("str")
    return [
        {
            "title": f"Anbefalinger: {theme}",
            "heads": list(texts.columns),
            "rows": list(some.itertuples(index=False, name=None)),
            "said": [told(row) for row in table[table["chosen"]].itertuples()],
        }
        for theme, some in texts.groupby("Tema", sort=False)
    ]


def appendix(table, frames) -> list[dict]:
    """All figures, all answers, and the cells that are blank or oddly spelt."""
    exact = [
        (row.measure, *map(share, row.change), share(row.p, 4))
        for row in table.itertuples()
    ]
    answers = [
        (row.measure, phase, *map(str, count.values()), str(sum(count.values())))
        for row in table.itertuples()
        for phase, count in zip(PHASES, row.counts, strict=True)
    ]
    odd = [
        ("Bemærkning", f"{value}", phase, f"{name}, {row + 6}", "Ret cellen")
        for phase, frame in zip(PHASES, frames, strict=True)
        for name in table["measure"]
        for row, value in enumerate(frame[name])
        if str(value).casefold() not in KINDS
    ]
    note = ["Alle tal er talt af de to filer; intet er gættet, og intet er rettet."] * 6
    heads = ("Målepunkt", "Forskel", "Nedre", "Øvre", "p")
    kinds = ("Målepunkt", "Måling", *KINDS.values(), "I alt")
    place = ("Slags", "Fund", "Fil", "Sted", "Forslag")
    return [
        {"title": "Alle tal", "heads": heads, "rows": exact, "said": note},
        {"title": "Alle svar", "heads": kinds, "rows": answers, "said": note},
        {"title": "Bemærkninger", "heads": place, "rows": odd, "said": note},
    ]
