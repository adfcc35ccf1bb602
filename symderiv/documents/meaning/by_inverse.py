"""Derivatives by a matrix of what rests on its inverse or its determinant.

Input: a derivative and the writer of its claim.  Output: its text, by the rules of these two.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from symderiv.documents.matrix.inverses import COLUMN, ROW
from symderiv.documents.meaning.reading import Meaningless, Unclear
from symderiv.documents.text.syntax import Deriv, Mark, Node, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.meaning.reading import Env
    from symderiv.documents.meaning.references import References

    Partial = Callable[[References, Node, list[Sym], Env], str]


def is_by_inverse(w: References, body: Node, target: str) -> bool:
    """Whether an expression rests on the inverse of what has a name in it."""
    of = w.book.inverses.of
    return bool(of) and any(
        target in _reached(w, of[key][1].entry((ROW, COLUMN))) for key in _reached(w, body) if key in of
    )


def _reached(w: References, node: Node) -> set[str]:
    """The names in an expression, and in what they are defined by."""
    queue, seen = [node], set()
    while queue:
        for n in walk(queue.pop()):
            if isinstance(n, Sym):
                key, marks = w.book.usage.split(n)
                if key not in seen:
                    seen.add(key)
                    found = w.book.find(key, len(marks), w.at)
                    queue += [found.body] if found is not None else []
    return seen


def of_inverse(w: References, node: Deriv, targets: list[Sym], env: Env, partial: Partial) -> str:
    """The derivative by a matrix of what rests on its inverse B, or on its determinant d: ``dB = -B dA B``,
    ``dd = d tr(B dA)``."""
    book, target, body = w.book, targets[0], node.body
    key, marks = book.usage.split(target)
    assert body is not None
    made = {name: base for name, (base, _) in book.inverses.of.items() if is_by_inverse(w, Sym(name), key)}
    own = all(isinstance(b, Sym) and book.usage.split(b)[0] == key for b in made.values())
    plain = len(targets) == 1 and len(marks) == 2 and w.definition(key, 2) is None
    if w.reading.formal:
        raise Meaningless("the step has no such name in it", node.at)
    if not own or not plain:
        raise Unclear("the derivative of an inverse", node.at)
    shown = w.text(body, env)
    i, j = (w.position(m, env) for m in marks)
    ident = w.input(key, 2)
    parts = [f"D({shown}, {ident}[{i},{j}])"] if depends(w, shown, [ident]) else []
    base = next(iter(made.values()))
    inverse = w.input(book.inverses.names.get(("inverse", base), f"inverse_{key}"), 2)
    for name in made:
        if name.startswith("determinant"):
            slope = partial(w, body, [Sym(name, style="word")], env)
            parts.append(f"{slope}*{w.input(name, 0)}*{inverse}[{j},{i}]")
        else:
            k, n = w.counter.fresh("k"), w.counter.fresh("n")
            w.book.usage.letters |= {k, n}
            marks = (Mark("letter", k), Mark("letter", n))
            slope = partial(w, body, [Sym(name, marks, style="word")], env.bind({k: k, n: n}))
            parts.append(f"(-sum[{k},{n}]({slope}*{inverse}[{k},{i}]*{inverse}[{j},{n}]))")
    return "(" + " + ".join(parts) + ")"


def depends(w: References, text: str, names: list[str]) -> bool:
    """Whether an expression has a name in it, or in what it is defined by."""
    seen: set[str] = set()
    queue = [text]
    heads = {s.partition("=")[0].strip().partition("[")[0]: s.partition("=")[2] for s in w.statements}
    while queue:
        for name in re.findall(r"[A-Za-z]\w*", queue.pop()):
            if name in names:
                return True
            if name in heads and name not in seen:
                seen.add(name)
                queue.append(heads[name])
    return False
