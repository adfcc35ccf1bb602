"""LaTeX mathematics to tokens: commands, letters, words, numbers, with the offset where each begins.

Input: the text of one formula.  Output: a flat list of :class:`Token`; cosmetics (spacing, colours, sizes,
boxes, labels) are gone, Unicode mathematics is its command.  Nothing is executed: a macro that the document
defines is replaced by its tokens, a bounded number of times.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from symderiv.documents.text.closing import closed, uncrossed
from symderiv.documents.text.labels import is_mark, signs_as_words
from symderiv.documents.text.signs import (
    BOLD,
    CAL,
    DROPPED,
    DROPPED_WITH_ARGUMENT,
    LOWERED,
    MARKS,
    PARTS,
    RAISED,
    REALS,
    SAME,
    SHOWN,
    SIZES,
    TEXT,
    THOUSANDS,
    UNICODE,
)

#: Limits on one formula.
MAX_TOKENS, MAX_DEPTH = 6000, 60


#: What is said of dots in the place of a value.
DOTS = "an ellipsis"


class Unread(ValueError):
    """Mathematics that is not understood: what, and at which offset."""

    def __init__(self, message: str, at: int = -1) -> None:
        super().__init__(message)
        self.message, self.at = message, at


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: cmd, letter, word, num, sym, newline, quad; ``at``: offset in the document.

    ``style`` is bold or cal for a letter that is written so.
    """

    kind: str
    text: str
    at: int
    style: str = ""

    def __str__(self) -> str:
        return f"\\{self.text}" if self.kind == "cmd" else self.text


_TOKEN = re.compile(
    r"(?P<quad>\u2003)|(?P<space>\s+)|(?P<newline>(?:\\\\)+(?!(?:d?frac|sum|partial|left|right|delta|text|begin|end|quad|mathbf)\b)(?:\*?\s*\[[^\]\n]{0,12}\])?)"
    r"|\\(?P<cmd>(?:operatorname|tag|hspace|vspace|mspace|newline)\*|[A-Za-z]+)|\\(?P<esc>.)|(?P<dots>\.{2,}(?!\d))|(?P<words>[\u0400-\u04ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+)|(?P<num>\d+(?:\.\d+)?|(?<!\\left)(?<!\\right)\.\d+)|(?P<letter>[A-Za-z])|(?P<sym>.)",
    re.DOTALL,
)
#: ``\left\\{``, where the text is escaped once more.
_ESCAPED = re.compile(r"(\\(?:left|right|[bB]igg?[lr]?))\\\\([{}|])")
#: Spaces in a row, as wide as a ``\\quad``; ``i!=j`` between letters, which is no factorial.
_WIDE = re.compile(r"(?:\\[;:,! ] *){4,}|(?:\\[;: ] *){3}|(?:\\(?:space|thinspace|enspace)\b *|~ *){3,}")
#: A space, or dots, before the number of an equation at the end of its row.
_SPACE = r"(?:\\[;: ]|~|\\(?:hfill?|enspace|enskip|space|[cl]?dots|dotfill|hdots)\b)"
_ROW_END = re.compile(r"\\[ \t]*\n[^\n]*&\s*(?::|\\coloneqq)?=")  # "\\\\" of which one sign was lost
_NUMBERED = re.compile(
    rf"(?<![-+=<>(,&\s])\s*{_SPACE}[\s~]*(?:\\[;: ]\s*)*"
    r"(?=(?:\((?:\d{1,2}(?:\.\d+)*[a-z]?|\*+)\)|[①-⑳])[.,;]?\s*(?:\\\\|\Z|\\end\b))"
)
_ENTITY = re.compile(r"&(?:nbsp|ensp|emsp|thinsp);")
#: Relations as programs write them; ``<=>`` is an arrow, and ``n!=1`` may be a factorial.
_SIGNS = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠"}
_ORDER = re.compile(r"(?<![<>=])(?:[<>=]=|(?<=\s)!=)(?![=>])")
_UNEQUAL = re.compile(r"(?<=[a-z])!=(?=[a-z](?![A-Za-z(]))")
#: Names of several letters that mean one thing also where no command says so.
KNOWN_WORDS = frozenset(
    "sigmoid softmax tanh relu ReLU RELU log ln exp max min argmax argmin sqrt sin cos sinh cosh erf "
    "diag sign sech tan trace "
    "softplus logsumexp LSE CE BCE MSE NLL KL GELU SiLU Swish swish gelu silu var Var Cov mean loss Loss "
    "cost logit "
    "logits sum tr trace Tr vec det BN LN RMS norm if for where otherwise and when else class pred true "
    "target "
    "softmin Softmax Sigmoid mish elu ELU".split()
)


