"""What a document says beside its rows: hypotheses, what names rest on, whether a relation is assumed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symderiv.documents.content.book import Book
from symderiv.documents.content.conditions import Held
from symderiv.documents.content.defining import is_number
from symderiv.documents.content.definition import Definition
from symderiv.documents.content.gradients import LOSSES
from symderiv.documents.judging.apart import sums_pairs
from symderiv.documents.judging.assumed import Assumed
from symderiv.documents.judging.hints import Hints
from symderiv.documents.judging.labels import ADD_TO_ONE, Labels, in_entropy
from symderiv.documents.matrix.entries import GENERAL
from symderiv.documents.meaning.closure import DELTAS, with_definitions
from symderiv.documents.meaning.writer import Writer
from symderiv.documents.text.rows import Element, Statement, joined
from symderiv.documents.text.spell import end_of
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Cases,
    Deriv,
    Fn,
    Mul,
    Node,
    Number,
    Sym,
    Transpose,
    bare_names,
    bound_in,
    walk,
)


def tokens(s: Statement):  # type: ignore[no-untyped-def]
    return joined(s)


def is_value(book: Book, a: Node, b: Node) -> bool:
    """Whether a name, or an entry, is given a number in passing: ``t = 1``."""
    one, two = (a, b) if is_number(b) else (b, a)
    if isinstance(a, Fn) and a.name == "sqrt" and isinstance(a.args[0], Sym) and a.args[0].base[-3:] == "_sq":
        return not any(isinstance(n, (Sym, Apply)) for n in walk(b))  # a root, where the square is told
    return is_number(two) and isinstance(one, (Sym, Apply))


def is_step(chain: list[Element]) -> bool:
    """Whether a chain says what a name is at the next step: ``w^{(t+1)} = w^{(t)} - ...``."""
    head = chain[0].written or chain[0].node
    return len(chain) > 2 and isinstance(head, Sym) and any(m.kind == "shift" for m in (*head.sub, *head.sup))


def bare_sum(node: Node) -> bool:
    return any(isinstance(n, Big) and not n.letters for n in walk(node))


def unmarked_in_sum(book: Book, *sides: Node | None) -> str:
    """A name without its index in a sum whose letter another name tells: ``\\sum (\\hat y_i - y)``."""
    for big in (n for x in sides if x is not None for n in walk(x) if isinstance(n, Big) and not n.letters):
        names = [(n, *book.usage.split(n)) for n in walk(big.body) if isinstance(n, Sym)]
        if any(len(marks) == 1 and marks[0].kind == "letter" for _, _, marks in names):
            for n, key, marks in names:
                if not marks and not n.primes and (key, 1) in book.usage.carried:
                    return key
    return ""


def _runs_past(node: Node) -> bool:
    """``\\sum_{i=c}^C t_c``: a sum whose terms have the letter that it is to begin at, and not its own."""
    if not isinstance(node, Big) or len(node.letters) != 1 or not node.lower.isalpha():
        return False
    marks = {m.text for n in walk(node.body) if isinstance(n, Sym) for m in (*n.sub, *n.sup)}
    return node.lower in marks and node.letters[0] not in marks


def _is_entry_of_loss(node: Node) -> bool:
    """The derivative of one entry of a loss by one of a vector, where both are written without indices."""
    if not isinstance(node, Deriv) or len(node.targets) != 1 or not isinstance(node.body, Sym):
        return False
    by = node.targets[0]
    own = [m for m in node.body.sub if m in GENERAL]
    return node.body.base in LOSSES and isinstance(by, Sym) and bool(own) and own[0] in by.sub


def _expanded(value: Node, side: Node) -> bool:
    """``f(x)`` and ``f(a) + f'(a)(x - a)``, as a function is expanded that nothing defines."""
    if not isinstance(value, Apply) or not isinstance(side, Add):
        return False
    found = [n for n in walk(side) if isinstance(n, Apply) and n.head.base == value.head.base]
    here = [t for t in side.terms if isinstance(t, Apply) and t.head == value.head and t.args != value.args]
    return any(n.head.primes and n.args == t.args for t in here for n in found)


