"""What makes a refuted row doubtful: names that stand in two ways, gradients that nothing leads to."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.definition import Definition
from symderiv.documents.judging.dependence import told
from symderiv.documents.judging.facts import Facts
from symderiv.documents.judging.ranges import ranges_beside
from symderiv.documents.judging.unbound import in_sums
from symderiv.documents.meaning.standing import stands_for
from symderiv.documents.meaning.writer import Writer
from symderiv.documents.text.rows import Element
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Cases,
    Deriv,
    Fn,
    Mul,
    Neg,
    Node,
    Sym,
    bound_in,
    walk,
)
from symderiv.documents.usage.ranked import factors_of
from symderiv.verify.verdict import Witness

#: A derivative of a loss that nothing defines, by itself.
_UPSTREAM = re.compile(r"\(*(d_\w+_d_\w+)(?:\[[^\]]*\])?\)*")

#: ``y_1, \dots, y_n``, as its tokens are written.
_LISTED = re.compile(
    r"(?<!\S)(?P<name>\S+) _ (?:\{ )?1 (?:\} )?(?:, )?[lc]?dots (?:, )?"
    r"(?P=name) _ (?:\{ )?(?P<end>[A-Za-z])(?!\S)"
)

#: A title that names something, and one that says of a derivative.
_TITLE = re.compile(r"[^\W\d_]{2,}")
_OF_SLOPE = re.compile(
    r"deriv|gradient|slope|differen|backward|ableitung|d[ée]riv|导数|導数|導數|求导|求導|梯度|微分|偏导|미분|도함수|기울기|勾配|"
    r"производн|градиент|đạo hàm",
    re.IGNORECASE,
)


def _begins_with_one(whole: Node, written: Node) -> bool:
    """``\\sum_{i=0}^n w_i x_i`` beside ``w_0 + w_1 x_1 + ...``: x_0 is 1, as is usual."""
    if not isinstance(whole, Big) or whole.lower not in ("", "0") or not isinstance(whole.body, Mul):
        return False
    factors = {n.base for n in whole.body.factors if isinstance(n, Sym)}
    alone = [n for n in written.terms if isinstance(n, Sym)] if isinstance(written, Add) else []
    return any(n.base in factors and [m.text for m in n.sub] == ["0"] for n in alone)


def _is_idle(node: Node) -> bool:
    """Whether the terms of a sum do not have its letter: ``\\sum_m L``."""
    if not isinstance(node, Big) or len(node.letters) != 1 or node.upper:
        return False
    names = [n for n in walk(node.body) if isinstance(n, (Sym, Apply))]
    marks = {m.text for n in names for m in (*n.sub, *(n.sup if isinstance(n, Sym) else ()))}
    return node.letters[0] not in marks | {n.base for n in names if isinstance(n, Sym)}


def _is_apart(one: Node, two: Node) -> bool:
    """``\\sum_i (y_i - b_0 - \\sum_j x_{ij} b_j)^2`` beside ``(y - X b)^T (y - X b)``: b_0 may be in b."""
    terms = [t.body if isinstance(t, Neg) else t for n in walk(one) if isinstance(n, Add) for t in n.terms]
    numbers = {n.base for n in terms if isinstance(n, Sym) and [m.text for m in n.sub] == ["0"]}
    entries = {n.base for n in walk(one) if isinstance(n, Sym) and [m.kind for m in n.sub] == ["letter"]}
    shown = [n for n in walk(two) if isinstance(n, Sym) and n.base in numbers & entries]
    return bool(shown) and all([m.text for m in n.sub] != ["0"] for n in shown)


def _of_small(nodes: list[Node], sign: str) -> bool:
    """Whether a bare delta, or a d, stands right before a name, ``\\delta\\sigma``, the error of sigma; or a
    d before a bracket, ``d(1 + t)``."""
    every = [n for side in nodes for n in walk(side)]
    if sign == "d" and any(isinstance(n, Apply) and n.head == Sym("d") and len(n.args) == 1 for n in every):
        return True
    return any(
        isinstance(x, Sym) and x.base == sign and not x.sub and not x.sup and isinstance(y, Sym)
        for n in every
        if isinstance(n, Mul)
        for x, y in pairwise(factors_of(n))
    )


def _is_direct_path(whole: Node, sum_of_paths: Node) -> bool:
    """``dL/dm = dL/dm dm/dm + dL/ds ds/dm``: the first term is said of the m that L has itself."""
    if not isinstance(whole, Deriv) or len(whole.targets) != 1 or not isinstance(sum_of_paths, Add):
        return False
    terms = [t for t in sum_of_paths.terms if isinstance(t, Mul) and whole in t.factors]
    derivatives = [f for t in terms for f in t.factors if isinstance(f, Deriv)]
    return any(f.body == whole.targets[0] and f.targets == whole.targets for f in derivatives)


class Doubts(Facts):
    """What is asked of a claim once it is refuted."""

    slopes: dict[str, set[str]] | None
    renamed: frozenset[Node]
    by_example: dict[str, tuple[int, int]]
    placed: dict[str, Sym] | None
    unbound: set[int] | None  #: definitions that have a letter which is bound wrongly
    listed: set[str] | None  #: names that lists go up to
    origin: Element | None  #: what the chain of rows begins with

    def more_doubt(self, w: Writer, a: Node, b: Node, plain: tuple[str, str]) -> list[str]:
        """Note why the claim may not be what is meant; ``plain``: the texts of its sides.  The names that
        stand with indices and without."""
        usage = self.book.usage
        used = [k for (k, _), ident in usage.idents.items() if ident in w.inputs]
        twice = sorted({k for k in used if used.count(k) > 1})
        if twice:
            w.weak.append(f"{twice[0]} stands here with indices and without")
        syms = [n for x in (a, b) for n in walk(x) if isinstance(n, Sym)]
        layered = {n.base for n in syms if n.sup and not usage.split(n)[1]}
        entries = {n.base for n in syms if not n.sup and usage.split(n)[1]}
        if marked := layered & entries:
            w.weak.append(f"{min(marked)} stands here with a mark above, and with an index")
        lone = [m for m in map(_UPSTREAM.fullmatch, plain) if m is not None]
        if len(lone) == 1 and lone[0][1] not in plain[_UPSTREAM.fullmatch(plain[0]) is not None]:
            w.weak.append("nothing that is defined here leads from one side to the other")
        if len(lone) == 2 and lone[0][1] != lone[1][1]:
            w.weak.append("nothing that is defined here leads from one side to the other")
        if w.dropped_names and not any(isinstance(n, Sym) and n.primes for x in (a, b) for n in walk(x)):
            w.weak.append(f"{min(w.dropped_names)} is written without its indices")
        if self.slopes is None:
            self.slopes = told(self.book)
        by = {key for key, _ in self.targets_in([*walk(a), *walk(b)])}
        moved = {x for key in by for x in self.slopes.get(key, ())} & set(used)
        moved |= {x for key in used for x in self.slopes.get(key, ())} & by
        if moved:
            w.weak.append(f"{min(moved)} depends on what is differentiated by, as the document says")
        beside = {x for key in used for x in self.slopes.get(key, ())} & set(used)
        if beside and not by:
            w.weak.append(f"{min(beside)} depends on another name here, as the document says")
        if any(_begins_with_one(x, y) for x, y in ((a, b), (b, a))):
            w.weak.append("the entry with number 0 may be 1")
        if any(n in self.renamed for x in (a, b) for n in walk(x)):
            w.weak.append("a name has another sense from a line before on")
        whole = (n for n in self.with_definitions([*walk(a), *walk(b)]) if isinstance(n, Big)) if by else ()
        if any(n.op in ("max", "min") for n in whole):
            w.weak.append("a greatest entry may be meant as a constant")
        gradients = {k.rpartition("_d_")[2] for k in used if k.startswith("d_") and "_d_" in k}
        if strange := self.unled(gradients, plain):
            w.weak.append(f"nothing that is defined here leads to {strange}")
        if short := sorted(k for k in used if k[:1] == "d" and k[1:] in gradients):
            w.weak.append(f"{short[0]} may be the derivative by {short[0][1:]}")
        if _is_direct_path(a, b) or _is_direct_path(b, a):
            w.weak.append("the direct path of a derivative may be written as the whole")
        for sign, said in (("delta", "a small change"), ("d", "a differential")):
            known = self.book.arities(sign) or sign in usage.sizes
            if not known and _of_small([a, b], sign):
                w.weak.append(f"{sign} may be the sign of {said}")
        section = self.book.section_at(w.at) if self.by_example else 0
        for name in {n.base for x in (a, b) for n in walk(x) if isinstance(n, Sym) and not n.sub}:
            where, at = self.by_example.get(name, (-1, w.at))
            if where == section and at < w.at:
                w.weak.append(f"an example before it says what {name} is")
        if self.unbound is None:
            self.unbound = {id(d.body) for d, _, _ in in_sums(self.book)}
        if self.unbound and any(id(n) in self.unbound for n in self.with_definitions([*walk(a), *walk(b)])):
            w.weak.append("a definition that it rests on has an index that nothing binds")
        if step := self.by_steps([a, b]):
            w.weak.append(f"how {step} goes on from step to step is not said")
        if unsaid := self.by_unsaid(a, b):
            w.weak.append(f"what depends on {unsaid} is not said")
        if partly := self.in_parts([a, b]):
            w.weak.append(f"{partly} is said for some values at a time")
        if other := self.of_other_items([a, b], w.at):
            w.weak.append(f"{other} is another one in each item, and not said in this one")
        meant = stands_for(a, b)
        if meant is not None and not self.book.arities(usage.split(meant)[0]):
            w.weak.append(f"what {meant.base} stands for is not said")
        for name, meant in self.arguments().items() if self.arguments().keys() & set(used) else ():
            if name in used and self.rests_on(meant) & set(used):
                w.weak.append(f"{name} is put in for {meant.base}, of which the rest is made")
        if lone_word := self.stray_word([a, b]):
            w.weak.append(f"{lone_word} stands nowhere else")
        primed = {n.base for x in (a, b) for n in walk(x) if isinstance(n, Sym) and n.primes}
        if made := sorted(k for k in primed & {*used} if not self.book.arities(k) and self.is_slope(k)):
            w.weak.append(f"what {made[0]} is is told by its derivative only")
        if all(any(_is_idle(n) for n in walk(x)) for x in (a, b)):
            w.weak.append("how many terms its sums have is not said")
        if _is_apart(a, b) or _is_apart(b, a):
            w.weak.append("an intercept may be an entry of the vector")
        if strange := self.by_another([a, b]):
            w.weak.append(f"what {strange} depends on is not said")
        if self.listed is None:
            self.listed = self.listed_to()
        if counts := sorted(k for k in {*used} & self.listed if not self.book.arities(k)):
            w.weak.append(f"{counts[0]} may be how many entries there are")
        if chosen := self.by_chosen([a, b]):
            w.weak.append(f"which one {chosen} is depends on an index that a sum runs over")
        if both := self.as_number_too([a, b]):
            w.weak.append(f"{min(both)} stands for a vector and for a number")
        return twice

    def by_another(self, nodes: list[Node]) -> str:
        """A name with a prime beside derivatives by what nothing says that it has in it."""
        every = [n for x in nodes for n in walk(x)]
        by = {key for key, _ in self.targets_in(every)}
        for n in every:
            if isinstance(n, Sym) and n.primes and by:
                key = self.book.usage.split(n)[0]
                known = (x for count in self.book.arities(key) for x in self.book.definitions[key, count])
                names = [d.name for d in known]
                if all(isinstance(x, Sym) and x.primes for x in names):
                    continue
                inner = {self.book.usage.split(x)[0] for x in self.with_definitions([replace(n, primes=0)])
                         if isinstance(x, Sym)}  # fmt: skip
                if not inner & by:
                    return n.base
        return ""

    def is_slope(self, base: str) -> bool:
        """Whether a name with a prime is said to be a derivative: ``g' = \\frac{d}{dx} e^x``."""
        for s in (s for f in self.book.formulas for r in f.rows for s in r.statements):
            for one, two in pairwise(e.node for e in s.elements):
                if isinstance(one, Sym) and one.primes and one.base == base and isinstance(two, Deriv):
                    return True
        return False

    def past_ends(self, nodes: list[Node], witness: Witness) -> bool:
        """Whether a counterexample is at an index before the first, or behind the last one: t - 1, at 1."""
        last = max(witness.sizes.values(), default=0)
        marks = (m for n in nodes if isinstance(n, Sym) for m in self.book.usage.split(n)[1] if m.shift)
        places = ((witness.letters.get(self.book.usage.letter(m.text)), m.shift) for m in marks)
        return any(n is not None and not 0 < n + shift <= last for n, shift in places)

    def listed_to(self) -> set[str]:
        """Names that a list goes up to, n of "$y_1, \\dots, y_n$", and that no sum has as its end."""
        rows = [" ".join(t.text for t in r.tokens) for f in self.book.formulas for r in f.rows]
        return {m["end"] for text in rows for m in _LISTED.finditer(text)} - set(self.book.usage.sizes)

    def by_steps(self, nodes: list[Node]) -> str:
        """A name of which one step is derived by another, ``\\partial h_{t+1} / \\partial h_t``, and that no
        row defines."""
        for n in (n for x in nodes for n in walk(x) if isinstance(n, Deriv)):
            whole = [n.body] if isinstance(n.body, Sym) else []
            for body, t in ((x, t) for x in whole for t in n.targets if isinstance(t, Sym)):
                (key, own), (other, marks) = self.book.usage.split(body), self.book.usage.split(t)
                shifted = {m.text for m in (*own, *marks) if m.shift}
                alike = {m.text for m in own} & {m.text for m in marks} & shifted
                if key == other and alike and own != marks and not self.book.arities(key):
                    return key
        return ""

    def by_unsaid(self, a: Node, b: Node) -> str:
        """What the chain of a row derives by, of what has no such name in it: it stands on one side of the
        row, and on the other what depends on it, so that nothing defines."""
        head = self.origin.node if self.origin is not None else None
        if not isinstance(head, Deriv) or len(head.targets) != 1 or not isinstance(head.body, Sym):
            return ""
        if any(isinstance(n, Deriv) for x in (a, b) for n in walk(x)):
            return ""
        split, target = self.book.usage.split, head.targets[0]
        key = split(target)[0] if isinstance(target, Sym) else ""
        rest = {split(n)[0] for n in self.with_definitions([head.body]) if isinstance(n, Sym)}
        free = {x for x in rest if not self.book.arities(x) and x not in self.book.usage.sizes}
        if not key or key in rest or self.book.arities(key) or not self.book.arities(split(head.body)[0]):
            return ""
        one, two = ({split(n)[0] for n in walk(x) if isinstance(n, Sym)} for x in (a, b))
        return key if key in one ^ two and free & (one ^ two) else ""

    def by_chosen(self, nodes: list[Node]) -> str:
        """The e_i of a derivative by ``W_{e_i}``, where what is differentiated sums over i."""
        every = [n for x in nodes for n in walk(x)]
        targets = [t for n in every if isinstance(n, Deriv) for t in n.targets if isinstance(t, Sym)]
        marks = [m.text for t in targets for m in t.sub if m.kind == "word" and m.text[1:2] == "_"]
        bound = bound_in(self.with_definitions(every)) if marks else set()
        return next((m for m in marks if m.partition("_")[2] in bound), "")

    def unled(self, gradients: set[str], plain: tuple[str, str]) -> str:
        """A name by which a loss is differentiated on one side only, and that no definition is or has in it:
        dL/dS, of scores S that have no formula."""
        bodies = [n for versions in self.book.definitions.values() for d in versions for n in walk(d.body)]
        led = {self.book.usage.split(n)[0] for n in bodies if isinstance(n, Sym)}
        for g in sorted(gradients - led):
            sides = [re.search(rf"_d_{g}(?!\w)", text) is not None for text in plain]
            if not self.book.arities(g) and sum(sides) == 1:
                return g
        return ""

    def apart(self, left: set[str], right: set[str], a: Node, b: Node) -> str:
        """Why a row may be about what the text does not relate: either side has a name that nothing defines
        and the other side has not."""
        by_ident = {v: k for k, v in self.book.usage.idents.items()}
        by = {key for key, _ in self.targets_in([n for x in (a, b) for n in walk(x)])}
        keys = [{by_ident.get(x, (x, 0))[0] for x in side} - by for side in (left - right, right - left)]
        one, two = ({k for k in side if not self.book.arities(k)} for side in keys)
        return f"nothing says how {min(one)} and {min(two)} are related" if one and two else ""

    def arguments(self) -> dict[str, Sym]:
        """Names that nothing defines, in the place of one that is defined in what a function is of:
        ``L(a, y)``, where ``L(\\hat y, y)`` is defined."""
        if self.placed is not None:
            return self.placed
        found: dict[str, Sym] = {}
        split, known = self.book.usage.split, self.book.arities
        calls = (n for e in elements_of(self.book.formulas) if e.node is not None for n in walk(e.node))
        for n in (n for n in calls if isinstance(n, Apply)):
            for d in self.book.definitions.get((split(n.head)[0], 0), []):
                for own, x in zip(d.params, n.args, strict=False):
                    if not isinstance(own, Sym) or not isinstance(x, Sym) or own == x:
                        continue
                    if known(split(own)[0]) and not known(split(x)[0]):
                        found[split(x)[0]] = own
        self.placed = found
        return found

    def rests_on(self, name: Sym) -> set[str]:
        """What nothing defines, of which a name is made."""
        found = {self.book.usage.split(n)[0] for n in self.with_definitions([name]) if isinstance(n, Sym)}
        return {x for x in found if not self.book.arities(x)}

    def stray_word(self, nodes: list[Node]) -> str:
        """A word that is a factor or a term in what a row rests on, and of which the document has no more: it
        may be a remark."""
        said: list[str] = []
        alone: set[str] = set()
        every = self.with_definitions([n for x in nodes for n in walk(x)])
        heads = {n.head for n in every if isinstance(n, Apply)}
        plain = {
            n for n in every if isinstance(n, Sym) and n.style == "word" and not (n.sub or n.sup or n.primes)
        }
        names = sorted({n.base for n in plain - heads})
        for e in elements_of(self.book.formulas) if names else ():
            said += ["_".join(t.text.replace("-", " ").split()) for t in e.tokens if t.kind == "word"]
            alone |= {t.text for t in e.tokens if len(e.tokens) == 1}
        for name in names:
            if said.count(name) == 1 and name not in alone and not self.book.arities(name):
                return name
        return ""

    def in_parts(self, nodes: list[Node]) -> str:
        """A name that a row with cases rests on, and that the text defines for some values after the other:
        "for $x \\geq 0$: $s = x$, for $x < 0$: $s = -x$"."""
        own = [m for x in nodes for m in walk(x)]
        if not any(
            isinstance(n, Cases) or (isinstance(n, Fn) and n.name in ("abs", "max", "sign")) for n in own
        ):
            return ""  # it cannot hold for all of them
        every = self.with_definitions(own)
        names = {self.book.usage.split(replace(n, primes=0)) for n in every if isinstance(n, Sym)}
        for key, marks in names:
            versions = self.book.definitions.get((key, len(marks)), [])
            if sum(self.is_ranged(d) for d in versions) > 1:
                return key
        return ""

    def is_ranged(self, d: Definition) -> int:
        """Whether a definition is said of some values only; 2 where it is said to follow of them."""
        f = self.book.formula_at(d.at)
        rows = [r for r in f.rows if r.at <= d.at <= r.tokens[-1].at] if f is not None else []
        if f is None or not rows or not ranges_beside(self.book, f, rows[-1]):
            return 0
        return 1 + any(t.text == "Rightarrow" and t.at < d.at for t in rows[-1].tokens)

    def of_other_items(self, nodes: list[Node], at: int) -> str:
        """The name of a function whose derivative is stated in an item with a title of its own, and which
        others define, each otherwise: ``f'(x)`` under "ReLU", behind f under "sigmoid" and under "tanh"."""
        here = self.book.formula_at(at)
        if here is None or not _TITLE.search(here.title) or _OF_SLOPE.search(here.title):
            return ""
        for head in _sloped(nodes):
            if head.sub:
                continue
            known = [d for n in self.book.arities(head.base) for d in self.book.definitions[head.base, n]]
            places = {f.place for d in known if (f := self.book.formula_at(d.at)) is not None}
            different = any(x.body != y.body for x, y in pairwise(known))
            if different and len(places) > 1 and here.place not in places:
                return head.base
        return ""


def _sloped(nodes: list[Node]) -> list[Sym]:
    """The names of functions that stand with a prime, or of whose values a derivative is written."""
    found = []
    for n in (n for x in nodes for n in walk(x)):
        inner = n.body if isinstance(n, Deriv) else n
        head = inner.head if isinstance(inner, Apply) else inner
        if isinstance(head, Sym) and (head.primes or (isinstance(n, Deriv) and isinstance(inner, Apply))):
            found.append(head)
    return found
