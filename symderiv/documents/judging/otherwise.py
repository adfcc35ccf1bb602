"""Rows that are refuted as they stand, and what they may be meant to say."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import is_by, mentions
from symderiv.documents.content.folding import alike
from symderiv.documents.content.placed import placed
from symderiv.documents.judging.dependence import chain_letters
from symderiv.documents.judging.rounded import is_named
from symderiv.documents.meaning.closure import DELTAS
from symderiv.documents.meaning.implied import free_letters
from symderiv.documents.text.marks import end_of_group
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Deriv,
    Div,
    Fn,
    Matrix,
    Mul,
    Neg,
    Node,
    Number,
    Sym,
    Transpose,
    walk,
)

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.text.rows import Element


#: A size in brackets, and one that is a whole side, as its tokens are written.
_SIZE = re.compile(r"[\[(] (?:\d+|[A-Za-z]) times (?:\d+|[A-Za-z]) [\])]")
_WHOLE_SIZE = re.compile(r"(?:\d+|[A-Za-z]) times (?:\d+|[A-Za-z])")
#: ``x_{(n)}``, as its tokens are written.
_RANKED = re.compile(r"_ \{ \( [A-Za-z0-9] \) \}")
#: Words that tell cases apart.
_CASE = re.compile(r"\bcase\b", re.IGNORECASE)
#: Names of constants that nothing defines.
_CONSTANTS = frozenset(("const", "constant", "constants", "cst", "konst"))
#: Words in a formula of what it leaves out.
_LESS = re.compile(
    r"\\(?:text|mbox|mathrm|textrm|textit)\s*\{[^{}]*\b(?:neglect|ignor|drop|(?:higher|first)[- ]order)"
)
#: ``\\underbrace{\\sum_k y_k}_{=1}``.
_ONE_BELOW = re.compile(r"\\underbrace.*?_\s*\{\s*=\s*[01]\s*\}", re.S)
#: ``\\underbrace{\\frac{1}{1 + e^{-z}}}_{a}``, a name that stands elsewhere in the row.
_NAME_BELOW = re.compile(r"\\underbrace.*?\}\s*_\s*\{\s*([A-Za-z]|\\[A-Za-z]+)\s*\}", re.S)


def otherwise(book: Book, origin: Element | None, a: Element, b: Element) -> str:
    """Why a row that is refuted may be meant otherwise; ``origin``: what its chain begins with."""
    if is_open(book, origin, a, b):
        return "sums that no sign states may run over a letter that stands once in a term, or thrice"
    if is_placed_anew(book, a, b):
        return "what a name in it stands for is told in passing, here and elsewhere"
    if is_of_another_variable(a, b):
        return "the two sides are of different variables"
    if lists_both(a, b):
        return "a list has entries by number and by a letter, which is another one"
    if name := is_turned_number(book, a, b):
        return f"{name} is transposed, and taken for a number"
    if is_started(book, a, b):
        return "it may say what a function is, by its value at the start"
    if name := is_data(book, a, b):
        return f"a number is put in for {name}"
    if is_summed_without_letter(a, b):
        return "what a sum without a letter is over is not clear beside the rest"
    if name := is_entry_of_numbers(book, a, b):
        return f"the entries of {name} are given as numbers"
    if is_list_of_numbers(a, b):
        return "numbers are put in for names"
    raw = book.source.raw[a.at : b.tokens[-1].at + 40]
    named = {m[1].lstrip("\\") for m in _NAME_BELOW.finditer(raw)} & {t.text for t in b.tokens}
    if re.search(
        r"\\(?:sum|prod)(?![A-Za-z])(?:\\limits|\s)*(?:_\{[^{}]*\}|_\w)?\s*\^\s*\{?\s*\+?\s*\\infty", raw
    ):
        return "a sum without an end has no size"
    if named or _ONE_BELOW.search(raw):
        return "what a brace below it says that something is may be needed"
    if _LESS.search(re.split(r"\\\\|\\end\b|\$\$", book.source.raw[b.at :], maxsplit=1)[0]):
        return "it is said to leave terms out"
    if "floor" in book.source.raw and all(e.node is not None and not is_named(e.node) for e in (a, b)):
        return "it may be rounded down, as the text does"
    one, two = ("".join(t.text for t in e.tokens if t.kind == "word") for e in (a, b))
    if one and two and one != two and all(e.node is not None and not is_named(e.node) for e in (a, b)):
        return "the numbers are of other things, by the words behind them"
    if name := is_constant(book, a, b):
        return f"{name} may take up terms"
    if name := is_given_anew(book, a, b):
        return f"{name} is given once before"
    if name := names_own_entries(a, b):
        return f"it names the entries of {name}"
    if name := is_said_beside(book, a, b):
        return f"what {name} is is said beside it"
    if is_applied(book, a, b):
        return "a derivative may be meant of what stands in brackets behind it"
    if any(_RANKED.search(" ".join(t.text for t in e.tokens)) for e in (a, b)) and has_extreme(a, b):
        return "an index in brackets may be of the entries in order"
    if total := is_total(book, a, b):
        return f"{total} may be the sum of all {total} with an index"
    return ""


def slope_of_vector(book: Book, a: Element, b: Element) -> bool:
    """Whether a side is the gradient of what is defined as a vector: a Jacobian, whatever it is called."""
    sides = [e.written or e.node for e in (a, b)]
    return any(_is_vector(book, x.body) for x in sides if isinstance(x, Deriv) and x.body is not None)


def _is_vector(book: Book, node: Node, depth: int = 4) -> bool:
    """Whether something is a vector by its definition, or such a one times what else."""
    if isinstance(node, Mul):
        return not any(isinstance(x, Transpose) for x in node.factors) and any(
            _is_vector(book, x, depth) for x in node.factors
        )
    if isinstance(node, Div):
        return _is_vector(book, node.top, depth)
    head = node.head if isinstance(node, Apply) else node
    if not isinstance(head, Sym) or not depth:
        return False
    key, marks = book.usage.split(head)
    known = [d for n in book.arities(key) for d in book.definitions[key, n]]
    more = key in book.declared or any(n > len(marks) for n in book.arities(key))
    return more or any(_is_vector(book, d.body, depth - 1) for d in known)


def lists_both(a: Element, b: Element) -> bool:
    """Whether both sides are lists such as ``(y_1, \\dots, y_o - 1, \\dots, y_n)``: of some o between."""
    for side in (e.written or e.node for e in (a, b)):
        cells = [c for row in side.rows for c in row] if isinstance(side, Matrix) else []
        kinds = [
            {m.kind for n in walk(c) if isinstance(n, Sym) for m in n.sub} for c in cells if c is not None
        ]
        if not any("number" in k for k in kinds) or not any("letter" in k - {"number"} for k in kinds):
            return False
    return True


def is_turned_number(book: Book, a: Element, b: Element) -> str:
    """The capital of ``X^T A X`` that is none of the document's bold \\mathbf{X}, and so has no shape."""
    for e in (a, b):
        written = walk(e.written) if e.written is not None else ()
        turned = {n.body for n in written if isinstance(n, Transpose) and isinstance(n.body, Sym)}
        names = [n for n in walk(e.node) if isinstance(n, Sym)] if e.node is not None else []
        numbers = {n.base for n in names if not book.usage.split(n)[1]}
        for x in turned:
            if x.base.isupper() and not (x.sub or x.sup) and x.base in numbers:
                return x.base
    return ""


