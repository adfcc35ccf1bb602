"""A tree back to LaTeX: what is unchanged is taken from the source, the rest is spelled out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symderiv.documents.text.latex import Token
from symderiv.documents.text.marks import GREEK, NAMES
from symderiv.documents.text.signs import THOUSANDS
from symderiv.documents.text.syntax import Add, Apply, Big, Div, Fn, Mark, Mul, Neg, Node, Number, Pow, Sym

#: Marks of entries of vectors, which nobody wrote.
_MADE = re.compile(r"row|col|in\d+")
#: Ends of what may stand before a term: of a side, a bracket, an operator.
_OPENS = re.compile(r"(?:^|[-+*/=({\[^_&|,]|\\[a-z]*(?:times|cdot|left|quad))\s*$")
#: A command with its arguments.
_CALL = re.compile(
    r"\\(?:(?:math|text)(?:rm|bf|it|sf|cal|bb) +\w|[A-Za-z]+(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})*)"
)


def spelled(node: Node, raw: str) -> str:
    """LaTeX of a tree."""
    match node:
        case Number(value):
            return str(value)
        case Neg(body):
            return f"-{_grouped(body, raw)}"
        case Add(terms):
            text = ""
            for t in terms:
                shown = spelled(t, raw)
                text += shown if not text or shown.startswith("-") else f" + {shown}"
                text = text.replace("--", "+")
            return text
        case Mul(factors):
            return " ".join(_grouped(f, raw) for f in factors)
        case Div(top, bottom) if node.at < 0:
            return f"\\frac{{{spelled(top, raw)}}}{{{spelled(bottom, raw)}}}"
        case Pow(base, exponent):
            return f"{_grouped(base, raw)}^{{{spelled(exponent, raw)}}}"
        case Fn("sqrt", (Sym(base) as inner,)) if base.endswith("_sq"):
            return _name(replace(inner, base=base.removesuffix("_sq")))
        case Fn("exp", (inner,)):
            return f"e^{{{spelled(inner, raw)}}}"
        case Sym():
            return _name(node)
        case Apply(head, args, sub, _) if args:
            shown = ", ".join(spelled(a, raw) for a in args)
            return f"{_name(head)}({shown})" + (f"_{{{_marks(sub)}}}" if sub else "")
        case _:
            return raw[node.at : node.end] if 0 <= node.at < node.end else "..."


def end_of(raw: str, last: Token) -> int:
    """Where a token ends as it is written; one that a command gave, behind the command with its arguments."""
    given = raw[last.at : last.at + 1] == "\\" and not raw.startswith(str(last), last.at)
    called = _CALL.match(raw, last.at) if given else None
    if last.kind == "num" and not raw.startswith(last.text, last.at):
        called = THOUSANDS.match(raw, last.at)
    return called.end() if called else last.at + len(str(last))


def spliced(raw: str, start: int, last: Token, old: Node, new: Node) -> str:
    """The side of a row with a new part in the place of an old one; nothing where that reads the same."""
    end, large = end_of(raw, last), THOUSANDS.match(raw, old.at) if isinstance(old, Number) else None
    old = replace(old, end=large.end()) if large else old
    if 0 <= start <= old.at < old.end <= end + 2:
        shown = spelled(replace(new, at=-1) if isinstance(new, Div) else new, raw)
        if isinstance(old, Big) and isinstance(new, Big) and old.letters != new.letters:
            letter = rf"(\\(?:sum|prod)[\w\\\s]*_\s*\{{?\s*){re.escape(old.letters[0])}\b"
            shown = re.sub(letter, rf"\g<1>{new.letters[0]}", raw[old.at : old.end], count=1)
        if raw[: old.at].rstrip()[-1:] in ("^", "_") and old.at > start and len(shown) > 1:
            shown = f"{{{shown}}}"  # e^z, of which z becomes -z
        shown = f" \\cdot {shown}" if raw[old.at - 1].isdigit() and shown[:1].isdigit() else shown
        brackets = re.fullmatch(r"([(\[]).*?((?:\\right\s*)?[)\]])", raw[old.at : old.end], re.DOTALL)
        if brackets is not None and not isinstance(new, (Number, Pow, Sym)):
            shown = brackets[1] + shown + brackets[2]
        lead = raw[start : old.at]
        beside = re.search(r"[^\s=&({\[+]\s*$", lead)
        beside = beside or re.match(r"\s*[^\s=&)}\]+\-,.\\$]", raw[old.end : end])
        if brackets is None and isinstance(new, Add) and not isinstance(old, Add) and beside:
            shown = f"({shown})"
        if lead.rstrip().endswith("-") and (isinstance(old, Neg) or shown.startswith("-")):
            # the sign before a part stands outside of its place
            lead = lead.rstrip().removesuffix("-")
            lead += "" if _OPENS.search(lead) else "+ "
            shown = shown if isinstance(old, Neg) else shown.removeprefix("-").lstrip()
        text = lead + shown + raw[old.end : end]
    else:
        text = spelled(new, raw)
    same = "".join(text.split()) == "".join(raw[start:end].split())
    return "" if same else " ".join(text.split())[:300]


def _grouped(node: Node, raw: str) -> str:
    shown = spelled(node, raw)
    return f"({shown})" if isinstance(node, (Add, Neg)) else shown


def _name(sym: Sym) -> str:
    base = sym.base
    accent = ""
    for known in ("hat", "bar", "tilde", "dot"):
        if base.endswith(f"_{known}"):
            base, accent = base.removesuffix(f"_{known}"), known
    squared = base.endswith("_sq")
    base = base.removesuffix("_sq").removesuffix("_root")
    sign, base = ("\\Delta ", base[5:]) if base[:5] == "Delta" and base != "Delta" else ("", base)
    shown = f"\\{base}" if base in GREEK | NAMES else f"\\text{{{base}}}" if len(base) > 1 else base
    shown = sign + shown
    if accent:
        shown = f"\\{accent}{{{shown}}}"
    shown += "'" * sym.primes
    sub, sup = (tuple(m for m in x if not _MADE.fullmatch(m.text)) for x in (sym.sub, sym.sup))
    if sub:
        shown += f"_{{{_marks(sub)}}}"
    if sup:
        shown += f"^{{({_marks(sup)})}}"
    return shown + ("^2" if squared else "")


def _marks(marks: Sequence[Mark]) -> str:
    words = [
        f"\\text{{{m}}}" if m.kind == "word" and len(m.text) > 1 and "_" not in m.text else str(m)
        for m in marks
    ]
    return (",".join if any(len(w) > 1 for w in words) else "".join)(words)
