"""From a derivation to the blocks of its explanation: what is said, in which order."""

from __future__ import annotations

from symderiv.calculus.normal import Exhausted, Undefined
from symderiv.definitions import Function
from symderiv.derive import algebra, moves
from symderiv.derive.fold import cost, fold
from symderiv.derive.prove import equal
from symderiv.derive.steps import Derivation, Step
from symderiv.explain.blocks import MARKS, Block, Equals, Heading, Line, MatrixLine, Says, Words
from symderiv.explain.sentences import naming, sentence
from symderiv.terms import Affine, Diff, Entry, Index, Reduce, Size, Term, all_indices, mul, walk
from symderiv.verify.by_calculus import check


def document(derivation: Derivation) -> list[Block]:
    """The whole explanation."""
    writer = _Writer(derivation)
    writer.given()
    writer.derivation()
    writer.result()
    writer.matrix()
    writer.facts()
    writer.products()
    return writer.blocks


def title(derivation: Derivation) -> Words:
    """The title's words."""
    function = derivation.function
    start = "The" if function.name == function.output.name else f"{function.name}: the"
    return (f"{start} derivative of ", derivation.output, " with respect to ", derivation.target)


class _Writer:
    def __init__(self, derivation: Derivation) -> None:
        self.d = derivation
        self.blocks: list[Block] = []
        self.section = 0
        names = {*derivation.function.inputs, *derivation.function.bodies, *derivation.names}
        self.free_name = next(n for n in ("u", "v", "x", "w", "t", "a", "b", "q", "u0") if n not in names)

    def say(self, *words: str | Term | Equals) -> None:
        self.blocks.append(Says(words))

    def head(self, *words: str | Term | Equals) -> None:
        self.section += 1
        self.blocks.append(Heading((f"{self.section}. ", *words)))

    def line(self, step: Step) -> None:
        self.blocks.append(Line(step.left, step.right, MARKS.get(step.checker, step.checker)))

    # --- sections ---------------------------------------------------------------------------------

    def given(self) -> None:
        d = self.d
        self.head("Definition")
        if d.function.doc:
            self.say(d.function.doc)
        for step in d.steps:
            if step.rule == "definition":
                self.line(step)
        if d.function.assumptions:
            self.say("Assumed: ", "; ".join(a.text for a in d.function.assumptions), ".")
        self.say(*_ranges(d))
        moved = sorted({t.name for t in _entries(d) if any(isinstance(i, Affine) for i in t.indices)})
        if moved:
            self.say("An entry of ", " and ".join(moved), " outside its range is 0.")
        self.say("Wanted: ", d.left, ".")

    def derivation(self) -> None:
        d = self.d
        parts = list(dict.fromkeys(s.part for s in d.steps if s.rule != "definition"))
        for n, part in enumerate(parts):
            start = "The" if len(parts) == 1 else "First the" if n == 0 else "Then the"
            self.head(f"{start} derivative of ", part)
            self._steps([s for s in d.steps if s.part == part and s.rule != "definition"])
        if not parts:
            self.say("The output does not depend on the input.")

    def _steps(self, steps: list[Step]) -> None:
        here: Term | None = None
        last_rule = ""
        for n, step in enumerate(steps):
            if step.rule == "name":
                if last_rule != "name":
                    following = [s.rule for s in steps[n:]]
                    count = next((k for k, r in enumerate(following) if r != "name"), len(following))
                    self.say(*naming("".join(following[count : count + 1]), count))
            else:
                words = sentence(step, self.free_name)
                if isinstance(step.left, Diff) and step.left != here:
                    inner = step.left.body
                    if isinstance(inner, Entry) and inner.name in self.d.names:
                        words = ("Now the derivative of ", inner, ". ", *words)
                    here = step.left
                if not (step.rule == last_rule == "recognise"):
                    self.say(*words)
            self.line(step)
            last_rule = step.rule

    def result(self) -> None:
        d = self.d
        self.head("Result")
        self.blocks.append(Line(d.left, d.result, "proved"))
        if not d.cases:
            return
        self.say("This depends on whether letters are equal:")
        for case in d.cases:
            mark = "proved" if case.proved else "not proved"
            self.blocks.append(Line(case.left, case.right, mark, case.conditions))

    def matrix(self) -> None:
        d = self.d
        if d.matrix is None:
            return
        if d.matrix.gradient:
            self.head("As a gradient")
            self.say("With all entries at once (products of vectors are taken entry by entry):")
            self.blocks.append(MatrixLine(_gradient_name(d), d.matrix, "proved"))
        elif d.matrix.column is None:
            self.head("As a vector")
            self.say("With all entries at once (products of vectors are taken entry by entry):")
            self.blocks.append(MatrixLine("J", d.matrix, "proved"))
        else:
            self.head("The Jacobian as a matrix")
            row, column = d.matrix.row, d.matrix.column
            assert row is not None
            self.say(f"Row {row.name}, column {column.name}:")
            self.blocks.append(Line(Entry("J", (row, column)), d.matrix.entry, "proved"))
            self.say("With all entries at once:")
            self.blocks.append(MatrixLine("J", d.matrix, "proved"))

    def facts(self) -> None:
        d = self.d
        claims = d.function.claims
        if not (d.facts or claims):
            return
        self.head("What else holds")
        words = {
            "sum over outputs": "Summed over the outputs:",
            "sum over inputs": "Summed over the inputs:",
            "symmetric": "The Jacobian is symmetric:",
        }
        for fact in d.facts:
            self.say(words[fact.kind])
            self.blocks.append(Line(fact.left, fact.right, "proved"))
        if claims:
            self.say("Stated with the function:")
        for claim in claims:
            verdict = check(claim)
            self.blocks.append(Line(claim.left, claim.right, verdict.word))

    def products(self) -> None:
        """The products that backward and forward differentiation compute."""
        d = self.d
        out = d.output
        letters = {*_letters(d.function), *(i.name for i in d.target.letters)}
        taken = {*d.function.inputs, *d.function.bodies, *letters}
        gradient, change = Entry(upstream(d), out.indices), Entry(direction(d), d.target.letters)
        rows: list[tuple[Words, Entry, Term]] = []
        if out.indices:
            words: Words = ("Backward (vector times Jacobian), for an upstream gradient ", gradient, ":")
            rows.append((words, gradient, Reduce("sum", out.letters, mul(gradient, d.left))))
        if d.target.letters:
            words = ("Forward (Jacobian times vector), for a direction ", change, ":")
            rows.append((words, change, Reduce("sum", d.target.letters, mul(d.left, change))))
        shown = [(words, total, _shortest(d, total)) for words, e, total in rows if e.name not in taken]
        if any(folded is not None for _, _, folded in shown):
            self.head("Products with the Jacobian")
        for words, total, folded in shown:
            if folded is not None:
                self.say(*words)
                self.blocks.append(Line(total, folded, "proved"))