def is_of_another_variable(a: Element, b: Element) -> bool:
    """``g'(x) = \\frac{d}{dz} \\frac{1}{1 + e^{-z}}``, at any argument, by one of its own."""
    for x, y in ((a.node, b.node), (b.node, a.node)):
        if isinstance(x, Apply) and x.head.primes == 1 and len(x.args) == 1 and isinstance(y, Deriv):
            here = set(walk(y))
            if x.args[0] not in here and isinstance(x.args[0], Sym) and len(y.targets) == 1:
                return True
    return False


def is_started(book: Book, a: Element, b: Element) -> bool:
    """``m(t) = \\log(e^{m(0)} + k t)``, of a function that nothing defines: the solution of an equation."""
    for x, y in ((a.node, b.node), (b.node, a.node)):
        if isinstance(x, Apply) and len(x.args) == 1 and isinstance(x.args[0], Sym) and y is not None:
            values = [n for n in walk(y) if isinstance(n, Apply) and n.head == x.head]
            if values and all(isinstance(n.args[0], Number) for n in values):
                return not book.arities(book.usage.split(x.head)[0])
    return False


def is_data(book: Book, a: Element, b: Element) -> str:
    """The name in ``\\frac{dz}{dw} = x = 2`` that nothing defines, and that a number is put in for; or that a
    decimal is, ``p_1 = 0.5``."""
    for x, y in ((a.node, b.node), (b.node, a.node)):
        value = y.body if isinstance(y, Neg) else y
        if not (isinstance(x, Sym) and isinstance(value, Number)):
            continue
        if value.places or not book.arities(book.usage.split(x)[0]):
            return "" if x.primes or x.base in DELTAS else x.base
    return ""


