"""Labels where a case's number should stand: totals, legends, other words.

A total sums up other rows, a legend tells how to answer. Any other word counts as a
label only below the cases, where every case above is called by a number.
"""

import re

from taskforce_analysis.spelling import silent_key

LONGEST = 40
_TOTAL = re.compile(
    r"(?:i ?alt|total\w*|sum|subtotal|hovedtotal|antal|procent|pct|%|andel|gennemsnit"
    r"|middel|median|samlet|optælling|count|average|mean|grand total|heraf)\b|%"
)
_SUBTOTAL = re.compile(r"\S.* (?:i alt|total|subtotal)\Z")
_LEGEND = re.compile(
    r"(?:(?:gyldige|mulige|tilladte) )?(?:svar|svarmuligheder|svarkategorier|svarskala"
    r"|valgmuligheder|værdier|kategorier|kodning|koder|skala|forklaring|forklaringer"
    r"|signaturforklaring|vejledning|udfyldning)\Z"
)
_DIGIT = re.compile(r"\d")
_COUNT = re.compile(r"-?[\d.,]+(?:e[+-]?\d+)?(?: ?(?:%|pct\.?|procent))?\Z")


def is_total(text: str) -> bool:
    """Whether a label says that a row sums up others.

    >>> is_total("I alt"), is_total("Sum:"), is_total("S-0001")
    (True, True, False)
    """
    return len(text) < LONGEST and _TOTAL.match(silent_key(text)) is not None


def is_subtotal(text: str) -> bool:
    """Whether a label is a group's name with a word for its total, as Excel writes it.

    >>> is_subtotal("Førmåling Total"), is_subtotal("Nordby i alt"), is_subtotal("S-1")
    (True, True, False)
    """
    return _may_be_words(text) and _SUBTOTAL.match(silent_key(text)) is not None


def is_legend(text: str) -> bool:
    """Whether a label says that the words beside it are those to answer with.

    >>> is_legend("Svarmuligheder:"), is_legend("Svar 12")
    (True, False)
    """
    return _may_be_words(text) and _LEGEND.match(silent_key(text)) is not None


def _may_be_words(text: str) -> bool:
    # Most cases end in a digit, which spares a closer look.
    return len(text) < LONGEST and not text[-1:].isdigit()


def is_numbered(text: str) -> bool:
    """Whether a case is called by a number, as nearly all are.

    >>> is_numbered("S-0001"), is_numbered("Samlet vurdering")
    (True, False)
    """
    return _DIGIT.search(text) is not None


def is_count(text: str) -> bool:
    """Whether a text is a number or a share, such as a row of totals has.

    >>> is_count("12"), is_count("53,8 %"), is_count("1. februar 2018")
    (True, True, False)
    """
    return _COUNT.match(silent_key(text)) is not None
