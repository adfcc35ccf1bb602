"""``f(x)``: a function of the document, a known one, an unknown one, or a product."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.content.heads import opaque_letters, opaque_name, squared
from symderiv.documents.meaning.closure import with_definitions
from symderiv.documents.meaning.primes import of_number, primed
from symderiv.documents.meaning.reading import WITHIN, NotRead, Unclear, substituted
from symderiv.documents.meaning.unknowns import is_vector, unknown, usual
from symderiv.documents.text.grammar import parse
from symderiv.documents.text.latex import Unread, tokens_of
from symderiv.documents.text.syntax import (
    Apply,
    Condition,
    Deriv,
    Mark,
    Node,
    Number,
    Pow,
    Sym,
    children,
    walk,
)
from symderiv.documents.text.vocabulary import BUILTIN, FUNCTION_LIKE, SOFTMAX

if TYPE_CHECKING:
    from symderiv.documents.content.definition import Definition
    from symderiv.documents.meaning.reading import Env
    from symderiv.documents.meaning.writer import Writer


def is_function(w: Writer, node: Apply, env: Env) -> bool:
    """Whether ``f(x)`` is a value, not a product."""

    if node.opaque or len(node.args) != 1 or node.sub:
        return True
    if isinstance(node.args[0], Sym) and not node.args[0].sub and node.args[0].base in env.letters:
        return True
    head = node.head
    if head.primes:
        return True
    key, indices = w.book.usage.split(head)
    arg = node.args[0]
    if not isinstance(arg, Sym) and _has_bare(arg, head):
        return False  # sigma (1 - sigma), y_k (1 - y_j)
    by = w.current
    if isinstance(by, Sym) and by.base == head.base and not isinstance(arg, Sym):
        return False  # p (y + 1), derived by p
    count = len(node.args)
    found = w.book.find(key, len(indices), w.at, count) or next(
        (w.book.find(key, n, w.at, count) for n in w.book.arities(key)), None
    )
    if found is not None and found.params:
        fits = isinstance(arg, Sym) or matched(w, found, node, env) is not None
        fits = fits or (found.at > w.at and head.base in FUNCTION_LIKE)  # any function, before it is defined
        return fits or of_number(w, found) is not None
    if key in BUILTIN or head.style == "word":
        return True
    if not isinstance(arg, Sym):
        number = bool(w.book.usage.sizes.get(key)) or head.base in w.book.usage.values
        called = head.base in FUNCTION_LIKE or (head.base in w.book.usage.called and isinstance(arg, Number))
        return found is None and called and not indices and not number
    if found is not None and arg.base in w.book.usage.sizes and not (arg.sub or arg.sup):
        return False  # \\mu(n), how many times
    if found is not None:
        names = {n.base for n in walk(found.body) if isinstance(n, Sym)}
        other = len(found.letters) != len(indices) and head.base in FUNCTION_LIKE  # g(x), beside g_i
        return arg.base in names or other
    return head.base in FUNCTION_LIKE or head.base in w.book.usage.called


def _has_bare(node: Node, head: Sym) -> bool:
    """Whether a name stands in a term as a value."""
    if isinstance(node, Apply):
        return any(_has_bare(a, head) for a in node.args)
    return (
        node.base == head.base if isinstance(node, Sym) else any(_has_bare(n, head) for n in children(node))
    )


def applied(w: Writer, node: Apply, env: Env) -> str:
    """The text of ``f(x)``."""

    head = node.head
    if node.opaque:
        return _opaque(w, node, env)
    args = tuple(
        Sym(f"{a.base}prime") if isinstance(a, Sym) and a.primes and f"{a.base}prime" in env.letters else a
        for a in node.args
    )
    node = node if args == node.args else replace(node, args=args)
    if not is_function(w, node, env):
        if head.base in SOFTMAX:
            raise NotRead("a softmax of one number", node.at)
        if head.base == "D" and not w.book.arities("D"):
            w.weak.append("D may be the sign of a derivative")
        return f"({w.text(head, env)}*{w.text(node.args[0], env)})"
    if head.primes:
        return primed(w, node, env)
    key, indices = w.book.usage.split(head)
    marks = (*indices, *node.sub)
    found = w.definition(key, len(marks), len(node.args))
    bound = [a.base for a in node.args if isinstance(a, Sym) and _is_letter(w, a, env)]
    if found is None and bound and len(bound) == len(node.args):  # f(s), summed over s
        ident = w.input(key, len(marks) + len(bound))
        return w.entry(ident, [*(w.position(m, env) for m in marks), *(w.letter(x, env) for x in bound)])
    if found is None and (key, len(marks)) not in w.book.definitions:
        if head.base in SOFTMAX and not isinstance(node.args[0], Sym):
            raise NotRead("a softmax of one number", node.at)
        if key in BUILTIN and len(node.args) == 1 and not marks:
            return BUILTIN[key].format(w.text(node.args[0], env))
        if key == "Phi" and w.book.normal and len(node.args) == 1 and not marks:
            if w.book.normal < 2:
                w.weak.append("Phi is not defined here; it is taken as the normal distribution's")
            return f"((1 + erf({w.text(node.args[0], env)}/sqrt(2)))/2)"
        if (
            len(node.args) == 1
            and not marks
            and not isinstance(node.args[0], (Sym, Number))
            and key not in FUNCTION_LIKE
        ):
            return f"({w.text(head, env)}*{w.text(node.args[0], env)})"
        if len(node.args) == 1 and not marks and (not is_vector(w, node.args[0]) or _alone(node)):
            meant = usual(w, key)
            if meant is not None:
                return meant.format(w.text(node.args[0], env))
        return unknown(w, key, node, marks, env, 0)
    if found is None:
        return unknown(w, key, node, marks, env, 0)
    alias = matched(w, found, node, env)
    if alias is None and (plain := of_number(w, found)) is not None:
        return inlined(w, plain, {"entryarg": node.args[0]}, env)
    if alias is None:
        if len(node.args) == 1 and not marks and not isinstance(node.args[0], Sym) and not found.params:
            return f"({w.text(head, env)}*{w.text(node.args[0], env)})"
        if found.params and found.at < w.at:
            w.weak.append(f"{key} is said of other arguments")
        return unknown(w, key, node, marks, env, 0)
    letters = {a: b for a, b in alias.items() if isinstance(b, Mark)}
    if letters:
        return _with_letters(w, found, marks, letters, env)
    names = {a: b for a, b in alias.items() if isinstance(b, Node)}
    if names and not _rests_on(w, found, set(names)):
        w.weak.append(f"{key} is said for other arguments")
    if any(not _plain(v) for v in names.values()):
        if not found.letters and any(isinstance(v, Sym) and _is_row(w, v) for v in names.values()):
            return inlined(w, found, names, env, rows=True)
        if found.letters:
            raise Unclear("a function of vectors at an argument that is no name", node.at)
        return inlined(w, found, names, env)
    return w.reference(key, marks, env, node.at, alias=names, count=len(node.args))


def _rests_on(w: Writer, d: Definition, names: set[str]) -> bool:
    """Whether any of the names stands in a definition, or in what is defined that stands there."""
    every = with_definitions(w.book, walk(d.body))
    marks = [m for n in every if isinstance(n, Condition) for m in (n.left, n.right) if isinstance(m, Mark)]
    if any(m.text in names for m in marks):
        return True  # s(x) = 1 where x > 0
    return any(n.opaque if isinstance(n, Apply) else isinstance(n, Sym) and n.base in names for n in every)


def _alone(node: Apply) -> bool:
    """Whether an argument is a plain letter: of a vector it is meant entry by entry."""
    arg = node.args[0]
    return isinstance(arg, Sym) and arg.style != "bold" and node.head.base == "sigma"


def _is_letter(w: Writer, arg: Sym, env: Env) -> bool:
    """Whether an argument is an index letter: one that is bound here, or wherever it stands."""
    if arg.sub or arg.sup or arg.primes or arg.base in env.names:
        return False
    return arg.base in env.letters or (arg.base in w.book.usage.bound and not w.book.arities(arg.base))


def _plain(node: Node) -> bool:
    return isinstance(node, Sym) and not node.sub and not node.sup


def matched(w: Writer, d: Definition, node: Apply, env: Env) -> dict[str, Node | Mark] | None:
    """What the parameters of a definition stand for in a value; None where the arguments do not fit."""
    if not d.params:
        names = {n.base for n in walk(d.body) if isinstance(n, Sym)}
        fits = all(isinstance(a, Sym) and (a.base in names or not w.book.arities(a.base)) for a in node.args)
        return {} if fits else None
    if len(d.params) != len(node.args):
        return None
    found: dict[str, Node | Mark] = {}
    for param, written in zip(d.params, node.args, strict=True):
        arg = written
        if isinstance(written, Sym) and not (written.sub or written.sup or written.primes):
            arg = env.names.get(written.base, written)  # z(e) in v(e) is z(x) in v(x)
        arg = squared(arg) if isinstance(param, Sym) and param.base.endswith("_sq") else arg
        if param == arg or (isinstance(param, Sym) and isinstance(arg, Sym) and _alike(param, arg)):
            continue
        if not isinstance(param, Sym) or param.base.endswith("_sq"):
            return None
        key, indices = w.book.usage.split(param)
        if indices:  # f(z_j) = ...: another letter, or another name
            if not isinstance(arg, Sym):
                return None
            other, given = w.book.usage.split(arg)
            if other != key or len(given) != len(indices):
                return None
            found.update({a.text: b for a, b in zip(indices, given, strict=True) if a != b})
        elif _is_index(w, param, d) and isinstance(arg, Sym) and not arg.sub:
            found[key] = Mark("letter", arg.base)
        else:
            vector = any(
                isinstance(n, Sym) and n.base == param.base and w.book.usage.split(n)[1] for n in walk(d.body)
            )
            if vector and not _plain(arg):
                if not isinstance(arg, Sym) or not _is_row(w, arg):
                    return None
            elif vector and isinstance(arg, Sym) and (arg.base, "sub") not in w.book.usage.indexed:
                return None
            found[param.base] = arg
    return found


def _is_index(w: Writer, param: Sym, d: Definition) -> bool:
    """Whether a parameter is an index, and no vector of that name that is a value in the definition."""
    key, _ = w.book.usage.split(param)
    if key not in w.book.usage.letters or param.style == "bold":
        return False
    return not any(isinstance(n, Sym) and n.base == param.base for n in walk(d.body))


def _alike(a: Sym, b: Sym) -> bool:
    return (a.base, a.sub, a.sup) == (b.base, b.sub, b.sup)


def _with_letters(
    w: Writer, d: Definition, marks: tuple[Mark, ...], letters: dict[str, Mark], env: Env
) -> str:
    """A value at another index: ``f(z_k)`` where ``f(z_j)`` is defined."""
    bound = {a: w.position(m, env) for a, m in letters.items()}
    ident, implicit = w.emit(d, {}, env)
    given = [w.position(m, env) for m in marks]
    usage = w.book.usage
    renamed = {usage.letter(a): b for a, b in bound.items()}
    return w.entry(ident, given + [renamed[x] if x in renamed else w.letter(x, env) for x in implicit])


def _is_row(w: Writer, arg: Sym) -> bool:
    """Whether an argument is one of several vectors: x^{(i)}, which has entries x_j^{(i)}."""
    key, marks = w.book.usage.split(arg)
    return bool(marks) and (key, len(marks) + 1) in w.book.usage.carried


def inlined(w: Writer, d: Definition, names: dict[str, Node], env: Env, rows: bool = False) -> str:
    """A definition's body with its parameters written out; ``rows``: vectors, the body has their entries."""
    wanted = (id(d), w.shown(names))
    if wanted in w.open or sum(x == id(d) for x, _ in w.open) > WITHIN:
        raise Unclear(f"{d.key} is defined by itself", d.at)
    w.open.append(wanted)
    try:
        body = d.body if rows else substituted(d.body, names)
        deeper = type(env)(env.letters, {**env.names, **names} if rows else env.names, env.depth + 1)
        return f"({w.text(body, deeper)})"
    finally:
        w.open.pop()


