"""A generated kernel -> the table that ``driver.c`` reads: nothing is known of a kernel but its signature.

What may be written in place is read off the documentation of each function, which is what users go by.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pathlib import Path

from symderiv.build import load
from symderiv.build.signature import Signature

KINDS = {"f32": {"r": "f", "i": "q"}, "f64": {"r": "d", "i": "q"}}
IN_PLACE = re.compile(r"In place: the result may be written over ([\w, ]+)\.")
PROTOTYPE = r"void {}\(\s*([^)]*)\);"


@dataclass(frozen=True)
class Files:
    """A generated module: ``softmax.py`` with ``softmax.c`` and ``softmax.h`` beside it."""

    py: Path

    @property
    def c(self) -> Path:
        """The C file."""
        return self.py.with_suffix(".c")

    @property
    def h(self) -> Path:
        """The header."""
        return self.py.with_suffix(".h")


def table(files: Files) -> str:
    """The C text of ``kernels_table.h``."""
    module = load(files.py, None)
    header = files.h.read_text(encoding="utf-8")
    lines = [f'#include "{files.h.name}"']
    rows = []
    for name, (signature, types) in module.SIGNATURES.items():
        shape = Signature.parse(signature, types)
        function = getattr(module, name)
        for suffix, kinds in KINDS.items():
            symbol = f"{name}_{suffix}"
            lines.append(f"loop_function {symbol}_loop;")
            lines += _on_rows(symbol, header, len(shape.inputs + shape.outputs))
            rows.append(_row(symbol, shape, "".join(kinds[t] for t in shape.types), _in_place(function)))
    return "\n".join([*lines, "static const struct kernel KERNELS[] = {", *rows, "};", ""])


def _on_rows(symbol: str, header: str, operands: int) -> list[str]:
    """A function that calls the entry point on rows, its parameters as the header has them."""
    found = re.search(PROTOTYPE.format(symbol), header)
    assert found, f"the header has no {symbol}"
    sizes, pointers, given = 0, 0, []
    for parameter in (p.strip() for p in found[1].split(",")):
        if "*" in parameter:
            given.append(f"operands[{pointers}]")
            pointers += 1
        elif parameter == "ptrdiff_t rows":
            given.append("rows")
        else:
            assert parameter.startswith("ptrdiff_t "), f"{symbol} takes {parameter}"
            given.append(f"dims[{sizes}]")
            sizes += 1
    assert pointers == operands, f"{symbol} takes {pointers} arrays, its signature has {operands}"
    return [
        f"static void {symbol}_on_rows(ptrdiff_t rows, const ptrdiff_t *dims, void **operands) {{",
        f"    (void)dims; {symbol}({', '.join(given)});",
        "}",
    ]


def _row(symbol: str, shape: Signature, kinds: str, in_place: int) -> str:
    letters = list(dict.fromkeys(x for operand in shape.inputs + shape.outputs for x in operand))
    core = ", ".join(
        "{" + ", ".join(str(n) for n in [*(letters.index(x) for x in operand), -1]) + "}"
        for operand in shape.inputs + shape.outputs
    )
    counts = f"{len(shape.inputs)}, {len(shape.outputs)}, {len(letters)}"
    return (
        f'    {{"{symbol}", {symbol}_loop, {symbol}_on_rows, {counts}, "{kinds}", {{{core}}}, {in_place}u}},'
    )


def _in_place(function: object) -> int:
    """Bits: the inputs over which the result may be written, as the documentation says."""
    text = " ".join((inspect.getdoc(function) or "").split())
    found = IN_PLACE.search(text)
    if found is None:
        return 0
    names = re.findall(r"\w+", found[1].replace(" or ", " ").replace(" and ", " "))
    parameters = list(inspect.signature(function).parameters)  # type: ignore[arg-type]
    return sum(1 << parameters.index(n) for n in names)
