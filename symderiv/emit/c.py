"""A kernel -> the pieces of a C file: what the templates lay out.

Values are doubles throughout; an f32 kernel reads floats and rounds once, at the store.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

from symderiv.emit.c_names import HAZARDS, safe
from symderiv.emit.c_near import in_passes
from symderiv.emit.c_passes import CFunction, Printer
from symderiv.emit.infix import ATOM, UNARY, Infix, Shown
from symderiv.lower.kernel import Argument, Kernel
from symderiv.lower.names import Names
from symderiv.lower.nest import Close, Let, Loop, Node, Now, Open, Store, Take, every, in_place, nest
from symderiv.lower.passes import in_place as in_place_of_passes
from symderiv.lower.places import DENIED, Known, moved, within
from symderiv.terms import Affine, Condition, Index, Num, Order, Position, Size, Term

REALS = {"f32": "float", "f64": "double"}


class CNames:
    """C names of a kernel's letters, tensors and sizes."""

    def __init__(self, kernel: Kernel, variables: Sequence[str]) -> None:
        tensors = [a.name for a in kernel.arguments] + [s.name for s in kernel.outputs]
        letters = {i.name for s in kernel.steps for i in (*s.head, *s.over)} | {i.name for i in kernel.labels}
        names = Names({safe(n) for n in (*tensors, *variables, *letters)} | HAZARDS)
        self.sizes = {d: names.pick(*size_names(d)) for d in kernel.dims}
        self.strides: dict[str, tuple[str, ...]] = {}
        for name, axes in [(a.name, a.letters) for a in (*kernel.arguments, *outputs_of(kernel))]:
            single = len(axes) == 1
            self.strides[name] = tuple(
                names.pick(f"{safe(name)}_stride" + ("" if single else str(n))) for n in range(len(axes))
            )


def outputs_of(kernel: Kernel) -> tuple[Argument, ...]:
    """The outputs as arrays like the arguments."""
    return tuple(Argument(s.name, s.head) for s in kernel.outputs)


def size_names(dim: str) -> tuple[str, ...]:
    """Names for the size of a dimension."""
    return (dim.upper() if dim.islower() else f"{dim}_size", f"size_{dim}", f"{dim}_size")


class Writer(Infix):
    """Scalar terms in C."""

    def __init__(self, kernel: Kernel, names: CNames, real: str) -> None:
        self.kernel = kernel
        self.names = names
        self.real = real
        self.known = Known()

    def entry(self, name: str, indices: tuple[Position, ...]) -> str:
        found = self.kernel.argument(name)
        if found is None or not indices:
            return safe(name)
        read = f"{safe(name)}[{self.offset(name, indices)}]"
        read = read if self.real == "f64" else f"(double){read}"
        tests = [c for p in indices if isinstance(p, Affine) for c in within(p)]
        left = [c for c in tests if not self.known.holds(c)]
        return f"({' && '.join(map(self.condition, left))} ? {read} : 0.0)" if left else read

    def offset(self, name: str, indices: Sequence[Position]) -> str:
        """Where an entry lies."""
        places = [self.place(p) for p in indices]
        shown = (p if re.fullmatch(r"\w+", p) else f"({p})" for p in places)
        return " + ".join(f"{p} * {s}" for p, s in zip(shown, self.names.strides[name], strict=True))

    def symbol(self, symbol: Index | Size) -> str:
        return safe(symbol.name) if isinstance(symbol, Index) else self.names.sizes[symbol.dim]

    def delta(self, left: Position, right: Position) -> str:
        return f"(double)({self.condition(Order('==', left, right))})"

    def infinity(self, op: str) -> str:
        return "-sd_infinity()" if op == "max" else "sd_infinity()"

    def size(self, dim: str) -> str:
        return f"(double){self.names.sizes[dim]}"

    def call(self, function: str, args: Sequence[str]) -> str:
        return f"sd_{function}({', '.join(args)})"

    def helper(self, name: str, *args: str) -> str:
        return f"sd_{name}({', '.join(args)})"

    def difference(self, a: str, b: str) -> str:
        if b.startswith("-"):
            return f"sd_exp_difference({a}, {b[1:]})"
        if a.startswith("-"):
            return f"sd_exp_difference({b}, {a[1:]})"
        return f"sd_exp_plus({a}, {b}, 0.0)"

    def power(self, base: Term, exponent: Term) -> Shown:
        if isinstance(exponent, Num):
            n = exponent.value
            if n == 2:
                shown, level = self.show(base)
                if level == ATOM and re.fullmatch(r"\w+", shown):
                    return f"{shown} * {shown}", UNARY - 1
                return f"sd_square({shown})", ATOM
            if n == Fraction(1, 2):
                return f"sd_sqrt({self.text(base)})", ATOM
            if n.denominator == 1:
                return f"sd_powi({self.text(base)}, {n.numerator})", ATOM
        return f"sd_pow({self.text(base)}, {self.text(exponent)})", ATOM

    def where(self, condition: Condition, then: Term, other: Term) -> str:
        test = self.condition(condition)
        if isinstance(condition, Order):
            if self.known.holds(condition):
                return f"({self.text(then)})"
            denied = Order(DENIED[condition.op], condition.left, condition.right)
            with self.under(condition):
                first = self.text(then)
            with self.under(denied):
                second = self.text(other)
            return f"({test} ? {first} : {second})"
        return f"({test} ? {self.text(then)} : {self.text(other)})"

    @contextmanager
    def under(self, *conditions: Order) -> Iterator[None]:
        """What is written here stands where the conditions hold."""
        outer, self.known = self.known, self.known.told(conditions)
        yield
        self.known = outer

    def loop(self, letter: Index, bounds: Sequence[Order] = (), *, down: bool = False) -> str:
        """The head of a loop over the values of a letter that fulfil ``bounds``, or all ``down``wards."""
        i = safe(letter.name)
        if down:
            return f"for (ptrdiff_t {i} = {self.names.sizes[letter.dim]} - 1; {i} >= 0; --{i}) {{"
        start = ""
        for b in bounds:
            if b.op not in (">=", ">", "=="):
                continue
            first = moved(b.right, 1) if b.op == ">" else b.right
            shown = self.place(first)
            if start or not self.known.holds(within(first)[0]):
                shown = f"sd_later({start or 0}, {shown})"
            start = shown
        above = [b for b in bounds if b.op in ("<=", "<", "==")]
        tests = [self.condition(Order("<=" if b.op == "==" else b.op, letter, b.right)) for b in above]
        lasts = [moved(b.right, -1) if b.op == "<" else b.right for b in above]
        if not any(self.known.holds(within(last)[1]) for last in lasts):
            tests.insert(0, self.condition(within(letter)[1]))
        return f"for (ptrdiff_t {i} = {start or 0}; {' && '.join(tests)}; ++{i}) {{"