def unpaired(book: Book, *sides: Node | None) -> str:
    """A name in a product without a sign, taken for an inner product, ``-y \\log p``, beside a sum of its
    entries: it may be a number, one of two classes."""
    one, two = (list(walk(x)) if x is not None else [] for x in sides)
    for bare, other in ((one, two), (two, one)):
        if any(isinstance(n, Transpose) for n in bare):
            continue
        products = [n for n in bare if isinstance(n, Mul) and not n.dot]
        names = (f for n in products for f in n.factors if isinstance(f, Sym) and not book.usage.split(f)[1])
        inner = [m for n in other if isinstance(n, Big) for m in walk(n.body) if isinstance(m, Sym)]
        summed = {m.base for m in inner if m.sub}
        if found := next((f.base for f in names if f.base in summed), ""):
            return found
    return ""


def head_letters(book: Book, chain: list[Element]) -> frozenset[str]:
    for e in chain:
        if e.node is not None and not bare_sum(e.node):
            nodes = list(walk(e.node))
            bound = bound_in(nodes)
            marks = (m for n in nodes if isinstance(n, Sym) for m in book.usage.split(n)[1])
            return frozenset(m.text for m in marks) - bound
    return frozenset()


def is_delta(book: Book, a: Node, b: Node) -> bool:
    return isinstance(a, Sym) and a.base == "delta" and isinstance(b, Cases)


def lacking_in(*sides: Element) -> list[Deriv]:
    """The derivatives of a row that lack one of their signs."""
    nodes = [n for e in sides if e.node is not None for n in walk(e.node)]
    return [n for n in nodes if isinstance(n, Deriv) and n.lacks]


def in_full(node: Deriv, text: str) -> str:
    """Such a derivative with both signs."""
    body, by = (text[n.at : n.end] if n is not None else "" for n in (node.body, node.targets[0]))
    operator = node.body is None or node.body.at > node.targets[0].at  # what it is of stands behind it
    return f"\\frac{{\\partial{'' if operator else ' ' + body}}}{{\\partial {by}}}"


def is_mathematics(e: Element, s: Statement) -> bool:
    return any(r == "=" for r in s.relations)


def shown(book: Book, e: Element) -> str:
    last = e.tokens[-1]
    raw, start = book.source.raw, e.at
    end = end_of(raw, last)
    styled = re.search(r"\\[A-Za-z]+\{$", raw[max(start - 14, 0) : start])
    start -= len(styled.group(0)) if styled else 0
    missing = raw[start:end].count("{") - raw[start:end].count("}")
    end = last.at + 1 if raw[last.at : last.at + 1] in ("<", ">") else end  # of an inner product
    end += missing if missing > 0 and raw[end : end + missing] == "}" * missing else 0
    text = raw[start:end]
    return " ".join(text.split())[:300]


#: What is said of a derivative that lacks a sign.
LACKS = {x: f"the sign of a differential is missing {x} the line" for x in ("above", "below")}
LACKS["value"] = "what is differentiated stands on the right without the sign of its derivative"
#: What is said of a row that holds for gradients by the argument of a function.
NET = "the gradient of a function's value is by what the function is taken of"
_OF_ANY = re.compile(r"_c\d$")  # of a function that may be any
#: What is taken of something that is left to chance, and is no factor and no function of its values.
_OF_CHANCE = frozenset("E V Var Cov var cov std Std".split())
_MOMENTS = _OF_CHANCE | frozenset("D H I P Pr Ent KL".split())


