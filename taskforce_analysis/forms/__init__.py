"""Forms: what the columns of a sagsmåling mean, as data that a user can write.

In comes a TOML file, shipped or a user's own, or the headers of a workbook; out comes a
Form, frozen: which header means which measure, what complies, when it applies and on
which legal basis. `records` is what a form is, `loading` reads and checks it,
`matching` tells which form a workbook follows. A form holds no data and no code, and
this room opens no workbook.
"""

from taskforce_analysis.forms.loading import (
    available_forms,
    form_from,
    load_form,
    with_limits,
)
from taskforce_analysis.forms.matching import FormMatch, match_form
from taskforce_analysis.forms.records import (
    Attribute,
    Condition,
    Form,
    Grade,
    LegalBasis,
    Measure,
    MeasureLimit,
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
    "Measure",
    "MeasureLimit",
    "Phase",
    "Theme",
    "available_forms",
    "form_from",
    "load_form",
    "match_form",
    "with_limits",
]