def _opaque(w: Writer, node: Apply, env: Env) -> str:
    """``P(y = c | x)``: a name of its own, with the index letters in it as indices."""
    if node.head.primes:
        return _primed(w, node, env)
    letters = list(opaque_letters(w.book.usage, node.opaque))
    alone = re.findall(r"(?<![A-Za-z\\\\_])[a-z](?![A-Za-z_])", node.opaque)
    letters = letters or [x for x in dict.fromkeys(alone) if x in env.letters]
    name = f"{node.head.base}({node.opaque})"
    if w.definition(name, len(letters)) is not None:
        return w.reference(name, tuple(Mark("letter", x) for x in letters), env, node.at)
    made = _at_other_letters(w, name, env)
    if made is not None:
        return made
    name = opaque_name(node.head.base, node.opaque, tuple(letters))
    if node.head.base != "factorial" or not env.depth:  # in a definition it is one number or another
        w.opaque.add(name)
        w.weak.append(f"{node.head.base} is not defined")
    return w.entry(w.input(name, len(letters)), [w.letter(x, env) for x in letters])


def _primed(w: Writer, node: Apply, env: Env) -> str:
    """``P'(r)``, where ``P(r)`` is defined."""
    try:
        target = parse(tokens_of(node.opaque, 0))
    except Unread:
        target = None
    plain = replace(node, head=replace(node.head, primes=0))
    if not isinstance(target, Sym) or w.definition(f"{plain.head.base}({node.opaque})", 0) is None:
        raise Unclear(f"the derivative of {node.head.base}, which is not defined", node.at)
    return w.text(Deriv("total", plain, (target,) * node.head.primes, at=node.at), env)


