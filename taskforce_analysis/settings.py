"""What an analyst may choose about a comparison, in one frozen place.

One default, well founded. Confidence and adjustment, the smallest numbers for a
percentage and a verdict, and what the answers count as that are neither yes nor no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from taskforce_analysis.boundary import guarded_record
from taskforce_analysis.errors import unknown_name, wrong_use
from taskforce_analysis.schemas import Key, Raw, take

CHOICES = {
    "adjustment": ("auto", "none", "holm", "bonferroni"),
    "missing": ("missing", "noncompliant"),
    "not_assessable": ("not_assessable", "noncompliant"),
    "partly": ("noncompliant", "compliant"),
    "publish": ("internal", "open", "strict"),
}
# Below it, what stands out is what chance brings; above it, next to nothing can.
LOWEST, HIGHEST = 0.9, 0.999
LEAST_THRESHOLD = 3  # with 2 every hidden small count would be known to be 1
COUNTS = ("minimum_percent", "minimum_verdict", "threshold")
FLAGS = ("paired", "insist")
_KEYS = {
    "confidence": Key("number"),
    **dict.fromkeys(CHOICES, Key("text")),
    **dict.fromkeys(COUNTS, Key("whole")),
    **dict.fromkeys(FLAGS, Key("flag")),
    **dict.fromkeys(("by", "strata"), Key("texts")),
}


@guarded_record
@dataclass(frozen=True, kw_only=True)
class Settings:
    """The choices of a run; the defaults are what the method note describes.

    `adjustment` auto is Bonferroni over the primary measures where some are declared,
    so that their intervals hold all at once, else none. `missing`, `not_assessable`,
    `partly`: what these answers count as where the form does not say otherwise.
    `insist` compares what is not comparable and writes so. `confidence` lies between
    0.90 and 0.999.

    >>> Settings(confidence=0.9).confidence
    0.9
    """

    confidence: float = 0.95
    adjustment: str = "auto"
    minimum_percent: int = 10
    minimum_verdict: int = 10
    missing: str = "missing"
    not_assessable: str = "not_assessable"
    partly: str = "noncompliant"
    by: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()
    paired: bool = False
    insist: bool = False
    publish: str = "internal"
    threshold: int = 5

    def __post_init__(self) -> None:
        """Refuse a choice that does not exist; UsageError names the nearest."""
        number = self.confidence
        # 99.9 % of a hundred is a little more than 0.999 in a computer.
        is_number = isinstance(number, int | float)
        if not is_number or not LOWEST <= round(number, 9) <= HIGHEST:
            raise wrong_use(
                "the confidence does not lie between 0.90 and 0.999",
                "Write 0.95 for 95 %",
            )
        for name in COUNTS:
            if type(getattr(self, name)) is not int or getattr(self, name) < 1:
                raise wrong_use(f"{name} is below 1", "Give a whole number from 1")
        if self.publish != "internal" and self.threshold < LEAST_THRESHOLD:
            raise wrong_use(
                f"the threshold is below {LEAST_THRESHOLD}",
                "Publish with 3 or more: below that, a hidden count has one value",
            )
        for name in FLAGS:
            if not isinstance(getattr(self, name), bool):
                raise wrong_use(f"{name} is not a flag", "Write true or false")
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                chosen = str(getattr(self, name))
                raise unknown_name(f"choice for {name}", chosen, known)

    @classmethod
    def load(cls, values: Mapping[str, Raw], *, file: str = "settings") -> Self:
        """Settings from a measurement file's [settings].

        Raises FormError, with file and key, for an unknown key or a value of another
        type, and UsageError for a choice that does not exist.
        """
        return cls(**take(values, _KEYS, file=file, where="settings"))
