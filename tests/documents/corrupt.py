"""One-place slips put into a derivation by a script, over all its equations, as people make them.

``corruptions(text)`` gives (line, kind, changed text); each changes one formula at one place.  A change that
leaves a row true (both sides agree in it, or it only renames) is not made; which ones those are is decided
here by the text alone, not by asking the checker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MATH = re.compile(
    r"\$\$(.+?)\$\$|(?<!\$)\$(?!\$)([^$\n]+)\$(?!\$)|\\begin\{(?:align|gather|equation|eqnarray)\*?\}(.+?)\\end\{|"
    r"\\\[(.+?)\\\]|```math(.+?)```",
    re.DOTALL,
)

#: Kind of slip, what is found, what stands in its place (None: nothing).
_SLIPS: list[tuple[str, str, str]] = [
    ("sign", r"(?<=[\w})] )- (?=[\w\\{(])", "+ "),
    ("sign", r"(?<=[\w})] )\+ (?=[\w\\{(])", "- "),
    ("sign", r"(?<== )-(?=[\w\\])", ""),
    ("power", r"(?<=[\])\w}])\^2", ""),
    ("power", r"(?<=[\])\w}])\^2", "^3"),
    ("index", r"(?<=\^\{\()j(?=\)\})", "i"),
    ("index", r"(?<=\^\{\()i(?=\)\})", "j"),
    ("bound index", r"(?<=\^\{\()c(?=\)\})", "j"),
    ("index", r"(?<=[\w}]_)i\b", "j"),
    ("index", r"(?<=[\w}]_)j\b", "i"),
    ("index", r"(?<=[\w}]_)k\b", "i"),
    ("index", r"(?<=_\{)ij(?=\})", "ii"),
    ("factor", r"\\delta_\{ij\}(?= (?:S|\\cdot))", ""),
    ("factor", r"(?<=\\cdot )[gf]\([^()]*(?:\([^()]*\))?[^()]*\)(?= [-}])", "1"),
    ("factor", r"\\frac\{1\}\{([A-Za-z])\}", "1"),
    ("factor", r"(?<=\\cdot )S\b", "1"),
    ("number", r"(?<=\()1(?= [-+])", "2"),
    ("number", r"(?<![\w{^_.=])2(?![\w}^_.])", "3"),
    ("prime", r"(?<=[fguv])'", ""),
    ("exp", r"e\^\{(Z_2\^\{\([a-z]\)\})\}", r"\1"),
    ("case", r"\b1(?= &)", "2"),
    ("case", r"\\ne(?= j)", "="),
]


@dataclass(frozen=True, slots=True)
class Corruption:
    """A slip: the line it is in, its kind, the document with it."""

    line: int
    kind: str
    old: str
    text: str


def corruptions(text: str) -> Iterator[Corruption]:
    """Every slip of the list, at every place of every equation."""
    for m in _MATH.finditer(text):
        number = m.lastindex or 1
        body = m.group(number)
        if "=" not in body or re.fullmatch(r"\s*\w\s*(=|\\ne)\s*\w\s*", body):
            continue
        start = m.start(number)
        for kind, pattern, new in _SLIPS:
            for found in re.finditer(pattern, body):
                if _harmless(body, found, kind, text[: start + found.start()]):
                    continue
                if kind == "sign" and _renames_sign(text, body[found.end() :]):
                    continue
                if kind == "index" and _renames_label(text, body, found, new):
                    continue
                changed = found.expand(new) if "\\" in new and new != "" else new
                whole = text[: start + found.start()] + changed + text[start + found.end() :]
                line = text.count("\n", 0, start + found.start()) + 1
                yield Corruption(line, kind, found.group(0), whole)


def _harmless(body: str, found: re.Match[str], kind: str, before: str) -> bool:
    """Whether a change leaves an equation as true as it was: in a head (another index there is another,
    right, equation), beside a delta that makes both letters one, in the case or under the heading i = j."""
    if kind not in ("index", "bound index"):
        return False
    in_head = found.start() < body.find("=")
    beside = re.match(r"\)\}\}\s*(?:\\cdot)?\s*\\delta_\{ij\}", body[found.end() :]) is not None
    both = {found.group(0), "i", "j"} == {"i", "j"}
    factor = (
        both
        and re.search(r"\\delta_\{ij\}[^-+=&]*$", body[: found.start()].rpartition("\\\\")[2]) is not None
    )
    case = (
        both
        and re.match(r"[^&]*&[^&]*?(?<!\w)i = j(?!\w)", body[found.end() :].partition("\\\\")[0]) is not None
    )
    under = before.rpartition("\n- ")[2].startswith("**When $i = j$")
    return in_head or beside or factor or case or under


_GREEK = "alpha|beta|gamma|epsilon|varepsilon|lambda|eta|mu|nu|kappa|rho|tau|theta|omega|xi|zeta"
_NAME = rf"\\?(?:mathbf\{{[A-Za-z]\}}|vec\{{[A-Za-z]\}}|{_GREEK}|[A-Za-z])(?:_(?:\{{[^{{}}]*\}}|\w))?"


def _labels(text: str) -> set[str]:
    """Letters that are names with marks of their own in the document, and so no indices: the i of W_i, where
    there is an i_t."""
    return set(re.findall(r"(?<![A-Za-z\\_{^])([a-z])_(?:\{?t|\{?l)\b", text))


def _term(rest: str) -> str:
    """What stands before the next sign, relation or closing bracket."""
    depth = 0
    for n, c in enumerate(rest):
        if not depth and (c in "+-=)}&$\n" or rest.startswith(("\\\\", "\\right"), n)):
            return rest[:n]
        depth += {"{": 1, "}": -1}.get(c, 0)
    return rest


def _renames_sign(text: str, rest: str) -> bool:
    """Whether a sign stands before a product with a name that stands once in the document: with -b for b it
    is the document as it was.  W_a is a name of its own where a is no index."""
    term = _term(rest).strip(" .,")
    if not re.fullmatch(rf"{_NAME}(?:\s*(?:\\cdot|\\odot)?\s*{_NAME})*", term):
        return False
    math = " ".join(next(filter(None, m.groups())) for m in _MATH.finditer(text))
    for name in re.findall(_NAME, term):
        base, _, mark = name.partition("_")
        others = re.findall(rf"(?<![A-Za-z\\]){re.escape(base)}(?![A-Za-z])(_\w)?", math)
        label = mark in _labels(text) or (mark.isdigit() and all(x[1:].isdigit() for x in others))
        if len(others) == 1 or (label and math.count(name) == 1):
            return True
    return False


def _renames_label(text: str, body: str, found: re.Match[str], new: str) -> bool:
    """Whether an index is the label of a name, W_i, that stands once in the document, as the new name never
    does: it is another name for the same."""
    name = re.search(r"\\?[A-Za-z]+_$", body[: found.start()])
    if name is None or found.group(0) not in _labels(text):
        return False
    return text.count(name[0] + found.group(0)) == 1 and name[0] + new not in text


def chosen(text: str, count: int) -> list[Corruption]:
    """``count`` slips, evenly over all there are."""
    every = list(corruptions(text))
    step = max(len(every) / count, 1)
    return [every[int(n * step)] for n in range(min(count, len(every)))]


def main(path: str, count: int) -> None:
    """Print how many slips of a document are found, and how many at their very line."""
    from symderiv.documents.check import check
    from symderiv.documents.text.source import SUFFIXES, from_text

    with open(path, encoding="utf-8") as file:
        slips = chosen(file.read(), count)
    caught = exact = 0
    for s in slips:
        checked = check(
            from_text(s.text, path, SUFFIXES[path[path.rfind(".") :]]), checkers=("balls", "calculus")
        )
        lines = [f.line for f in checked.findings if f.kind in ("wrong", "lint")]
        caught += bool(lines)
        exact += s.line in lines
        if s.line not in lines:
            print(f"line {s.line}: {s.kind} at {s.old!r}: found at {lines}", flush=True)
    print(f"{caught} of {len(slips)} caught, {exact} at the very line")


if __name__ == "__main__":
    import sys

    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60)