def is_summed_without_letter(a: Element, b: Element) -> bool:
    """Whether ``dE/dp_i dp_i/dw`` stands beside a sum that has no letter, or such sums in a matrix."""
    whole = [x.written for x in (a, b) if isinstance(x.written, Matrix)]
    if any(isinstance(n, Big) and not n.letters for x in whole for n in walk(x)):
        return True
    for one, two in ((a, b), (b, a)):
        if one.node is not None and two.node is not None and chain_letters(one.node):
            bare = any(isinstance(n, Big) and not n.letters for n in walk(two.node))
            if bare and not any(isinstance(n, Big) for n in walk(one.node)):
                return True
    return False


def is_entry_of_numbers(book: Book, a: Element, b: Element) -> str:
    """The name in ``-y_2 \\log p_2 = -\\log p_2``, where the text says that y is ``(0, 1, 0)``, or beside
    decimals."""
    nodes = [n for e in (a, b) if e.node is not None for n in walk(e.node)]
    decimals = any(isinstance(n, Number) and n.places for n in nodes)
    syms = [n for n in nodes if isinstance(n, Sym)]
    names = {n.base for n in syms if decimals or [m.kind for m in n.sub] == ["number"]}
    every = (s for f in book.formulas for r in f.rows for s in r.statements) if names else ()
    for s in (s for s in every if len(s.elements) == 2):
        head, table = (e.written or e.node for e in s.elements)
        if isinstance(head, Sym) and head.base in names and not head.sub and isinstance(table, Matrix):
            shown = [x for row in table.rows for x in row if x is not None]
            if len(shown) > 1 and all(isinstance(x, Number) for x in shown):
                return head.base
    return ""


def is_list_of_numbers(a: Element, b: Element) -> bool:
    """``e^z = [e^2, e^1]``: a list of numbers, beside a side with names."""
    for one, two in ((a.written or a.node, b.written or b.node), (b.written or b.node, a.written or a.node)):
        shown = [x for row in one.rows for x in row if x is not None] if isinstance(one, Matrix) else []
        named = any(isinstance(n, (Sym, Apply)) for x in shown for n in walk(x))
        if len(shown) > 1 and not named and two is not None and any(isinstance(n, Sym) for n in walk(two)):
            return True
    return False


def is_constant(book: Book, a: Element, b: Element) -> str:
    """The name of a constant that may be another one in each row: ``+ \\text{const}``, ``+ C``, of which the
    words say so."""
    for e in (a, b):
        for n in walk(e.node) if e.node is not None else ():
            if isinstance(n, Sym) and n.base.lower() in _CONSTANTS:
                return n.base
    terms = [x for e in (a, b) if isinstance(e.node, Add) for x in e.node.terms]
    last = next((x.base for x in terms if isinstance(x, Sym) and x.base in ("C", "c", "K") and not x.sub), "")
    return (
        last
        if last and re.search(rf"\$+{last}\$+ (?:is|denotes) (?:\w+ ){{,2}}constant", book.source.raw)
        else ""
    )


