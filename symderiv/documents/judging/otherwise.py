"""Rows that are refuted as they stand, and what they may be meant to say."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import is_by, mentions
from symderiv.documents.content.folding import alike
from symderiv.documents.content.placed import placed
from symderiv.documents.judging.dependence import chain_letters
from symderiv.documents.judging.put_in import (
    counts_terms,
    is_chosen_otherwise,
    is_data,
    is_entry_of_numbers,
    is_given_anew,
    is_list_of_numbers,
    is_model_of_data,
    is_of_other_case,
    is_posed_elsewhere,
    is_solution,
    is_told_in_prose,
    sums_data,
)
from symderiv.documents.judging.rounded import is_named, is_of_other_base
from symderiv.documents.judging.unbound import free_in
from symderiv.documents.meaning.closure import DELTAS
from symderiv.documents.meaning.implied import free_letters
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
    Number,
    Sym,
    Transpose,
    walk,
)

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.text.rows import Element


#: ``\\sum_{k=1}^\\infty``.
_ENDLESS = re.compile(
    r"\\(?:sum|prod)(?![A-Za-z])(?:\\limits|\s)*(?:_\{[^{}]*\}|_\w)?\s*\^\s*\{?\s*\+?\s*\\infty"
)
#: ``x_{(n)}``, as its tokens are written.
_RANKED = re.compile(r"_ \{ \( [A-Za-z0-9] \) \}")
#: Names of constants that nothing defines.
_CONSTANTS = frozenset(("const", "constant", "constants", "cst", "konst"))
#: Words in a formula of what it leaves out.
_LESS = re.compile(
    r"\\(?:text|mbox|mathrm|textrm|textit)\s*\{[^{}]*\b(?:neglect|ignor|drop|(?:higher|first)[- ]order)"
)
#: Words before it that say so: "removing the unnecessary constant 2, ...", and how far they reach.
_REMOVED = re.compile(
    r"\b(?:remov|drop|omit|ignor|discard|neglect|disregard|leav(?=\w* out)|get(?=\w* rid))\w*\b[^.;]{0,60}"
    r"\b(?:constants?|factors?|multipl\w+|weights?)\b|\bleav\w+ [^.;]{0,40}\bout\b|"
    r"\bwithout (?:considering|counting|taking|the) [^.;]{0,40}\b(?:constants?|factors?|weights?|terms?)\b|"
    r"\b(?:vernachlässig|wegl[aä]ss|ignorier|néglige|omett|omit|ignor|trascur|tralasc|desprez|despreci|опуск|опуст|"
    r"пренебр)\w*\b[^.;]{0,60}\b(?:konstante|faktor|const|cost|facte|factor|fator|fatto|констант|множител)|"
    r"(?:去掉|忽略|省略|略去|省去|舍去|無視)[^。;]{0,20}(?:常数|常數|常量|系数|係數|係数|因子|定数)",
    re.IGNORECASE,
)
_REACH = 400
#: Words of vectors and matrices that have what no row says: ``P^2 = P``, ``v_i^T v_j = 0``.
_PROJECTS = re.compile(
    r"\bortho ?normal|\borthogonal (?:proj|decomp|compl)|\bprojection (?:operator|onto)|\bprojector|"
    r"\bidempotent|\bhat matrix|\bONB\b|\bortonormal|\borthogonale? ?projektion|\bproiezione ortogonale|"
    r"\bproyección ortogonal|\bprojeção ortogonal|\bprojecteur|\bprojection orthogonale|идемпотент|ортонорм|"
    r"ортогональн\w+ проек|正交投影|幂等|冪等|正射影|直交射影|正交(?:基|归一|规范)|正規直交|"
    r"직교 ?사영|정규직교",
    re.IGNORECASE,
)
#: ``\\frac{dy}{du}(2)``: a place, or a factor.
_TIMES = re.compile(
    r"\\[cdt]?frac\s*\{[^{}]*\}\s*\{[^{}]*\}\s*(?:\\left\s*)?\(\s*-?\s*[\d.]+\s*(?:\\right\s*)?\)"
)
#: Words behind a formula in the text that say that it is false.
_REFUTES = re.compile(
    r"[$)\\\s,]*(?:(?:which|this|that|what|is|are|was|would be|ist|wäre|est|serait|es|sería|è|sarebbe|é|"
    r"seria|a|an|ein|eine|un|una|une|um|uma|clearly|obviously|offensichtlich|evidentemente|évidemment|not|nicht|no|ne|"
    r"pas|true|это|是)\s*){0,6}"
    r"(?:contradict|widerspr|falsch|false\b|wrong|incorrect|absurd|impossible|unmöglich|contradic|contradd|faux|"
    r"falso|imposible|impossibile|impossível|противореч|неверно|невозможно|矛盾|不成立|不可能|错误|誤り)",
    re.IGNORECASE,
)
#: ``\\sigma^{-1}(p)``.
_INVERSE = re.compile(r"[A-Za-z]\s*\^\s*\{\s*-\s*1\s*\}\s*(?:\\left\s*)?\(")
#: ``\\bar z``, in a text on complex numbers.
_BARRED = re.compile(r"\\(?:bar|overline)(?![A-Za-z])")
_COMPLEX = re.compile(
    r"\bcomplex\b|\\mathbb\s*\{?\s*C\b|\bkomplex|\bcomplej|\bcomplexe|复数|複素|복소|комплексн"
)
#: ``3\\frac{1}{6}``, three and one sixth.
_MIXED = re.compile(r"\d\s*\\[dt]?frac\s*(?:\d|\{\s*\d+\s*\})\s*(?:\d|\{\s*\d+\s*\})")
#: ``\\underbrace{\\sum_k y_k}_{=1}``.
_ONE_BELOW = re.compile(r"\\underbrace.*?_\s*\{\s*=\s*[01]\s*\}", re.S)
#: ``\\underbrace{\\frac{1}{1 + e^{-z}}}_{a}``, a name that stands elsewhere in the row.
_NAME_BELOW = re.compile(
    r"\\underbrace.*?\}\s*_\s*(?:\{\s*(?P<braced>[A-Za-z]|\\[A-Za-z]+)\s*\}|(?P<bare>[A-Za-z]))", re.S
)


def otherwise(book: Book, origin: Element | None, a: Element, b: Element) -> str:
    """Why a row that is refuted may be meant otherwise; ``origin``: what its chain begins with."""
    if is_open(book, origin, a, b):
        return "sums that no sign states may run over a letter that stands once in a term, or thrice"
    for asked, reason in _REASONS:
        if name := asked(book, a, b):
            return reason.format(name)
    return ""


def said_in_text(book: Book, a: Element, b: Element) -> str:
    """What the signs and words at a row say of it that its trees do not have."""
    raw = book.source.raw[a.at : b.tokens[-1].at + 40]
    below = (m["braced"] or m["bare"] for m in _NAME_BELOW.finditer(raw))
    named = {x.lstrip("\\") for x in below} & {t.text for t in b.tokens}
    if _ENDLESS.search(raw):
        return "a sum without an end has no size"
    if named or _ONE_BELOW.search(raw):
        return "what a brace below it says that something is may be needed"
    behind = re.split(r"\\\\|\\end\b|\$\$", book.source.raw[b.at :], maxsplit=1)[0]
    if _LESS.search(behind) or _REMOVED.search(book.source.raw[max(a.at - _REACH, 0) : a.at]):
        return "it is said to leave something out"
    value = any(isinstance(e.node, (Number, Neg)) for e in (a, b))
    if _TIMES.search(raw) and not value:
        return "a number behind a derivative may be a factor"
    if _REFUTES.match(book.source.raw[b.tokens[-1].at + len(str(b.tokens[-1])) :][:90]):
        return "the words behind it say that it does not hold"
    if _INVERSE.search(raw) and "inverse" in book.source.text.lower():
        return "the inverse of a function may be meant"
    if _BARRED.search(raw) and _COMPLEX.search(book.source.raw):
        return "a bar may be that of a complex conjugate"
    if any(e.node is None or is_named(e.node) for e in (a, b)):
        return ""
    logs = any(t.text == "log" for e in (a, b) for t in e.tokens)
    if logs and a.node is not None and b.node is not None and is_of_other_base(a.node, b.node):
        return "its logarithms may be to another base"
    if re.search(r"(?<!\d)\d{1,3},\d{3}(?!\d)", raw) and "." in raw:
        return "a comma in it may be that of a decimal"
    if _MIXED.search(raw):
        return "a number before a fraction may be added to it"
    if "floor" in book.source.raw:
        return "it may be rounded down, as the text does"
    one, two = ("".join(t.text for t in e.tokens if t.kind == "word") for e in (a, b))
    return "the numbers are of other things, by the words behind them" if one and two and one != two else ""


def lists_both(_: Book, a: Element, b: Element) -> bool:
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


def is_of_another_variable(_: Book, a: Element, b: Element) -> bool:
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


def is_summed_without_letter(_: Book, a: Element, b: Element) -> bool:
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


def is_periodic(book: Book, a: Element, b: Element) -> str:
    """The k of ``\\cos(x) = \\cos(x + 2 \\pi k)``, a whole number."""
    nodes = [n for e in (a, b) if e.node is not None for n in walk(e.node)]
    if not any(isinstance(n, Fn) and n.name in ("sin", "cos", "tan", "exp") for n in nodes):
        return ""
    for n in (n for n in nodes if isinstance(n, Mul)):
        flat = [x for f in n.factors for x in (f.factors if isinstance(f, Mul) else (f,))]
        names = [x for x in flat if isinstance(x, Sym) and x.base != "pi" and not (x.sub or x.sup)]
        turns = any(isinstance(x, Sym) and x.base == "pi" for x in flat)
        if turns and len(names) == 1 and names[0].base in "jklmnp" and not book.arities(names[0].base):
            return names[0].base
    return ""


def is_projected(book: Book, a: Element, b: Element) -> bool:
    """Whether a row with vectors or matrices stands in a text on projections, or on orthonormal vectors."""
    if _PROJECTS.search(book.source.raw[: b.tokens[-1].at + _REACH]) is None:
        return False
    for e in (a, b):
        names = [n.base for n in walk(e.written) if isinstance(n, Sym)] if e.written is not None else []
        if any(names.count(x) > 2 for x in names):
            return True
    return False


def names_own_entries(_: Book, a: Element, b: Element) -> str:
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


def is_ranked(_: Book, a: Element, b: Element) -> bool:
    """``x_{(n)}``, in a row with a greatest or a least value."""
    extreme = any(t.text in ("max", "min") for e in (a, b) for t in e.tokens)
    return extreme and any(_RANKED.search(" ".join(t.text for t in e.tokens)) for e in (a, b))


def lacks_argument(book: Book, a: Element, b: Element) -> str:
    """The sigma of ``\\sigma(2 x)`` that is defined as ``\\sigma(x; a)``, in a row without an a."""
    nodes = [n for e in (a, b) if e.node is not None for n in walk(e.node)]
    names = {n.base for n in nodes if isinstance(n, Sym)}
    for n in (n for n in nodes if isinstance(n, Apply) and not n.opaque):
        key, marks = book.usage.split(n.head)
        for d in book.definitions.get((key, len(marks)), []):
            more = [x.base for x in d.params[len(n.args) :] if isinstance(x, Sym)]
            if more and not names & set(more):
                return key
    return ""


def is_of_an_entry(book: Book, a: Element, b: Element) -> str:
    """The C of ``\\frac{dC}{dp} = -t/p`` that is defined of ``t_i \\log p_i``, without a sum."""
    nodes = [n for e in (a, b) if e.node is not None for n in walk(e.written or e.node)]
    bare = {n.base for n in nodes if isinstance(n, Sym) and not (n.sub or n.sup)}
    for n in (n.body for n in nodes if isinstance(n, Deriv)):
        key, marks = book.usage.split(n) if isinstance(n, Sym) else ("", ())
        for d in book.definitions.get((key, len(marks)), []) if key and not marks else ():
            left = set() if d.params else free_in(book, d.body) - set(d.letters)
            entries = {x.base for x in walk(d.body) if isinstance(x, Sym) and {m.text for m in x.sub} & left}
            if len(entries) > 1 and entries & bare:
                return key
    return ""


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


#: What is asked of such a row, and what is said where it is so.
_REASONS: tuple[tuple[Callable[[Book, Element, Element], str | bool], str], ...] = (
    (is_placed_anew, "what a name in it stands for is told in passing, here and elsewhere"),
    (is_of_another_variable, "the two sides are of different variables"),
    (lists_both, "a list has entries by number and by a letter, which is another one"),
    (is_turned_number, "{} is transposed, and taken for a number"),
    (is_started, "it may say what a function is, by its value at the start"),
    (is_data, "a number is put in for {}"),
    (is_summed_without_letter, "what a sum without a letter is over is not clear beside the rest"),
    (is_entry_of_numbers, "the entries of {} are given as numbers"),
    (is_list_of_numbers, "numbers are put in for names"),
    (sums_data, "numbers are put in for names"),
    (counts_terms, "a number in it may be how many terms a sum has"),
    (said_in_text, "{}"),
    (is_constant, "{} may take up terms"),
    (is_given_anew, "{} is given once before"),
    (names_own_entries, "it names the entries of {}"),
    (is_said_beside, "what {} is is said beside it"),
    (lacks_argument, "{} is defined with more arguments"),
    (is_of_an_entry, "{} is defined by entries, which have an index, and it has none"),
    (is_told_in_prose, "what {} is is told in the text, without signs of mathematics"),
    (is_posed_elsewhere, "{} may be another function in this section, of which a value is given"),
    (is_of_other_case, "what {} is is said of another case"),
    (is_chosen_otherwise, "{} is chosen otherwise here"),
    (is_solution, "{} is what is differentiated by, and told where it solves something"),
    (is_model_of_data, "{} is defined as a model, whose values may be those with a hat"),
    (is_periodic, "{} may be a whole number"),
    (is_projected, "it may rest on a projection, or on vectors that are orthonormal"),
    (is_applied, "a derivative may be meant of what stands in brackets behind it"),
    (is_ranked, "an index in brackets may be of the entries in order"),
    (is_total, "{0} may be the sum of all {0} with an index"),
)