_CUT = re.compile(r"[,|;=()]")


def _at_other_letters(w: Writer, name: str, env: Env) -> str | None:
    """``P(w | c)`` where ``P(o | c)`` is defined, and ``p(x_i | m)`` where ``p(x | m)`` is."""
    usage = w.book.usage
    for key, arity in list(w.book.definitions):
        if "(" not in key or [m.group() for m in _CUT.finditer(key)] != [
            m.group() for m in _CUT.finditer(name)
        ]:
            continue
        found = w.definition(key, arity)
        if found is None:
            continue
        put: dict[str, Node] = {}
        plain = {n.base for n in walk(found.body) if isinstance(n, Sym) and not (n.sub or n.sup)}
        for old, new in zip(_CUT.split(key), _CUT.split(name), strict=True):
            if old != new:
                try:
                    one, two = (parse(tokens_of(x, 0)) for x in (old, new))
                except Unread:
                    return None
                if isinstance(one, Pow) and isinstance(two, Pow) and one.exponent == two.exponent:
                    one, two = one.base, two.base  # \\sigma_k^2 for \\sigma^2
                    if isinstance(one, Sym) and isinstance(two, Sym) and f"{one.base}_sq" in plain:
                        one, two = (replace(x, base=f"{x.base}_sq") for x in (one, two))
                if not isinstance(one, Sym):
                    return None
                put[old if one.sub or one.sup else one.base] = two
        if put and set(put) <= plain:
            return inlined(w, found, put, env)
        syms = {a: b for a, b in put.items() if isinstance(b, Sym) and not b.sub}
        renamed = {usage.letter(a): b.base + "prime" * b.primes for a, b in syms.items()}
        ident, implicit = w.emit(found, {}, env)
        own = [usage.letter(x) for x in found.letters] + list(implicit)
        if len(renamed) == len(put) and set(renamed) <= set(own):
            return w.entry(ident, [w.letter(renamed.get(x, x), env) for x in own])
    return None
