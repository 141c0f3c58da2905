"""Forms: what the columns of a sagsmåling mean, as data that a user can write."""

from taskforce_analysis.forms.loading import (
    available_forms,
    form_from,
    load_form,
    with_limits,
)
from taskforce_analysis.forms.matching import FormMatch, match_form, rate_form
from taskforce_analysis.forms.records import (
    Attribute,
    Condition,
    Form,
    Grade,
    LegalBasis,
    Limit,
    Measure,
    Phase,
    Theme,
)

__all__ = [
    "Attribute",
    "Condition",
    "Form",
    "FormMatch",
    "Grade",
    "LegalBasis",
    "Limit",
    "Measure",
    "Phase",
    "Theme",
    "available_forms",
    "form_from",
    "load_form",
    "match_form",
    "rate_form",
    "with_limits",
]
