"""A kernel in passes -> C functions: one for each pass, one that does them in order, one that chooses the layout.

A pass function has loops over blocks and, inside, over SD_L lanes; a lane is a place of one row or a row
(templates/c/core/lanes.c).  Values at places are float in float kernels, where a costly function is worked out at
each place, else double; numbers of a row are double.  The last, incomplete block of a row is a call of its own.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from symderiv.emit.c_lanes import TYPES, Lanes, Scalars
from symderiv.emit.c_names import safe
from symderiv.lower.kernel import Kernel
from symderiv.lower.names import Names
from symderiv.lower.passes import SHIFTED, Pass, Program, Scalar, Total, careless, costly
from symderiv.lower.planner import program
from symderiv.notation.show import text
from symderiv.terms import ONE, Call, Entry, Size, Term, add, children, map_children, mul, neg, walk

#: Local names of the functions printed here.
LOCAL = frozenset(
    """from to step lanes until across rows valid turn turns whole rest size many count row l n r
    kept line data args dims steps""".split()
)


@dataclass(frozen=True)
class CFunction:
    """One C function: comment lines, head, body."""

    comment: tuple[str, ...]
    head: str
    lines: tuple[tuple[int, str], ...]


@dataclass
class Body:
    """Lines in the making."""

    lines: list[tuple[int, str]] = field(default_factory=list)
    depth: int = 0

    def add(self, *lines: str) -> None:
        self.lines += [(self.depth, line) for line in lines]

    def open(self, line: str) -> None:
        self.add(line)
        self.depth += 1

    def close(self) -> None:
        self.depth -= 1
        self.add("}")


def in_passes(kernel: Kernel, real: str) -> Printer | None:
    """What prints the kernel in passes; None where it has none."""
    made = program(kernel)
    if made is None:
        return None
    work = real
    if work != real:
        made = program(kernel, keep=False)
    return None if made is None else Printer(made, real, work)


class Printer:
    """Prints one program at one precision of its arrays (``real``) and of values at places (``work``)."""

    def __init__(self, made: Program, real: str, work: str) -> None:
        self.made = made
        self.kernel = made.kernel
        self.real = real
        self.work = work
        self.symbol = f"{self.kernel.name}_{real}"
        arrays = [a.name for a in self.kernel.arguments] + [self.kernel.output.name]
        numbers = [i.name for i in (*made.items, *made.each) if isinstance(i, Scalar)]
        numbers += [t.name for p in made.passes for t in p.totals] + [n for n, _ in made.reads]
        taken = {safe(n) for n in (*arrays, *numbers)} | {n for p in made.passes for n, _ in p.values}
        self.names = Names(taken | LOCAL)
        dim = "rows" if made.batch else self.kernel.dims[0]
        self.size = "size" if made.batch else self.names.pick(dim.upper() if dim.islower() else f"{dim}_size")
        self.vectors = [a.name for a in self.kernel.arguments if a.letters]
        self.singles = [a.name for a in self.kernel.arguments if not a.letters and not a.label]
        self.labels = [a.name for a in self.kernel.arguments if a.label]
        self.output = self.kernel.output.name
        self.numbers = {n: safe(n) for n in dict.fromkeys(numbers)}
        for n in self.singles:
            self.numbers[n] = self.names.pick(f"{n}_value")
        if made.stored:
            self.numbers[self.output] = self.names.pick(f"{self.output}_value")
        for n in self.labels:
            self.numbers[n] = self.names.pick(f"{n}_value")
        self.ctype = TYPES[real]
        self.careless = careless(made)
        self.updates: dict[str, str] = {}
        self.passes = {id(p): f"{self.symbol}_pass{n}" for n, p in enumerate(made.passes, 1)}

    # --- parameters -------------------------------------------------------------------------------

    def stride(self, name: str, n: int = 0) -> str:
        """The stride of a letter of an array, in entries."""
        return f"{safe(name)}_step{n}" if name == self.output and self.made.outer else f"{safe(name)}_step"

    def arrays(self) -> list[tuple[str, str, list[str]]]:
        """Parameters for arrays: name, declaration, strides."""
        out = []
        for a in self.kernel.arguments:
            kind = "const long long" if a.label else f"const {self.ctype}"
            strides = [f"{safe(a.name)}_row"] + [self.stride(a.name) for _ in a.letters]
            out.append((a.name, f"{kind} *{safe(a.name)}", strides))
        strides = [f"{safe(self.output)}_row"]
        strides += [self.stride(self.output, n) for n, _ in enumerate(self.kernel.output.head)]
        out.append((self.output, f"{self.ctype} *{safe(self.output)}", strides))
        if self.made.batch:  # one row: only the strides along it
            out = [(n, d, s[1:]) for n, d, s in out]
        return out

    def _parameters(self) -> list[str]:
        return [p for _, d, s in self.arrays() for p in (d, *(f"ptrdiff_t {x}" for x in s))]

    # --- a pass -----------------------------------------------------------------------------------

    def pass_function(self, p: Pass) -> CFunction:
        """The function that does one pass over blocks of places."""
        letter = safe(p.letter.name)
        arrays, numbers, shifts = self._used(p)
        lanes = Lanes(self.work, lambda e: f"{safe(e.name)}_{letter}" if e.indices else f"{self.numbers[e.name]}[l * own]", self.size)
        parameters = ["ptrdiff_t from", "ptrdiff_t to", "ptrdiff_t step", "int lanes"]
        parameters += [x for n in arrays for x in (f"const {self.ctype} *{safe(n)}", f"ptrdiff_t {safe(n)}_step", f"ptrdiff_t {safe(n)}_lane")]
        written = self._written(p)
        parameters += [x for n in written for x in (f"{self.ctype} *{safe(n)}", f"ptrdiff_t {safe(n)}_step", f"ptrdiff_t {safe(n)}_lane")]
        if any(isinstance(t, Size) for u in p.terms for t in walk(u)):
            parameters.append(f"ptrdiff_t {self.size}")
        near = self._near(numbers, shifts)
        if near:
            parameters.append("int own")
        parameters += [f"const {TYPES[self.work]} *{n}" for n in near]
        parameters += [f"{kind} *{n}" for t in p.totals for n, kind in self._accumulators(t)]
        body = Body()
        sums = [t for t in p.totals if t.op in ("sum", "mean") and not t.at]
        if sums:
            body.open(f"for (ptrdiff_t {letter} = from; {letter} < to;) {{")
            body.add(f"const ptrdiff_t until = sd_least(to, {letter} + SD_CHUNK * step);")
            for t in sums:
                body.add(f"{TYPES[self.work]} {self.numbers[t.name]}_part[SD_L];")
            zero = " ".join(f"{self.numbers[t.name]}_part[l] = 0;" for t in sums)
            body.add(f"SD_LANES(l, SD_L) {{ {zero} }}" if len(sums) > 1 else f"SD_LANES(l, SD_L) {zero}")
            body.open(f"for (; {letter} < until; {letter} += step)")
        else:
            body.open(f"for (ptrdiff_t {letter} = from; {letter} < to; {letter} += step)")
        body.open("SD_LANES(l, lanes) {")
        self._values(body, p, arrays, lanes, letter)
        body.close()
        body.depth -= 1
        if sums:
            body.open("SD_LANES(l, SD_L) {")
            for t in sums:
                name = self.numbers[t.name]
                if self.work == "f32":
                    body.add(f"{name}[l] += (double){name}_part[l];")
                else:
                    body.add(f"{name}[l] = sd_add({name}[l], {name}_part[l], &{name}_low[l]);")
            body.close()
            body.close()
        comment = [self._formula(p, t) for t in p.totals if t.formula]
        kept = [f"{text(Entry(n, (p.letter,)))} = {_shown(v)}, kept in {self.output}" for n, v in p.values if n == p.keep]
        comment = [*kept, *comment, *([p.formula] if p.formula else [])]
        return CFunction(tuple(comment), _head(f"SDV_INLINE void {self.passes[id(p)]}(", parameters), tuple(body.lines))

    def _formula(self, p: Pass, t: Total) -> str:
        return t.formula if not t.at else f"{t.formula}"

    def _used(self, p: Pass) -> tuple[list[str], list[str], list[str]]:
        """Arrays read, numbers read, and the largest entries that exps are shifted by."""
        own = {n for n, _ in p.values} | {t.name for t in p.totals}
        entries = [e for u in p.terms for e in walk(u) if isinstance(e, Entry)]
        arrays = list(dict.fromkeys(e.name for e in entries if e.indices and e.name not in own))
        shifts: list[str] = []
        plain: list[str] = []

        def visit(t: Term) -> None:
            if isinstance(t, Call) and t.function == SHIFTED and isinstance(t.args[1], Entry):
                shifts.append(t.args[1].name)
                if len(t.args) > 2:
                    plain.append(t.args[1].name)
            elif isinstance(t, Entry) and not t.indices and t.name not in own:
                plain.append(t.name)
            for n, u in enumerate(children(t)):
                if n != 1 or not (isinstance(t, Call) and t.function == SHIFTED):
                    visit(u)

        for u in p.terms:
            visit(u)
        return arrays, list(dict.fromkeys(plain)), list(dict.fromkeys(shifts))

    def _written(self, p: Pass) -> list[str]:
        return ([p.keep] if p.keep else []) + ([self.output] if p.store is not None else [])

    def _accumulators(self, t: Total) -> list[tuple[str, str]]:
        name = self.numbers[t.name]
        if not self._laned(t):
            return []
        if t.at or t.op in ("max", "min"):
            return [(name, TYPES[self.work])]
        if t.op == "prod" or self.work == "f32":
            return [(name, "double")]
        return [(name, "double"), (f"{name}_low", "double")]

    def _near(self, numbers: Sequence[str], shifts: Sequence[str]) -> list[str]:
        """Names of the numbers of a row that a pass is given, and of what shifted exps need."""
        parts = [f"{self.numbers[m]}_{part}" for m in shifts for part in ("shift", "least", "magic")]
        return [*(self.numbers[n] for n in numbers), *parts]

    def _prepare(self, body: Body, numbers: Sequence[str], shifts: Sequence[str]) -> None:
        """The numbers of rows in the precision of values at places."""
        near = self._near(numbers, shifts)
        if not near:
            return
        zero = " = {0}" if self.made.batch or self.made.outer is not None else ""
        body.add(f"{TYPES[self.work]} {', '.join(f'{n}_[SD_L]{zero}' for n in near)};")
        body.add(*(f"sd_near_{self.work}(rows, {self.numbers[n]}, {self.numbers[n]}_);" for n in numbers))
        for n in shifts:
            m, work = self.numbers[n], self.work
            body.open("SD_LANES(l, rows) {")
            body.add(f"const {TYPES[work]} largest = {'(float)' if work == 'f32' else ''}{m}[l];")
            body.add(f"{m}_shift_[l] = sdv_exp_shift_{work}(largest);")
            body.add(f"{m}_least_[l] = sdv_exp_least_{work}(largest - {m}_shift_[l]);")
            body.add(f"{m}_magic_[l] = sdv_exp_magic_{work}(largest - {m}_shift_[l]);")
            body.close()

    def _values(self, body: Body, p: Pass, arrays: Sequence[str], lanes: Lanes, letter: str) -> None:
        kind = TYPES[self.work]
        for n in arrays:
            cast = f"({kind})" if self.work != self.real else ""
            body.add(f"const {kind} {safe(n)}_{letter} = {cast}{safe(n)}[{letter} * {safe(n)}_step + l * {safe(n)}_lane];")
        for n, v in p.values:
            body.add(f"const {kind} {safe(n)}_{letter} = {lanes.text(v)};")
            if n == p.keep:
                body.add(f"{safe(n)}[{letter} * {safe(n)}_step + l * {safe(n)}_lane] = {safe(n)}_{letter};")
        peaks = list(dict.fromkeys(t.at for t in p.totals if t.at))
        for t in p.totals:
            if t.name in peaks:
                self._peak(body, p, t, lanes, letter)
        for t in p.totals:
            name, value = self.numbers[t.name], lanes.text(t.body)
            if t.at:
                at = self.numbers[t.at]
                if not t.some:
                    body.add(f"{name}[l] = {at}_more ? {value} : {at}_same ? {name}[l] + {value} : {name}[l];")
                elif self._laned(t):
                    body.add(f"{name}[l] = {at}_more ? {value} : {name}[l];")
            elif t.name not in peaks:
                body.add(self._take(t, name, value))
        for n in peaks:
            body.add(self.updates[n])
        if p.store is not None:
            out = safe(self.output)
            cast = "" if self.work == self.real else f"({self.ctype})"
            shown = lanes.text(p.store)
            body.add(f"{out}[{letter} * {out}_step + l * {out}_lane] = {f'{cast}({shown})' if cast else shown};")

    def _peak(self, body: Body, p: Pass, t: Total, lanes: Lanes, letter: str) -> None:
        """Whether a maximum moves to this place, and whether it is reached once more."""
        name, kind = self.numbers[t.name], TYPES[self.work]
        shown = lanes.text(t.body)
        if not re.fullmatch(r"\w+", shown):
            body.add(f"const {kind} {name}_{letter} = {shown};")
            shown = f"{name}_{letter}"
        nan = "" if t.name in self.careless else f" || {shown} != {shown}"
        of = [o for o in p.totals if o.at == t.name]
        op = {"max": ">", "min": "<"}[t.op]
        if all(o.some for o in of):
            body.add(f"const int {name}_more = {shown} {op}= {name}[l]{nan};")
            plain = "plain_" if t.name in self.careless else ""
            self.updates[t.name] = f"{name}[l] = sdv_{plain}{t.op}_{self.work}({name}[l], {shown});"
        else:
            body.add(f"const int {name}_more = {shown} {op} {name}[l]{nan};")
            body.add(f"const int {name}_same = {shown} == {name}[l];")
            self.updates[t.name] = f"{name}[l] = {name}_more ? {shown} : {name}[l];"

    @staticmethod
    def _laned(t: Total) -> bool:
        """Whether lanes hold a total: one place of each lane needs no count."""
        return not (t.some and t.body == ONE)

    def _take(self, t: Total, name: str, value: str) -> str:
        if t.op in ("sum", "mean"):
            return f"{name}_part[l] += {value};"
        if t.op == "prod":
            return f"{name}[l] *= {value if self.work == 'f64' else f'(double)({value})'};"
        plain = "plain_" if t.name in self.careless else ""
        return f"{name}[l] = sdv_{plain}{t.op}_{self.work}({name}[l], {value});"

    # --- all passes -------------------------------------------------------------------------------

    def panel(self) -> CFunction:
        """The function that does all passes for a few rows."""
        made, body = self.made, Body()
        parameters = ["int across", "int rows", "int valid", f"ptrdiff_t {self.size}", *self._parameters()]
        if made.batch or made.outer:
            parameters = [f"ptrdiff_t {self.size}", *self._parameters()]
            body.add("enum { across = 1, rows = 1 };")
        body.add(f"const ptrdiff_t step = across ? SD_L : 1, whole = across ? {self.size} - {self.size} % SD_L : {self.size};")
        body.add(f"const int lanes = across ? SD_L : rows, rest = (int)({self.size} - whole);")
        kept = [n for n in self.numbers if n not in self.labels]
        if kept:
            body.add(f"double {', '.join(f'{self.numbers[n]}[SD_L]' for n in kept)};")
        if made.outer is not None and made.kept:
            out = safe(self.output)
            body.add(f"{self.ctype} *const kept = {out} + ({self.size} - 1) * {self.stride(self.output, 0)};")
        self._arguments(body)
        for item in self._grouped(made.items):
            self._item(body, item)
        if made.outer is not None:
            self._each_row(body)
        self._fix_and_results(body)
        idle = self._idle(body, parameters)
        first = next((n for n, (_, x) in enumerate(body.lines) if not x.startswith(("const ", "enum "))), 0)
        body.lines[first:first] = [(0, f"(void){name};") for name in idle]
        return CFunction((), _head(f"SDV_INLINE void {self.symbol}_panel(", parameters), tuple(body.lines))

    @staticmethod
    def _idle(body: Body, parameters: Sequence[str]) -> list[str]:
        """Parameters and constants that the body does not use."""
        count = Counter(w for _, line in body.lines for w in re.findall(r"\w+", line))
        constants = [n for n in ("step", "lanes", "rest", "whole") if count[n] == 1]
        return constants + [n for n in (p.split()[-1].lstrip("*") for p in parameters) if not count[n]]

    def _arguments(self, body: Body) -> None:
        """Single numbers and labels of each row, and entries at labels."""
        made = self.made
        if made.batch:
            return
        valid = "0" if made.outer else "sd_least(r, valid - 1)"
        for n in self.singles:
            body.add(f"for (int r = 0; r < rows; ++r) {self.numbers[n]}[r] = (double){safe(n)}[{valid} * {safe(n)}_row];")
        for n in self.labels:
            body.add("/* A label out of range: nothing is read, the result is NaN. */")
            body.add(f"ptrdiff_t {self.numbers[n]}[SD_L];")
            body.open("for (int r = 0; r < rows; ++r) {")
            body.add(f"const long long {n}_ = {safe(n)}[{valid} * {safe(n)}_row];")
            body.add(f"{self.numbers[n]}[r] = {n}_ < 0 || {n}_ >= {self.size} ? -1 : (ptrdiff_t){n}_;")
            body.close()
        for name, e in made.reads:
            (k,) = e.letters
            place = f"{safe(e.name)}[r * {safe(e.name)}_row + {self.numbers[k.name]}[r] * {self.stride(e.name)}]"
            body.add(f"/* {text(Entry(name))} = {text(e)} */")
            body.add(f"for (int r = 0; r < rows; ++r) {self.numbers[name]}[r] = {self.numbers[k.name]}[r] < 0 ? sd_nan() : (double){place};")

    @staticmethod
    def _grouped(items: Iterable[Scalar | Pass]) -> list[list[Scalar] | Pass]:
        """Scalars that follow each other together."""
        out: list[list[Scalar] | Pass] = []
        for i in items:
            if isinstance(i, Pass):
                out.append(i)
            elif out and isinstance(out[-1], list):
                out[-1].append(i)
            else:
                out.append([i])
        return out

    def _item(self, body: Body, item: list[Scalar] | Pass) -> None:
        if isinstance(item, Pass):
            self._call(body, item, safe(self.output), self.stride(self.output))
            return
        writer = Scalars(self.work, self._number, self.size)
        for s in item:
            body.add(f"/* {text(Entry(s.name))} = {_shown(s.value)} */")
        lines = [f"{self.numbers[s.name]}[r] = {writer.text(s.value)};" for s in item]
        self._for_rows(body, lines)

    @staticmethod
    def _for_rows(body: Body, lines: Sequence[str]) -> None:
        if len(lines) == 1:
            body.add(f"for (int r = 0; r < rows; ++r) {lines[0]}")
            return
        body.open("for (int r = 0; r < rows; ++r) {")
        body.add(*lines)
        body.close()

    def _number(self, e: Entry) -> str:
        """What a number of a row is called; entries at ``outer`` are read where they lie."""
        if not e.indices:
            return f"{self.numbers[e.name]}[r]"
        (j,) = e.letters
        place = safe(j.name)
        if e.name == self.made.kept:
            return f"(double)kept[{place} * {self.stride(self.output, 1)}]"
        return f"(double){safe(e.name)}[{place} * {self.stride(e.name)}]"

    def _call(self, body: Body, p: Pass, out: str, out_step: str) -> None:
        """The calls of a pass for the rows, with what they need in lanes and what they leave there."""
        arrays, numbers, shifts = self._used(p)
        batch = self.made.batch or self.made.outer is not None
        body.open("{")
        self._prepare(body, numbers, shifts)
        if not batch:
            body.open("for (int turn = 0; turn < (across ? rows : 1); ++turn) {")
        else:
            body.open("{")
            body.add("enum { turn = 0 };")
        starts = []
        for t in p.totals:
            for name, of in self._accumulators(t):
                body.add(f"{of} {name}_[SD_L];")
                first = {"max": f"-sdv_infinity_{self.work}()", "min": f"sdv_infinity_{self.work}()", "prod": "1"}
                starts.append(f"{name}_[l] = {'0' if t.at else first.get(t.op, '0')};")
        if starts:
            body.add(f"SD_LANES(l, SD_L) {{ {' '.join(starts)} }}")
        passed = [x for n in arrays for x in self._passed(n, out, out_step)]
        passed += [x for n in self._written(p) for x in self._passed(n, out, out_step)]
        if any(isinstance(t, Size) for u in p.terms for t in walk(u)):
            passed.append(self.size)
        near = self._near(numbers, shifts)
        passed += ["!across"] if near else []
        passed += [f"{n}_ + turn" for n in near]
        passed += [f"{n}_" for t in p.totals for n, _ in self._accumulators(t)]
        name = self.passes[id(p)]
        body.add(*_wrapped(f"{name}(0, whole, step, lanes, {', '.join(passed)});"))
        body.add(*_wrapped(f"if (rest) {name}(whole, {self.size}, step, rest, {', '.join(passed)});"))
        for t in p.totals:
            own = self.numbers[t.name]
            if t.at:
                at = self.numbers[t.at]
                what = f"at_{self.work}" if self._laned(t) else f"count_{self.work}"
                more = f"{own}_, " if self._laned(t) else ""
                body.add(f"sd_collect_{what}(across, turn, {at}_, {at}, {more}{own});")
            elif t.op in ("max", "min"):
                body.add(f"sd_collect_{t.op}_{self.work}(across, turn, {own}_, {own});")
            elif t.op == "prod":
                body.add(f"sd_collect_prod(across, turn, {own}_, {own});")
            elif self.work == "f32":
                body.add(f"sd_collect_sum(across, turn, {own}_, {own});")
            else:
                body.add(f"sd_collect_total(across, turn, {own}_, {own}_low_, {own});")
        body.close()
        body.close()
        writer = Scalars(self.work, self._number, self.size)
        after = []
        for t in p.totals:
            factor = writer.text(mul(t.factor, Entry(t.name))) if t.factor != ONE else f"{self.numbers[t.name]}[r]"
            if t.op == "mean":
                factor = f"{factor} / (double){self.size}"
            if t.factor != ONE or t.op == "mean":
                after.append(f"{self.numbers[t.name]}[r] = {factor};")
        if after:
            self._for_rows(body, after)

    def _passed(self, n: str, out: str, out_step: str) -> list[str]:
        made = self.made
        if n == made.kept or n == self.output:
            base, step, row = (out, out_step, f"{safe(self.output)}_row")
            if made.outer is not None:
                base = "kept" if n == made.kept else out
                step = self.stride(self.output, 1)
        else:
            base, step, row = safe(n), self.stride(n), f"{safe(n)}_row"
        if made.batch or made.outer is not None:
            return [base, step, step]
        return [f"{base} + turn * {row}", step, f"across ? {step} : {row}"]

    def _each_row(self, body: Body) -> None:
        """A result over two letters, row by row; the last row holds what is kept until it is written itself."""
        made = self.made
        assert made.outer is not None
        j, out = safe(made.outer.name), safe(self.output)
        body.open(f"for (ptrdiff_t {j} = 0; {j} < {self.size}; ++{j}) {{")
        body.add(f"{self.ctype} *const line = {out} + {j} * {self.stride(self.output, 0)};")
        for item in self._grouped(made.each):
            self._item_at(body, item)
        if made.fix is not None:
            body.add(f"line[{j} * {self.stride(self.output, 1)}] = ({self.ctype}){self.numbers[made.fix[1]]}[0];")
        body.close()

    def _item_at(self, body: Body, item: list[Scalar] | Pass) -> None:
        if isinstance(item, Pass):
            self._call(body, item, "line", self.stride(self.output, 1))
        else:
            self._item(body, item)

    def _fix_and_results(self, body: Body) -> None:
        made, out = self.made, safe(self.output)
        row = f"{out}[r * {out}_row]"
        if made.fix is not None and made.outer is None:
            k = self.numbers[made.fix[0].name]
            entry = f"{out}[r * {out}_row + {k}[r] * {self.stride(self.output)}]"
            body.add(f"/* the entry at {made.fix[0].name} */")
            body.open("for (int r = 0; r < valid; ++r)")
            body.add(f"if ({k}[r] >= 0) {entry} = ({self.ctype}){self.numbers[made.fix[1]]}[r];")
            body.depth -= 1
        if made.stored:
            cast = "" if self.real == "f64" else f"({self.ctype})"
            body.add(f"for (int r = 0; r < valid; ++r) {row} = {cast}{self.numbers[self.output]}[r];")
        for n in self.labels:
            k = self.numbers[n]
            if made.stored:
                body.add(f"for (int r = 0; r < valid; ++r) if ({k}[r] < 0) {row} = ({self.ctype})sd_nan();")
            else:
                letter = safe(made.letter.name)
                body.open("for (int r = 0; r < valid; ++r)")
                body.add(f"for (ptrdiff_t {letter} = 0; {k}[r] < 0 && {letter} < {self.size}; ++{letter})")
                body.add(f"    {out}[r * {out}_row + {letter} * {self.stride(self.output)}] = ({self.ctype})sd_nan();")
                body.depth -= 1

    # --- layouts ----------------------------------------------------------------------------------

    def run(self) -> CFunction:
        """The function that chooses how to go over rows."""
        made, body = self.made, Body()
        parameters = ["ptrdiff_t rows", f"ptrdiff_t {self.size}", *self._parameters()]
        if made.batch:
            parameters = parameters[1:]
        vectors = [*self.vectors, *([self.output] if self.kernel.output.head else [])]
        steps = [self.stride(n, 1 if n == self.output and made.outer else 0) for n in vectors]
        near = " && ".join(f"{s} == 1" for s in steps)
        panel = f"{self.symbol}_panel"
        if made.batch or made.outer is not None:
            if made.outer is not None:
                body.add(f"if ({self.size} == 0) return;")
                body.open("for (ptrdiff_t row = 0; row < rows; ++row)")
            fixed = [self._moved(n, s, "row", made.batch) for n, _, s in self.arrays()]
            body.add(f"if ({near})")
            ones = [x for group in fixed for x in ("1" if y in steps else y for y in group)]
            body.add(*_wrapped(f"    {panel}({self.size}, {', '.join(ones)});"))
            body.add("else")
            body.add(*_wrapped(f"    {panel}({self.size}, {', '.join(x for g in fixed for x in g)});"))
            if made.outer is not None:
                body.depth -= 1
        else:
            self._run_rows(body, vectors, near, panel)
        for name in self._idle(body, parameters):
            body.lines.insert(0, (0, f"(void){name};"))
        return CFunction((), _head(f"SD_CLONES static void {self.symbol}_run(", parameters), tuple(body.lines))

    def _moved(self, name: str, strides: Sequence[str], row: str, batch: bool) -> list[str]:
        base = safe(name) if batch else f"{safe(name)} + {row} * {strides[0]}"
        return [base, *strides]

    def _run_rows(self, body: Body, vectors: Sequence[str], near: str, panel: str) -> None:
        size, arrays = self.size, self.arrays()

        def call(across: str, rows: str, valid: str, what: dict[str, list[str]]) -> str:
            passed = [x for n, _, s in arrays for x in what.get(n) or self._moved(n, s, "row", False)]
            return f"{panel}({across}, {rows}, {valid}, {size}, {', '.join(passed)});"

        body.open(f"if ({size} > SD_SMALL && {near}) {{")
        body.open(f"for (ptrdiff_t row = 0; row < rows; row += sd_rows_near({size})) {{")
        body.add(f"const int many = (int)sd_least(sd_rows_near({size}), rows - row);")
        ones = {n: [f"{safe(n)} + row * {safe(n)}_row", f"{safe(n)}_row", "1"] for n in vectors}
        body.add(*_wrapped(call("1", "many", "many", ones)))
        body.close()
        body.add("return;")
        body.close()
        tiles = {n: self.names.pick(f"{n}_tile") for n in vectors}
        body.add(f"{self.ctype} {', '.join(f'{t}[SD_SMALL * SD_L]' for t in tiles.values())};")
        body.open("for (ptrdiff_t row = 0; row < rows; row += SD_L) {")
        body.add("const int many = (int)sd_least(SD_L, rows - row);")
        body.add(f"const int beside = {size} > SD_SMALL;")
        beside = " && ".join(["many == SD_L", *(f"{safe(n)}_row == 1" for n in vectors)])
        body.open(f"if (beside && !({beside})) {{")
        moved = [x for n, _, s in arrays for x in self._moved(n, s, "row", False)]
        body.add(*_wrapped(f"{self.symbol}_strided(many, {size}, {', '.join(moved)});"))
        body.add("continue;")
        body.close()
        for n in vectors:
            if n != self.output:
                at = f"{safe(n)} + row * {safe(n)}_row, {safe(n)}_row, {self.stride(n)}"
                body.add(f"if (!beside) sd_turn_{self.real}(many, {size}, {at}, {tiles[n]});")
        side = {n: [f"beside ? {safe(n)} + row : {t}", "1", f"beside ? {self.stride(n)} : SD_L"] for n, t in tiles.items()}
        body.add(*_wrapped(call("0", "SD_L", "many", side)))
        if self.output in vectors:
            o = safe(self.output)
            at = f"{o} + row * {o}_row, {o}_row, {self.stride(self.output)}"
            body.add(f"if (!beside) sd_turn_back_{self.real}(many, {size}, {tiles[self.output]}, {at});")
        body.close()

    def strided(self) -> list[CFunction]:
        """The same for a few long rows that lie anyhow, one place of them after the other."""
        if self.made.batch or self.made.outer is not None:
            return []
        given = ["across", "rows", "rows", self.size, *(x for n, _, s in self.arrays() for x in (safe(n), *s))]
        given[0] = "0"
        parameters = ["int rows", f"ptrdiff_t {self.size}", *self._parameters()]
        lines = [(0, x) for x in _wrapped(f"{self.symbol}_panel({', '.join(given)});")]
        return [CFunction((), _head(f"static void {self.symbol}_strided(", parameters), tuple(lines))]

    def functions(self) -> list[CFunction]:
        """All functions, each after what it calls."""
        return [*(self.pass_function(p) for p in self.made.passes), self.panel(), *self.strided(), self.run()]


def _shown(term: Term) -> str:
    """A value in the notation: a shifted exp as what it stands for."""

    def visit(t: Term) -> Term:
        if isinstance(t, Call) and t.function == SHIFTED:
            return Call("exp", (add(t.args[0], neg(t.args[1])),))
        return map_children(t, visit)

    shown = text(visit(term))
    scaled = isinstance(term, Call) and term.function == SHIFTED and len(term.args) == 2
    return f"{shown}/w" if scaled else shown


def _head(start: str, parameters: Sequence[str]) -> str:
    whole = f"{start}{', '.join(parameters)}) {{"
    if len(whole) <= 118:
        return whole
    lines = textwrap.wrap(", ".join(p.replace(" ", "~") for p in parameters), 112, break_long_words=False)
    return start + "\n    " + "\n    ".join(lines).replace("~", " ") + ") {"


def _wrapped(line: str) -> list[str]:
    """A long call over several lines."""
    if len(line) <= 108:
        return [line]
    indent = len(line) - len(line.lstrip())
    lines = textwrap.wrap(line.strip(), 104 - indent, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    return [" " * indent + x for x in lines]


__all__ = ["CFunction", "Printer", "in_passes"]
