"""Peers of the methods that the tool uses, kept as witnesses.

Plain functions for those who compare methods: the tests ask them, and
benchmarks/coverage.py sets them beside ours. No report can choose them. They take and
give what the methods of the package do. Those of two phases with other cases in each,
or of one, stand below by their names in the tables.
"""

from witnesses.one_rate import agresti_coull, jeffreys, mid_p
from witnesses.p_values import barnard, boschloo, fisher, fisher_mid_p
from witnesses.two_rates import (
    agresti_caffo,
    agresti_min,
    mee,
    miettinen_nurminen,
    newcombe,
)

INTERVALS = {
    "Jeffreys interval": jeffreys,
    "Agresti-Coull interval": agresti_coull,
    "Mid-p interval": mid_p,
}
DIFFERENCES = {
    "Miettinen-Nurminen score interval and test": miettinen_nurminen,
    "Mee score interval and test": mee,
    "Newcombe interval": newcombe,
    "Agresti-Caffo interval": agresti_caffo,
    "Agresti-Min exact interval": agresti_min,
}
TESTS = {
    "Fisher's exact test": fisher,
    "Fisher mid-p test": fisher_mid_p,
    "Boschloo's test": boschloo,
    "Barnard's test with the pooled z": barnard,
}
