"""Subscripts and superscripts: their marks, the letters of a sum, conditions such as ``i = j``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from symderiv.documents.text.latex import Token, Unread
from symderiv.documents.text.syntax import Condition, Mark

GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
    "phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varsigma varrho varpi".split()
)
#: Other commands that are names.
NAMES = frozenset("ell Pr hbar imath jmath Re Im star odot_".split())
#: What makes another letter of one: j^*, j^+.
_STARS = {"*": "star", "star": "star", "ast": "star", "+": "plus", "-": "minus"}
_SIGNS = {"=": "=", "neq": "neq", "leq": "<=", "geq": ">=", "<": "<", ">": ">"}


def split_top(tokens: Sequence[Token], separates: Callable[[Token], bool]) -> list[list[Token]]:
    """Split at tokens outside all brackets and environments."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for t in tokens:
        if t.kind in ("sym", "cmd"):
            if t.text in ("{", "(", "[", "\\{", "begin", "langle"):
                depth += 1
            elif t.text in ("}", ")", "]", "\\}", "end", "rangle"):
                depth -= 1
        if depth <= 0 and separates(t):
            parts.append([])
        else:
            parts[-1].append(t)
    return parts


def unbraced(tokens: Sequence[Token]) -> list[Token]:
    """``\\sigma{(z)}`` as ``\\sigma(z)``, braces around a bracket behind a name, or behind its prime; and
    ``{\\rm tr}(A)`` as ``\\mathrm{tr}(A)``."""
    away: set[int] = set()
    for n in range(len(tokens) - 3):
        alone = n == 0 or tokens[n - 1].text not in ("_", "^", "}", "frac", "sqrt")
        shown = [t.text for t in (tokens[n], *tokens[n + 2 : n + 4])]
        if alone and shown == ["{", "}", "("] and tokens[n + 1].kind == "word":
            away |= {n, n + 2}
    for n in range(1, len(tokens) - 3):
        before, over = tokens[n - 1], tokens[n - 2].text if n > 1 else ""
        name = before.kind == "letter" or (before.kind, before.text) == ("sym", "'") or before.text in GREEK
        if [t.text for t in tokens[n : n + 2]] != ["{", "("] or not name or over in ("frac", "sqrt"):
            continue
        end = end_of_group(tokens, n)
        if end_of_group(tokens, n + 1) == end - 1:
            away |= {n, end}
    return [t for n, t in enumerate(tokens) if n not in away]


def end_of_group(tokens: Sequence[Token], start: int) -> int:
    """Where the bracket or brace closes that opens at a place; the place itself where none opens, the last
    one where none closes."""
    opens = tokens[start].text
    closes = {"(": ")", "{": "}"}.get(opens, "")
    depth = 0
    for n in range(start, len(tokens)):
        if tokens[n].kind == "sym":
            depth += (tokens[n].text == opens) - (tokens[n].text == closes) if closes else 0
        if not depth:
            return n
    return len(tokens) - 1


#: Words that a hyphen joins.
_HYPHENS = re.compile(r"[A-Za-z]{2,}(?:-[A-Za-z]+)+|[A-Za-z]+(?:-[A-Za-z]{3,})+")


def _letters_of(token: Token) -> list[Token]:
    """``P_{ln}``: the indices l and n; ``y_\\text{c, i}``: c and i."""
    if token.kind == "word" and re.fullmatch(r"[A-Za-z][*']?(?:\s*,\s*[A-Za-z][*']?)+", token.text.strip()):
        places = [(n, x) for n, x in enumerate(token.text) if not x.isspace()]
        apart = [(n, y) for n, x in places for y in (("^", "*") if x == "*" else (x,))]
        return [Token("letter" if x.isalpha() else "sym", x, token.at + n) for n, x in apart]
    if token.kind != "word" or token.text != "ln":
        return [token]
    return [Token("letter", x, token.at + n) for n, x in enumerate(token.text)]


