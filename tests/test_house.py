"""The house: stages import one way, modules stay small, no engine code knows a function by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from symderiv.library import catalog
from symderiv.terms.language import UNARY

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "symderiv"
#: From the ground up; a stage imports from itself and from those before it.
STAGES = (
    "errors", "workers", "terms", "notation", "definitions", "library", "calculus", "derive", "verify",
    "lower", "emit", "build", "kernels", "run", "explain", "report", "documents", "doctor", "bench",
    "pipeline", "api", "cli",
)  # fmt: skip
#: The packages of ``documents``, and what stands beside them.
PARTS = ("text", "usage", "matrix", "content", "meaning", "judging", "parts", "check", "report", "command")
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p.name not in ("__main__.py",) and p.parent != PACKAGE)
MODULES += sorted(p for p in PACKAGE.glob("*.py") if p.stem not in ("__init__", "__main__"))


def stage_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[list[str], int]]:
    """What a module imports at its top level, as names below the package, with the line."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module in ("symderiv", "symderiv.documents"):
                names = [f"{node.module}.{a.name}" for a in node.names]
        elif isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        for name in names:
            if name.startswith("symderiv."):
                yield name.split(".")[1:], node.lineno


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_shown)
def test_imports_run_one_way(path: Path) -> None:
    own = STAGES.index(stage_of(path))
    for (stage, *_), line in imported(path):
        assert STAGES.index(stage) <= own, f"{_shown(path)}:{line} imports {stage}, a later stage"


@pytest.mark.parametrize("path", [p for p in MODULES if stage_of(p) == "documents"], ids=_shown)
def test_documents_import_one_way(path: Path) -> None:
    if path.name == "__init__.py":
        return
    own = PARTS.index(path.relative_to(PACKAGE / "documents").parts[0].removesuffix(".py"))
    for (stage, *below), line in imported(path):
        if stage == "documents":
            assert PARTS.index(below[0]) <= own, f"{_shown(path)}:{line} imports {below[0]}, a later part"


@pytest.mark.parametrize("path", MODULES, ids=_shown)
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450


def test_no_engine_code_knows_a_function_by_name() -> None:
    # sigmoid and tanh are functions of the notation, too, and a sum is "linear"
    names = set(catalog) - set(UNARY) - {"linear"}
    found = []
    hints = [
        "symderiv/notation/names.py",  # what to write for a function that the notation lacks
        "symderiv/documents/text/vocabulary.py",  # what people's documents call functions
    ]
    for path in (p for p in MODULES if _shown(p) not in hints):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in names:
                found.append(f"{_shown(path)}:{node.lineno}")
    word = re.compile(rf"\b({'|'.join(names)})\b")
    found += [_shown(p) for p in (ROOT / "templates").rglob("*.jinja") if word.search(p.read_text("utf-8"))]
    assert found == []
