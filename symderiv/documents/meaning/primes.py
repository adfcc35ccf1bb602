"""Primes: ``f'``, ``f'(x)``, of functions that a document defines and of ones that it does not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.meaning.derivatives import NO_TIE, absorb, bring, worked_out
from symderiv.documents.meaning.reading import Meaningless, Unclear
from symderiv.documents.meaning.ties import turned
from symderiv.documents.meaning.unknowns import unknown, usual
from symderiv.documents.text.syntax import Apply, At, Big, Deriv, Fn, Mark, Node, Sym, map_nodes, walk
from symderiv.documents.text.vocabulary import BUILTIN

if TYPE_CHECKING:
    from symderiv.documents.content.definition import Definition
    from symderiv.documents.meaning.reading import Env
    from symderiv.documents.meaning.references import References


#: Functions that have a derivative wherever they are written.
KNOWN = frozenset("sigmoid tanh exp log sqrt sin cos sinh cosh erf".split())


def bare_prime(w: References, sym: Sym, env: Env) -> str:
    """``f'``: by the parameter of f, else by what the chain is about; a name of its own where f is none."""

    plain = replace(sym, primes=0)
    own, marks = w.book.usage.split(sym)
    if w.book.definitions.get((own, len(marks))):
        return w.reference(own, marks, env, sym.at)
    key, marks = w.book.usage.split(plain)
    found = w.definition(key, len(marks)) or next((w.definition(key, n) for n in w.book.arities(key)), None)
    if found is None or sym.primes > 2:
        if sym.primes > 2:
            raise Unclear("a third derivative", sym.at)
        full, marks = w.book.usage.split(sym)
        return w.reference(full, marks, env, sym.at)
    told = [d for n in w.book.arities(key) if (d := w.definition(key, n)) is not None and d.at <= w.at]
    if not marks and told and max(told, key=lambda d: d.at) is not found:
        raise Unclear(f"{key}' where several {key} are defined", sym.at)
    only = _only(found)
    if not w.reading.prime:
        if only is None or found.params:
            raise Meaningless("a prime that has no other reading", sym.at)
        return _by_only(w, sym, found, only, marks, env)
    target = found.params[0] if len(found.params) == 1 else w.current
    if not found.params and only is not None and not found.letters:
        base = w.book.usage.split(only)[0]
        same = isinstance(target, Sym) and w.book.usage.split(target)[0] == base  # by x_j, of e^{x_i}
        free = not (same or w.book.arities(base))
        target = only if free else target  # of one that is defined, it may be by what that is made of
    if target is None:
        target = by_names(w, found)
    if target is None:
        raise Unclear(f"{key}' is a derivative by a name that is not said", sym.at)
    return w.text(Deriv("total", plain, (target,) * sym.primes, at=sym.at), env)


def _by_only(w: References, sym: Sym, found: Definition, only: Sym, marks: tuple[Mark, ...], env: Env) -> str:
    """``a'`` by the only name in what a is, which it may be by whatever the text derives by before: by z, of
    ``a = 1 / (1 + e^{-z})``."""
    given = dict(zip(found.letters, marks, strict=False))
    arg = replace(only, sub=tuple(given.get(str(m), m) for m in only.sub) if marks else ())
    number = Sym("entryarg")
    return _at(w, _with(found.body, only, number), number, arg, sym.primes, env)


def _only(found: Definition) -> Sym | None:
    """The only name in what a function is; an entry that a sum goes over is none that is there."""
    names = list(_names(found).values())
    bound = {x for n in walk(found.body) if isinstance(n, Big) for x in n.letters}
    if len(names) != 1 or any(str(m) in bound for m in (*names[0].sub, *names[0].sup)):
        return None
    return names[0]


def _names(found: Definition) -> dict[tuple[str, tuple[Mark, ...], tuple[Mark, ...]], Sym]:
    heads = {id(n.head) for n in walk(found.body) if isinstance(n, Apply)}
    syms = [n for n in walk(found.body) if isinstance(n, Sym) and id(n) not in heads]
    return {(n.base, n.sub, n.sup): n for n in syms if n.base not in ("pi", "e")}


def by_names(w: References, found: Definition) -> Sym | None:
    """The name that the prime of a function without an argument is by, of several: that which the next
    derivative is by."""
    names = _names(found)
    bound = {x for n in walk(found.body) if isinstance(n, Big) for x in n.letters}
    if found.letters or any(str(m) in bound for n in names.values() for m in (*n.sub, *n.sup)):
        return None  # an entry that a sum goes over is none that is there
    rows = (s for f in w.book.formulas if f.item.at >= found.at for r in f.rows for s in r.statements)
    nodes = (n for s in rows for e in s.elements if e.node is not None for n in walk(e.node))
    targets = (n.targets[0] for n in nodes if isinstance(n, Deriv) and len(n.targets) == 1)
    by = next((t for t in targets if isinstance(t, Sym)), None)
    return by if by is not None and (by.base, by.sub, by.sup) in names else None


