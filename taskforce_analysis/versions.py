"""Which software made an output, and whether it is new enough to be trusted with one.

A package below the bound that pyproject.toml declares may give other figures and say
nothing: pandas 2 gave other verdicts. An installer keeps the bounds; who installs
another package afterwards, or by hand, is told before anything is read.
"""

import platform
import re
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from taskforce_analysis.errors import package_too_old

DISTRIBUTION = "taskforce-analysis"
_DEPENDED_ON = ("numpy", "pandas", "scipy", "matplotlib")

# What the figures go through, and the bounds of pyproject.toml.
OLDEST = {
    "numpy": "2.0",
    "pandas": "3.0",
    "scipy": "1.15",
    "matplotlib": "3.10.7",
    "narwhals": "2.17",
}
_RELEASE = re.compile(r"\d+(?:\.\d+)*")


def package_version() -> str:
    """This package's version, also where it runs from a checkout."""
    from taskforce_analysis import __version__

    return __version__


def require_packages() -> None:
    """Raise PackageError for the first package that is older than its bound.

    Imports none of them: what is loaded tells its version itself, of the others the
    installer's record is read. One that tells no version is not held against its bound.
    """
    for name, wanted in OLDEST.items():
        loaded = getattr(sys.modules.get(name), "__version__", None)
        found = loaded or _installed(name)
        if _release(found) < _release(wanted):
            raise package_too_old(name, wanted=wanted, found=found)


def _release(text: str) -> tuple[float, ...]:
    match = _RELEASE.match(text)
    return tuple(map(int, match[0].split("."))) if match else (float("inf"),)


def software_versions() -> dict[str, str]:
    """The version of Python, of this package and of what its figures depend on.

    >>> list(software_versions())[:2]
    ['taskforce-analysis', 'python']
    """
    found = {DISTRIBUTION: package_version(), "python": platform.python_version()}
    return found | {name: _installed(name) for name in _DEPENDED_ON}


@cache
def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
