"""Names that C, C++ and the emitted helpers leave free."""

from __future__ import annotations

from symderiv.lower.names import KEYWORDS

#: Words that are no names in C++, or that headers of some compilers define.
HAZARDS = KEYWORDS | frozenset(
    """linux unix near far small huge interface NULL offsetof ptrdiff_t size_t max_align_t args dims steps
    data rows row environment main""".split()
)


def safe(name: str) -> str:
    """A name that C, C++ and the emitted helpers leave free; users' names never end in an underscore."""
    return f"{name}_" if name in HAZARDS or name.startswith(("sd_", "sdv_", "SD_")) else name
