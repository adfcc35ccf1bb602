"""What is assumed, set or changed in a document rather than claimed: relations between inputs, equations that
are to hold, updates."""

from __future__ import annotations

import re
from itertools import pairwise

from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.formulas import Formula
from symderiv.documents.content.solving import TO_SOLVE, is_zero
from symderiv.documents.meaning.closure import DELTAS, Closure
from symderiv.documents.text.rows import Element
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Deriv,
    Div,
    Fn,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    children,
    walk,
)
from symderiv.documents.text.vocabulary import SOFTMAX

#: What is said of a relation that is to hold.
_DEMANDED = re.compile(
    r"\b(?:constrain|subject to|such that|must|require|assum|suppos|nebenbeding|contrainte|restric|restriç|"
    r"vincol|sous la condition|ограничен|услови)|s\.\s?t\.|约束|約束|使得|制約|満たす|제약"
)
#: Arrows from an equation to what comes of it.
ARROWS = frozenset(("Rightarrow", "Leftrightarrow"))
#: A clause that says when something holds, up to the formula that says what.
_CASE = re.compile(
    r"(?:\b(?:when|if|suppose|assum\w+|where|case|wenn|falls|si|lorsque|quand|cuando|caso|se|quando|если|когда)\b|"
    r"当|當|若|如果|假设|假設|假定)[^.;:。]*$"
)
#: Functions that are spelt out by the exponential one.
_SPELT = ("tanh", "sigmoid", "sinh", "cosh")