def marks_of(tokens: Sequence[Token]) -> tuple[Mark, ...]:
    """The marks of a subscript: ``ij``, ``i,j``, ``k+1``, ``\\text{pred}``, ``2``."""
    found: list[Mark] = []
    moved = ""
    tokens = [x for t in tokens for x in _letters_of(t)]
    if any(t.text == "sim" for t in tokens):  # E_{x ~ p}: what it is over
        return (Mark("word", "_".join(t.text for t in tokens if t.text.isalnum())),)
    if any(t.text == "times" for t in tokens):
        return ()  # A_{m \\times n}: how many entries it has
    if [t.text for t in (*tokens[:1], *tokens[-1:])] == ["(", ")"] and any(t.text == "," for t in tokens):
        tokens = tokens[1:-1]
        if not {t.text for t in tokens} <= {",", *"ijklmnpqrst"}:
            return ()  # E_{(w, b)}: what it depends on
    for part in split_top(tokens, lambda t: t.text in (",", ";") and t.kind == "sym"):
        kept = [t for t in part if t.kind != "sym" or t.text not in ("{", "}", "(", ")", "[", "]")]
        if (sums := _sum_of_letters(kept)) is not None:
            found += sums[0]
            moved += sums[1]
            continue
        if (name := _HYPHENS.fullmatch("".join(map(str, kept)))) is not None:
            found.append(Mark("word", name.group().replace("-", "_")))  # J_{neg-sample}
            continue
        n = 0
        while n < len(kept):
            t = kept[n]
            signed = n + 2 < len(kept) and kept[n + 1].text in ("+", "-") and kept[n + 2].kind == "num"
            if signed and t.kind in ("letter", "cmd"):
                shift = int(kept[n + 2].text) * (1 if kept[n + 1].text == "+" else -1)
                found.append(Mark("shift", t.text, shift))
                n += 3
                continue
            primes = next((k for k, x in enumerate(kept[n + 1 :]) if x.text != "'"), len(kept) - n - 1)
            if primes and t.kind == "letter":
                found.append(Mark("letter", t.text + "prime" * primes))  # another letter than that without
                n += 1 + primes
                continue
            if n + 2 < len(kept) and kept[n + 1].text == "^" and t.kind == "letter":
                star = _STARS.get(kept[n + 2].text)
                if star is None and (kept[n + 2].kind not in ("letter", "num") or n + 3 < len(kept)):
                    raise Unread(f"'{kept[n + 1]}' in a subscript is not understood", t.at)
                # \mu_{y^{(i)}}, as \mu_{y_i}; a star: the j that is sought
                named = Mark("word", f"{t.text}_{kept[n + 2].text}")
                found.append(named if star is None else Mark("letter", f"{t.text}{star}"))
                n += 3
                continue
            if n + 2 < len(kept) and kept[n + 1].text == "_" and t.kind in ("letter", "cmd"):
                inner = kept[n + 2]
                if inner.kind not in ("letter", "num", "word", "cmd"):
                    raise Unread("a subscript of a subscript", t.at)
                found.append(Mark("word", f"{t.text}_{inner.text}"))  # f_{y_i}: the class of an example
                n += 3
                continue
            if t.kind == "num":
                found.append(Mark("number", t.text))
            elif t.kind == "word":
                found.append(Mark("word", "_".join(t.text.replace("-", " ").split())))
            elif t.kind == "letter" or (t.kind == "cmd" and (t.text in GREEK or t.text in NAMES)):
                found.append(Mark("letter", t.text if t.style != "cal" else f"{t.text}cal"))
            elif t.kind == "cmd" and t.text in ("max", "min"):
                found.append(Mark("word", t.text))
            elif t.text in ("+", "-") and len(kept) == 1:
                found.append(Mark("letter", "plus" if t.text == "+" else "minus"))
            elif t.text in ("*", "cdot", ":", "ldots", "|", "bullet"):
                found.append(Mark("other", t.text))
            elif t.kind == "sym" and t.text in ("_", "'"):
                raise Unread("a subscript of a subscript", t.at)
            else:
                raise Unread(f"'{t}' in a subscript is not understood", t.at)
            n += 1
    return (*found, Mark("word", moved)) if moved else tuple(found)


def in_brackets(tokens: Sequence[Token]) -> list[Token] | None:
    """What stands in the brackets of a superscript that is no power: ``z^{(i)}``, ``a^{[2](i)}``, of a layer
    and an example; None where more than names and numbers does, or something beside them."""
    found: list[Token] = []
    closing = ""
    for t in tokens:
        if not closing:
            closing = {"(": ")", "[": "]"}.get(t.text, "")
            if not closing:
                return None
        elif t.text == closing:
            closing = ""
        elif t.kind in ("letter", "word", "num") or t.text in (",", "+", "-", "_", "ell", *GREEK):
            found.append(t)
        else:
            return None
    return None if closing or not found else found


def _sum_of_letters(tokens: Sequence[Token]) -> tuple[list[Mark], str] | None:
    """``i+m``, ``i-m``, ``i+m-1``: a place that two letters give, and how; a name with such a place is one of
    its own, with both letters as indices."""
    letters: list[Mark] = []
    how, sign = "", "+"
    for t in tokens:
        if t.text == "'" and letters and sign == "":
            letters[-1] = Mark("letter", f"{letters[-1].text}prime")
        elif sign and (t.kind == "letter" or (t.kind == "cmd" and t.text in GREEK)):
            letters.append(Mark("letter", t.text))
            how, sign = how + sign, ""
        elif sign and letters and t.kind == "num":
            how, sign = how + sign + t.text, ""
        elif not sign and t.text in ("+", "-"):
            sign = t.text
        else:
            return None
    names = {"+": "plus", "-": "less"}
    if sign or len(letters) != 2 or len(set(letters)) < 2:
        return None
    return letters, "at" + "".join(names.get(c, c) for c in how[1:])