def upstream(d: Derivation) -> str:
    """The name of the gradient that comes from behind."""
    return f"g{d.output.name}"


def direction(d: Derivation) -> str:
    """The name of a change of the input."""
    return f"d{d.target.name}"


def _shortest(d: Derivation, term: Term) -> Term | None:
    """The shortest proved form of a product with the Jacobian: folded, or from the result's own form."""
    own = algebra.settle(moves.replace_diffs(term, lambda _: d.result))
    try:
        ways = sorted((fold(d.function, term), own), key=cost)
        return next((w for w in ways if equal(term, w, d.function)), None)
    except (Exhausted, Undefined, NotImplementedError):
        return None


def _letters(function: Function) -> set[str]:
    return {i.name for s in function.statements for i in (*s.head, *all_indices(s.body))}


def _gradient_name(d: Derivation) -> str:
    return f"grad {d.function.output.name}"


def _entries(d: Derivation) -> list[Entry]:
    """The entries in the definition."""
    return [t for s in d.function.statements for t in walk(s.body) if isinstance(t, Entry)]


def _ranges(d: Derivation) -> Words:
    """Which letters run over the same range."""
    groups: dict[str, list[str]] = {}
    terms = [d.left, *(t for s in d.steps for t in (s.left, s.right))]
    letters: set[Index] = set()
    for t in terms:
        letters |= all_indices(t)
    for i in sorted(letters):
        groups.setdefault(i.dim, []).append(i.name)
    if not groups:
        return ("All quantities are numbers.",)
    words: list[str | Term | Equals] = []
    for n, (dim, names) in enumerate(groups.items()):
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        words += ["; " if n else "", f"{listed} run{'s' if len(names) == 1 else ''} from 1 to ", Size(dim)]
    return (*words, ". What follows holds for every size.")
