"""Layers and steps: ``a^{l-1}``, ``h_{t-1}`` are names of their own.

A letter that names carry shifted, and that nothing sums over, counts layers (or steps in time): it is a
label, not an index.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from symderiv.documents.text.cursor import ACCENTS
from symderiv.documents.text.latex import Token
from symderiv.documents.text.marks import GREEK
from symderiv.documents.text.syntax import Mark, Node, Sym, walk

_LETTER = r"(?:[lL]|\\ell)"
_BARE = re.compile(
    rf"\^\{{?\s*{_LETTER}\s*[-+]\s*1"
    rf"|\\partial\s*\\?[A-Za-z]+(?:_(?:\{{[^{{}}]*\}}|\w))?\^\{{?\s*{_LETTER}\s*\}}"
)


#: What a row begins with, ``a_j^L = ``, beside another name at that layer.
_HEAD = re.compile(
    rf"(?:^|\\\\|\n)[\s&]*\\?[A-Za-z]+(?:_(?:\{{[^{{}}]*\}}|\w))?\^\{{?\s*({_LETTER})\s*\}}?\s*&?\s*="
    rf"[^=]*?[A-Za-z}}]\^\{{?\s*\1(?!\w)"
)


def speaks_of_layers(formulas: Iterable[str]) -> bool:
    """Whether superscripts l, l - 1, L count layers."""
    return any(_BARE.search(f) or _HEAD.search(f) for f in formulas)


_STEP = re.compile(r"[_^]\{?\(?\s*t\s*[-+]\s*1")
_AT_STEP = re.compile(r"(?:^|\\\\|[\n&;,])\s*\\?([A-Za-z]+)(?:_(?:\{[^{}]*\}|\w))?\^\{?t\}?\s*&?\s*=")


def stepped(formulas: Sequence[str]) -> set[str]:
    """Names that carry a step t above, where rows begin with them; "*" for all Latin letters."""
    if not any(_STEP.search(f) for f in formulas):
        return set()
    found = {m.group(1) for f in formulas for m in _AT_STEP.finditer(f)}
    return found | ({"*"} if any(len(x) == 1 for x in found) else set())


_OF_LAYERS = frozenset(("l", "L", "ell", "l-1", "l+1", "L-1", "ell-1", "ell+1"))
_OF_STEPS = frozenset(("t", "t-1", "t+1"))


_FIRST = re.compile(r"\\?([A-Za-z]+)(?:_(?:\{[^{}]*\}|\w))?\^(?:1|\{1\})(?!\d)")
#: A derivative by a name with an index and a number above it.
_BY = re.compile(r"\\partial\s*\{?\s*\\?([A-Za-z]+)_(?:\{[^{}]*\}|\w)\^(?:\d|\{\d\})(?!\d)")
_NUMBERS = frozenset("0123456789")


def numbered_layers(formulas: Sequence[str]) -> set[str]:
    """Names whose superscripts count layers: ``z^1 = W^1 x + b^1``, ``a^1``; nobody writes a power 1."""
    found = {m.group(1) for f in formulas for m in _FIRST.finditer(f)}
    begins = {m.group(1) for f in formulas if (m := _FIRST.match(f.strip())) and "=" in f}
    by = {m.group(1) for f in formulas for m in _BY.finditer(f)}
    return found if begins and len(found) > 2 else found & by


#: Names with a layer behind them in brackets, as code has it: ``dW[4]``, ``A[l-1]``.
_BEHIND = re.compile(r"(?<![A-Za-z\\_^{])d?[A-Za-z]\[(?:\d|l(?:\s*[-+]\s*1)?|L)\]")
#: So many of them are no products with a bracket.
_OFTEN = 3


def layers_behind(formulas: Iterable[str]) -> bool:
    """Whether names have their layers behind them in brackets."""
    found = [m.group() for f in formulas for m in _BEHIND.finditer(f)]
    return len(found) >= _OFTEN and len(set(found)) > 1


def raised(tokens: list[Token]) -> list[Token]:
    """``W[4]`` as ``W^{[4]}``."""
    made: list[Token] = []
    n = 0
    while n < len(tokens):
        inner = [t.text for t in tokens[n + 1 : n + 6]]
        end = inner.index("]") if inner[:1] == ["["] and "]" in inner else 0
        text = "".join(inner[1:end])
        made.append(tokens[n])
        if tokens[n].kind == "letter" and end and (text in _NUMBERS or text in _OF_LAYERS):
            at = tokens[n + 1].at
            made += [Token("sym", "^", at), Token("sym", "{", at), *tokens[n + 1 : n + 2 + end]]
            made.append(Token("sym", "}", tokens[n + 1 + end].at))
            n += end + 1
        n += 1
    return made


#: A formula that begins with a name, a blank and a number, or is no more than these: ``\\delta 3 = ...``.
_BLANK = re.compile(r"\s*\\([a-z]+)\s*(\d)\s*(?:=|$)")


def numbered_behind(formulas: Iterable[str]) -> set[str]:
    """Greek letters with a number behind them in several formulas, where nobody writes a factor."""
    found = {(m[1], m[2]) for f in formulas if (m := _BLANK.match(f))}
    names = [name for name, _ in found]
    return {name for name in names if names.count(name) > 1}


def numbered(tokens: list[Token], names: Collection[str]) -> list[Token]:
    """``\\delta 3`` as ``\\delta_3``."""
    made: list[Token] = []
    for n, t in enumerate(tokens):
        if t.kind == "num" and n and tokens[n - 1].text in names and tokens[n - 1].kind != "num":
            made.append(Token("sym", "_", t.at))
        made.append(t)
    return made


def bracketed(
    tokens: list[Token], layered: bool, steps: set[str], counted: Collection[str] = ()
) -> list[Token]:
    """``a^l`` as ``a^{(l)}``, and ``h^t`` where t counts steps, ``a^2`` where numbers count layers."""
    made: list[Token] = []
    n = 0
    while n < len(tokens):
        t = tokens[n]
        made.append(t)
        n += 1
        if t.text != "^" or t.kind != "sym" or n >= len(tokens):
            continue
        end = n + 1
        inner = tokens[n:end]
        if tokens[n].text == "{":
            while end < len(tokens) and tokens[end].text != "}" and end - n < 6:
                end += 1
            inner, end = tokens[n + 1 : end], end + 1
        text = "".join(x.text for x in inner)
        number = bool(counted) and text in _NUMBERS and _base(made[:-1]) in counted
        base = _base(made[:-1]) if steps and text in _OF_STEPS else ""
        step = bool(base) and (base in steps or ("*" in steps and len(base) == 1))
        if (layered and text in _OF_LAYERS) or step or number:
            at = inner[0].at
            made += [Token("sym", "{", at), Token("sym", "(", at), *inner]
            made += [Token("sym", ")", at), Token("sym", "}", at)]
            n = end
    return made


def _base(before: Sequence[Token]) -> str:
    """The name that a superscript stands at, behind its subscript."""
    k = len(before) - 1
    if k > 0 and before[k].text == "}":
        while k > 0 and before[k].text != "{":
            k -= 1
        k -= 1
    elif k > 1 and before[k - 1].text == "_":
        k -= 1
    if k > 0 and before[k].text == "_" and before[k].kind == "sym":
        k -= 1
    return before[k].text if k >= 0 and before[k].kind in ("letter", "cmd") else ""


_ACCENT = r"\\(?:hat|bar|tilde|dot|widehat|widetilde)\s*"
_PREFIX = re.compile(
    rf"(?:^|\\\\|\n)[\s&]*\\(delta|Delta)\s*(?:{_ACCENT})?\{{?([A-Za-z])\}}?"
    r"(?:[_^](?:\{[^{}=]*\}|\w))*\s*&?\s*="
)


#: The sign of a change, and what it is of.
_CHANGE = re.compile(r"\\Delta\s*\{?\s*(\\?[A-Za-z]+)")


def prefixed(formulas: Iterable[str]) -> set[str]:
    """Signs that name a gradient or a change: ``\\delta c`` where rows begin ``\\delta c_t =``, and
    ``\\Delta x`` where each Delta stands right before a name."""
    texts = list(formulas)
    found = {m.group(1) for f in texts for m in _PREFIX.finditer(f)}
    changed = [m.group(1) for f in texts for m in _CHANGE.finditer(f)]
    names = all(x.lstrip("\\") in GREEK or x[0] != "\\" for x in changed)
    every = sum(len(re.findall(r"\\Delta(?![A-Za-z])", f)) for f in texts)
    return found | ({"Delta"} if changed and names and len(changed) == every else set())


def joined(tokens: list[Token], signs: set[str]) -> list[Token]:
    """A sign and the letter behind it as one name."""
    made: list[Token] = []
    waiting: Token | None = None  # a sign before an accent: \\delta\\hat{c}
    for t in tokens:
        before = made[-1] if made else None
        sign = before is not None and before.kind == "cmd" and before.text in signs
        letter = (t.kind in ("letter", "word") and bool(t.text)) or t.text in GREEK
        if before is not None and sign and letter:
            made[-1] = Token("word", before.text + t.text, before.at)
        elif before is not None and sign and t.text in ACCENTS:
            made[-1], waiting = t, before
        elif waiting is not None and letter:
            made.append(Token("word", waiting.text + t.text, waiting.at))
            waiting = None
        else:
            made.append(t)
            waiting = waiting if t.text == "{" else None
    return made


def counted(syms: Sequence[Sym], bound: set[str], stepping: set[str]) -> set[str]:
    """Letters that count layers or steps; ``stepping``: those by which names are defined by themselves, which
    do so also where they are summed over."""
    shifted = {m.text for s in syms for m in (*s.sub, *s.sup) if m.kind == "shift" and abs(m.shift) == 1}
    found = {x for x in shifted if (x not in bound or x in stepping) and len(x) == 1}
    steps = {slot for s in syms for slot, m in _slots(s) if m.text in found & stepping}
    others = {
        m.text for s in syms for slot, m in _slots(s) if slot in steps and m.kind in ("letter", "shift")
    }
    return found | {x for x in others if len(x) == 1 and (x in bound or x in shifted)}


def _slots(sym: Sym) -> Iterator[tuple[tuple[str, str, int], Mark]]:
    for where, marks in (("sub", sym.sub), ("sup", sym.sup)):
        for n, m in enumerate(marks):
            yield (sym.base, f"{where}{len(marks)}", n), m


def stepping(chains: Iterable[Sequence[Node | None]]) -> set[str]:
    """Letters by which a name is defined by what it was a step before: ``h_t = f(h_{t-1})``, also by way of
    other names."""
    edges: dict[str, set[tuple[str, str, bool]]] = {}
    for head, *bodies in chains:
        if not isinstance(head, Sym):
            continue
        own = {m.text: m.shift for _, m in _slots(head) if m.kind in ("letter", "shift")}
        for n in (n for b in bodies if b is not None for n in walk(b)):
            for _, m in _slots(n) if isinstance(n, Sym) else ():
                if m.text in own and isinstance(n, Sym):
                    moved_on = m.shift != own[m.text]
                    edges.setdefault(m.text, set()).add((head.base, n.base, moved_on))
    found = set()
    for letter, pairs in edges.items():
        reached = {(a, b) for a, b, _ in pairs}
        while more := {(a, d) for a, b in reached for c, d, _ in pairs if b == c} - reached:
            reached |= more
        if any(on and ((b, a) in reached or a == b) for a, b, on in pairs):
            found.add(letter)
    return found


def lasts(syms: Sequence[Sym], layers: set[str], letters: set[str]) -> list[Mark]:
    """Names of layers of their own, such as the last one: they stand where a letter that counts them does."""
    slots = {slot for s in syms for slot, m in _slots(s) if m.text in layers}
    found = (m for s in syms for slot, m in _slots(s) if slot in slots and m.kind in ("letter", "word"))
    return [m for m in dict.fromkeys(found) if m.text not in layers | letters]
