"""Kernels without axes in float, with double for the entries that float is not good enough for.

An entry has the same bits whatever lies beside it: double is worked out for a whole tile where any entry
needs it, and taken for the entries that do (:mod:`symderiv.lower.near` says which).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from fractions import Fraction

from symderiv.emit import c_passes
from symderiv.emit.c_lanes import Lanes
from symderiv.emit.c_names import safe
from symderiv.emit.c_passes import Printer, stays_in_range
from symderiv.emit.c_text import Body, CFunction, wrapped_call
from symderiv.emit.infix import ATOM, UNARY, Shown
from symderiv.emit.snippets import c_functions
from symderiv.lower.kernel import Kernel
from symderiv.lower.near import Range, in_float, ranges
from symderiv.lower.passes import Program
from symderiv.lower.planner import program
from symderiv.lower.running import multiple, square
from symderiv.lower.single import at_once
from symderiv.terms import Call, Mul, Num, Term, mul


class NearLanes(Lanes):
    """Float, with functions that are right where the arguments are in range."""

    def show(self, term: Term) -> Shown:
        match term:
            case Call("exp", (u,)) if (found := square(u)) is not None:
                return f"sdv_exp_square_near_f32({self.text(found[1])}, {self.number(found[0])[0]})", ATOM
            case Mul() if (shown := self._times_erfc(term)) is not None:
                return shown
            case Call("erfc", (u,)):
                found = multiple(u)
                z = self.text(u)
                x, c = (self.text(found[1]), self.literal(float(found[0]))[0]) if found else (z, "1.0f")
                return f"sdv_erfc_square_near_f32({z}, {x}, {c})", ATOM
            case Call("sigmoid", (Mul((Num(n), *rest)),)) if n == -1:
                return f"sdv_sigmoid_minus_near_f32({self.text(mul(*rest))})", ATOM
        return super().show(term)

    def _times_erfc(self, product: Mul) -> Shown | None:
        """w*x*erfc(-s*x)*..., w a number: what is near 2 for positive x is never rounded."""
        for f in product.factors:
            match f:
                case Call("erfc", (Mul(parts) as u,)) if (found := multiple(u)) is not None:
                    c, x = found
                    sign = math.prod(p.value for p in parts if isinstance(p, Num))
                    if sign >= 0 or x not in product.factors:
                        continue
                    w = math.prod(p.value for p in product.factors if isinstance(p, Num))
                    rest = [p for p in product.factors if p not in (f, x) and not isinstance(p, Num)]
                    numbers = f"{self.number(c)[0]}, {math.sqrt(c)!r}, {float(w)!r}"
                    shown = f"sdv_times_erfc_near_f32({self.text(x)}, {numbers})"
                    return (f"{shown} * {self.wrap(mul(*rest), UNARY)}", UNARY - 1) if rest else (shown, ATOM)
        return None

    def call(self, function: str, args: Sequence[str]) -> str:
        own = f"sdv_{function}_near_f32"
        return f"{own}({', '.join(args)})" if own in c_functions() else super().call(function, args)

    def exp(self, argument: Term) -> str:
        return self.call("exp", [self.text(argument)])

    def power(self, base: Term, exponent: Term) -> Shown:
        if exponent == Num(Fraction(3)):
            shown = self.wrap(base, ATOM)
            return f"{shown} * {shown} * {shown}", UNARY - 1
        return super().power(base, exponent)


class NearPrinter(Printer):
    """Prints a kernel in float, and beside it the same in double."""

    lanes = NearLanes

    def __init__(self, made: Program, wide: Program, ranges: Mapping[str, Range]) -> None:
        super().__init__(made, "f32", "f32")
        self.wide = Printer(wide, "f32", "f64", "_wide")
        self.ranges = {n: r for n, r in ranges.items() if not r.everything}
        self.most = {n: self.names.pick(f"{n}_most") for n in self.ranges}
        self.least = {n: self.names.pick(f"{n}_least") for n, r in self.ranges.items() if r.low}
        self.notes = [*self.most.values(), *self.least.values()]

    def functions(self) -> list[CFunction]:
        if not self.ranges:
            return super().functions()
        wide = [*(self.wide.pass_function(p) for p in self.wide.made.passes), self.wide.panel()]
        return [*wide, *super().functions()]

    def _note(self, body: Body, letter: str) -> None:
        """The largest magnitude that each argument has, and the smallest that is not 0."""
        for n, most in self.most.items():
            size = self.names.pick(f"{n}_size")
            body.add(f"const int {size} = (int)(sdv_bits_f32({safe(n)}_{letter}) & 0x7FFFFFFFu);")
            body.add(f"{most}[l] = {size} > {most}[l] ? {size} : {most}[l];")
            if n in self.least:
                least, some = self.least[n], self.names.pick(f"{n}_some")
                body.add(f"const int {some} = {size} > 0 ? {size} : 0x7FFFFFFF;")
                body.add(f"{least}[l] = {some} < {least}[l] ? {some} : {least}[l];")

    def _run_batch(self, body: Body, near: str, panel: str) -> None:
        if not self.ranges:
            super()._run_batch(body, near, panel)
            return
        given = [(n, s[0]) for n, _, s in self.arrays()]
        tiles = {n: self.names.pick(f"{n}_tile") for n, _ in given}
        at = {n: self.names.pick(f"{n}_at") for n, _ in given}
        other, mark = self.names.pick("wide", "other"), self.names.pick("mark", "marked")
        body.add(f"{self.ctype} {', '.join(f'{t}[SD_TILE]' for t in tiles.values())}, {other}[SD_TILE];")
        body.add(f"int {mark}[SD_TILE];")
        apart = self.names.pick("apart")
        bounds = {n: f"{_bits(r.low)}, {_bits(r.high)}" for n, r in self.ranges.items()}
        body.add(f"const int near = {near};")
        body.add(
            "/* Arguments are read again where float will not do: a result over one of them waits there. */"
        )
        there = " && ".join(f"{safe(n)} != {safe(self.output)}" for n, _ in given[:-1])
        body.add(*wrapped_call(f"const int {apart} = {there};"))
        body.open(f"for (ptrdiff_t row = 0, many; row < {self.size}; row += many) {{")
        body.add(f"const ptrdiff_t left = sd_least({self.size} - row, SD_TILE);")
        body.add("const int beside = near && left >= SD_L;")
        body.add("many = beside ? left - left % SD_L : left;")
        for n, s in given[:-1]:
            body.add(f"if (!beside) sd_gather_f32(many, {safe(n)} + row * {s}, {s}, {tiles[n]});")
        body.add("const ptrdiff_t whole = many + (SD_L - many % SD_L) % SD_L;")
        for n, _ in given:
            if n == self.output:
                fits = (f"sd_fit_f32(whole, {at[k]}, {b})" for k, b in bounds.items())
                body.add(*wrapped_call(f"const int direct = beside && ({apart} || ({' && '.join(fits)}));"))
            const = "" if n == self.output else "const "
            direct = "direct" if n == self.output else "beside"
            body.add(f"{const}float *const {at[n]} = {direct} ? {safe(n)} + row : {tiles[n]};")
        body.add(f"/* Float where {self._where()}. */")
        body.add(f"int {', '.join(f'{n}[SD_L]' for n in self.notes)};")
        first = [f"{n}[l] = 0;" for n in self.most.values()]
        first += [f"{n}[l] = 0x7FFFFFFF;" for n in self.least.values()]
        body.add(f"SD_LANES(l, SD_L) {{ {' '.join(first)} }}")
        body.add(
            *wrapped_call(
                f"{panel}(whole, {', '.join(f'{a}, 1' for a in at.values())}, {', '.join(self.notes)});"
            )
        )
        tests = [f"sd_below({most}, {_bits(self.ranges[n].high)})" for n, most in self.most.items()]
        tests += [f"sd_above({least}, {_bits(self.ranges[n].low)})" for n, least in self.least.items()]
        body.add(*wrapped_call(f"const int all = {' && '.join(tests)};"))
        body.open("if (!all) {")
        passed = ", ".join(f"{at[n]}, 1" for n, _ in given[:-1])
        body.add(*wrapped_call(f"{self.wide.symbol}_panel(whole, {passed}, {other}, 1);"))
        body.add(f"for (ptrdiff_t l = 0; l < whole; ++l) {mark}[l] = 1;")
        body.add(*(f"sd_mark_f32(whole, {at[n]}, {b}, {mark});" for n, b in bounds.items()))
        n, s = given[-1]
        body.add(f"sd_choose_f32(whole, {mark}, {other}, {at[n]});")
        body.close()
        body.add(f"if (!direct) sd_scatter_f32(many, {tiles[n]}, {safe(n)} + row * {s}, {s});")
        body.close()

    def _where(self) -> str:
        """The ranges in words."""
        shown = []
        for n, r in self.ranges.items():
            low = f"{r.low:g} <= " if r.low else ""
            shown.append(f"{low}|{n}| <= {r.high:g}" + (f" or {n} = 0" if r.low else ""))
        return ", ".join(shown) + ", elsewhere double"


def _bits(size: float) -> str:
    (word,) = struct.unpack("I", struct.pack("f", size))
    return hex(word)


def in_passes(kernel: Kernel, real: str) -> Printer | None:
    """What prints the kernel in passes; None where it has none."""
    made = program(kernel) if real == "f32" else None
    if made is not None and made.batch and not stays_in_range(made):
        made = in_float(made)
        found = ranges(made)
        wide = program(kernel, keep=False)
        if found is not None and wide is not None:
            return NearPrinter(made, wide, found)
    elif made is not None and not stays_in_range(made):
        wide = program(kernel, keep=False)
        return None if wide is None else Printer(at_once(wide), real, "f64")
    return c_passes.in_passes(kernel, real)


__all__ = ["NearPrinter", "in_passes"]
