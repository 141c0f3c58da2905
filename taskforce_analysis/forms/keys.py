"""Which keys a form file may have, and the choices that some of them offer.

The schemas of schemas.py for every table of a form: the one list that says what may
be written. A key that stands here is checked for its type before anything is built.
"""

from taskforce_analysis.forms.records import KINDS
from taskforce_analysis.schemas import Key

_NAMED = {
    "id": Key("text", required=True),
    "label": Key("text", required=True),
    "label_en": Key("text"),
}
PHASE = {**_NAMED, "spellings": Key("texts")}
THEME = {**_NAMED, "columns": Key("texts")}
GRADE = {**_NAMED, "spellings": Key("texts")}
ATTRIBUTE = {
    **_NAMED,
    "columns": Key("texts", required=True),
    "type": Key("text"),
    "not_before": Key("text"),
}
BASIS = {
    "text": Key("text", required=True),
    "from": Key("date", name="since"),
    "to": Key("date", name="until"),
}
CONDITION = {
    "measure": Key("text", required=True),
    "is": Key("texts", required=True, name="answers"),
}
LIMIT = {
    "text": Key("text"),
    "by": Key("text"),
    "from": Key("texts", name="sources"),
    "or_by": Key("texts"),
    "what": Key("text"),
}
PHASES_FROM = {
    "attribute": Key("text", required=True),
    "by": Key("text", required=True),
}
COLUMNS = {
    "case": Key("texts", required=True),
    **{
        name: Key("texts")
        for name in ("decision", "phase", "reviewer", "cluster", "ignored", "corrected")
    },
}
MEASURE = {
    **_NAMED,
    "columns": Key("texts"),
    "kind": Key("text"),
    "theme": Key("text"),
    "legal_basis": Key("tables"),
    "compliant": Key("texts"),
    "applies_when": Key("table"),
    "missing_counts_as": Key("text"),
    "not_assessable_counts_as": Key("text"),
    "partly": Key("flag"),
    "target": Key("number"),
    "kind_of_rule": Key("text"),
    "scale": Key("text"),
    "codes": Key("table"),
    "of": Key("texts"),
    "from": Key("texts", name="start"),
    "to": Key("texts", name="end"),
    "limit": Key("any"),
    "rule_changed": Key("any"),
    "always_applies": Key("flag"),
    "help": Key("text"),
}
FORM = {
    "id": Key("text", required=True),
    "title": Key("text", required=True),
    "title_en": Key("text"),
    "version": Key("text", required=True),
    "unit": Key("text", required=True),
    "columns": Key("table", required=True),
    "attributes": Key("tables"),
    "phases": Key("tables"),
    "phases_from": Key("table"),
    "themes": Key("tables"),
    "scales": Key("table"),
    "measures": Key("tables", required=True),
    "law_date": Key("text"),
    "primary": Key("texts"),
    "source": Key("text"),
}
CHOICES = {
    "kind": KINDS,
    "missing_counts_as": ("missing", "noncompliant"),
    "not_assessable_counts_as": ("not_assessable", "noncompliant"),
    "kind_of_rule": ("guarantee", "order"),
    "type": ("text", "date"),
    "by": ("month", "quarter", "year"),
}
# What each kind of measure cannot do without, by the record's field.
NEEDS = {
    "answer": ("columns",),
    "graded": ("columns", "scale"),
    "ordered": ("columns", "scale"),
    "deadline": ("start", "end", "limit"),
    "follow_up": ("start", "end", "limit"),
    "any_of": ("of",),
    "all_of": ("of",),
}
# Where the record's field has another name than the key that a user writes.
WRITTEN_AS = {"start": "from", "end": "to"}
