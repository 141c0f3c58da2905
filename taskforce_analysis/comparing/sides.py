"""A row of the comparison while it is being made, as a record of its columns.

The stages of comparing pass a frame on, which grows columns; what one of them works out
row by row it reads as one of these, which name the columns that are there by then.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Sides:
    """What is compared, with its counts in both phases: there from the beginning."""

    index: int
    group: str
    measure: str
    basis: str
    before: str
    after: str
    confidence: float
    compliant_before: int
    applicable_before: int
    compliant_after: int
    applicable_after: int

    @property
    def phases(self) -> tuple[str, str]:
        """The earlier phase and the later one."""
        return self.before, self.after


@dataclass(frozen=True, kw_only=True, slots=True)
class Figured(Sides):
    """A row with its figures; exists for the rows that stand beside it."""

    form: str
    rate_before: float
    rate_after: float
    difference: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Stocked(Figured):
    """A row with all its cases; exists for what is said of a known number of them."""

    units_before: int
    units_after: int
    unknown_before: int
    unknown_after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged(Sides):
    """A row with its verdict; exists for what a verdict rests on."""

    unknown_before: int
    unknown_after: int
    difference_low: float
    p_value: float
    verdict: str
