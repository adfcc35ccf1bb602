"""What the marks of a document's names are: indices, labels or sizes, told from all its formulas together.

Input: the trees of all formulas and the prose.  Output: :class:`Usage`, which splits a name into the key
it is
known by and the marks that are its indices.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from symderiv.documents.text.marks import GREEK
from symderiv.documents.text.syntax import (
    Apply,
    Big,
    Cases,
    Condition,
    Deriv,
    Div,
    Fn,
    Indicator,
    Mark,
    Marked,
    Mul,
    Node,
    Number,
    Pow,
    Sym,
    Transpose,
    bound_in,
    children,
    map_nodes,
    walk,
)
from symderiv.documents.usage.census import (
    USUAL,
    counted_from,
    counts,
    intercepts,
    lone,
    named,
    of_units,
    sides,
    summed_names,
    things,
    twofold,
    unit,
    values,
)
from symderiv.documents.usage.layers import counted, lasts, stepping
from symderiv.notation.names import RESERVED

_PI = Sym("pi")
_BAD = (
    RESERVED
    | frozenset(keyword.kwlist)
    | frozenset("int long short char float double void auto const goto".split())
)


#: Among squared names: the document differentiates by e, so that e^2 is a square.
BY_E = "e^"
#: Behind a squared name that is told without the square as well.
NO_ROOT = "±"


def normal(node: Node, squares: frozenset[str] = frozenset()) -> Node:
    """The tree with marks behind brackets at their names; a squared name that is defined as such is a
    name."""
    if isinstance(node, Pow) and isinstance(node.base, Sym) and _names(node.base) & squares:
        if node.exponent == Number(Fraction(2)):
            return replace(node.base, base=node.base.base + "_sq", at=node.at, end=node.end)
    elif isinstance(node, Fn) and node.name == "exp" and BY_E in squares and isinstance(node.args[0], Number):
        return Pow(Sym("e", at=node.at), node.args[0], at=node.at, end=node.end)
    elif isinstance(node, Sym) and (found := _names(node) & squares) and not node.primes:
        if any(f"{x}{NO_ROOT}" in squares for x in found):
            return node
        return Fn("sqrt", (replace(node, base=node.base + "_sq"),), at=node.at, end=node.end)
    if isinstance(node, Apply):  # a function of that name is no root of a variance
        args = tuple(normal(a, squares) for a in node.args)
        return replace(node, args=args)
    node = map_nodes(node, lambda n: normal(n, squares))
    if isinstance(node, (Mul, Div)):
        return _with_constant(node)
    if isinstance(node, Marked):
        body = node.body
        if isinstance(body, Apply):
            return replace(body, sub=body.sub + node.sub, at=node.at, end=node.end)
        if isinstance(body, Sym):
            return replace(body, sub=body.sub + node.sub, at=node.at, end=node.end)
        if isinstance(body, Transpose) and isinstance(body.body, Sym):  # \theta^T_j
            entry = replace(body.body, sub=body.body.sub + node.sub)
            return replace(body, body=entry, at=node.at, end=node.end)
    if isinstance(node, Fn) and node.name == "sqrt" and isinstance(node.args[0], Pow):
        inner = node.args[0]  # sqrt(sigma)^2 comes of sigma^2 alone
        if inner.exponent == Number(Fraction(2)) and isinstance(inner.base, Fn) and inner.base.name == "sqrt":
            return inner.base
    return node


def _names(sym: Sym) -> set[str]:
    """A name, and the name with the words below it."""
    return {sym.base, "_".join([sym.base, *(m.text for m in sym.sub if m.kind == "word")])}


def _with_constant(node: Mul | Div) -> Node:
    """``2 \\pi``: the number, also where pi is a function elsewhere."""
    parts = list(children(node))
    if any(isinstance(x, Number) for x in parts):
        return map_nodes(node, lambda n: replace(n, style="number") if n == _PI else n)
    return node


class Usage:
    """How a document uses its names and letters."""

    def __init__(
        self,
        nodes: Sequence[Node],
        ranges: Iterable[tuple[str, str]],
        conditions: Iterable[Condition],
        chains: Sequence[Sequence[Node | None]],
    ):
        self.letters: set[str] = set()
        self.sizes: dict[str, list[tuple[str, Node | None]]] = {}
        self.means: dict[str, list[tuple[str, Node | None]]] = {}  # sizes that only a mean hints at
        self.bases: set[str] = set()
        self.plain: set[str] = set()
        self.indexed: set[tuple[str, str]] = set()
        self.idents: dict[tuple[str, int], str] = {}
        self.taken: set[str] = set()
        self.slots: set[tuple[str, str, int]] = set()
        self.labels: frozenset[str] = frozenset()  # letters that are no indices in the reading at hand
        self.forms: dict[tuple[str, str], set[tuple[str, ...]]] = {}  # the kinds of marks that names carry
        self.pairs: set[str] = set()
        self.sides: set[str] = set()
        self.lone: set[tuple[str, str]] = set()
        self.twofold: set[tuple[str, str]] = set()
        self.summed: set[str] = set()  # names whose entries some sum goes over
        self.matrices: set[str] = set()
        every = [n for node in nodes for n in walk(node)]
        heads = {id(n.head): n.head.base for n in every if isinstance(n, Apply)}
        alone = {n.base for n in every if isinstance(n, Sym) and id(n) not in heads}
        started = {n.head.base for n in every if isinstance(n, Apply) and n.args == (Number(Fraction(0)),)}
        self.called = (set(heads.values()) - alone) | started  # before arguments only, or m(0)
        for letter, size in ranges:
            self.letters.add(letter)
            self._size(size, letter, None)
        for c in conditions:
            self.letters.update(
                m.text for m in (c.left, c.right) if isinstance(m, Mark) and m.kind in ("letter", "word")
            )
        self.heated = {
            n.bottom.base
            for e in every
            if isinstance(e, Fn) and e.name == "exp"
            for n in walk(e.args[0])
            if isinstance(n, Div) and isinstance(n.bottom, Sym)
        }  # e^{z/T}: a temperature, no size
        by = {t.base for n in every if isinstance(n, Deriv) for t in n.targets if isinstance(t, Sym)}
        self.heated |= by  # 1/b sum_i, and a derivative by b: no size either
        self.of_units = of_units(every)
        for n in every:
            self._node(n)
        hinted = {x: hint for x, hint in counts(every) if x not in self.heated}
        self.hinted = set(hinted) - set(self.means)  # where a row has none of the letter, any number
        for x, hint in hinted.items():
            self.means.setdefault(x, []).append(hint)
        for x in [x for x in self.means if any(body is not None for _, body in self.sizes.get(x, ()))]:
            del self.means[x]
        together = {
            frozenset((a.text, b.text)) for n in every if isinstance(n, Sym) for a in n.sub for b in n.sub
        }
        for x, hints in self.means.items():  # a range of a letter alone says of no axis how long it is
            told = {letter for letter, _ in self.sizes.get(x, ())}
            own = [h for h in hints if h[0] in told] or hints
            first = own[0][0]  # 1/N sum_k e_{nk}, behind 1/N sum_n: still the size of n
            kept = [h for h in own if h[0] == first or frozenset((first, h[0])) not in together]
            self.sizes.setdefault(x, []).extend(kept)
        self.first = (counted_from("1", every) | intercepts(every)) - counted_from("0", every)
        bound = bound_in(every)
        self.sides = (sides(every) | things(every, chains)) - self.letters  # r_w and r_l: of two things
        self.values = values(every)
        self.lone = lone(nodes, chains)
        self.twofold = twofold(every)
        self.summed = summed_names(every)
        self.bound = bound - by  # letters of sums
        self.named = named(every) - self.letters
        syms = [n for n in every if isinstance(n, Sym)]
        self.layers = counted(syms, bound, stepping(chains))
        self.last = lasts(syms, self.layers, self.letters)  # layers with names of their own
        for n in every:
            if isinstance(n, Sym):
                self._marks(n)
        self.carried = {(key, len(marks)) for key, marks in map(self.split, syms)}
        for n in every:  # s_p beside a sum over s_j, though p_j is a name
            if isinstance(n, Sym) and len(n.sub) == 1 and n.base in self.summed:
                (mark,) = n.sub
                other = mark.kind == "letter" and mark.text in self.bases
                if other and self.is_index(n, mark, "sub"):
                    self.letters.add(mark.text)

    def _size(self, text: str, letter: str, body: Node | None) -> None:
        name = re.sub(r"[\\{}]|mathcal|mathbf", "", text)
        if re.fullmatch(r"[A-Za-z](_[A-Za-z0-9])?|[A-Z][A-Za-z]?", name):
            self.sizes.setdefault(name.replace("_", ""), []).append((letter, body))

    def _node(self, n: Node) -> None:
        match n:
            case Big(_, letters, upper, _, apart, body):
                self.letters.update(letters)
                for c in apart:
                    self.letters.update(
                        m.text
                        for m in (c.left, c.right)
                        if isinstance(m, Mark) and m.kind in ("letter", "word")
                    )
                if upper and len(letters) == 1:
                    self._size(upper, letters[0], body)
            case Sym(base, sub, _, _, _):
                self.bases.add(base)
                self.letters.update(
                    m.text
                    for m in sub
                    if m.kind == "word" and "_" in m.text[1:2] and base not in self.of_units
                )
                if not sub:
                    self.plain.add(base)
                pair = base == "delta" and len(sub) == 2 and all(m.kind != "number" for m in sub)
                if pair or base == "1":
                    self.letters.update(m.text for m in sub if m.kind == "letter")
            case Indicator(c):
                self.letters.update(
                    m.text for m in (c.left, c.right) if isinstance(m, Mark) and m.kind in ("letter", "word")
                )
            case Cases(rows):
                for _, found in rows:
                    if found is not None and isinstance(found.left, Mark) and isinstance(found.right, Mark):
                        both = [m for m in (found.left, found.right) if m.kind in ("letter", "word")]
                        if len(both) == 2:
                            self.letters.update(m.text for m in both)
            case Mul(factors):
                self._mean(factors)
            case _:
                pass

    def _mean(self, factors: Sequence[Node]) -> None:
        """``1/N sum_i``: N is how many values i takes, also where no limit says so."""
        flat: list[Node] = []
        for f in factors:
            flat += f.factors if isinstance(f, Mul) else (f,)
        for one, big in pairwise(flat):
            if isinstance(one, Div) and isinstance(big, Sym) and big.base == "1" and len(big.sub) == 1:
                size, (mark,) = one.bottom, big.sub  # 1/H 1_h x_{bh}
                if isinstance(size, Sym) and not size.sub and size.base.lower() == mark.text:
                    self.means.setdefault(size.base, []).append((mark.text, Mul(tuple(factors))))
            if isinstance(one, Div) and isinstance(big, Big) and not big.upper and len(big.letters) == 1:
                bottom = one.bottom
                if (
                    isinstance(bottom, Mul)
                    and len(bottom.factors) == 2
                    and isinstance(bottom.factors[0], Number)
                ):
                    bottom = bottom.factors[1]
                hot = isinstance(bottom, Sym) and bottom.base in self.heated
                if isinstance(bottom, Sym) and not bottom.sub and len(bottom.base) == 1 and not hot:
                    self.means.setdefault(bottom.base, []).append((big.letters[0], big.body))

    def _marks(self, sym: Sym) -> None:
        below = self._joined(sym.sub)
        if sym.base in self.of_units and len(sym.sub) == 2:
            below = (Mark("label", unit(sym.sub)),)
        for where, marks in (("sub", below), ("sup", sym.sup)):
            if marks:
                for style in {"", sym.style}:
                    self.forms.setdefault((sym.base, where + style), set()).add(tuple(m.kind for m in marks))
            if any(m.kind in ("letter", "shift") and self.is_letter(m.text) for m in marks):
                self.indexed.add((sym.base, where))
                if any(m.text in self.letters for m in marks):
                    self.slots.add((sym.base, where, len(marks)))
                if len(marks) == 2 and all(m.kind == "letter" for m in marks):
                    self.pairs.add(sym.base)

    def is_letter(self, text: str) -> bool:
        """Whether a letter is one of indices in this document."""
        if text in self.layers:
            return False
        if text in self.letters:
            return True
        text = re.sub("(?:prime)+$", "", text)
        free = text.islower() and text not in self.bases | self.sides
        return len(text) == 1 and text in USUAL and free

    def is_index(self, sym: Sym, mark: Mark, where: str) -> bool:
        """Whether a mark of a name is an index, not a label."""
        if mark.text in self.labels or (sym.base, mark.text) in self.lone:
            return False
        if mark.kind in ("letter", "shift"):
            if mark.text in self.sizes and mark.text not in self.letters:
                return (sym.base, where) in self.indexed
            marks = sym.sub if where == "sub" else sym.sup
            made = sum(1 for m in marks if m.kind == "place" or re.fullmatch(r"row|col|in\d+", m.text))
            slot = (sym.base, where, len(marks) - made)
            alike = slot in self.slots and (len(mark.text) == 1 or mark.text in ("plus", "minus"))
            alike = alike and mark.text.islower()
            taken = self.plain if sym.base in self.summed and where == "sub" else self.bases
            if alike and mark.text not in taken | self.layers:
                return True  # u_o, beside the u_w that a sum runs over
            return self.is_letter(mark.text) or (
                where == "sup" and mark.text not in self.layers and mark.text.islower() and mark.text in USUAL
            )
        if mark.kind == "word":
            return mark.text in self.letters and mark.text not in ("row", "col")  # X_{col} is a name
        if mark.kind == "place":
            return True
        if mark.kind == "number":
            if mark.text == "0" and sym.base in self.first:
                return False  # the intercept, beside entries that are counted from 1
            marks = sym.sub if where == "sub" else sym.sup
            return (sym.base, where) in self.indexed and not (mark is marks[0] and self._numbered(sym, where))
        return False

    def _numbered(self, sym: Sym, where: str) -> bool:
        """Whether a name is one of several vectors or matrices, told apart by a number: ``z_1`` and its entry
        ``z_{1,i}``."""
        if sym.style == "bold" and self.forms.get((sym.base, where + "bold")) == {("number",)}:
            return True  # an entry is not bold
        forms = self.forms.get((sym.base, where), set())
        alone = ("number",) in forms and all(f[0] == "number" for f in forms)
        return alone and any("letter" in f for f in forms)

    def level(self, key: str) -> str:
        """A key without what says which layer, or step, it is of."""
        last = "".join(f"|{re.escape(str(m))}" for m in self.last)
        for x in sorted(self.layers):
            key = re.sub(rf"_(?:{x}[-+]\d|{x.upper()}(?:-1)?{last})(?=_|$)", f"_{x}", key)
        return re.sub(rf"_(?:{'|'.join(sorted(self.layers))})(?=_|$)", "_layer", key) if self.layers else key

    def split(self, sym: Sym) -> tuple[str, tuple[Mark, ...]]:
        """The key of a name and its indices."""
        labels: list[str] = []
        indices: list[Mark] = []
        below = self._joined(sym.sub)
        if sym.base in self.of_units and len(sym.sub) == 2:
            below = (Mark("label", unit(sym.sub)),)
        for where, marks in (("sub", below), ("sup", sym.sup)):
            for m in marks:
                if m.kind == "number" and m.text.isdigit() and len(m.text) == 2 and sym.base in self.pairs:
                    indices += (Mark("number", x) for x in m.text)  # h_{11}, beside h_{kl}
                elif self.is_index(sym, m, where):
                    indices.append(m)
                else:
                    labels.append(str(m))
        base = sym.base if sym.style != "cal" else f"{sym.base}_cal"
        if len(indices) == 1 and (sym.base, indices[0].text) in self.twofold:
            base = f"{base}_of_{indices[0].text}"
        if len(indices) == 2 and base.upper() in self.matrices and base not in self.matrices:
            base = base.upper()  # a_{ij}, an entry of A
        return "_".join([base, *labels]) + "'" * sym.primes, tuple(indices)

    def _joined(self, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
        """Marks below a name, with ``o1`` as the one label that it is."""
        if len(marks) < 2 or not any(m.text in self.named for m in marks[:-1]):
            return marks
        made: list[Mark] = []
        for m in marks:
            if made and made[-1].text in self.named and m.kind == "number":
                made[-1] = Mark("label", made[-1].text + m.text)
            else:
                made.append(m)
        return tuple(made)

    def letter(self, text: str) -> str:
        """The notation's letter for a document's."""
        name = re.sub(r"[^A-Za-z0-9]", "", text) or "x"
        return name if name not in _BAD else f"{name[:2]}x"

    def ident(self, key: str, arity: int, version: int = 0) -> str:
        """The notation's name for a key with so many indices."""
        wanted = (f"{key}#{version}" if version else key, arity)
        if wanted in self.idents:
            return self.idents[wanted]
        name = re.sub(r"[^A-Za-z0-9]+", "_", key.replace("'", "_prime")).strip("_") or "v"
        if not name[0].isalpha():
            name = f"v_{name}"
        name = {"lambda": "lam"}.get(name, name)[:40].strip("_")
        base, n = name, 1
        while (
            name in self.taken
            or name in _BAD
            or name in {self.letter(x) for x in self.letters}
            or _like_bound(name)
        ):
            n += 1
            name = f"{base}_v{n}"
        self.taken.add(name)
        self.idents[wanted] = name
        return name


def _like_bound(name: str) -> bool:
    """Whether a name looks like the letters that :mod:`.meaning.writer` makes, or a usual index letter."""
    return re.fullmatch(r"[A-Za-z]+\d+", name) is not None or (len(name) == 1 and name in "ijkl")


__all__ = ["GREEK", "Deriv", "Transpose", "Usage", "normal"]
