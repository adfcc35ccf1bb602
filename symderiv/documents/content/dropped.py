"""Names that lose a label: ``\\mu_B`` and ``\\sigma_B^2`` are defined of a batch B, and mu is spoken of then.

Input: the statements of all formulas.  A capital that is a label of several names is taken away, where one of
them stands without it and nothing defines it so, or what does says the same.  And entries that are named by
those of the input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Big, Mark, Node, Sym, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Statement

_SLOT = "slot"


def drop_labels(statements: Sequence[Statement]) -> None:
    """Take such labels away."""
    _by_inputs(statements)
    heads: dict[Sym, Node] = {}
    for s in statements:
        if s.relations == ["", "="]:
            head, body = (e.node for e in s.elements)
            if isinstance(head, Sym) and body is not None:
                heads.setdefault(head, body)
    names = {n for s in statements for e in s.elements if e.node is not None for n in walk(e.node)}
    syms = {n for n in names if isinstance(n, Sym) and not n.primes and not n.sup}
    labels = {n.sub[0] for n in heads if len(n.sub) == 1 and _is_label(n.sub[0])}
    for label in sorted(labels, key=str):
        own = {n for n in heads if n.sub == (label,)}
        plain = {replace(n, sub=()) for n in own}
        rivals = {n for n in syms if len(n.sub) == 1 and n.sub != (label,) and _is_label(n.sub[0])}
        if len(own) < 2 or plain & {replace(n, sub=()) for n in rivals} or not plain & syms:
            continue
        stated = [n for n in plain if n in heads]
        whole = {n: _without(heads[replace(n, sub=(label,))], label, plain) for n in stated}
        if all(_alike(whole[n]) == _alike(heads[n]) for n in stated):
            for s in statements:
                for e in s.elements:
                    e.node = _without(e.node, label, plain) if e.node is not None else None


def _by_inputs(statements: Sequence[Statement]) -> None:
    """``S_{x_i} = e^{x_i} / \\sum_j e^{x_j}`` as S_i: an entry that is named by that of the input."""
    names: set[tuple[str, str]] = set()
    for s in (s for s in statements if s.relations[:2] == ["", "="] and not s.leading):
        head, body = (e.node for e in s.elements[:2])
        if isinstance(head, Sym) and body is not None and len(head.sub) == 1 and head.sub[0].kind == "word":
            name, _, letter = head.sub[0].text.partition("_")
            entry = Sym(name, (Mark("letter", letter),))
            names |= {(head.base, name)} if len(letter) == 1 and entry in set(walk(body)) else set()
    for e in (e for s in statements for e in s.elements if names):
        e.node = _by_letters(e.node, names) if e.node is not None else None


def _by_letters(node: Node, names: set[tuple[str, str]]) -> Node:
    if isinstance(node, Sym) and len(node.sub) == 1 and node.sub[0].kind == "word":
        name, _, letter = node.sub[0].text.partition("_")
        short = (node.base, name) in names and len(letter) == 1
        return replace(node, sub=(Mark("letter", letter),)) if short else node
    return map_nodes(node, lambda n: _by_letters(n, names))


def _is_label(m: Mark) -> bool:
    """Whether a mark is one capital, calligraphic or not."""
    text = m.text.removesuffix("cal")
    return m.kind == "letter" and len(text) == 1 and text.isupper()


def _without(node: Node, label: Mark, plain: set[Sym]) -> Node:
    if isinstance(node, Sym) and node.sub == (label,) and replace(node, sub=()) in plain:
        return replace(node, sub=())
    return map_nodes(node, lambda n: _without(n, label, plain))


def _alike(node: Node) -> Node:
    """A tree whatever its sums' letters and limits are called."""
    node = map_nodes(node, _alike)
    if isinstance(node, Big) and len(node.letters) == 1 and not node.apart:
        (letter,) = node.letters
        return replace(node, letters=(_SLOT,), upper="", lower="", body=_put(node.body, letter))
    return node


def _put(node: Node, letter: str) -> Node:
    if isinstance(node, Sym):
        marks = (replace(m, text=_SLOT) if m.text == letter else m for m in node.sub)
        return replace(node, sub=tuple(marks))
    return map_nodes(node, lambda n: _put(n, letter))
