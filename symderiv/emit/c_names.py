"""Names that C, C++ and the emitted helpers leave free."""

from __future__ import annotations

from symderiv.lower.names import KEYWORDS

#: Words that are no names in C++, or that headers of some compilers define.
HAZARDS = KEYWORDS | frozenset(
    """linux unix near far small huge interface NULL offsetof ptrdiff_t size_t max_align_t args dims steps
    data rows row environment main""".split()
)

#: What the emitted loops call their own variables, and how they end the names of those that go with a tensor.
OWN = frozenset(
    """r l turn step lanes whole rest many beside left near across valid own from to until row rows
    after long_rows""".split()
)
_ENDS = ("_part", "_row", "_step", "_lane", "_tile", "_low", "_far")


def safe(name: str) -> str:
    """A name that C, C++ and the emitted helpers leave free; users' names never end in an underscore."""
    taken = name in HAZARDS or name in OWN or name.startswith(("sd_", "sdv_", "SD_")) or name.endswith(_ENDS)
    return f"{name}_" if taken else name