def is_given_anew(book: Book, a: Element, b: Element) -> str:
    """The name that has another value in another example, ``a = \\sigma(0)`` and ``a = \\sigma(1)``, or in
    another case, or is a function of what it was before: ``y = w x + c``, then ``y = \\sigma(w x + c)``."""
    f = book.formula_at(a.at)
    if a.node is None or b.node is None or f is None:
        return ""
    if isinstance(b.node, Number) and b.node.places and (name := _is_measured_anew(book, a)):
        return name
    if not isinstance(a.node, Sym):
        return ""
    key, marks = book.usage.split(a.node)
    number = isinstance(b.node, Number)
    for d in (d for d in book.definitions.get((key, len(marks)), []) if d.at < a.at):
        both = (d.body, b.node)
        anew = f.section != d.section  # of another part of an exercise
        anew = anew or any(isinstance(n, Apply) for x in both for n in walk(x)) or not number
        inner = b.node.args if isinstance(b.node, Apply | Fn) else ()
        wrapped = len(inner) == 1 and alike(inner[0]) == alike(d.body)
        if wrapped or (anew and _is_of_numbers(b.node)) or _are_cases(book, d.at, a.at):
            return key
    return ""


def _is_measured_anew(book: Book, a: Element) -> str:
    """What has another decimal in another row: ``\\sigma(z) = 0.6``, then ``\\sigma(z) = 0.7``."""
    for s in (s for f in book.formulas for r in f.rows for s in r.statements):
        for x, y in pairwise(s.elements):
            if x.at < a.at and x.node == a.node and isinstance(y.node, Number) and y.node.places:
                return "its value"
    return ""


def _are_cases(book: Book, *places: int) -> bool:
    """Whether formulas stand in cases that the text tells apart: "Case 1", rows of a table."""
    lines = [book.source.raw[:at].rpartition("\n")[2] for at in places]
    if all(line.lstrip().startswith("|") for line in lines):
        return True
    formulas = [book.formula_at(at) for at in places]
    before = [f"{f.heading} {book.source.raw[max(f.item.at - 400, 0) : f.item.at]}" for f in formulas if f]
    return all(_CASE.search(x) for x in before)


def _is_of_numbers(node: Node) -> bool:
    """Whether all names of a term are functions of numbers: ``\\sigma(1)``."""
    heads = {id(n.head) for n in walk(node) if isinstance(n, Apply)}
    return all(id(n) in heads for n in walk(node) if isinstance(n, Sym))


def names_own_entries(a: Element, b: Element) -> str:
    """The name in ``x = (x_0, \\dots, x_n)``, of which one entry may be told elsewhere."""
    for one, two in ((a.written or a.node, b.written or b.node), (b.written or b.node, a.written or a.node)):
        if isinstance(one, Sym) and not one.sub and isinstance(two, Matrix):
            shown = [x for row in two.rows for x in row if x is not None]
            if len(shown) > 1 and all(isinstance(x, Sym) and x.base == one.base for x in shown):
                return one.base
    return ""


def is_said_beside(book: Book, a: Element, b: Element) -> str:
    """The name of a row that a remark in its last column gives a value: ``-y_c \\log p_c & y_k = 0``."""
    f = book.formula_at(b.at)
    names = {n.base for e in (a, b) if e.node is not None for n in walk(e.node) if isinstance(n, Sym)}
    rows = [r for r in f.rows if r.at <= b.at <= r.tokens[-1].at] if f is not None else []
    for s in (s for r in rows for s in r.statements if s.aside and len(s.elements) == 2):
        name, value = (e.node for e in s.elements)
        if s.relations == ["", "="] and isinstance(name, Sym) and name.base in names:
            return name.base if isinstance(value, Number) else ""
    return ""


def has_extreme(a: Element, b: Element) -> bool:
    """Whether a greatest or a least value stands in a row."""
    return any(t.text in ("max", "min") for e in (a, b) for t in e.tokens)


def are_sizes(a: Element, b: Element) -> bool:
    """Whether sizes stand on both sides: ``[2 \\times 3] \\times [3 \\times 1] = [2 \\times 1]``."""
    texts = [" ".join(t.text for t in e.tokens) for e in (a, b)]
    whole = [_WHOLE_SIZE.fullmatch(x) for x in texts]  # (2 \times 3)(3 \times 1) = 2 \times 1
    return not all(whole) and all(m or _SIZE.search(x) for m, x in zip(whole, texts, strict=True))