def raw_tokens(text: str, start: int, words: frozenset[str] = KNOWN_WORDS) -> list[Token]:
    """Tokens of ``text``, which begins at offset ``start`` of the document."""
    found: list[Token] = []
    text = _ESCAPED.sub(r"\1 \\\2", text)
    text = _ENTITY.sub(lambda m: "~".ljust(len(m[0])), text)
    text = THOUSANDS.sub(lambda m: re.sub(r"[{,}]", "", m[0]).ljust(len(m[0])), text)
    text = _UNEQUAL.sub("≠ ", _WIDE.sub(lambda m: r"\quad".ljust(len(m[0])), text))
    text = _ORDER.sub(lambda m: f"{_SIGNS[m[0]]} ", text)
    text = _NUMBERED.sub(lambda m: "\u2003".ljust(len(m[0])), text)
    for m in _TOKEN.finditer(text):
        kind, value, at = m.lastgroup or "", m.group(m.lastgroup or 0), start + m.start()
        if kind == "space" or (kind == "sym" and value in "@~"):  # X @ W is the product of two matrices
            continue
        if len(found) >= MAX_TOKENS:
            raise Unread(f"a formula of more than {MAX_TOKENS:,} symbols", at)
        if kind == "dots":
            kind, value = "cmd", "ldots"
        elif kind == "words":
            kind = "word"
        elif kind == "esc":
            if value in ",;:!> /\n\t":
                found += [Token("newline", "\\\\", at)] if _ROW_END.match(text, m.start()) else []
                continue
            kind, value = ("sym", value) if value in "{}%&_$#" else ("cmd", SAME.get(value, value))
            if value in "{}":
                value = "\\" + value
            if value == "\\|":
                kind = "sym"
        elif kind == "cmd":
            value = SAME.get(value.rstrip("*") if value != "*" else value, value)
            if value in REALS:
                kind, value = "letter", "R"
            elif not value.isalpha():
                kind = "sym"
                value = "\\" + value if value in ("{", "}") else value
            elif value in ("quad", "newline"):
                kind = value
        elif kind == "sym" and (marked := _accented(value, found)) is not None:
            found += [replace(t, at=at) for t in marked]
            continue
        elif kind == "sym" and value in UNICODE:
            value = UNICODE[value]
            if not value:
                continue
            kind = "cmd" if value.isalpha() and len(value) > 1 else "letter" if value == "R" else "sym"
        elif kind == "sym" and (value in RAISED or value in LOWERED):
            raised = value in RAISED
            value = RAISED[value] if raised else LOWERED[value]
            found.append(Token("sym", "^" if raised else "_", at))
            kind = "num" if value.isdigit() else "letter"
        found.append(Token(kind, value, at))
    return _merged(found, words)


def _accented(value: str, before: list[Token]) -> list[Token] | None:
    """The tokens of a letter with a mark above it, of such a mark behind a letter, of a half."""
    if value.isascii():
        return None
    if value in PARTS:
        top, bottom = tuple(PARTS[value])
        sides = (Token("num" if x.isdigit() else "sym", x, 0) for x in f"{{{top}}}{{{bottom}}}")
        return [Token("cmd", "frac", 0), *sides]
    apart = unicodedata.normalize("NFD", value)
    if apart in MARKS and before and before[-1].kind == "letter":
        return [Token("cmd", MARKS[apart], 0), before.pop()]
    if len(apart) == 2 and apart[0].isascii() and apart[0].isalpha() and apart[1] in MARKS:
        return [Token("cmd", MARKS[apart[1]], 0), Token("letter", apart[0], 0)]
    return None


