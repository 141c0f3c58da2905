"""Exchange two folders in one step, where the system knows how.

Python has no name for it: Linux has renameat2 with RENAME_EXCHANGE (since 3.15) and
macOS renamex_np with RENAME_SWAP. Elsewhere, and on file systems that cannot, the
caller is told so.
"""

import ctypes
import os
import sys
from pathlib import Path

_RENAME_EXCHANGE = _RENAME_SWAP = 2
_HERE = -100  # AT_FDCWD


def exchange(one: Path, other: Path) -> bool:
    """Let two paths change places at once; False where that cannot be done."""
    paths = os.fsencode(one), os.fsencode(other)
    try:
        return _call(*paths) == 0
    except (OSError, AttributeError):
        return False


def _call(one: bytes, other: bytes) -> int:
    library = ctypes.CDLL(None)
    if sys.platform == "darwin":
        return library.renamex_np(one, other, _RENAME_SWAP)
    return library.renameat2(_HERE, one, _HERE, other, _RENAME_EXCHANGE)
