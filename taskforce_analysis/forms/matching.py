"""Which form does a workbook follow? Told from its headers, and said aloud.

The form with the largest share of its measures among the headers wins, if it has at
least half of them and no other comes near; otherwise nobody guesses.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms.loading import available_forms, load_form
from taskforce_analysis.forms.records import Form, Measure
from taskforce_analysis.spelling import loose_key, repaired

_LAST = re.compile(r"\[([^\[\]]{3,})\]\s*\Z|\.\s*([^.]{3,})\Z")
ENOUGH, NEAR = 0.5, 0.1


@dataclass(frozen=True)
class FormMatch:
    """How much of a form's measures a set of headers holds, and what is lacking."""

    form: Form
    share: float
    lacking: tuple[str, ...]


def _own_columns(measure: Measure) -> tuple[str, ...]:
    """The header spellings that a measure is read from; a deadline has two columns."""
    return (*measure.columns, *measure.start, *measure.end)


def rate_form(form: Form, headers: Iterable[str]) -> FormMatch:
    """How well a form fits the headers: the share of its measures found there."""
    keys = {loose_key(header) for header in headers}
    asked = [one for one in form.measures if _own_columns(one) and not one.optional]
    lacking = [
        measure.id
        for measure in asked
        if not any(loose_key(column) in keys for column in _own_columns(measure))
    ]
    return FormMatch(form, 1 - len(lacking) / max(1, len(asked)), tuple(lacking))


def _best_two(headers: Iterable[str]) -> list[FormMatch]:
    headers = list(headers)
    matches = [rate_form(load_form(name), headers) for name in available_forms()]
    return sorted(matches, key=lambda match: -match.share)[:2]


def _last(header: str) -> list[str]:
    # What stands after a group's name: in brackets, or after its last full stop.
    found = _LAST.search(header)
    return [found[1] or found[2]] if found else []


def match_form(headers: Iterable[str]) -> FormMatch:
    """The shipped form that these headers follow.

    Raises UsageError when none has half of its measures there, naming the nearest and
    what it lacks, or when two fit almost equally well.
    """
    headers = list(headers)
    first, second = _best_two(headers)
    if first.share < ENOUGH:
        # Broken letters, or a group's name before each question: whatever is odd about
        # the headers, a form that they follow can tell it.
        meant = [
            one for header in headers for one in (*repaired(header), *_last(header))
        ]
        mended = _best_two([*headers, *meant])
        first, second = mended if mended[0].share >= ENOUGH else (first, second)
    if first.share < ENOUGH:
        lacking = ", ".join(first.lacking[:5])
        finding = (
            f'no shipped form fits the headers; nearest is "{first.form.id}", '
            f"which lacks {lacking}"
        )
        raise wrong_use(
            finding,
            'Name a form, or draft one of your own: ta.draft_form("FILE"), '
            'taskforce form draft FILE, or go on at once with form="draft"',
        )
    if first.share - second.share < NEAR:
        names = f'"{first.form.id}" and "{second.form.id}"'
        finding = f"the forms {names} fit almost equally well"
        raise wrong_use(finding, "Name one of them with --form")
    return first