def _merged(tokens: list[Token], words: frozenset[str]) -> list[Token]:
    """Runs of adjacent letters that are a known word become one token."""
    longest = max(map(len, words), default=1)
    made: list[Token] = []
    n = 0
    while n < len(tokens):
        t = tokens[n]
        raised = bool(made) and made[-1].text == "^" and t.text == "T"  # r^Tr is r^T r
        if t.kind == "letter" and not raised:
            run = 1
            while (
                n + run < len(tokens)
                and run < longest
                and tokens[n + run].kind == "letter"
                and tokens[n + run].at == t.at + run
            ):
                run += 1
            text = "".join(x.text for x in tokens[n : n + run])
            size = next((k for k in range(run, 1, -1) if text[:k] in words), 0)
            bare = size == 2 and n > 0 and tokens[n - 1].text == "_"  # \\sum_if(x_i): one letter is below
            if size and not bare and not (text[:size] == "if" and _below(tokens, n)):
                made.append(Token("word", text[:size], t.at))
                n += size
                continue
        made.append(t)
        n += 1
    return made


def _below(tokens: list[Token], n: int) -> bool:
    """Whether a letter stands in a subscript: q_{if} has two indices."""
    while n and tokens[n - 1].kind == "letter":
        n -= 1
    return n > 1 and tokens[n - 1].text == "{" and tokens[n - 2].text == "_"


#: Dots that lead to the number of a formula: ``z = wx ........ (2)``.
_LEADERS = re.compile(
    r"(?:\.{5,}|…{2,}|(?:\\[cl]?dots\s*){2,})\s*(?:\(\s*\d+(?:[.-]\d+)?\s*\)|[①-⑳])?(?=\s*(?:$|\\\\|\\end))"
)


#: What stands behind a sign of per cent, up to the end of its line, is for nobody to read.
_COMMENT = re.compile(r"(?<!\\)(?<!\d)(?<!\d )%[^\n]*(?=\n)")


def _grouped(tokens: list[Token]) -> list[Token]:
    """``e^-x`` as ``e^{-x}``, ``y^{<t>}`` as ``y^{(t)}``, a ``\\substack`` as one line."""
    made: list[Token] = []
    n = 0
    while n < len(tokens):
        t = tokens[n]
        angle = t.text in ("<", "langle") and [x.text for x in made[-2:]] == ["^", "{"]
        close = _brace(tokens, n, 1) - 1 if angle else n
        if close > n + 1 and tokens[close].text in (">", "rangle"):  # y^{<t>}: at a step
            inner = [replace(t, kind="sym", text="("), *tokens[n + 1 : close]]
            made += [*inner, replace(tokens[close], kind="sym", text=")")]
            n = close + 1
            continue
        minus = t.text == "-" and n > 1 and tokens[n - 1].text == "^" and n + 1 < len(tokens)
        if minus and tokens[n + 1].kind in ("letter", "num") and not is_mark(tokens, n):
            made += [Token("sym", "{", t.at), t, tokens[n + 1], Token("sym", "}", t.at)]
            n += 2
            continue
        if t.kind == "cmd" and t.text == "substack" and tokens[n + 1 : n + 2]:
            rest = list(reversed(tokens[n + 1 :]))
            inner = argument(rest)
            made += [Token("sym", ",", x.at) if x.kind == "newline" else x for x in inner]
            n = len(tokens) - len(rest)
            continue
        made.append(t)
        n += 1
    return made


def _numbered(tokens: list[Token]) -> list[Token]:
    """``z1 = w1 x + b1``: a number right behind a letter is its index, but for such as stand in an index."""
    made: list[Token] = []
    below: list[bool] = []
    for n, t in enumerate(tokens):
        before = tokens[n - 1] if n else t
        if t.text == "{" and t.kind == "sym":
            base = tokens[n - 2].text if n > 1 else ""
            script = before.kind == "sym" and before.text in ("_", "^")
            below.append(any(below) or (script and not (before.text == "^" and base == "e")))
        elif t.text == "}" and t.kind == "sym" and below:
            below.pop()
        beside = before.kind == "letter" and t.kind == "num" and t.text.isdigit() and t.at == before.at + 1
        if beside and not any(below) and len(t.text) < 3:
            last = tokens[n - 2] if n > 1 else None
            script = last is not None and last.kind == "sym" and last.text in ("_", "^")
            number = (
                last is not None and last.kind == "num" and last.at + len(last.text) == before.at
            )  # 2x3, 1e5
            alone = last is not None and last.text in ("frac", "dfrac", "tfrac", "sqrt")  # \\frac D2
            if not script and not number and not alone:
                made.append(Token("sym", "_", t.at))
        made.append(t)
    return made


