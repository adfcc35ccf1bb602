"""``w \\cdot x`` of names whose entries w_j, x_j stand elsewhere: the sum of the products of these; and
``softmax(z_i)``, the entry of the softmax of z.

Input: statements as they are written.  What is set: their trees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symderiv.documents.text.rows import Statement
from symderiv.documents.text.syntax import Apply, Big, Deriv, Div, Fn, Mark, Mul, Node, Sym, map_nodes, walk
from symderiv.documents.text.vocabulary import SOFTMAX
from symderiv.documents.text.written import LETTER

_ENTRY = Mark("letter", LETTER)
_STYLES = ("bold",)


def dots(statements: Sequence[Statement]) -> None:
    """Put the sums in their places."""
    elements = [e for s in statements for e in s.elements if e.node is not None]
    syms = [n for e in elements if e.node is not None for n in walk(e.node) if isinstance(n, Sym)]
    entries = {(n.base, n.sub[0].text) for n in syms if len(n.sub) == 1 and n.sub[0].kind == "letter"}

    def is_whole(x: Node, y: Node) -> bool:
        plain = isinstance(x, Sym) and isinstance(y, Sym) and not (x.sub or y.sub or x.primes or y.primes)
        if not plain or not isinstance(x, Sym) or not isinstance(y, Sym) or x.base == y.base:
            return False
        letters = [{letter for base, letter in entries if base == z.base} for z in (x, y)]
        return x.style not in _STYLES and y.style not in _STYLES and bool(letters[0] & letters[1])

    inner = [n.args[0] for e in elements if e.node is not None for n in walk(e.node)
             if isinstance(n, Fn) and n.name == "exp"]  # fmt: skip
    numbers = {n.base for n in inner if isinstance(n, Sym) and len(n.sub) == 1 and not n.sup}

    def put(node: Node) -> Node:
        node = map_nodes(node, put)
        if isinstance(node, Apply) and node.head.base in SOFTMAX and len(node.args) == 1 and not node.sub:
            (arg,) = node.args
            entry = isinstance(arg, Sym) and arg.base in numbers and len(arg.sub) == 1 and not arg.sup
            if entry and isinstance(arg, Sym) and arg.sub[0].kind == "letter":
                whole = replace(
                    node, head=replace(node.head, primes=0), args=(replace(arg, sub=()),), sub=arg.sub
                )
                slopes = (arg,) * node.head.primes  # softmax'(z_i): by what stands in brackets
                return Deriv("total", whole, slopes, at=node.at, end=node.end) if slopes else whole
            if isinstance(arg, Sym) and not arg.sup and len(node.head.sub) == 1 and len(arg.sub) > 1:
                return _along(arg, node.head.sub[0], node)
        if isinstance(node, Mul) and node.dot and len(node.factors) == 2 and is_whole(*node.factors):
            both = tuple(replace(x, sub=(_ENTRY,)) for x in node.factors if isinstance(x, Sym))
            return Big("sum", (LETTER,), "", "", (), Mul(both), at=node.at, end=node.end)
        return node

    for e in elements:
        e.node = None if e.node is None else put(e.node)


def _along(arg: Sym, letter: Mark, node: Apply) -> Node:
    """``softmax_j(S_{ij})``: the softmax along an axis, at the entry itself."""
    if letter.kind != "letter" or letter not in arg.sub:
        return node
    other = Mark("letter", f"{letter.text}prime")
    beside = replace(arg, sub=tuple(other if m == letter else m for m in arg.sub))
    below = Big("sum", (other.text,), "", "", (), Fn("exp", (beside,)))
    return Div(Fn("exp", (arg,)), below, at=node.at, end=node.end)
