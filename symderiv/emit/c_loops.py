"""Nested loops over scalars -> lines of C.

Values are doubles throughout; an f32 kernel reads floats and rounds once, at the store.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

from symderiv.emit.c_names import HAZARDS, safe
from symderiv.emit.infix import ATOM, UNARY, Infix, Shown
from symderiv.lower.kernel import Argument, Kernel
from symderiv.lower.names import Names
from symderiv.lower.nest import Close, Keep, Kept, Let, Loop, Node, Now, Open, Store, Take, every
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
            return f"{safe(name)}[{self.place(indices[0])}]" if indices else safe(name)
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


def loops(kernel: Kernel, nodes: Sequence[Node], short: Kept | None, real: str) -> tuple[CNames, list[Line]]:
    """The body of a kernel: its loops, before them those that are for axes that are not long."""
    every_node = every([*nodes, *(short.nodes if short is not None else ())])
    names = CNames(kernel, [name for n in every_node for name in _names(n)])
    writer = Writer(kernel, names, real)
    lines: list[Line] = []
    _label_check(kernel, names, lines, real)
    if short is not None:
        tests = (f"sd_are_kept({names.sizes[d]})" for d in short.dims)
        lines.append(Line(0, f"if ({' && '.join(tests)}) {{"))
        rows = (safe(n.name) for n in every(short.nodes) if isinstance(n, Keep))
        lines += [Line(1, f"double {row}[SD_KEPT];") for row in rows]
        _lines(short.nodes, writer, lines, 1)
        lines += [Line(1, "return;"), Line(0, "}")]
    _lines(nodes, writer, lines, 0)
    return names, lines


def _names(node: Node) -> list[str]:
    """The variables that a node declares."""
    if isinstance(node, Open):
        return [node.name, *([node.low] if node.low else [])]
    return [node.name] if isinstance(node, (Let, Now, Keep)) else []


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
            case Keep(name, letter, value):
                lines.append(Line(depth, f"{safe(name)}[{safe(letter.name)}] = {writer.text(value)};"))
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
