"""How large the made-up country is, how much its parts differ, and its form."""

from dataclasses import dataclass
from typing import Any

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Form, form_from

THEMES = {"inquiry": "Oplysning", "decision": "Afgørelse", "follow_up": "Opfølgning"}


@dataclass(frozen=True, kw_only=True)
class Nation:
    """How large the made-up country is and how much its parts differ; from one seed.

    `cases` are those of a municipality in a phase. `between_municipalities` and
    `between_caseworkers` are standard deviations on the logit scale, `drift` the mean
    rise from phase to phase on it; `missing` is the share of answers not given.
    """

    municipalities: int = 98
    cases: int = 20
    caseworkers: int = 4
    between_municipalities: float = 0.7
    between_caseworkers: float = 0.5
    drift: float = 0.4
    missing: float = 0.03
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse a country without municipalities, cases or caseworkers."""
        if min(self.municipalities, self.cases, self.caseworkers) < 1:
            raise wrong_use("the country is empty", "Give whole numbers from 1")


def national_form(measures: int = 12) -> Form:
    """A form of so many measures in three themes; every fifth depends on another.

    >>> len(national_form(12).measures)
    12
    """
    return form_from(
        {
            "id": "national",
            "title": "Syntetisk landsmåling",
            "version": "1",
            "unit": "sag",
            "columns": {
                "case": ["Sagsnr."],
                "phase": ["Måling"],
                "cluster": ["Sagsbehandler"],
            },
            "attributes": [
                {"id": "municipality", "label": "Kommune", "columns": ["Kommune"]}
            ],
            "phases": [
                {"id": "analysis", "label": "Analyse"},
                {"id": "status", "label": "Status"},
            ],
            "themes": [{"id": name, "label": text} for name, text in THEMES.items()],
            "measures": [_measure(number) for number in range(1, measures + 1)],
        },
        file="national.toml",
    )


def _measure(number: int) -> dict[str, Any]:
    condition = {"measure": f"measure_{number - 1:02d}", "is": ["yes"]}
    return {
        "id": f"measure_{number:02d}",
        "label": f"Krav {number} er opfyldt",
        "columns": [f"Er krav {number} opfyldt?"],
        "theme": list(THEMES)[number % len(THEMES)],
        **({"applies_when": condition} if number % 5 == 0 else {}),
    }
