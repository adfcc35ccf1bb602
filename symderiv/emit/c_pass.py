"""Passes -> C functions: loops over blocks and in them over SD_L lanes; a lane is a place of a row, or a row.

Numbers of a row are double, values at places have the precision of the arrays (``work``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symderiv.emit.c_lanes import TYPES, Lanes
from symderiv.emit.c_names import safe
from symderiv.emit.c_text import Body, CFunction, head_of, shown_as
from symderiv.lower.names import Names
from symderiv.lower.passes import (
    SHIFTED,
    WEIGHT,
    Pass,
    Program,
    Scalar,
    Total,
    careless,
    is_costly,
    names_read,
)
from symderiv.notation.show import text
from symderiv.terms import ONE, ZERO, Call, Compare, Entry, Size, Term, Where, children, walk

#: Local names of the functions printed here.
LOCAL = frozenset(
    """from to step lanes first until across rows valid turn turns whole rest size many count row l n r inside
    kept line place line_tile kept_tile left near beside data args soon brief after
    long_rows dims steps parts part at here once direct all piece pieces side close most entry""".split()
)


class PassPrinter:
    """Prints the passes of a program at one precision of its arrays (``real``) and of values (``work``)."""

    def __init__(self, made: Program, real: str, work: str, suffix: str = "") -> None:
        self.made = made
        self.kernel = made.kernel
        self.real = real
        self.work = work
        self.symbol = f"{self.kernel.name}_{real}{suffix}"
        arrays = [a.name for a in self.kernel.arguments] + [s.name for s in self.kernel.outputs]
        numbers = [i.name for i in (*made.items, *made.each) if isinstance(i, Scalar)]
        numbers += [t.name for p in made.passes for t in p.totals] + [n for n, _ in made.reads]
        taken = {safe(n) for n in (*arrays, *numbers)} | {n for p in made.passes for n, _ in p.values}
        self.names = Names(taken | LOCAL)
        dim = "rows" if made.batch else self.kernel.dims[0]
        self.size = "size" if made.batch else self.names.pick(dim.upper() if dim.islower() else f"{dim}_size")
        self.vectors = [a.name for a in self.kernel.arguments if a.letters]
        self.read = {e.name for i in (*made.items, *made.each) for e in names_read(i)}
        self.singles = [
            a.name for a in self.kernel.arguments if not a.letters and not a.label and a.name in self.read
        ]
        self.labels = [a.name for a in self.kernel.arguments if a.label]
        self.output = self.kernel.output.name
        self.numbers = {n: safe(n) for n in dict.fromkeys(numbers)}
        for n in self.singles:
            self.numbers[n] = self.names.pick(f"{n}_value")
        for n in made.stored:
            self.numbers[n] = self.names.pick(f"{n}_value")
        for n in self.labels:
            self.numbers[n] = self.names.pick(f"{n}_value")
        self.bad = {n: self.names.pick(f"{n}_bad") for n in self.labels}
        self.ctype = TYPES[real]
        self.careless = careless(made)
        self.updates: dict[str, str] = {}
        self.passes = {id(p): f"{self.symbol}_pass{n}" for n, p in enumerate(made.passes, 1)}
        #: Whether a row that SD_L does not divide ends with its last SD_L places: done first, put there last,
        #: and those before ``first`` count nothing, since they are done with the whole blocks.
        self.overlaps = not made.batch
        self.counted: set[int] = set()  # passes that are told ``first``

    #: What writes values at places.
    lanes: type[Lanes] = Lanes
    #: Arrays of SD_L integers in which passes note what they have read.
    notes: Sequence[str] = ()

    def _note(self, body: Body, letter: str) -> None:
        """What is noted of the values at a place."""

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
        for s in self.kernel.outputs:
            strides = [f"{safe(s.name)}_row"] + [self.stride(s.name, n) for n, _ in enumerate(s.head)]
            out.append((s.name, f"{self.ctype} *{safe(s.name)}", strides))
        if self.made.batch:  # one row: only the strides along it
            out = [(n, d, s[1:]) for n, d, s in out]
        return out

    def _parameters(self) -> list[str]:
        return [p for _, d, s in self.arrays() for p in (d, *(f"ptrdiff_t {x}" for x in s))]

    # --- a pass -----------------------------------------------------------------------------------

    def pass_function(self, p: Pass) -> CFunction:
        """The function that does one pass over blocks of places, at least one: so lanes stay in registers."""
        letter = safe(p.letter.name)
        arrays, numbers, shifts = self.used(p)
        lanes = self.lanes(
            self.work,
            lambda e: f"{safe(e.name)}_{letter}" if e.indices else f"{self.numbers[e.name]}_",
            self.size,
        )
        parameters = ["ptrdiff_t from", "ptrdiff_t to", "ptrdiff_t step", "int lanes"]
        numbered = any(self.numbered(p, t) for t in p.totals)
        parameters += [f"{TYPES[self.work]} place"] if numbered else []
        far = self.far(p)
        for n in arrays:
            parameters += [f"const {self.ctype} *{safe(n)}"]
            parameters += [
                f"ptrdiff_t {safe(n)}_{x}" for x in ("step", "lane", *(["far"] if n in far else []))
            ]
        written = self._written(p)
        parameters += [
            x
            for n in written
            for x in (f"{self.ctype} *{safe(n)}", f"ptrdiff_t {safe(n)}_step", f"ptrdiff_t {safe(n)}_lane")
        ]
        waits = self.waits(p)
        for n in waits:
            parameters += [f"const {self.ctype} *{safe(n)}", f"ptrdiff_t {safe(n)}_step", "ptrdiff_t soon"]
        brief = self.may_be_brief(p)
        parameters += ["int brief"] if brief else []
        if any(isinstance(t, Size) for u in p.terms for t in walk(u)):
            parameters.append(f"ptrdiff_t {self.size}")
        near = self._near(numbers, shifts)
        if near:
            parameters.append("int own")
        parameters += [f"const {TYPES[self.work]} *{n}" for n in near]
        parameters += [f"{kind} *{n}" for t in p.totals for n, kind in self._accumulators(t)]
        parameters += [f"int *{n}" for n in self.notes]
        body = Body()
        sums = self.sums(p)
        names = [self.numbers[t.name] for t in sums]
        body.add(*(f"const {TYPES[self.work]} {n}_same_ = *{n};" for n in near))
        body.add(f"ptrdiff_t {letter} = from;")
        if sums:
            body.open("do {")
            chunk = "sd_chunk(step)" if self.work == self.real else "SD_LONG * step"
            body.add(f"const ptrdiff_t until = sd_least(to, {letter} + {chunk});")
            body.add(*(f"{TYPES[self.work]} {n}_part[SD_L];" for n in names))
            zero = self._each(names, "{0}_part[l] = 0;")
            go_on = [f"if (brief) {self._each(names, '{0}_part[l] = {0}[l];')}", f"if (!brief) {zero}"]
            body.add(*go_on if brief else [zero])
        body.open("do {")
        for n in self._ahead(p):
            steps, reach = "soon" if n in waits else "step", f"{safe(n)}_far" if n in far else "SD_NEAR"
            body.add(f"sd_ahead_{self.real}({steps}, {reach}, {safe(n)} + {letter} * {safe(n)}_step);")
        body.open("SD_LANES(l, lanes) {")
        body.add(*(f"const {TYPES[self.work]} {n}_ = own ? {n}[l] : {n}_same_;" for n in near))
        self._values(body, p, arrays, lanes, letter)
        body.close()
        if numbered:
            body.add("place += 1;")
        body.close(f" while (({letter} += step) < {'until' if sums else 'to'});")
        if sums:
            if brief:
                body.add(f"if (brief) {self._each(names, '{0}[l] = {0}_part[l];')}")
            body.open("if (!brief) SD_LANES(l, SD_L) {" if brief else "SD_LANES(l, SD_L) {")
            for n in names:
                if self.work == "f32":
                    body.add(f"{n}[l] += (double){n}_part[l];")
                else:
                    body.add(f"{n}[l] = sd_add({n}[l], {n}_part[l], &{n}_low[l]);")
            body.close()
            body.close(f" while ({letter} < to);")
        if any(re.search(r"\bfirst\b", line) for _, line in body.lines):
            parameters.insert(4, "int first")
            self.counted.add(id(p))
        comment = [self._formula(p, t) for t in p.totals if t.formula]
        kept = [
            f"{text(Entry(n, (p.letter,)))} = {shown_as(v)}{self._cancels(v)}, kept in {self.output}"
            for n, v in p.values
            if n == p.keep
        ]
        comment = [*kept, *comment, *([p.formula] if p.formula else [])]
        return CFunction(
            tuple(comment), head_of(f"SDV_INLINE void {self.passes[id(p)]}(", parameters), tuple(body.lines)
        )

    def _cancels(self, value: Term) -> str:
        """What is said of a weight that no number of the row undoes."""
        idle = not any(isinstance(t, Call) and t.function == WEIGHT for t in self._scalars())
        return " (w, a number of the row, cancels)" if shown_as(value).endswith("/w") and idle else ""

    def _scalars(self) -> list[Term]:
        return [i.value for i in (*self.made.items, *self.made.each) if isinstance(i, Scalar)]

    def _formula(self, p: Pass, t: Total) -> str:
        return t.formula if not t.at else f"{t.formula}"

    def used(self, p: Pass) -> tuple[list[str], list[str], list[str]]:
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

    @staticmethod
    def _each(names: Sequence[str], form: str) -> str:
        """The same for the lanes of several numbers."""
        lines = " ".join(form.format(n) for n in names)
        return f"SD_LANES(l, SD_L) {{ {lines} }}" if len(names) > 1 else f"SD_LANES(l, SD_L) {lines}"

    def sums(self, p: Pass) -> list[Total]:
        """The totals that are added up."""
        return [t for t in p.totals if t.op in ("sum", "mean") and not t.at and not self.counts(t)]

    def may_be_brief(self, p: Pass) -> bool:
        """Whether sums of a short row of floats are plain sums in double: no rest is kept of them."""
        return self.work != self.real and self.overlaps and self.made.outer is None and bool(self.sums(p))

    @staticmethod
    def _is_costly(p: Pass) -> bool:
        return any(is_costly(t) for u in p.terms for t in walk(u))

    def _ahead(self, p: Pass) -> list[str]:
        """What is called near in time: where values cost more than memory, and floats that double makes."""
        if (self.overlaps or self.work == self.real) and self._is_costly(p):
            return [*self.used(p)[0], *self._written(p), *self.waits(p)]
        if self.overlaps and self.made.outer is None and self.work != self.real:
            return self._written(p)
        return []

    def far(self, p: Pass) -> list[str]:
        """Arguments that a pass with costly functions is not the first to read: what of them is in long rows
        is near by then, and the next row may be called."""
        made, at = self.made, self.made.passes.index(p)
        if not (self.overlaps and made.outer is None and self._is_costly(p)):
            return []
        before = {n for q in made.passes[:at] for n in self.used(q)[0]}
        return [n for n in self.used(p)[0] if n in before and n in self.vectors]

    def waits(self, p: Pass) -> list[str]:
        """The result, where a pass with costly functions has the time to call it near before it writes."""
        made, at = self.made, self.made.passes.index(p)
        if not (self.overlaps and made.outer is None and self._is_costly(p)):
            return []
        written = [bool(self._written(q)) for q in made.passes]
        return [self.output] if any(written[at + 1 :]) and not any(written[: at + 1]) else []

    def _written(self, p: Pass) -> list[str]:
        return ([p.keep] if p.keep else []) + ([self.output] if p.store is not None else [])

    @staticmethod
    def counts(t: Total) -> bool:
        """Whether a total is a number of places: lanes of integers."""
        match t:
            case Total(op="sum", at="", body=Where(Compare(), then, other)):
                return then == ONE and other == ZERO
        return False

    def numbered(self, p: Pass, t: Total) -> bool:
        """Whether lanes along a row note the number of a place, and what is there is read once it is known:
        one array less to read."""
        there = isinstance(t.body, Entry) and t.body.indices == (p.letter,) and t.body.name in self.vectors
        return t.some and there and self.work == self.real and self.overlaps and self.made.outer is None

    def _accumulators(self, t: Total) -> list[tuple[str, str]]:
        name = self.numbers[t.name]
        if t.at or t.op in ("max", "min"):
            return [(name, TYPES[self.work])]
        if self.counts(t):
            return [(name, "int" if self.work == "f32" else "long long")]
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
            body.open("for (int l = 0; l < rows; ++l) {")
            body.add(f"const {TYPES[work]} largest = {'(float)' if work == 'f32' else ''}{m}[l];")
            body.add(f"{m}_shift_[l] = sdv_exp_shift_{work}(largest);")
            body.add(f"{m}_least_[l] = sdv_exp_least_{work}(largest - {m}_shift_[l]);")
            body.add(f"{m}_magic_[l] = sdv_exp_magic_{work}(largest - {m}_shift_[l]);")
            body.close()

    def _values(self, body: Body, p: Pass, arrays: Sequence[str], lanes: Lanes, letter: str) -> None:
        kind = TYPES[self.work]
        for n in arrays:
            cast = f"({kind})" if self.work != self.real else ""
            body.add(
                f"const {kind} {safe(n)}_{letter} = "
                f"{cast}{safe(n)}[{letter} * {safe(n)}_step + l * {safe(n)}_lane];"
            )
        self._note(body, letter)
        for n, v in p.values:
            body.add(f"const {kind} {safe(n)}_{letter} = {lanes.text(v)};")
            if n == p.keep:
                there = f"{safe(n)}[{letter} * {safe(n)}_step + l * {safe(n)}_lane]"
                body.add(f"{there} = {safe(n)}_{letter};")
        peaks = list(dict.fromkeys(t.at for t in p.totals if t.at))
        for t in p.totals:
            if t.name in peaks:
                self._peak(body, p, t, lanes, letter)
        for t in p.totals:
            name, value = self.numbers[t.name], lanes.text(t.body)
            if t.at:
                at = self.numbers[t.at]
                value = f"(step > 1 ? place : {value})" if self.numbered(p, t) else value
                same = "" if t.some else f"{at}_same ? {name}[l] + {value} : "
                body.add(f"{name}[l] = {at}_more ? {value} : {same}{name}[l];")
            elif self.counts(t):
                assert isinstance(t.body, Where)
                due = "(l >= first) & " if self.overlaps else ""
                body.add(f"{name}[l] += {due}({lanes.condition(t.body.condition)});")
            elif t.name not in peaks:
                body.add(self._take(t, name, value))
        for n in peaks:
            body.add(self.updates[n])
        if p.store is not None:
            out = safe(self.output)
            cast = "" if self.work == self.real else f"({self.ctype})"
            shown = lanes.text(p.store)
            there = f"{out}[{letter} * {out}_step + l * {out}_lane]"
            body.add(f"{there} = {f'{cast}({shown})' if cast else shown};")

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
            due = "l >= first && " if self.overlaps else ""
            more = f"{shown} {op} {name}[l]{nan}"
            body.add(f"const int {name}_more = {f'{due}({more})' if due and nan else due + more};")
            body.add(f"const int {name}_same = {due}{shown} == {name}[l];")
            self.updates[t.name] = f"{name}[l] = {name}_more ? {shown} : {name}[l];"

    def _take(self, t: Total, name: str, value: str) -> str:
        if t.op in ("sum", "mean"):
            due = f"sdv_due_{self.work}(l >= first, {value})"
            return f"{name}_part[l] += {due if self.overlaps else value};"
        if t.op == "prod":
            value = value if self.work == "f64" else f"(double)({value})"
            return f"{name}[l] *= {f'l < first ? 1 : {value}' if self.overlaps else value};"
        plain = "plain_" if t.name in self.careless else ""
        return f"{name}[l] = sdv_{plain}{t.op}_{self.work}({name}[l], {value});"