def letters_of(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The letters that a sum or a condition names."""
    marks = marks_of([t for t in tokens if t.text not in ("forall", "for")])
    for m in marks:
        if m.kind not in ("letter", "word"):
            raise Unread(f"'{m}' is no index letter", tokens[0].at)
    return tuple(m.text for m in marks)


def condition_of(tokens: Sequence[Token]) -> Condition | None:
    """``i = j``, ``i \\neq j`` between positions, words around it dropped; None where it is none."""
    kept = [t for t in tokens if not (t.kind == "word" and len(t.text) != 1 and t.text.lower() in _GLUE)]
    kept = [t for t in kept if t.kind != "word" or t.text.isascii() or _IN_WORDS.fullmatch(t.text)]
    kept = [t for t in kept if t.kind != "quad" and not (t.kind == "sym" and t.text in _ASIDE)]
    if len(kept) == 1 and kept[0].kind == "word" and (m := _IN_WORDS.fullmatch(kept[0].text)) is not None:
        sign = "=" if m.group(2) in ("=", "==") else "neq"  # \text{if i $\neq$ j}
        return Condition(sign, Mark("letter", m.group(1)), Mark("letter", m.group(3)))
    bracketed = any(t.text == "(" for t in tokens)
    for n in range(1, len(kept) - 1):  # y^{(i)}, as y_i
        if bracketed and kept[n].text == "^" and kept[n - 1].kind == kept[n + 1].kind == "letter":
            kept[n] = Token("sym", "_", kept[n].at)
    cut = [n for n, t in enumerate(kept) if t.text in _SIGNS and t.kind in ("sym", "cmd")]
    if len(cut) != 1:
        return None
    try:
        left, right = marks_of(kept[: cut[0]]), marks_of(kept[cut[0] + 1 :])
    except Unread:
        return None
    if len(left) != 1 or len(right) != 1 or "other" in (left[0].kind, right[0].kind):
        return None
    return Condition(_SIGNS[kept[cut[0]].text], left[0], right[0])


_IN_WORDS = re.compile(
    r"[,(\s]*(?:(?:if|for|when|where|and|wenn|si|para|pour|当|若)\s+)?([a-z])\s*(==?|≠|!=|neq?|\\neq?)\s*([a-z])[),.\s]*"
)
_ASIDE = frozenset((",", ".", "(", ")", "[", "]", ":", "{", "}", "\\{", "\\}"))
_GLUE = frozenset(
    "if for when where and or otherwise case then else with if, for all, on in the is at since as "
    "while si lorsque quand pour et avec où wenn falls für und mit se para quando cuando con para y e "
    "если при для и もし のとき 일 때 当 若 如果 时 のとき、 일때".split()
)
#: What says "in all other cases".
OTHERWISE = (
    "otherwise", "else", "sinon", "autrement", "sonst", "andernfalls", "en otro caso", "caso contrario",
    "caso contrário", "altrimenti", "иначе", "в противном случае", "否则", "其他", "其它", "それ以外",
    "その他", "그 외", "그외", "아니면", "anders",
)  # fmt: skip


def limits_of(tokens: Sequence[Token]) -> tuple[tuple[str, ...], str, tuple[Condition, ...]]:
    """What stands below a sum: its letters, the lower limit, what they are not."""
    letters: list[str] = []
    apart: list[Condition] = []
    lower = ""
    for part in split_top(
        tokens, lambda x: (x.text in (",", ";") and x.kind == "sym") or x.kind == "newline"
    ):
        cut = next(
            (n for n, x in enumerate(part) if x.text in ("=", "in", "neq", "leq", "<", "geq", ">")), None
        )
        if cut is None:
            letters += letters_of(part)
            continue
        sign, behind = part[cut].text, part[cut + 1 :]
        named = [t for t in part[:cut] if t.text not in ("(", ")")]
        member = sign == "in" and [t.text for t in named[1:2]] == ["_"] and len(named) == 3
        own = letters_of(named[2:] if member else named)  # \\sum_{x_i \\in D} runs over i
        other = behind[0].text if len(behind) == 1 else ""
        again = sign in ("=", "neq") and len(own) == 1 and len(behind) == 1 and behind[0].kind == "letter"
        if again and (other in letters) != (own[0] in letters):  # j = 1, i \\neq j
            one, two = (other, own[0]) if other in letters else (own[0], other)
            apart.append(Condition(sign, Mark("letter", one), Mark("letter", two)))
        elif sign == "=":
            lower = "".join(map(str, behind))
            if "ldots" in lower:
                lower = "1"
            letters += own
        elif sign == "in":
            letters += own
        elif sign == "neq" and len(own) == 1:
            letters += [x for x in own if x not in letters]
            apart += [Condition("neq", Mark("letter", own[0]), m) for m in marks_of(behind)]
        else:
            found = condition_of(part)
            if found is None:
                raise Unread("a range that is not understood", part[0].at)
            letters += [x for x in own if x not in letters]
            apart.append(found)
    if not letters and tokens:
        raise Unread("a sum without a letter", tokens[0].at)
    return tuple(dict.fromkeys(letters)), lower, tuple(apart)