def is_over_parts(a: Element, b: Element) -> bool:
    """Whether sums over one letter are over several sets: ``\\sum_{i \\in A} + \\sum_{i \\in B}``."""
    found: dict[str, set[str]] = {}
    for tokens, n in ((e.tokens, n) for e in (a, b) for n in range(len(e.tokens))):
        if tokens[n].text in ("sum", "prod") and [x.text for x in tokens[n + 1 : n + 3]] == ["_", "{"]:
            inner = [x.text for x in tokens[n + 3 : end_of_group(tokens, n + 2)]]
            letter, _, named = " ".join(x for x in inner if x not in ("{", "}")).partition(" in ")
            found.setdefault(letter, set()).add(named)
    return any(len(sets - {""}) > 1 for sets in found.values())


def is_applied(book: Book, a: Element, b: Element) -> bool:
    """``\\frac{dZ}{dW} [W x + b] = x``, with what Z is behind its derivative."""
    for n in (n for e in (a, b) if e.node is not None for n in walk(e.node) if isinstance(n, Mul)):
        for one, two in pairwise(n.factors):
            if isinstance(one, Deriv) and isinstance(one.body, Sym) and isinstance(two, Add):
                key, marks = book.usage.split(one.body)
                if any(alike(d.body) == alike(two) for d in book.definitions.get((key, len(marks)), [])):
                    return True
    return False


def is_total(book: Book, a: Element, b: Element) -> str:
    """The name in ``\\sum_k N_k = N`` that stands with the index of a sum and, undefined, without; or that is
    summed as a value at it, ``\\partial J/\\partial v = \\sum_j \\partial J(v, w_j)/\\partial v``."""
    sides = [x.written or x.node for x in (a, b)]
    every = [n for x in sides if x is not None for n in walk(x)]
    bare = {
        n.base for n in every if isinstance(n, Sym) and not (n.sub or n.sup or n.primes or n.style == "bold")
    }
    for big in (n for n in every if isinstance(n, Big) and n.op == "sum"):
        term = big.body.body if isinstance(big.body, Neg) else big.body
        term = term.top if isinstance(term, Div) else term
        entry = isinstance(term, Sym) and len(term.sub) == 1 and term.sub[0].text in big.letters
        if entry and isinstance(term, Sym) and term.base in bare and (term.base, 0) not in book.definitions:
            return term.base
        value = term.body if isinstance(term, Deriv) else term
        inner = free_letters(book.usage, value) if isinstance(value, Apply) else set()
        if isinstance(value, Apply) and value.head.base in bare and inner & set(big.letters):
            return value.head.base
    return ""


def is_placed_anew(book: Book, a: Element, b: Element) -> bool:
    """``q_i - 1 = e^{z_i}/S - 1``, where nothing else says what q_i is, or such a row does."""
    for one, two in ((a.node, b.node), (b.node, a.node)):
        found = placed(one, two) if one is not None and two is not None else None
        if found is not None:
            key, marks = book.usage.split(found[0])
            if key in DELTAS:
                continue  # Kronecker's, whatever the text says
            known = book.definitions.get((key, len(marks)), [])
            free = not (book.arities(key) or found[0].primes or is_by(book, key))
            return any(d.placed for d in known) or (free and not mentions(book, found[1], key, len(marks)))
    return False


def is_open(book: Book, origin: Element | None, a: Element, b: Element) -> bool:
    """Whether repeated letters are summed over, and others are left in a side that its chain's head lacks."""
    if not 0 <= book.implied_sums <= a.at:
        return False
    head = origin.node if origin is not None else None
    own = free_letters(book.usage, head) if head is not None else set()
    return any(free_letters(book.usage, e.node) - own for e in (a, b) if e.node is not None)


def is_own_value(book: Book, a: Element, b: Element) -> bool:
    """``\\frac{\\partial E}{\\partial w} = \\frac{1}{2} \\sum_k (a_k - t_k)^2``, where that is E itself."""
    slope, value = a.node, b.node
    if not (isinstance(slope, Deriv) and isinstance(slope.body, Sym)) or isinstance(
        value, (Sym, Number, type(None))
    ):
        return False
    if any(isinstance(n, Fn) and n.name == "exp" for n in walk(value)):
        return False
    key, marks = book.usage.split(slope.body)
    known = book.definitions.get((key, len(marks)), [])
    return len(known) == 1 and not known[0].params and alike(known[0].body) == alike(value)
