"""Definitions in words: ``$S$ stands for ...``, "call this $H$", ``$t_j = 1$ if $j = o$ and 0 otherwise``.

Input: the items of a document with their formulas.  What is set: statements of these formulas, as if they had
been written with a sign.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.text.blocks import Item
from symderiv.documents.text.marks import condition_of
from symderiv.documents.text.rows import Statement, element_of
from symderiv.documents.text.syntax import Apply, Fn, Indicator, Mark, Node, Number, Sym, map_nodes
from symderiv.documents.text.vocabulary import SOFTMAX

if TYPE_CHECKING:
    from symderiv.documents.content.formulas import Formula

_STANDS_FOR = re.compile(
    r"\s*(?:stands for|denotes|is short for|abbreviates|denota|bezeichnet|désigne|"
    r"обозначает|表示|代表|指的是)(?: the sum)?\s*"
)
#: Behind a name: what is said is something of it, "C 表示 Y 的方差".
_OF_IT = re.compile(r"\s*(?:的|の|의|'s\b|’s\b)")
#: "writing $p$ for $\\sigma(z)$": before the name, and behind it.
_WRITING = re.compile(r"\b(?:writ(?:e|ing)|abbreviat(?:e|ing))\s*$")
_FOR = re.compile(r"\s*(?:for|instead of|in place of)\s*")
#: "$p$ is the softmax of $z$", a name that no row defines.
_OF_FUNCTION = re.compile(
    r"[\s,]*(?:is|be|being|denotes|for)?\s+the\s+(softmax|sigmoid)\s+of(?:\s+the)?(?:\s+(?:logits?|scores?))?\s*"
)


def spoken_definitions(items: list[Item], formulas: list[Formula]) -> None:
    """``$S$ stands for $\\sum_k e^{a_k}$``: a definition."""
    waiting = iter(formulas)
    kept = [item for item in items if item.kind != "break"]
    read = [(item, next(waiting) if item.kind == "math" else None) for item in kept]
    for n, (between, _) in enumerate(read[1:-1]):
        one, two = read[n][1], read[n + 2][1]
        behind = read[n + 3 : n + 5]
        if one is not None and two is not None and _ONLY.fullmatch(between.text.lower()):
            _labelled(one, two, "".join("0" if f and f.item.text == "0" else i.text for i, f in behind))
    for n, ((_, one), (between, _), (_, two)) in enumerate(zip(read, read[1:], read[2:], strict=False)):
        if one is None or two is None:
            continue
        if _CALLED.fullmatch(between.text.lower()):
            row = read[n - 2][1] if n > 1 and _ASIDE.fullmatch(read[n - 1][0].text.lower()) else None
            _called(row if row is not None and row.item.display else one, two)
        if found := _OF_FUNCTION.fullmatch(between.text.lower()):
            _function_of(one, two, found.group(1), formulas)
        before = read[n - 1][0].text.lower() if n else ""
        writing = _FOR.fullmatch(between.text) and _WRITING.search(before)
        if not (_STANDS_FOR.fullmatch(between.text) or writing):
            continue
        if not writing and n + 3 < len(read) and _OF_IT.match(read[n + 3][0].text):
            continue
        if [len(f.rows) for f in (one, two)] != [1, 1] or any(f.rows[0].statements for f in (one, two)):
            continue
        sides = [element_of(f.rows[0].tokens) for f in (one, two)]
        if all(e.node is not None for e in sides):
            one.rows[0].statements.append(Statement(sides, ["", "="]))


def _function_of(one: Formula, two: Formula, name: str, formulas: list[Formula]) -> None:
    if [len(f.rows) for f in (one, two)] != [1, 1] or any(f.rows[0].statements for f in (one, two)):
        return
    made, of = (element_of(f.rows[0].tokens) for f in (one, two))
    if not isinstance(made.node, Sym) or not isinstance(of.node, Sym):
        return
    heads = [
        s.elements[0].node for f in formulas for r in f.rows for s in r.statements if len(s.elements) > 1
    ]
    heads += [h.head for h in heads if isinstance(h, Apply)]
    if any(isinstance(h, Sym) and h.base == made.node.base for h in heads):
        return  # a row says what it is
    applied: Node = Apply(Sym(name, style="word"), (of.node,)) if name in SOFTMAX else Fn(name, (of.node,))
    one.rows[0].statements.append(Statement([made, replace(of, node=applied)], ["", "="]))


def one_sign(formulas: list[Formula]) -> None:
    """``\\Sigma`` for the sum that is written with the other sign where it gets its name."""
    statements = [s for f in formulas for r in f.rows for s in r.statements]
    named = {
        s.elements[0].node.base
        for s in statements
        if isinstance(s.elements[0].node, Sym) and len(s.elements) > 1
    }
    (one, other) = ("Sigma", "Sum") if "Sum" in named else ("Sum", "Sigma")
    if other not in named or one in named:
        return

    def put(node: Node) -> Node:
        if isinstance(node, Sym) and node == Sym(one):
            return replace(node, base=other)
        return map_nodes(node, put)

    for e in (e for s in statements for e in s.elements):
        e.node = None if e.node is None else put(e.node)


_CALLED = re.compile(
    r"[\s,.;(]*(?:(?:and|which|let us|let's|we|i|will|shall|now|to)\s+)*"
    r"(?:call|denote|name|write|abbreviate)\s+(?:this|it|that)(?:\s+\w+)?(?:\s+(?:as|by|with))?\s*:?\s*"
)


#: Between a row and an equation that only says what a name in it is.
_ASIDE = re.compile(r"[\s,.;:(]*(?:where|with|here)[\s,:]*")


def _called(shown: Formula, name: Formula) -> None:
    """``\\frac{\\partial L}{\\partial a} = ...``, call this ``$H$``: the head of a chain gets a name."""
    chains = [s for r in shown.rows for s in r.statements]
    if not chains or len(name.rows) != 1 or name.rows[0].statements or name.item.display:
        return
    head, made = chains[0].elements[0], element_of(name.rows[0].tokens)
    if isinstance(made.node, Sym) and head.node is not None and not chains[0].leading:
        name.rows[0].statements.append(Statement([made, head], ["", "="]))


#: Between ``t_j = 1`` and its condition, and behind that.
_ONLY = re.compile(
    r"\s*,?\s*(?:only\s+)?(?:if|when|for|iff|where|wenn|falls|für|si|para|pour|当)(?: and only if)?\s*"
)
_ELSE = re.compile(
    r"[\s,;.]*(?:and\s+|but\s+)?(?:is\s+|it is\s+)?(?:0|zero|else|otherwise|sonst|sinon|null)\b"
)


def _labelled(label: Formula, condition: Formula, behind: str) -> None:
    """``$t_j = 1$ if $j = o$ and 0 otherwise``: what defines the label."""
    statements = [s for f in (label, condition) for r in f.rows for s in r.statements]
    if len(statements) != 2 or any(f.item.display for f in (label, condition)):
        return
    name, one = (e.node for e in statements[0].elements[:2])
    found = condition_of(condition.rows[0].tokens)
    if not isinstance(name, Sym) or one != Number(Fraction(1)) or len(name.sub) != 1 or found is None:
        return
    letters = [m.text for m in (found.left, found.right) if isinstance(m, Mark) and m.kind == "letter"]
    if found.op == "=" and len(letters) == 2 and name.sub[0].text in letters and _ELSE.match(behind.lower()):
        statements[0].elements[1].node = Indicator(found)
