"""Functions that a document uses and does not define."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symderiv.documents.meaning.reading import Unclear
from symderiv.documents.text.syntax import Apply, Mark, Node, Sym
from symderiv.documents.text.vocabulary import BUILTIN, SWISH

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.content.definition import Definition
    from symderiv.documents.meaning.reading import Env
    from symderiv.documents.meaning.references import References

#: The degree of the polynomial that stands for an unknown function: derivatives up to it are arbitrary.
_ORDER = 3


_NORMAL = r"gelu|normal|gaussian|probit|\berf\b"
#: Functions that documents name and do not define: what is meant, as text, and the word that must be near.
_USUAL = {
    "sigma": ("the logistic function", "sigmoid({})", ""),
    "Phi": ("the normal distribution function", "((1 + erf(({})/sqrt(2)))/2)", _NORMAL),
    "phi": ("the normal density", "(exp(-(({})**2)/2)/sqrt(2*pi))", _NORMAL),
    **dict.fromkeys(SWISH, ("x sigmoid(x)", "(({0})*sigmoid({0}))", "")),
}


def usual(w: References, key: str) -> str | None:
    """What a name that nothing defines usually stands for; a row with it is not called wrong."""
    if key not in _USUAL or w.book.arities(key) or (key == "sigma" and w.reading.generic):
        return None
    said, text, cue = _USUAL[key]
    if cue and not re.search(cue, w.book.source.raw, re.IGNORECASE):
        return None
    if not (key == "sigma" and w.book.logistic):
        w.weak.append(f"{key} is not defined here; it is taken as {said}")
    return text


def says_nothing(book: Book, d: Definition) -> bool:
    """Whether a definition is by a function of several names, or of a vector, that nothing defines:
    ``s_i = sim(z, z_i)``, ``L = f(S)``."""
    body = d.body
    if not isinstance(body, Apply) or body.opaque or not body.args or body.head.primes:
        return False
    if len(body.args) < 2 and not _is_vector(book, body.args[0]):
        return False
    key, _ = book.usage.split(body.head)
    return not book.arities(key) and key not in BUILTIN and all(isinstance(a, Sym) for a in body.args)


def is_vector(w: References, arg: Node) -> bool:
    return _is_vector(w.book, arg)


def _is_vector(book: Book, arg: Node) -> bool:
    indexed = isinstance(arg, Sym) and not arg.sub and (arg.base, "sub") in book.usage.indexed
    return indexed or (isinstance(arg, Sym) and not arg.sub and arg.style == "bold")


def unknown(w: References, key: str, node: Apply, marks: tuple[Mark, ...], env: Env, order: int) -> str:
    """A function that the document does not define: of a scalar, any polynomial of degree 3 (its value and
    derivatives at a point are any numbers, so that an identity between these holds for it where it always
    does); else a name of its own."""
    if len(node.args) != 1 or marks or is_vector(w, node.args[0]):
        if order:
            raise Unclear(f"the derivative of {key}, which is not defined", node.at)
        split = [w.book.usage.split(a) if isinstance(a, Sym) else ("", ()) for a in node.args]
        shown = [k or str(abs(hash(a)) % 10**6) for a, (k, _) in zip(node.args, split, strict=True)]
        name = f"{key}({','.join(shown)})"
        w.opaque.add(name)
        w.weak.append(f"{key} is not defined for these arguments")
        places = [w.position(m, env) for m in (*marks, *(m for _, own in split for m in own))]
        return w.entry(w.input(name, len(places)), places)
    if (key, 0) in w.book.poisoned:
        w.weak.append(f"the definition of {key} is not read")
    arg = w.text(node.args[0], env)
    w.opaque.add(key)
    last = max(_ORDER - w.book.nested, order)
    names = [w.input(f"{key}_c{n}", 0) for n in range(last + 1)]
    parts = []
    for n in range(order, last + 1):
        factor = 1
        for k in range(order):
            factor *= n - k
        parts.append("*".join([str(factor), names[n], *([f"({arg})**{n - order}"] if n > order else [])]))
    return "(" + " + ".join(parts) + ")"
