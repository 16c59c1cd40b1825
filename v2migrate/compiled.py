"""What we need of modules of the standard library that load more than a run over one file needs. Knows nothing of ours.

`datetime`, `hashlib`, `symtable` and `json` each wrap a compiled module in code that takes up to ten times as long to load
as the part that we call. That part is taken from the compiled module; where an interpreter lacks it, from the wrapper.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from hashlib import sha256
else:
    try:
        from _datetime import date
    except ImportError:
        from datetime import date
    try:
        from _sha2 import sha256
    except ImportError:
        try:
            from _sha256 import sha256  # its name up to Python 3.11
        except ImportError:
            from hashlib import sha256

__all__ = ["date", "json_string", "sha256", "symbols"]


def json_string(text: str) -> str:
    """The text as JSON has it, as `json.dumps(text, ensure_ascii=False)` writes it."""
    try:
        from _json import encode_basestring
    except ImportError:
        from json.encoder import encode_basestring
    written: str = encode_basestring(text)
    return written


def symbols(code: bytes) -> None:
    """Make the symbol table of Python code, as `symtable.symtable` does. Raises what it raises."""
    try:
        from _symtable import symtable  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        from symtable import symtable
    symtable(code, "<file>", "exec")
