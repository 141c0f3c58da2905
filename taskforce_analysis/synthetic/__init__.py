"""A made-up country to count on: cases of many municipalities, twice, from a seed.

Nothing in it is real. It behaves as the real thing does, though: a municipality's
cases resemble each other, a caseworker's still more, rates drift between the phases
and not everywhere alike, and what is missing goes by caseworker and, in some
municipalities, by measure. Benchmarks and tests count on it; so may a demonstration.
"""

from taskforce_analysis.synthetic.cases import national_answers, national_cases
from taskforce_analysis.synthetic.nation import Nation, national_form
from taskforce_analysis.synthetic.workbooks import write_workbooks

__all__ = [
    "Nation",
    "national_answers",
    "national_cases",
    "national_form",
    "write_workbooks",
]
