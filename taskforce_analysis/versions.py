"""Which software made an output: this package and what its figures depend on."""

import platform
from importlib.metadata import PackageNotFoundError, version

DISTRIBUTION = "taskforce-analysis"
_DEPENDED_ON = ("numpy", "pandas", "scipy", "matplotlib")


def package_version() -> str:
    """This package's version, also where it runs from a checkout."""
    from taskforce_analysis import __version__

    return __version__


def software_versions() -> dict[str, str]:
    """The version of Python, of this package and of what its figures depend on.

    >>> list(software_versions())[:2]
    ['taskforce-analysis', 'python']
    """
    found = {DISTRIBUTION: package_version(), "python": platform.python_version()}
    return found | {name: _version_of(name) for name in _DEPENDED_ON}


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
