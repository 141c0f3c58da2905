"""Counts of an aggregated form by score, and whether they fit each other.

`yes` is compliant, unless the question is worded the other way round; `total` is the
applicable cases, or all cases where the others add up to that or `applicable` says how
many of them apply.
"""

import re
from collections.abc import Mapping

from taskforce_analysis.checking.numbers import Number
from taskforce_analysis.spelling import silent_key

_ROLES = (
    ("rate", r"%|procent|pct|andel"),
    ("noncompliant", r"ikke (?:opfyldt|overholdt)|\bnej\b"),
    ("not_applicable", r"ikke relevant|irrelevant|\bir\b"),
    ("not_assessable", r"kan ikke vurderes"),
    ("missing", r"ikke (?:be|op)|uoplyst|ubesvaret|blank"),
    ("compliant", r"opfyldt|overholdt|levet op"),
    ("yes", r"\bja\b"),
    ("applicable", r"relevante"),
    ("total", r"antal|i alt|sager|\bn\b|total|grundlag"),
)

COUNTS = ("compliant", "noncompliant", "not_applicable", "not_assessable", "missing")


def role_of(header: str) -> str:
    """What a header of an aggregated form counts; empty when it does not say.

    >>> role_of("Førmåling antal"), role_of("Andel opfyldt"), role_of("Ikke opfyldt")
    ('total', 'rate', 'noncompliant')
    """
    key = silent_key(header)
    return next((role for role, words in _ROLES if re.search(words, key)), "")


def resolved(
    counts: Mapping[str, int], *, reversed_question: bool = False
) -> dict[str, int] | None:
    """The counts by score from those that are given; None when they do not suffice.

    >>> resolved({"total": 20, "yes": 8})["noncompliant"]
    12
    """
    known = dict(counts)
    total = known.pop("total", None)
    total = known.pop("applicable", total)
    yes = known.pop("yes", None)
    if yes is not None:
        known["noncompliant" if reversed_question else "compliant"] = yes
    no = counts.get("noncompliant")
    if reversed_question and yes is not None and no is not None:
        known["compliant"] = no
    others = sum(known.get(name, 0) for name in COUNTS[2:])
    if total is not None:
        for one, other in (COUNTS[:2], COUNTS[1::-1]):
            if one in known and other not in known:
                known[other] = total - known[one]
    if not {"compliant", "noncompliant"} <= known.keys():
        return None
    found = {name: known.get(name, 0) for name in COUNTS}
    return {**found, "units": found["compliant"] + found["noncompliant"] + others}


def is_consistent(
    given: Mapping[str, int], known: Mapping[str, int], rate: Number | None
) -> bool:
    """Whether counts fit each other and the printed share."""
    applicable = known["compliant"] + known["noncompliant"]
    if min(known.values()) < 0:
        return False
    if "applicable" in given:
        others = given.get("total", known["units"])
        if given["applicable"] != applicable or others < known["units"]:
            return False
    elif given.get("total", applicable) not in (applicable, known["units"]):
        return False
    if rate is None or not applicable:
        return True
    share = known["compliant"] / applicable
    value, step = rate.share
    return abs(share - value) <= step
