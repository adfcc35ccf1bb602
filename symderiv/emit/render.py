"""Pieces and templates -> the text of files, with the hash that says what they were made from."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from symderiv.definitions import Function
from symderiv.derive.fold import derivative
from symderiv.emit import c, numpy
from symderiv.emit.c_loops import REALS
from symderiv.emit.describe import describe
from symderiv.emit.snippets import c_files, read, snippets, template_folder
from symderiv.lower.kernel import Kernel
from symderiv.lower.products import differentiable
from symderiv.notation.show import equation

TARGETS = ("numpy", "c")
#: Private functions of every NumPy file.
_ALWAYS = ("arrays", "result", "size")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(template_folder()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def render(
    function: Function, kernels: Sequence[Kernel], slug: str, command: str, targets: Sequence[str] = TARGETS
) -> dict[str, str]:
    """File name -> text, for each target."""
    files: dict[str, str] = {}
    docs = {k.name: describe(k) for k in kernels}
    shared = {"slug": slug, "command": command, "title": function.doc or f"The function {function.name}."}
    header = header_of(function)
    if "numpy" in targets:
        pieces = [numpy.numpy_kernel(k) for k in kernels]
        labels = ["label"] if any(k.labels for k in kernels) else []
        several = ["places"] if any(len(k.outputs) > 1 for k in kernels) else []
        names = [*_ALWAYS, *labels, *several, *numpy.functions_used(pieces)]
        used = snippets("numpy", names, "py")
        files[f"{slug}.py"] = _fill(
            "numpy/module.py.jinja", function, used, kernels=pieces, docs=_wrapped(docs, 100),
            header="\n".join(_wrap(header, 100)), helpers=[text for _, text in used], **shared,
        )  # fmt: skip
    if "c" in targets:
        both = [c.c_kernel(k, real) for k in kernels for real in REALS]
        used = snippets(
            "c", [*c_files(c.c_text(both)), *(["lanes"] if any(k.functions for k in both) else [])], "c"
        )
        lines = _wrap(header, 100)
        files[f"{slug}.c"] = _fill(
            "c/source.c.jinja", function, used, kernels=both, header=lines, docs=_wrapped(docs, 100),
            helpers=[text for _, text in used], **shared,
        )  # fmt: skip
        files[f"{slug}.h"] = _fill(
            "c/header.h.jinja", function, used, kernels=both, header=lines, docs=_wrapped(docs, 100), **shared
        )
    return files


def header_of(function: Function) -> list[str]:
    """What the files are about: the function, what is assumed, its derivatives with their status."""
    lines = ["The function:", *("    " + line.strip() for line in function.define.strip().splitlines())]
    if function.assume:
        lines += ["", "Assumed: " + "; ".join(function.assume)]
    if function.labels:
        lines += ["", f"Labels, given as integers from 0: {', '.join(function.labels)}"]
    lines += ["", "Derivatives, proved for every size:"]
    for wrt in differentiable(function):
        found = derivative(function, wrt)
        lines.append("    " + equation(found.left, found.folded))
    return lines


def _fill(template: str, function: Function, used: Sequence[tuple[str, str]], **pieces: object) -> str:
    digest = _hash(function, [template, *sorted(path for path, _ in used)])
    text = _environment().get_template(template).render(hash=digest, **pieces)
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n") + "\n"


def _hash(function: Function, templates: Sequence[str]) -> str:
    whole = hashlib.sha256()
    parts = [function.name, function.define.strip(), *function.assume, *function.labels]
    parts += [f"{k}={','.join(v)}" for k, v in sorted(function.declared.items())]
    for part in (*parts, *(read(path) for path in templates)):
        data = part.encode()
        whole.update(len(data).to_bytes(8, "little") + data)
    return whole.hexdigest()


def _wrap(lines: Sequence[str], width: int) -> list[str]:
    out: list[str] = []
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        broken = textwrap.wrap(
            line, width, subsequent_indent=indent + "    ", break_long_words=False, break_on_hyphens=False
        )
        out += broken or [""]
    return out


def _wrapped(docs: dict[str, list[str]], width: int) -> dict[str, list[str]]:
    return {name: _wrap(lines, width) for name, lines in docs.items()}
