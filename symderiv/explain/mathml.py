"""LaTeX, as :mod:`symderiv.notation.latex` writes it, to MathML: a page then needs nothing else.

Only what that printer and the sentences write is read; anything else is an error of ours.  Every node knows
about how wide it is (in ems), so that long equations can be broken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|\s+|.")

_GREEK = dict(
    zip(
        "alpha beta gamma delta zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi "
        "omega varepsilon epsilon pi ell Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(),
        "αβγδζηθικλμνξρστυφχψωεϵπℓΓΔΘΛΞΠΣΥΦΨΩ",
        strict=True,
    )
)
_SIGNS = {
    "partial": "∂", "nabla": "∇", "infty": "∞", "cdot": "⋅", "odot": "⊙", "top": "⊤", "le": "≤",
    "ge": "≥", "ne": "≠", "#": "#", "{": "{", "}": "}",
}  # fmt: skip
_LARGE = {"sum": "∑", "prod": "∏", "max": "max", "min": "min"}
_WORDS = ("sin", "cos", "tanh", "sinh", "cosh", "log", "exp")
_ACCENTS = {"bar": "¯", "dot": "˙", "hat": "^"}
#: After these a + or - is a sign and no operation.
_BEFORE_A_SIGN = ("=", "(", ",", "&", "\\ne", "\\le", "\\ge", "<", ">", "\\cdot")
_SPACES = {"quad": 1.0, "qquad": 2.0, ",": 0.17, ";": 0.28, " ": 0.25}


@dataclass(frozen=True, slots=True)
class Node:
    """MathML and its width; ``limits``: sub- and superscripts stand below and above."""

    text: str
    width: float
    limits: bool = False


def mathml(latex: str, *, display: bool = False) -> str:
    """A whole formula as a ``math`` element."""
    mode = ' display="block"' if display else ""
    return f"<math{mode}>{_Reader(latex).row().text}</math>"


def width(latex: str) -> float:
    """About how wide a formula is, in ems."""
    return _Reader(latex).row().width


class _Reader:
    def __init__(self, latex: str) -> None:
        self.tokens = [t for t in _TOKEN.findall(latex) if not t.isspace()]
        self.source = latex
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def next(self) -> str:
        token = self.peek()
        if not token:
            raise ValueError(f"the formula ends too soon: {self.source}")
        self.at += 1
        return token

    def row(self, *ends: str) -> Node:
        """Everything up to one of ``ends`` (which is left standing)."""
        parts: list[Node] = []
        while self.peek() and self.peek() not in ends:
            parts.append(self.scripted(first=not parts))
        if ends and not self.peek():
            raise ValueError(f"{ends[0]} is missing: {self.source}")
        return Node(f"<mrow>{''.join(p.text for p in parts)}</mrow>", sum(p.width for p in parts))

    def scripted(self, first: bool = False) -> Node:
        base = self.atom(first)
        below = above = None
        while self.peek() in ("_", "^", "'"):
            mark = self.next()
            if mark == "'":
                above = Node("<mo>′</mo>", 0.3)
            elif mark == "_":
                below = self.argument()
            else:
                above = self.argument()
        if below is None and above is None:
            return base
        under, over, both = ("munder", "mover", "munderover") if base.limits else ("msub", "msup", "msubsup")
        scripts = [s for s in (below, above) if s is not None]
        tag = both if len(scripts) == 2 else under if below is not None else over
        small = 0.7 * max(s.width for s in scripts)
        wide = max(base.width, small) if base.limits else base.width + small
        return Node(f"<{tag}>{base.text}{''.join(s.text for s in scripts)}</{tag}>", wide)

    def argument(self) -> Node:
        """One atom or a group in braces; what follows it is not its own."""
        return self.atom(first=True) if self.peek() != "{" else self.group()

    def group(self) -> Node:
        if self.next() != "{":
            raise ValueError(f"a group is missing: {self.source}")
        node = self.row("}")
        self.next()
        return node

    def words(self) -> str:
        """A group of letters, spaces kept."""
        start = self.at
        node = self.group()
        del node
        return " ".join(self.tokens[start + 1 : self.at - 1])

    def atom(self, first: bool) -> Node:
        token = self.next()
        if token.startswith("\\"):
            return self.command(token[1:], first)
        if token == "{":
            self.at -= 1
            return self.group()
        if token[0].isdigit():
            return Node(f"<mn>{token}</mn>", 0.5 * len(token))
        if token.isalpha():
            return Node(f"<mi>{escape(token)}</mi>", 0.55)
        shown = {"-": "−", "<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(token, token)
        before = self.tokens[self.at - 2] if self.at > 1 else ""
        if token == "/":
            return Node('<mo lspace="0" rspace="0">/</mo>', 0.5)
        if token in "+-" and (first or before in _BEFORE_A_SIGN):
            return Node(f'<mo form="prefix">{shown}</mo>', 0.8)
        if token in "+-=<>":
            return Node(f"<mo>{shown}</mo>", 1.3)
        if token in "()[]|":
            return Node(f'<mo stretchy="false">{shown}</mo>', 0.4)
        return Node(f"<mo>{shown}</mo>", 0.4)

    def command(self, name: str, first: bool) -> Node:
        if name in _GREEK:
            return Node(f"<mi>{_GREEK[name]}</mi>", 0.55)
        if name in _LARGE:
            named = name in ("max", "min")
            tag = "mi" if named else "mo"
            return Node(f"<{tag}>{_LARGE[name]}</{tag}>", 2.0 if named else 1.4, limits=True)
        if name in _WORDS:
            return self.function(name)
        if name in _SIGNS:
            tag = "mo" if name in ("cdot", "odot", "le", "ge", "ne") else "mi"
            return Node(f"<{tag}>{_SIGNS[name]}</{tag}>", 1.2 if name in ("le", "ge", "ne") else 0.7)
        if name in _SPACES:
            return Node(f'<mspace width="{_SPACES[name]}em"/>', _SPACES[name])
        if name in _ACCENTS:
            inner = self.argument()
            mark = f'<mo stretchy="false">{_ACCENTS[name]}</mo>'  # as an accent it would touch the letter
            return Node(f"<mover>{inner.text}{mark}</mover>", inner.width)
        match name:
            case "frac":
                top, bottom = self.group(), self.group()
                return Node(f"<mfrac>{top.text}{bottom.text}</mfrac>", max(top.width, bottom.width) + 0.3)
            case "sqrt":
                inner = self.group()
                return Node(f"<msqrt>{inner.text}</msqrt>", inner.width + 1)
            case "operatorname":
                return self.function(self.words().replace(" ", ""))
            case "mathrm":
                word = self.words().replace(" ", "")
                return Node(f'<mi mathvariant="normal">{escape(word)}</mi>', 0.5 * len(word))
            case "mathbf":
                bold = self.words()
                return Node(f'<mn class="bold">{escape(bold)}</mn>', 0.6 * len(bold))
            case "text":
                return self.text()
            case "left":
                return self.fenced()
            case "begin":
                return self.environment()
        raise ValueError(f"\\{name} is not known: {self.source}")

    def function(self, name: str) -> Node:
        space = "" if self.peek() in ("(", "\\left", "^") else '<mspace width="0.17em"/>'
        return Node(
            f"<mi>{escape(name)}</mi>{space if space else '<mo>&#x2061;</mo>'}", 0.5 * len(name) + 0.2
        )

    def text(self) -> Node:
        # the tokens have lost their spaces: the words stand in the source
        before = self.tokens[: self.at].count("\\text")
        inside = re.findall(r"\\text\{([^}]*)\}", self.source)[before - 1]
        self.group()
        shown = escape(inside).replace(" ", "&#xA0;")
        return Node(f"<mtext>{shown}</mtext>", 0.45 * len(inside))

    def fenced(self) -> Node:
        left = self.next()
        inner = self.row("\\right")
        self.next()
        right = self.next()
        fence = '<mo fence="true" stretchy="true">{}</mo>'
        text = f"<mrow>{fence.format(left)}{inner.text}{fence.format(right)}</mrow>"
        return Node(text, inner.width + 0.9)

    def environment(self) -> Node:
        name = self.words().replace(" ", "")
        rows: list[list[Node]] = [[]]
        while True:
            rows[-1].append(self.row("&", "\\\\", "\\end"))
            token = self.next()
            if token == "\\\\":
                rows.append([])
            elif token == "\\end":
                break
        if self.words().replace(" ", "") != name:
            raise ValueError(f"\\end{{{name}}} is missing: {self.source}")
        cells = "".join(f"<mtr>{''.join(f'<mtd>{c.text}</mtd>' for c in r)}</mtr>" for r in rows)
        wide = max(sum(c.width + 1 for c in r) for r in rows)
        table = f'<mtable class="{name}">{cells}</mtable>'
        if name == "cases":
            table = f'<mrow><mo fence="true" stretchy="true">{{</mo>{table}</mrow>'
        return Node(table, wide)


# --- breaking long equations ----------------------------------------------------------------------


def broken(latex: str, limit: float) -> str:
    """An equation wider than ``limit`` ems on several rows: broken at its =, at + and - outside brackets."""
    if width(latex) <= limit or "\\begin{aligned}" in latex:
        return latex
    left, _, right = latex.partition(" = ")
    if not right:
        return latex
    rows: list[str] = []
    pieces = _pieces(right)
    room = limit - width(left) if len(pieces) > 1 and width(pieces[0]) < limit - width(left) else limit - 2
    current = ""
    for piece in pieces:
        joined = f"{current} {piece}" if current else piece
        if current and width(joined) > (room if not rows else limit - 2):
            rows.append(current)
            current = piece
        else:
            current = joined
    rows.append(current)
    if width(left) + width(rows[0]) > limit:
        start = f"{left} & \\\\ & = {rows[0]}"
    elif len(rows) == 1:
        return latex
    else:
        start = f"{left} & = {rows[0]}"
    more = "".join(f" \\\\ & \\quad {{}} {r}" for r in rows[1:])
    return f"\\begin{{aligned}} {start}{more} \\end{{aligned}}"


def _pieces(latex: str) -> list[str]:
    """The summands at depth 0, each with its sign."""
    found = [""]
    depth = 0
    for token in re.findall(r"\\(?:left|begin|right|end)|\\[A-Za-z]+|\\.| [+-] |.", latex):
        if token in ("{", "(", "\\left", "\\begin"):
            depth += 1
        elif token in ("}", ")", "\\right", "\\end"):
            depth -= 1
        if token in (" + ", " - ") and depth == 0:
            found.append(token.strip() + " ")
        else:
            found[-1] += token
    return [f for f in found if f.strip()]
