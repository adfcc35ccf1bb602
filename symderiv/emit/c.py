"""A kernel -> the pieces of a C file: what the templates lay out."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from symderiv.emit.c_loops import REALS, CNames, Line, loops, outputs_of
from symderiv.emit.c_names import safe
from symderiv.emit.c_near import in_passes
from symderiv.emit.c_passes import CFunction, Printer
from symderiv.lower.kernel import Kernel
from symderiv.lower.nest import in_place, kept, nest
from symderiv.lower.passes import in_place as in_place_of_passes
from symderiv.terms import Index


@dataclass(frozen=True)
class CKernel:
    """What a template needs to know of one kernel at one precision."""

    kernel: Kernel
    real: str
    ctype: str
    lines: tuple[Line, ...]
    core_parameters: tuple[str, ...]
    row_parameters: tuple[str, ...]
    row_arguments: tuple[str, ...]
    loop_arguments: tuple[str, ...]
    shapes: tuple[str, ...]
    in_place: tuple[str, ...]
    functions: tuple[CFunction, ...] = ()

    @property
    def symbol(self) -> str:
        """The name of the entry point on rows."""
        return f"{self.kernel.name}_{self.real}"

    @property
    def core_head(self) -> str:
        """The first lines of the core."""
        return broken(f"static inline void {self.symbol}_core(", self.core_parameters, ") {")

    @property
    def rows_head(self) -> str:
        """The prototype of the entry point on rows, without its end."""
        return broken(f"void {self.symbol}(", self.row_parameters, ")")


def c_kernel(kernel: Kernel, real: str) -> CKernel:
    """The pieces of one kernel at one precision."""
    printer = in_passes(kernel, real)
    if printer is not None:
        return _with_passes(kernel, printer)
    nodes = nest(kernel)
    short = kept(kernel)
    names, lines = loops(kernel, nodes, short, real)
    lines[:0] = [Line(0, f"(void){name};") for name in _idle(kernel, names, lines)]
    ctype = REALS[real]
    sizes = [f"ptrdiff_t {names.sizes[d]}" for d in kernel.dims]
    core, rows, row_args, loop_args = list(sizes), ["ptrdiff_t rows", *sizes], [], []
    row_args = [names.sizes[d] for d in kernel.dims]
    loop_args = [f"dims[{n + 1}]" for n, _ in enumerate(kernel.dims)]
    given = (*kernel.arguments, *outputs_of(kernel))
    step = len(given)
    shapes = []
    for n, a in enumerate(given):
        output = n >= len(kernel.arguments)
        name = safe(a.name)
        const = "" if output else "const "
        kind = "long long" if a.label else ctype
        count = " * ".join(names.sizes[i.dim] for i in a.letters)
        row = f"row * {count}" if count and "*" not in count else f"row * ({count})" if count else "row"
        outer = f"args[{n}] + n * steps[{n}]"
        if a.letters or output:
            strides = names.strides[a.name]
            core += [f"{const}{kind} *{name}", *(f"ptrdiff_t {s}" for s in strides)]
            row_args += [f"{name} + {row}", *_contiguous(a.letters, names)]
            loop_args.append(f"({const}{kind} *)({const}void *)({outer})")
            for _ in a.letters:
                loop_args.append(f"steps[{step}] / (ptrdiff_t)sizeof({kind})")
                step += 1
        else:
            core.append(f"{'long long' if a.label else 'double'} {name}")
            read = f"*(const {kind} *)(const void *)({outer})"
            loop_args.append(read)
            row_args.append(f"{name}[row]")
        rows.append(f"{const}{kind} *{name}")
        shapes.append(f"{name}: rows" + "".join(f" x {names.sizes[i.dim]}" for i in a.letters))
    return CKernel(
        kernel,
        real,
        ctype,
        tuple(lines),
        tuple(core),
        tuple(rows),
        tuple(row_args),
        tuple(loop_args),
        tuple(shapes),
        in_place(kernel, nodes, short),
    )


def _idle(kernel: Kernel, names: CNames, lines: Sequence[Line]) -> list[str]:
    """Parameters that the body does not use."""
    used = {word for line in lines for word in re.findall(r"\w+", line.text)}
    found = [names.sizes[d] for d in kernel.dims]
    for a in kernel.arguments:
        found += [safe(a.name), *names.strides[a.name]]
    return [name for name in found if name not in used]


def _contiguous(letters: Sequence[Index], names: CNames) -> list[str]:
    """Strides of a contiguous array, last axis fastest."""
    out: list[str] = []
    for n in range(len(letters)):
        inner = [names.sizes[i.dim] for i in letters[n + 1 :]]
        out.append(" * ".join(inner) or "1")
    return out


def broken(start: str, parts: Sequence[str], end: str) -> str:
    """A list of parameters, over several lines where it is long."""
    if len(start) + len(", ".join(parts)) + len(end) <= 110:
        return start + ", ".join(parts) + end
    lines = textwrap.wrap(", ".join(p.replace(" ", "~") for p in parts), 100, break_long_words=False)
    return start + "\n    " + "\n    ".join(lines).replace("~", " ") + end


def _with_passes(kernel: Kernel, printer: Printer) -> CKernel:
    """The pieces of a kernel that is done in passes."""
    size, made = printer.size, printer.made
    rows, row_args, loop_args, shapes = ["ptrdiff_t rows"], [], [], []
    if not made.batch:
        rows.append(f"ptrdiff_t {size}")
    row_args = ["rows"] if made.batch else ["rows", size]
    loop_args = ["dims[0]"] if made.batch else ["dims[0]", "dims[1]"]
    arrays = printer.arrays()
    step = len(arrays)
    given = (*kernel.arguments, *outputs_of(kernel))
    for n, ((name, declared, _), a) in enumerate(zip(arrays, given, strict=True)):
        kind = declared.rpartition("*")[0].strip()
        bare = kind.removeprefix("const ")
        const = "const " if bare != kind else ""
        rows.append(declared)
        shapes.append(f"{safe(name)}: rows" + f" x {size}" * len(a.letters))
        row_args += [safe(name), " * ".join([size] * len(a.letters)) or "1"]
        row_args += [" * ".join([size] * k) or "1" for k in range(len(a.letters) - 1, -1, -1)]
        loop_args.append(f"({kind} *)({const}void *)args[{n}]")
        loop_args.append(f"steps[{n}] / (ptrdiff_t)sizeof({bare})")
        for _ in a.letters:
            loop_args.append(f"steps[{step}] / (ptrdiff_t)sizeof({bare})")
            step += 1
    return CKernel(
        kernel,
        printer.real,
        printer.ctype,
        (),
        (),
        tuple(rows),
        tuple(row_args),
        tuple(loop_args),
        tuple(shapes),
        in_place_of_passes(made),
        tuple(printer.functions()),
    )


def c_text(kernels: Sequence[CKernel]) -> list[str]:
    """All lines of C that kernels have."""
    lines = [line.text for k in kernels for line in k.lines]
    return lines + [line for k in kernels for f in k.functions for line in (f.head, *(x for _, x in f.lines))]