def of_number(w: References, d: Definition | None) -> Definition | None:
    """A function that is defined at an entry, and rests on nothing else that has indices, as one of a number:
    ``s(z_i) = 1/(1 + e^{-z_i})``."""
    if d is None or len(d.params) != 1:
        return None
    if w.book.source.line_of(d.at) > w.book.source.line_of(w.at):
        return None  # before it is defined, f is any function
    (param,) = d.params
    if not isinstance(param, Sym) or not w.book.usage.split(param)[1]:
        return None
    number = Sym("entryarg")
    body = _with(d.body, param, number)
    rest = list(walk(body))
    plain = all(not w.book.usage.split(n)[1] for n in rest if isinstance(n, Sym))
    if not plain or any(isinstance(n, (Big, Deriv)) for n in rest) or number not in rest:
        return None
    return replace(d, params=(number,), letters=(), body=body)


def _with(node: Node, old: Sym, new: Sym) -> Node:
    if isinstance(node, Sym) and (node.base, node.sub, node.sup) == (old.base, old.sub, old.sup):
        return replace(new, at=node.at, end=node.end)
    return map_nodes(node, lambda n: _with(n, old, new))


def primed(w: References, node: Apply, env: Env) -> str:
    """``f'(x)``."""

    head = replace(node.head, primes=0)
    order = node.head.primes
    key, marks = w.book.usage.split(head)
    marks = (*marks, *node.sub)
    found = w.definition(key, len(marks), 1)
    arg = node.args[0] if len(node.args) == 1 else None
    if arg is None:
        raise Unclear("a prime at a function of several arguments", node.at)
    if found is None and not w.book.arities(key):
        meant = usual(w, key)
        if meant is not None or key in KNOWN or key in BUILTIN:
            x = Sym("xparam")
            known: Node = Fn(key, (x,)) if meant is None and key in KNOWN else Apply(Sym(key), (x,))
            return _at(w, known, x, arg, order, env)
    if found is None:
        return unknown(w, key, node, marks, env, order)
    if len(found.params) > 1:
        raise Unclear("a prime at a function of several arguments", node.at)
    param = found.params[0] if found.params else arg
    if not isinstance(param, Sym):
        raise Unclear("a prime at a function whose argument is no name", node.at)
    pkey, pmarks = w.book.usage.split(param)
    if isinstance(arg, Sym):
        akey, amarks = w.book.usage.split(arg)
        vector = any(
            isinstance(n, Sym) and n.base == param.base and w.book.usage.split(n)[1] for n in walk(found.body)
        )
        if akey == pkey and pmarks and len(amarks) == len(pmarks):
            # f(z_j) is given: f'(z_i) is its derivative by z_i, or that of f at i
            body: Node = head if w.reading.prime else Apply(head, (arg,))
            return w.text(Deriv("partial", body, (arg,) * order, at=node.at), env)
        if akey == pkey and vector and amarks:
            return w.text(Deriv("partial", head, (arg,) * order, at=node.at), env)
        indexed = not pmarks and not w.book.definitions.get((pkey, 0)) and bool(w.book.arities(pkey))
        if akey == pkey and len(amarks) == len(pmarks) and not indexed:  # z, where z_j is defined, is any z
            return w.text(Deriv("total", head, (arg,) * order, at=node.at), env)
        plain = of_number(w, found)
        if plain is not None:
            return _at(w, plain.body, Sym("entryarg"), arg, order, env)
        if vector or pmarks:
            return unknown(w, key, node, marks, env, order)
    if found.letters:
        raise Unclear("a prime at a function with indices", node.at)
    return _at(w, found.body, param, arg, order, env)


def at_place(w: References, node: At, env: Env) -> str:
    """``node|_{x = a}``: what stands before the bar is worked out of any x, which is a after that."""
    if not isinstance(node.name, Sym):
        raise Unclear("a value at a place that has no name", node.at)
    key, marks = w.book.usage.split(node.name)
    if marks or w.book.arities(key) not in ([], [0]):
        raise Unclear("a value at a place that is no number", node.at)
    inner = _held(w, node.name)
    shown, name = inner.text(node.body, env), inner.text(node.name, env)
    if re.search(r"\bD\(", shown):
        shown = worked_out(inner, shown)
    if inner.opaque or not (node.listed or re.search(rf"\b{name}\b", shown)):
        said = Meaningless if w.reading.formal else Unclear
        raise said(f"{NO_TIE} {key}", node.at)
    return _put(w, inner, shown, name, node.value, env)


def _at(w: References, body: Node, param: Sym, arg: Node, order: int, env: Env) -> str:
    """The derivative of a function of a scalar, at an argument."""
    inner = _held(w, param)
    name = inner.text(param, env)
    made = worked_out(inner, f"D({inner.text(body, env)}, {', '.join([name] * order)})")
    return _put(w, inner, made, name, arg, env)


def _held(w: References, param: Sym) -> References:
    """A writer that takes a name for an input."""
    inner = w.inner(w.reading)
    inner.cut = set(w.cut) | {w.book.usage.ident(w.book.usage.split(param)[0], 0)}
    return inner


def _put(w: References, inner: References, made: str, name: str, arg: Node, env: Env) -> str:
    given = w.text(arg, env)
    absorb(w, inner)
    made = bring(w, re.sub(rf"\b{name}\b", "<0>", made), env)  # not a name that is defined
    made = "(" + made.replace("<0>", f"({given})") + ")"
    return turned(made) if w.reading.ties else made