class Assumed(Closure):
    """What is asked about a relation that is false of all values."""

    goes_on: bool  #: whether its row begins with a relation
    solving: int  #: the section with an equation that is to be solved

    def is_update(self, a: Node, b: Node) -> bool:
        """Whether a relation gives a new value by the old one: ``w = w - 0.1 g``, ``w(k+1) = w(k) - d``."""
        if isinstance(a, Apply) and len(a.args) == 1 and isinstance(a.args[0], Add):
            before = a.args[0].terms[:1]
            return any(isinstance(n, Apply) and n.head == a.head and n.args == before for n in walk(b))
        if isinstance(a, Deriv) and isinstance(a.body, Sym) and isinstance(b, Add):
            # dL/dh = dL/dz dz/dh + dL/dh: what comes from elsewhere is added to it
            return any(isinstance(t, Deriv) and (t.body, t.targets) == (a.body, a.targets) for t in b.terms)
        if not isinstance(a, Sym) or a.primes or not isinstance(b, Add):
            return False
        for term in b.terms:
            factors = term.factors if isinstance(term, Mul) else (term,)
            flat = [x for f in factors for x in (f.factors if isinstance(f, Mul) else (f,))]
            if any(isinstance(x, Sym) and self.book.usage.split(x) == self.book.usage.split(a) for x in flat):
                return True
        return False

    def is_implicit(self, a: Element, b: Element) -> bool:
        """Whether a relation says what a name is by itself: ``w = X^T (y - X w) / c``."""
        name, body = a.written or a.node, b.written or b.node
        if not isinstance(name, Sym) or body is None or name.primes or self.is_defined_before(name, a.at):
            return False
        return any(
            isinstance(n, Sym) and (n.base, n.sub, n.sup) == (name.base, name.sub, name.sup)
            for n in walk(body)
        )

    def is_defined_before(self, sym: Sym, at: int) -> bool:
        """Whether a definition of a name stands before an offset."""
        key, _ = self.book.usage.split(sym)
        return any(d.at < at for n in self.book.arities(key) for d in self.book.definitions[key, n])

    def is_solved_behind(self, f: Formula, a: Element, b: Element, chain: list[Element]) -> bool:
        """Whether an arrow behind a relation leads to what a name in it is: from ``a x = b`` to x."""
        arrows = [t.at for r in f.rows for t in r.tokens if t.text in ARROWS and t.at > b.at]
        trees = [e.written or e.node for e in chain]
        nodes = [n for t in trees if t is not None for n in walk(t)]
        if not arrows or any(isinstance(n, Deriv) or (isinstance(n, Sym) and n.primes) for n in nodes):
            return False
        for n in {n for x in (a.node, b.node) if x is not None for n in walk(x) if isinstance(n, Sym)}:
            key, _ = self.book.usage.split(n)
            found = [d.at for k in self.book.arities(key) for d in self.book.definitions[key, k]]
            if found and arrows[0] < min(found) <= f.rows[-1].tokens[-1].at:
                return True
        return False

    def is_open_equation(self, f: Formula, a: Element, b: Element, chain: list[Element]) -> bool:
        """Whether a relation is one that is to be solved."""
        found = self.is_solved_behind(f, a, b, chain) or self.is_unsolved(f, a, b, chain)
        return found or self.is_norm_condition(a, b, chain) or self.is_before_solution(a, b, chain)

    def is_before_solution(self, a: Element, b: Element, chain: list[Element]) -> bool:
        """Whether a relation that stands alone sets to zero what has a name in it that is told behind it
        only: ``-q + x + l = 0``, and then ``x = q - l``."""
        body = a.node if is_zero(b.node) else b.node if is_zero(a.node) else None
        if body is None or len(chain) > 2 or self.goes_on or not isinstance(body, Add):
            return False
        names = [n for n in walk(body) if isinstance(n, Sym) and self.is_defined(n, a.at)]
        return any(self.comes_later(n, a.at) for n in names)

    def is_norm_condition(self, a: Element, b: Element, chain: list[Element]) -> bool:
        """Whether a relation that stands alone says that a name adds up to 1, ``\\sum_i p_i = 1``, of a p in
        which no sum makes that so: it tells what the factor in it is."""
        one, two = (e.written or e.node for e in (a, b))
        big, number = (two, one) if isinstance(one, Number) else (one, two)
        if len(chain) > 2 or self.goes_on or not isinstance(big, Big) or not isinstance(big.body, Sym):
            return False
        if big.op != "sum" or not isinstance(number, Number) or number.value != 1:
            return False
        key, marks = self.book.usage.split(big.body)
        rest = self.resting([big.body], a.at)
        inner = [n.bottom for n in rest if isinstance(n, Div)]
        inner += [x for n in rest if isinstance(n, (Fn, Pow)) for x in children(n)]
        inner += [x for n in rest if isinstance(n, Apply) for x in (n.head, *n.args)]
        made = any(isinstance(n, Big) for n in self.resting(inner, a.at))
        return bool(self.book.definitions.get((key, len(marks)))) and not made

    def resting(self, nodes: list[Node], at: int) -> list[Node]:
        """All below some nodes, and below the definitions that hold for them at an offset."""
        found, seen = [x for n in nodes for x in walk(n)], set[tuple[str, int]]()
        for n in found:  # which grows
            if isinstance(n, Sym) and len(found) < 4000:
                key, marks = self.book.usage.split(n)
                d = self.book.find(key, len(marks), at) if (key, len(marks)) not in seen else None
                seen.add((key, len(marks)))
                found += walk(d.body) if d is not None else ()
        return found

    def is_unsolved(self, f: Formula, a: Element, b: Element, chain: list[Element]) -> bool:
        """Whether a relation that stands alone says what an input is: ``n s = \\sum_i x_i^2``, of an s that
        stands nowhere else in it, or sets to zero what has an input in it that derivatives are by."""
        one, two = (e.written or e.node for e in (a, b))
        if len(chain) > 2 or self.goes_on or one is None or two is None:
            return False
        usage = self.book.usage
        syms = [n for x in (one, two) for n in walk(x) if isinstance(n, Sym)]
        if any(isinstance(n, Deriv) for x in (one, two) for n in walk(x)) or any(n.primes for n in syms):
            return False
        names = {usage.split(n)[0] for n in syms}
        free = {x for x in names if not self.book.arities(x) and x not in usage.sizes}
        if is_zero(two):
            by = {usage.split(t)[0] for t in self.by_names()}
            self.solving = f.section if free & by else self.solving
            return bool(free & by)
        for left, right in ((one, two), (two, one)):
            own = {usage.split(n)[0] for n in walk(left) if isinstance(n, Sym)} - set(usage.sizes)
            rest = self.with_definitions([*walk(right)])
            others = {usage.split(n)[0] for n in rest if isinstance(n, Sym)}
            if len(own) == 1 and own <= free - others - set(DELTAS) and _is_product(left):
                return True
        return False

    def by_names(self) -> list[Sym]:
        """What derivatives of the document are by."""
        trees = [e.written or e.node for e in elements_of(self.book.formulas)]
        slopes = [n for x in trees if x is not None for n in walk(x) if isinstance(n, Deriv)]
        return [t for n in slopes for t in n.targets if isinstance(t, Sym)]

    def is_set(self, f: Formula) -> bool:
        """Whether the text says that what follows is to hold: a gradient set to zero."""
        words = re.sub(r"[^\w ]", " ", f.before.lower())[-160:]
        if words.split()[-1:] in (["since"], ["because"]):  # a reason is a claim
            return False
        return TO_SOLVE.search(words) is not None

    def says_to_solve(self) -> bool:
        """Whether the document sets something to zero in words."""
        return TO_SOLVE.search(re.sub(r"\s+", " ", self.book.source.raw.lower())) is not None

    def is_hypothesis(self, a: Node, b: Node, f: Formula) -> bool:
        """Whether a single relation speaks of inputs only: it is assumed, not claimed."""
        nodes = [n for x in (a, b) for n in walk(x)]
        demanded = _DEMANDED.search(f"{f.before[-80:]} {f.words}".lower()) is not None

        def known(n: Sym) -> bool:
            found = self.is_defined(n, f.item.at)
            return found and not (demanded and self.comes_later(n, f.item.at))

        heads = {id(n.head) for n in nodes if isinstance(n, Apply) and n.head.base in SOFTMAX}
        if all(id(n) in heads for n in nodes if isinstance(n, Sym)):
            return False  # of numbers alone
        if any(isinstance(n, Deriv) for n in nodes) or any(
            isinstance(n, Sym) and (n.primes or known(n)) for n in nodes
        ):
            return False
        case = not f.item.display and _CASE.search(f.before.lower()) is not None
        deltas = ("delta",) if case else DELTAS  # when columns are orthogonal, X^T X = diag(d)
        return not any(isinstance(x, Sym) and x.base in deltas for x in nodes)

    def comes_later(self, sym: Sym, at: int) -> bool:
        """Whether all definitions of a name stand behind an offset."""
        key, _ = self.book.usage.split(sym)
        return all(d.at > at for n in self.book.arities(key) for d in self.book.definitions[key, n])

    def is_assumed(self, f: Formula, chain: list[Element]) -> bool:
        """Whether a chain is assumed: one relation between inputs, or in the text ``a = b = 0`` of such, or
        one of names alone, ``v_1 = \\cdots = v_K``."""
        chain = [e for e in chain if [t.text for t in e.tokens] != ["ldots"]]
        nodes = [e.node for e in chain if e.node is not None]
        if len(nodes) < len(chain) or any(e.claimed for e in chain):
            return False
        if any(spells_out(a, b) for a, b in pairwise(nodes)):
            return False
        names = all(isinstance(n, (Sym, Number)) for n in nodes)
        if len(chain) > 2 and not names and (f.item.display or not isinstance(nodes[-1], Number)):
            return False
        return all(self.is_hypothesis(a, b, f) for a, b in pairwise(nodes))

    def follows(self, f: Formula, a: Element) -> bool:
        """Whether a link is a premise of another one, an equation with a number, or follows from such a one:
        ``e = t - y = 0 \\Rightarrow \\Delta w = 0``."""
        for row in f.rows:
            for one, two in pairwise(row.statements):
                if len(one.elements) < 2 or not isinstance(one.elements[-1].node, Number):
                    continue
                last = one.elements[-1]
                between = [t.text for t in row.tokens if last.at < t.at < two.elements[0].at]
                if "Rightarrow" in between and (a in two.elements or a is one.elements[-2]):
                    return True
        return False


def spells_out(a: Node, b: Node) -> str:
    """The function of which one side is the value at a name and the other one a formula of that name:
    ``\\tanh x = (e^x - e^{-x}) / (e^x + e^{-x})``."""
    for x, y in ((a, b), (b, a)):
        names = {n for n in walk(y) if isinstance(n, Sym)}
        if isinstance(x, Fn) and x.name in _SPELT and isinstance(y, Div) and names == set(x.args):
            return x.name
    return ""


def _is_monomial(node: Node) -> bool:
    """Whether a side is a product of names and numbers, with their powers."""
    if isinstance(node, (Mul, Div, Neg)):
        return all(map(_is_monomial, children(node)))
    inner = node.base if isinstance(node, Pow) and isinstance(node.exponent, Number) else node
    return isinstance(inner, (Sym, Number))


def _is_product(node: Node) -> bool:
    """Whether a side is more than a name."""
    return not isinstance(node, (Sym, Number)) and _is_monomial(node)
