"""The helper functions that generated files take along: where they are, what they need, in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = ("core", "math", "vector", "near")
_DEFINED = re.compile(r"^(?:static inline|SDV_INLINE|SDV_OWN) [\w ]+?\*?(sdv?_\w+)\(", re.MULTILINE)


@lru_cache(maxsize=1)
def template_folder() -> Path:
    """The templates: beside the package in a checkout, inside it when installed."""
    for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates"):
        if (folder / "numpy" / "module.py.jinja").is_file():
            return folder
    raise FileNotFoundError(f"the templates of symderiv are missing: looked beside and inside {_PACKAGE}")


def read(path: str) -> str:
    """A template's text."""
    return (template_folder() / path).read_text(encoding="utf-8").replace("\r\n", "\n")


@lru_cache(maxsize=1)
def c_functions() -> dict[str, str]:
    """Every C helper function -> the file (without its ending) that defines it."""
    found: dict[str, str] = {}
    for folder in _FOLDERS:
        for path in sorted((template_folder() / "c" / folder).glob("*.c")):
            for name in _DEFINED.findall(read(f"c/{folder}/{path.name}")):
                found.setdefault(name, path.stem)
    return found


def c_files(lines: Iterable[str]) -> list[str]:
    """The files that define the helper functions that lines of C call."""
    called = {name for line in lines for name in re.findall(r"\b(sdv?_\w+)\(", line)}
    return sorted({c_functions()[name] for name in called if name in c_functions()})


def snippets(target: str, names: Sequence[str], suffix: str) -> list[tuple[str, str]]:
    """Helper functions and what they need, each after what it needs: (path in the templates, text)."""
    found: dict[str, tuple[str, str]] = {}

    def take(name: str) -> None:
        if name in found:
            return
        path, text = _snippet(target, name, suffix)
        first, _, rest = text.partition("\n")
        needs = re.search(r"needs:([^*]*)", first)
        for other in sorted((needs.group(1) if needs else "").split()):
            take(other)
        body = "\n".join(line for line in rest.splitlines() if not line.startswith("# ruff"))
        found[name] = (path, body.strip("\n"))

    for name in sorted(set(names)):
        take(name)
    return list(found.values())


def _snippet(target: str, name: str, suffix: str) -> tuple[str, str]:
    for folder in _FOLDERS:
        path = f"{target}/{folder}/{name}.{suffix}"
        if (template_folder() / path).is_file():
            return path, read(path)
    raise FileNotFoundError(f"no template for the function {name} in {target}")
