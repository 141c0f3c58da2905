"""Make data/example/anbefalinger.xlsx: made-up recommendations, synthetic as the cases.

python data/make_recommendations.py
"""

from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from taskforce_analysis.planning.templates import MADE
from taskforce_analysis.recommendations import load_vocabulary

PATH = Path(__file__).parent / "example" / "anbefalinger.xlsx"
LABEL = "SYNTETISKE DATA: opdigtede anbefalinger til en opdigtet kommune."
ROWS: tuple[tuple[Any, ...], ...] = (
    (
        1,
        "Udredning, vurdering og afgørelse",
        "Kommunen bør sikre, at der foretages en helhedsvurdering i alle sager.",
        17,
        "holistic_assessment",
        "Alle bruger skabelonen for helhedsvurdering.",
        "Familien mødes af én plan.",
        "Ny arbejdsgang med fast punkt på sagsmøder",
        "Faglig koordinator",
        date(2019, 6, 30),
        "Gennemført",
        "Skabelonen er i brug i alle team.",
        "Sagsmåling; Interview",
    ),
    (
        2,
        "Udredning, vurdering og afgørelse",
        "Kommunen bør træffe afgørelse inden for sine egne frister.",
        19,
        "decision_in_time; notice_of_delay",
        "Rådgiverne følger fristlisten hver uge.",
        "Borgeren kender datoen for sin afgørelse.",
        "Fristliste, der gennemgås hver uge",
        "Afdelingsleder",
        date(2020, 3, 31),
        "Igangsat",
        None,
        "Sagsmåling",
    ),
    (
        3,
        "Opfølgning",
        "Kommunen bør følge rettidigt op på indsatsen.",
        24,
        "follow_up_timely; follow_up_content",
        "Opfølgningen står i kalenderen fra start.",
        "Hjælpen ændres, når behovet gør.",
        "Påmindelser i fagsystemet",
        "Afdelingsleder",
        date(2019, 12, 31),
        "Forankret",
        "Påmindelserne er i brug.",
        "Sagsmåling; Materiale",
    ),
    (
        4,
        "Overgang fra barn til voksen",
        "Kommunen bør beskrive overgangen til voksenområdet i en fælles procedure.",
        28,
        None,
        None,
        None,
        "Fælles procedure med voksenområdet",
        "Sekretariatsleder",
        date(2021, 6, 30),
        "Udskudt",
        None,
        "Redegørelse",
    ),
    (
        5,
        "Ledelsesinformation og styring",
        "Ledelsen bør have løbende tal for overholdelsen af frister.",
        33,
        "decision_in_time",
        "Ledelsen ser tallene hver måned.",
        None,
        None,
        "Centerchef",
        None,
        "Ikke igangsat",
        None,
        "Interview",
    ),
)


def main() -> None:
    """Write the workbook, the same bytes each time."""
    with xlsxwriter.Workbook(str(PATH)) as book:
        book.set_properties({"title": LABEL, "created": MADE})
        sheet = book.add_worksheet("Anbefalinger")
        dated = book.add_format({"num_format": "dd-mm-yyyy", "valign": "top"})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "bottom": 1})
        sheet.write_string(0, 0, LABEL, head)
        for column, spellings in enumerate(load_vocabulary().columns.values()):
            sheet.set_column(column, column, 40 if column in (2, 7) else 18)
            sheet.write_string(2, column, spellings[0], head)
            for row, values in enumerate(ROWS, start=3):
                value = values[column]
                look = dated if isinstance(value, date) else text
                sheet.write(row, column, value, look)


if __name__ == "__main__":
    main()
