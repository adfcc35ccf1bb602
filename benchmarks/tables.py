"""What the measurements share: Markdown tables, the machine in general words, caches made fresh."""

from __future__ import annotations

import gc
import os
import platform
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def markdown(header: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> str:
    """A Markdown table; the columns numbered in ``right`` are aligned to the right."""
    rule = ["---:" if n in right else "---" for n in range(len(header))]
    lines = [header, rule, *([_cell(c) for c in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def code(text: str, limit: int = 0) -> str:
    """``text`` as code; longer than ``limit`` it is cut, and ends with three dots."""
    if limit and len(text) > limit:
        text = text[: limit - 3].rstrip() + "..."
    return f"`{text}`"


def machine() -> str:
    """Where something was measured."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} on {platform.machine()}, "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def publish(text: str, name: str, write: bool) -> None:
    """Write ``text`` beside this module, or print it."""
    text = text.rstrip("\n") + "\n"
    if write:
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(text)


def fresh_caches() -> None:
    """Forget what earlier proofs left behind: every ``lru_cache`` of the package and the interned atoms."""
    atoms = import_module("symderiv.calculus.atoms")._atoms
    first = _at_first()
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "symderiv":
            for value in list(vars(module).values()):
                clear = getattr(value, "cache_clear", None)
                if callable(clear):
                    clear()
    atoms.clear()
    atoms.update(first)
    gc.collect()


@lru_cache(maxsize=1)
def _at_first() -> dict[Any, Any]:
    """The atoms there are before anything is measured: a module may hold them, and atoms are compared by
    identity."""
    return dict(import_module("symderiv.calculus.atoms")._atoms)