@dataclass(frozen=True)
class Line:
    """A line of C and how deep it is nested."""

    depth: int
    text: str


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
    variables = [n.name for n in every(nodes) if isinstance(n, (Let, Now, Open))]
    variables += [n.low for n in every(nodes) if isinstance(n, Open) and n.low]
    names = CNames(kernel, variables)
    writer = Writer(kernel, names, real)
    lines: list[Line] = []
    _label_check(kernel, names, lines, real)
    _lines(nodes, writer, lines, 0)
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
        in_place(kernel, nodes),
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


def _store(writer: Writer, name: str, letters: tuple[Index, ...], value: str) -> str:
    place = f"[{writer.offset(name, letters)}]" if letters else "[0]"
    return f"{safe(name)}{place} = {value};"


def _cast(writer: Writer, value: str) -> str:
    return value if writer.real == "f64" else f"(float)({value})"


def _label_check(kernel: Kernel, names: CNames, lines: list[Line], real: str) -> None:
    if not kernel.labels:
        return
    writer = Writer(kernel, names, real)
    bad = " || ".join(f"{safe(k.name)} < 0 || {safe(k.name)} >= {names.sizes[k.dim]}" for k in kernel.labels)
    lines.append(Line(0, "/* A label out of range: the result is NaN, nothing is read. */"))
    lines.append(Line(0, f"if ({bad}) {{"))
    for s in kernel.outputs:
        for n, i in enumerate(s.head):
            lines.append(Line(n + 1, writer.loop(i)))
        lines.append(Line(len(s.head) + 1, _store(writer, s.name, s.head, _cast(writer, "sd_nan()"))))
        lines += [Line(n, "}") for n in range(len(s.head), 0, -1)]
    lines += [Line(1, "return;"), Line(0, "}")]


def _lines(nodes: Sequence[Node], writer: Writer, lines: list[Line], depth: int) -> None:
    for n in nodes:
        match n:
            case Let(name, value, _):
                lines.append(Line(depth, f"const double {safe(name)} = {writer.text(value)};"))
            case Open(name, low, op, start, formula):
                lines.append(Line(depth, f"/* {formula} */"))
                first = {"max": "-sd_infinity()", "min": "sd_infinity()", "prod": "1.0"}.get(op)
                lines.append(Line(depth, f"double {safe(name)} = {first or writer.number(start)[0]};"))
                if low:
                    lines.append(Line(depth, f"double {safe(low)} = 0.0;"))
            case Take(name, low, op, value):
                lines.append(Line(depth, _take(safe(name), safe(low), op, writer, value)))
            case Close(name, low, op, over):
                if low:
                    total = f"sd_total({safe(name)}, {safe(low)})"
                    count = " * ".join(writer.size(i.dim) for i in over)
                    count = f"({count})" if len(over) > 1 else count
                    total += f" / {count}" if op == "mean" else ""
                    lines.append(Line(depth, f"{safe(name)} = {total};"))
            case Store(name, letters, value):
                lines.append(Line(depth, _store(writer, name, letters, _cast(writer, writer.text(value)))))
            case Now(name, running, low):
                total = f"sd_total({safe(running)}, {safe(low)})" if low else safe(running)
                lines.append(Line(depth, f"const double {safe(name)} = {total};"))
            case Loop(letter, body, formula, bounds, down):
                if formula:
                    lines.append(Line(depth, f"/* {formula} */"))
                lines.append(Line(depth, writer.loop(letter, bounds, down=down)))
                with writer.under(*bounds):
                    _lines(body, writer, lines, depth + 1)
                lines.append(Line(depth, "}"))


def _take(name: str, low: str, op: str, writer: Writer, value: Term) -> str:
    if op == "prod":
        return f"{name} *= {writer.text(value)};"
    if low:
        return f"{name} = sd_add({name}, {writer.text(value)}, &{low});"
    return f"{name} = sd_{op}({name}, {writer.text(value)});"


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
