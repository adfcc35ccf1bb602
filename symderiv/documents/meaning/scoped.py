"""How far a sum goes: to the bracket that stands behind its sign, or to the end of the term; its last index.

``\\sum_i (g_i x_i) \\cdot x_i``, where i is a letter outside of the sum as well, is the sum times x_i.
"""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.documents.text.syntax import Big, Mul, Node, map_nodes


def narrowed(node: Node) -> Node:
    """A tree with sums that end with the bracket behind their signs."""
    node = map_nodes(node, narrowed)
    if isinstance(node, Big) and node.bracket >= 0:
        inner, rest = _split(node.body, node.bracket)
        if rest:
            sum_ = Big(node.op, node.letters, node.upper, node.lower, node.apart, inner, at=node.at)
            return Mul((sum_, *rest), at=node.at, end=node.end)
    return node


def _split(body: Node, end: int) -> tuple[Node, list[Node]]:
    """What stands in the bracket that ends at an offset, and the factors behind it."""
    if not isinstance(body, Mul) or any(f.at < end for f in body.factors[1:]):
        return body, []
    inner, rest = _split(body.factors[0], end)
    return inner, [*rest, *body.factors[1:]]


def is_shadowed(nodes: Iterable[Node], free: Iterable[str]) -> bool:
    """Whether a sum with factors behind its bracket runs over a letter that stands outside of it as well."""
    outer = set(free)
    return any(isinstance(n, Big) and n.bracket >= 0 and outer & set(n.letters) for n in nodes)
