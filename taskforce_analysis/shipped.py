"""Where the files lie that come with the package: definitions and example data.

Definitions are part of the package. Example and published data lie in data/ at the
root of the project; a built wheel carries them inside the package instead.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def definitions_folder(kind: str) -> Path:
    """The folder of the shipped definitions of a kind: forms, deadlines, languages."""
    return _PACKAGE / "definitions" / kind


def data_folder(kind: str) -> Path:
    """The folder of the shipped data: example or published."""
    inside = _PACKAGE / "data" / kind
    return inside if inside.is_dir() else _PACKAGE.parent / "data" / kind