class Facts(Assumed, Hints, Labels):
    """What is asked about a book while its rows are judged."""

    current: Node | None  #: the target that a bare prime is by

    def doubt(self, w: Writer, left: set[str], right: set[str], a: Node, b: Node) -> None:
        """A name that nothing defines and no definition uses, on one side only, may be an abbreviation: a
        row with one is not called wrong."""
        usage = self.book.usage
        told_elsewhere = [
            d
            for versions in self.book.definitions.values()
            for d in versions
            if d.active or d.at != a.at  # a row that says anew what a name is says nothing of others in it
        ]
        known = {
            usage.split(n)[0]
            for d in told_elsewhere
            for x in (d.body, *d.params)
            for n in walk(x)
            if isinstance(n, Sym)
        } | self.book.declared
        known |= self.book.spaces
        used = {
            (key, len(marks))
            for d in told_elsewhere
            for n in walk(d.body)
            if isinstance(n, Sym)
            for key, marks in [usage.split(n)]
        }
        told = bool(known)  # else all names but those that are differentiated are what the text is about
        known |= {usage.level(k) for k in known}
        by_ident = {v: k for k, v in usage.idents.items()}
        every = self.with_definitions([n for x in (a, b) for n in walk(x)])
        hot = {key for (key, _), _ in self.stated_hot(every)}
        held = with_definitions(self.book, [n for x in (a, b) for n in walk(x)], max(w.at, 0))
        for n in (n for n in held if isinstance(n, Sym)):
            wholes = any(key.startswith(f"{n.base}(") for key, _ in self.book.definitions)
            meant = n.base not in _OF_CHANCE and (wholes or bool(self.book.arities(usage.split(n)[0])))
            meant = meant or any(not d.params for d in self.book.definitions.get((n.base, 0), []))
            if n.style in ("bb", "word") and n.base in _MOMENTS and not meant:
                w.weak.append(f"{n.base} is of what is left to chance")
        own = {id(n) for x in (a, b) for n in walk(x)}
        if any(_runs_past(n) for n in held if id(n) not in own):
            w.weak.append("a definition that it rests on sums over a letter that its terms do not have")
        twins = {x.lower() for x in left - right} & {x.lower() for x in right - left}
        w.weak += [f"{x} is written with a capital letter and with a small one" for x in sorted(twins)]
        if any(_is_entry_of_loss(n) for x in (a, b) for n in walk(x)):
            w.weak.append("a loss of each entry may be meant as their sum")
        for x, y in ((left, right), (right, left)):
            if any(k.removesuffix("_tilde") in y - x for k in x - y if k.endswith("_tilde")):
                w.weak.append("a name with a tilde may be of the one without")
        for one, other in ((a, b), (b, a)):
            syms = [n for n in walk(one) if isinstance(n, Sym)]
            starred = {n.base for n in syms if any("star" in m.text for m in n.sup)}
            starred -= {n.base for n in syms if not n.sup}
            below = self.with_definitions([*walk(other)]) if starred else []
            if any(isinstance(n, Sym) and not n.sup and n.base in starred for n in below):
                w.weak.append("a name with a star may be the one without")
        apart = [n.base for n in bare_names(a) ^ bare_names(b) if self.at_step(n)]
        w.weak += [f"{x} stands without its step" for x in sorted(apart)]
        if any(_expanded(x, y) for x, y in ((a, b), (b, a))):
            w.weak.append("a function expanded to first order")
        for n in bare_names(a) ^ bare_names(b):
            if (n.base, n.style) in self.book.conditioned and not self.book.arities(usage.split(n)[0]):
                w.weak.append(f"{n.base} stands without its arguments")
        if any(by_ident.get(x) in (("p", 2), ("P", 2)) for x in left | right) and sums_pairs(self.book):
            w.weak.append("what is summed over pairs may be symmetric, and add up to 1")
        for key, count in (by_ident[x] for x in left ^ right if x in by_ident):
            if count == 2 and len(key) == 1 and key.isupper() and (key.lower(), 1) in self.book.definitions:
                w.weak.append(f"{key} may be made of {key.lower()}")  # D = diag(d), of degrees
        labelled = self.labelled() if left ^ right else set()
        lone = any(x.startswith("determinant_") for x in left ^ right)
        if lone and not any(isinstance(n, Deriv) for n in every):
            w.weak.append("nothing is known here of determinants")
        if any(re.fullmatch(r"[A-Z]\d", x) for x in w.free):
            w.weak.append("what stands below a name may be its label")
        by = {key for key, _ in self.targets_in(every)}
        chained = {usage.split(w.current)[0]} if isinstance(w.current, Sym) else set()
        if {by_ident.get(x, (x, 0))[0] for x in left ^ right} <= by | chained:
            by |= chained  # what the chain derives by is no abbreviation; beside another name it may be one
        shown = self.book.formula_at(w.at)
        if left - right and right - left and shown is not None and shown.item.display:
            told = True  # one name for others
        for ident in sorted(left ^ right):
            key = by_ident.get(ident, (ident, 0))[0]
            if by_ident.get(ident) in labelled:
                w.weak.append(f"the values of {key} are said in words")
            if (
                key in self.book.declared - hot - by
                and all(k != key for k, _ in used)
                and not self.book.arities(key)
            ):
                w.weak.append(f"nothing is defined with {key}")
            if self.has_no_step(key, {by_ident.get(x, (x, 0))[0] for x in left ^ right}):
                w.weak.append(f"{key} is written without its step")
            if "_bar" in key and not self.book.arities(key):
                w.weak.append(f"{key} is not defined")  # a mean of something
            made = (key.startswith("d_") and "_d_" in key) or key.startswith("factorial(")
            name = by_ident.get(ident, (ident, 0))
            others = self.book.arities(key)
            bare = max(others, default=0) < name[1]  # of one example: where that is not said, it is any
            if not made and (name not in used or bare) and others and ident not in w.heads():
                w.weak.append(f"{key} is defined with other indices")
            if (
                (told or key in self.sloped())
                and usage.level(key) not in known
                and key not in by
                and not made
                and not any(key.startswith(f"{x}_c") for x in w.opaque)
                and (why := f"{_OF_ANY.sub('', key)} is not defined") not in w.weak
            ):
                w.weak.append(why)

    def at_step(self, n: Sym) -> bool:
        """Whether a name is defined at a step, of what nothing defines: ``e_i(k) = t_i(k) - a_i(k)``."""
        key, marks = self.book.usage.split(n)
        for d in self.book.definitions.get((key, len(marks)), []):
            values = [x for x in walk(d.body) if isinstance(x, Apply) and d.params and x.args == d.params]
            if any(not self.book.arities(x.head.base) for x in values):
                return True
        return False

    def has_no_step(self, key: str, others: set[str]) -> bool:
        """Whether a name stands beside one that is it at a step or in a layer: h, beside h_t."""
        steps = {x.removeprefix(f"{key}_")[:1] for x in others if x.startswith(f"{key}_")}
        return bool(steps & set(self.book.usage.layers)) and not self.book.arities(key)

    def labelled(self) -> set[tuple[str, int]]:
        """Names with indices whose entries are given a number in the text: ``t_j = 1`` for one class."""
        found: set[tuple[str, int]] = set()
        for f in (f for f in self.book.formulas if not f.item.display):
            for s in (s for r in f.rows for s in r.statements if s.relations == ["", "="]):
                name, number = (e.node for e in s.elements)
                if isinstance(name, Sym) and isinstance(number, Number) and number.value in (0, 1):
                    key, marks = self.book.usage.split(name)
                    if self.book.one_hot and any(m.kind != "number" for m in marks):
                        continue  # what label an example has
                    found |= {(key, len(marks))} if name.sub else set()
        return found

    def valued(self) -> set[str]:
        """Names and letters that are given a number somewhere in passing, as the notation has them."""
        found: set[str] = set()
        for f in self.book.formulas:
            for s in (s for r in f.rows for s in r.statements if len(s.elements) == 2):
                left, right = (e.node for e in s.elements)
                plain = isinstance(left, Sym) and not left.primes and not left.sub and s.relations[1] == "="
                if plain and isinstance(left, Sym) and isinstance(right, Number):
                    found.add(self.book.usage.letter(left.base))
                    found.add(self.book.usage.idents.get((left.base, 0), left.base))
        return found

    def say(self, h: Held) -> str:
        op = "≠" if h.condition.op == "neq" else h.condition.op
        line = self.book.source.line_of(h.at)
        return f"{h.condition.left} {op} {h.condition.right} (line {line})"

    def has_net(self, nodes: list[Node]) -> bool:
        """Whether a gradient's name stands in a row that can be meant by what a function is taken of."""
        names = {self.book.usage.split(n) for n in nodes if isinstance(n, Sym)}
        found = (self.book.definitions.get((key, len(marks)), []) for key, marks in names)
        return any(d.net is not None for versions in found for d in versions)

    def below_maxima(self, every: list[Node]) -> Iterator[str]:
        """Matrices of which a maximum is taken entry by entry, and on which no derivative of a row rests:
        what is true of any is true of them."""
        usage = self.book.usage
        by = {key for key, _ in self.targets_in(every)}
        for n in every:
            arg = n.args[0] if isinstance(n, Apply) and n.head.base.lower() == "relu" and n.args else None
            if isinstance(arg, Sym):
                key, marks = usage.split(arg)
                found = self.book.find(key, len(marks), arg.at)
                if len(marks) == 2 and found is not None:
                    below = {usage.split(x)[0] for x in self.with_definitions([arg]) if isinstance(x, Sym)}
                    if not below & by:
                        yield usage.ident(key, len(marks))
                        return

    def told_later(self, nodes: list[Node], at: int) -> Iterator[str]:
        """Losses that are differentiated as any, and told only behind a row."""
        usage = self.book.usage
        bodies = [n.body for n in nodes if isinstance(n, Deriv) and isinstance(n.body, Sym)]
        for key in dict.fromkeys(usage.split(b)[0] for b in bodies if not b.sub and not b.primes):
            found = self.book.find(key, 0, at)
            if found is not None and found.at > at:
                yield usage.ident(key, 0)

    def has_unstated_loss(self, nodes: list[Node]) -> bool:
        """Whether something that nothing defines is differentiated."""
        bodies = (n.body for n in nodes if isinstance(n, Deriv))
        return any(isinstance(b, Sym) and not self.book.arities(self.book.usage.split(b)[0]) for b in bodies)

    def hypotheses(self, nodes: list[Node]) -> Iterator[tuple[str, str]]:
        """Sums of targets that are 1: stated, or tried where the document speaks of no such thing."""
        usage = self.book.usage
        names: dict[tuple[str, int], int] = {}  # the axis that is summed over
        every = self.with_definitions(nodes)
        logs = any(isinstance(n, Fn) and n.name == "log" for n in every)  # an entropy, no regression
        for n in every:
            if isinstance(n, Sym):
                key, marks = usage.split(n)
                if (
                    len(marks) in (1, 2)
                    and (marks[-1].kind in ("letter", "word") or key in self.book.entries)
                    and not self.is_known(key, len(marks))
                ):
                    below = sum(usage.is_index(n, m, "sub") for m in n.sub)
                    names.setdefault((key, len(marks)), 0 if below == 1 else len(marks) - 1)
        targets = {usage.split(t)[0] for n in every if isinstance(n, Deriv)
                   for t in n.targets if isinstance(t, Sym)}  # fmt: skip
        for (key, count), own in list(names.items())[:4]:
            if key in targets or key in DELTAS:
                continue
            ident = usage.ident(key, count)
            line, axis = self.stated_sum(key)
            if not line and key.partition("_")[0].lower() not in ADD_TO_ONE:
                continue
            if not line and count > 1 and not (self.book.one_hot or logs or in_entropy(self.book, key)):
                continue
            axis = axis if line else own
            how = (
                f"(line {line})"
                if line
                else ""
                if self.book.probability
                else "which the document does not state"
            )
            note = f"sum of {key} = 1 {how}".strip()
            place = "h0" if count == 1 else "h0,h1" if axis == 0 else "h1,h0"
            yield (
                f"sum[h0]({ident}[{place}]) = 1",
                note if how.startswith("(") or not how else f"needs {note}",
            )

    def smoothed(self, nodes: list[Node]) -> Iterator[tuple[str, str, str]]:
        """Targets that are made of others, ``(1 - a) y_k + a / K``, whose sum is then as well 1: the sum, the
        name that it is of, and how that is said."""
        usage = self.book.usage
        for n in dict.fromkeys(n for n in self.with_definitions(nodes) if isinstance(n, Sym)):
            key, marks = usage.split(n)
            base = key.partition("_")[0]
            made = self.book.definitions.get((key, 1), []) if len(marks) == 1 else []
            others = {usage.split(x)[0] for d in made for x in walk(d.body) if isinstance(x, Sym)}
            if base.lower() in ADD_TO_ONE and any(x.partition("_")[0] == base for x in others - {key}):
                ident = usage.ident(key, 1)
                note = f"needs sum of {key} = 1 which the document does not state"
                yield f"sum[h0]({ident}[h0]) = 1", ident, note

    def stated_sum(self, key: str) -> tuple[int, int]:
        """The line that says that a name's entries add up to 1, and over which index."""
        for f in self.book.formulas:
            for s in (s for row in f.rows for s in row.statements if set(s.relations[1:]) == {"="}):
                *sums, one = (e.node for e in s.elements)
                if not isinstance(one, Number) or one.value != 1:
                    continue
                for big in sums:  # \sum_k y_k = y_i + \sum_{k \neq i} y_k = 1
                    if not isinstance(big, Big) or big.apart or not isinstance(big.body, Sym):
                        continue
                    if self.book.usage.split(big.body)[0] == key:
                        marks = [m.text for m in self.book.usage.split(big.body)[1]]
                        bound = big.letters[0] if big.letters else ""
                        axis = marks.index(bound) if bound in marks else 0
                        return self.book.source.line_of(f.item.at), axis
        return 0, 0

    def speaks_of_entry(self, d: Definition) -> bool:
        """Whether a later definition has letters that the first one sums over."""
        first = self.book.definitions[(d.key, len(d.letters))][0]

        def loose(x: Definition) -> set[str]:
            bound = bound_in(walk(x.body))
            return self.letters_in(list(walk(x.body))) - bound - set(x.letters)

        entries = any(isinstance(p, Sym) and self.book.usage.split(p)[1] for p in first.params)
        return not d.letters and not entries and bool(loose(d) - loose(first))