def tokens_of(
    text: str,
    start: int,
    expand: Callable[[list[Token]], list[Token]] | None = None,
    words: Iterable[str] = (),
) -> list[Token]:
    """Tokens of a formula, macros replaced (``expand``), cosmetics dropped, words and styles read."""
    for away in (_LEADERS, _COMMENT):
        text = away.sub(lambda m: " " * len(m[0]), text)
    if "\\<" in text:  # y^{\<t\>}, escaped once more
        text = text.replace("\\<", " <").replace("\\>", " >")
    tokens = raw_tokens(
        text.replace("\\operatorname*", "\\operatorname "), start, KNOWN_WORDS | frozenset(words)
    )
    for n, (t, group) in enumerate(pairwise(list(tokens))):
        if t.kind == "cmd" and t.text == "rm" and group.text == "{":  # \rm{exp} for \mathrm{exp}
            tokens[n] = replace(t, text="mathrm")
    if expand is not None:
        tokens = expand(tokens)
    depth = 0
    for t in tokens:
        depth += {"{": 1, "}": -1}.get(t.text, 0) if t.kind == "sym" else 0
        if depth > MAX_DEPTH:
            raise Unread(f"brackets more than {MAX_DEPTH} deep", t.at)
        if depth < 0:
            raise Unread("a '}' that nothing opens", t.at)
    if depth:
        raise Unread("a '{' that nothing closes", tokens[-1].at)
    return _divided(_numbered(_cleaned(closed(_grouped(uncrossed(signs_as_words(tokens)))), text, start)))


def _divided(tokens: list[Token]) -> list[Token]:
    """``{a \\over b}`` as a fraction; without braces it divides the whole formula."""
    for _ in range(MAX_TOKENS):
        n = next((n for n, t in enumerate(tokens) if t.kind == "cmd" and t.text == "over"), -1)
        if n < 0:
            break
        left, right = _brace(tokens, n, -1), _brace(tokens, n, 1)
        open_, close = Token("sym", "{", tokens[n].at), Token("sym", "}", tokens[n].at)
        made = [Token("cmd", "frac", tokens[left].at if left >= 0 else tokens[n].at), open_]
        made += [*tokens[left + 1 : n], close, open_, *tokens[n + 1 : right], close]
        tokens = [*tokens[: max(left, 0)], *made, *tokens[right + 1 :]]
    return tokens


def _brace(tokens: list[Token], n: int, step: int) -> int:
    """Where the group around a token begins or ends: outside the tokens if it has no braces."""
    depth = 0
    n += step
    while 0 <= n < len(tokens):
        t = tokens[n]
        depth += {"{": -step, "}": step}.get(t.text, 0) if t.kind == "sym" else 0
        if depth > 0:
            break
        n += step
    return n


def argument(queue: list[Token]) -> list[Token]:
    """Take one argument (a group without its braces, or a token) from the end of ``queue``."""
    if not queue:
        return []
    t = queue.pop()
    if t.text != "{":
        return [t]
    taken: list[Token] = []
    depth = 1
    while queue:
        t = queue.pop()
        depth += {"{": 1, "}": -1}.get(t.text, 0) if t.kind == "sym" else 0
        if not depth:
            break
        taken.append(t)
    return taken


