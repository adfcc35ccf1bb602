"""By what a derivative is: the name that a prime does not say, the layer or the entry that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.meaning.reading import Meaningless, Unclear
from symderiv.documents.text.syntax import Apply, Mark, Node, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.content.definition import Definition
    from symderiv.documents.meaning.references import References


def by_context(w: References, body: Node) -> Sym:
    """The name that ``(1 + e^x)'`` is a derivative by: the one in it, or the one that the text is about."""
    heads = {id(n.head) for n in walk(body) if isinstance(n, Apply)}
    names = {
        (n.base, n.sub, n.sup): n
        for n in walk(body)
        if isinstance(n, Sym) and id(n) not in heads and n.base not in ("pi", "e") and not n.primes
    }
    for (base, sub, sup), n in list(names.items()):  # (\log\sigma)': by what sigma is a function of
        known = w.definition(base, 0) if not (sub or sup) else None
        if known is not None and len(known.params) == 1 and isinstance(param := known.params[0], Sym):
            del names[base, sub, sup]
            names[param.base, param.sub, param.sup] = param
        elif known is None and not (sub or sup) and _is_applied(w, n):
            raise Unclear(f"{base} is not defined", n.at)
    now = w.current
    if len(names) == 1:
        (only,) = names.values()
        if isinstance(now, Sym) and only.sub and (now.base, len(now.sub)) == (only.base, len(only.sub)):
            return now  # (\sum_k e^{x_k})', or (e^{x_j})', where derivatives are by x_i
        own = isinstance(now, Sym) and (now.base, now.sub, now.sup) == (only.base, only.sub, only.sup)
        if not own and w.book.arities(w.book.usage.split(only)[0]):
            raise Unclear("a derivative by a name that is not said", body.at)  # by it, or what it is made of
        return only
    if isinstance(now, Sym) and (now.base, now.sub, now.sup) in names:
        return now
    of = {p.base for ds in w.book.definitions.values() for d in ds for p in d.params if isinstance(p, Sym)}
    found = [n for n in names.values() if n.base in of and not n.sub]
    if len(found) == 1:
        return found[0]
    raise Unclear("a derivative by a name that is not said", body.at)


def _is_applied(w: References, name: Sym) -> bool:
    """Whether a name stands before an argument somewhere."""
    rows = (s for f in w.book.formulas for r in f.rows for s in r.statements)
    nodes = (n for s in rows for e in s.elements if e.node is not None for n in walk(e.node))
    return any(isinstance(n, Apply) and n.head.base == name.base and not n.sub for n in nodes)


def choose(w: References, body: Node, target: Sym) -> None:
    """Of names that are written in two ways, which agree, those that the target stands in."""
    wanted = w.book.usage.split(target)[0]
    for sym in (n for n in walk(body) if isinstance(n, Sym) and not n.primes):
        key, marks = w.book.usage.split(sym)
        versions = w.book.definitions.get((key, len(marks)), [])
        found = w.definition(key, len(marks))
        if found is not None and len(versions) > 1 and not _leads(w, found, wanted):
            other = next((d for d in versions if d.agrees and _leads(w, d, wanted)), None)
            if other is not None:
                w.chosen[key, len(marks)] = other


def _leads(w: References, d: Definition, wanted: str) -> bool:
    """Whether a name stands in a definition, or in those that it rests on."""
    queue, seen = [d], {d.key}
    while queue:
        for n in walk(queue.pop().body):
            if isinstance(n, Sym):
                key, marks = w.book.usage.split(n)
                if key == wanted:
                    return True
                inner = w.book.find(key, len(marks), w.at)
                if key not in seen and inner is not None:
                    seen.add(key)
                    queue.append(inner)
    return False


def in_layer(w: References, body: Node, t: Sym) -> Sym:
    """``\\nabla_a C``: by the a of the layer that C is defined with."""
    usage = w.book.usage
    if not usage.layers or t.sup or not isinstance(body, Sym) or w.book.arities(usage.split(t)[0]):
        return t
    key, marks = w.book.usage.split(body)
    found = w.definition(key, len(marks))
    layers = {n.sup for n in (walk(found.body) if found is not None else ())
              if isinstance(n, Sym) and n.base == t.base}  # fmt: skip
    return replace(t, sup=layers.pop()) if len(layers) == 1 else t


def by_position(w: References, body: Node, t: Sym) -> Sym:
    """The target of ``D_j S_i``, ``\\partial_j \\log S_i``: the entries of the one vector that these are
    functions of."""
    inputs = list(_inputs(w, body, set()))
    lone = t.sub[0].text if len(t.sub) == 1 and t.sub[0].kind == "number" else ""
    pair = [tuple(Mark("number", c) for c in lone)] if len(lone) == 2 else []
    for sub in (*pair, t.sub):  # D_{11}: row 1, column 1, where there is a matrix
        names = {(n.base, n.style) for n in inputs if len(w.book.usage.split(n)[1]) == len(sub)}
        if len(names) == 1:
            ((base, style),) = names
            return Sym(base, sub, style=style)
    said = Meaningless if w.reading.formal else Unclear
    raise said("a derivative by the entries of what is not said", t.at)


def _inputs(w: References, node: Node, seen: set[tuple[str, int]]) -> Iterator[Sym]:
    """The names that what is defined rests on in the end."""
    for n in walk(node):
        if not isinstance(n, (Sym, Apply)):
            continue
        key, marks = w.book.usage.split(n.head if isinstance(n, Apply) else n)
        marks = (*marks, *n.sub) if isinstance(n, Apply) else marks  # \sigma(z)_i
        found = w.definition(key, len(marks))
        if found is not None and (key, len(marks)) not in seen:
            seen.add((key, len(marks)))
            yield from _inputs(w, found.body, seen)
        elif found is None and isinstance(n, Sym) and n.base and not w.book.arities(key):
            yield n