def _cleaned(tokens: list[Token], text: str, start: int) -> list[Token]:
    """Without what is only for the eye; ``\\text{..}`` as words, bold and calligraphic letters marked."""
    made: list[Token] = []
    queue = list(reversed(tokens))
    while queue:
        t = queue.pop()
        if t.kind != "cmd":
            made.append(t)
        elif t.text == "not" and queue and queue[-1].text in ("=", "in"):
            sign = queue.pop()
            made.append(replace(sign, kind="cmd", text="neq" if sign.text == "=" else "notin"))
        elif t.text == "displaylines":
            queue += reversed(argument(queue))
        elif t.text == "cdot" and [x.text for x in queue[-2:]] == ["cdot", "cdot"]:
            del queue[-2:]  # three dots that came from elsewhere
            made.append(replace(t, text="ldots"))
        elif t.text in DROPPED:
            if t.text in ("left", "right") and queue and queue[-1].text == ".":
                dot = queue.pop()
                if t.text == "left" and (n := _bar_behind(queue)) >= 0:  # the bracket that a bar closes
                    queue.insert(n + 1, replace(dot, text="}", at=queue[n].at - 1))
                    made.append(replace(dot, text="{", at=t.at))
        elif t.text in DROPPED_WITH_ARGUMENT:
            argument(queue)
            if t.text in ("hspace", "hskip"):
                made.append(Token("quad", "quad", t.at))
        elif t.text in SHOWN:
            above = [argument(queue) for _ in range(SHOWN[t.text])]
            if t.text.endswith("cancel") and [x.text for x in queue[-2:]] in (["+", "{"], ["-", "{"]):
                queue += reversed(argument(queue))  # a \\cancel{- b}: a term, and no factor
            if above and [x.text for x in queue[-3:]] == ["}", "=", "{"]:
                del queue[-3:]  # with a "!" it is an equation that is to hold
                demanded = [x.text for x in above[0]] == ["!"]
                made.append(Token("cmd" if demanded else "sym", "mustequal" if demanded else "=", t.at))
        elif t.text in ("underbrace", "overbrace"):
            shown = argument(queue)
            if queue and queue[-1].text in "_^" and queue[-1].kind == "sym":
                queue.pop()
                argument(queue)
            queue += [Token("sym", "}", t.at), *reversed(shown), Token("sym", "{", t.at)]
        elif t.text.rstrip("*") in TEXT:
            inner = argument(queue)
            made.append(_word(inner, t, text, start))
        elif t.text in BOLD or t.text in CAL:
            style = "bold" if t.text in BOLD else "cal" if t.text != "mathbb" else "bb"
            inner = [x for x in argument(queue) if x.text not in SIZES]
            texts = {x.text for x in inner}  # a result in bold is no vector
            if not ("=" in texts or (len(inner) > 8 and {"(", "frac", "sum"} & texts)):
                inner = [replace(x, style=style) for x in inner]
            twice = len(inner) == 2 and inner[0].text == inner[1].text  # \\mathbf{pp}^T: p times its row
            queue += (
                [Token("sym", "}", t.at), *reversed(inner), Token("sym", "{", t.at)]
                if len(inner) != 1 and not twice and not any(x.text == "," for x in inner)
                else reversed(inner)
            )
        else:
            made.append(t)
    return made


def _bar_behind(queue: list[Token]) -> int:
    """Where the ``\\right|_`` stands (in a list that is read from its end) that closes the ``\\left.``
    before it, on the same line; -1 for none."""
    depth = 0
    for n in range(len(queue) - 1, -1, -1):
        t = queue[n]
        if t.kind == "newline" or t.text == "&":
            break
        if t.kind == "cmd" and t.text == "left":
            depth += 1
        elif t.kind == "cmd" and t.text == "right":
            if not depth:
                behind = [x.text for x in queue[max(n - 2, 0) : n]]
                return n if behind in (["_", "|"], ["_", "vert"], ["_", "rvert"]) else -1
            depth -= 1
    return -1


def _word(inner: list[Token], t: Token, text: str, start: int) -> Token:
    """The words of a ``\\text{..}``, as they are written."""
    while inner and inner[0].kind == "cmd" and inner[0].text in DROPPED:  # \\mbox{\\bf diag}
        inner = inner[1:]
    if not inner:
        return Token("word", "", t.at)
    last = inner[-1]
    a, b = inner[0].at - start, last.at - start + len(str(last))
    shown = (
        text[a:b] if 0 <= a < b <= len(text) and inner[0].at != last.at else "".join(x.text for x in inner)
    )
    return Token("word", " ".join(re.sub(r"[\\$]", "", shown).split()), t.at)
