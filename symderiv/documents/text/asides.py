"""Remarks in brackets of text that hold equations: ``\\text{(since } a = b \\text{)}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from symderiv.documents.text.latex import Token
from symderiv.documents.text.marks import GREEK


def without_asides(
    tokens: list[Token], relations: Callable[[list[Token]], list[int]]
) -> tuple[list[Token], list[list[Token]]]:
    """The tokens without such remarks, and these; ``relations``: where the relations of tokens stand."""
    tokens, asides = _without_reasons(tokens, relations)
    made: list[Token] = []
    n = 0
    while n < len(tokens):
        t = tokens[n]
        end = n
        if t.kind == "word" and t.text.count("(") > t.text.count(")"):
            end = _end_of_aside(tokens, n)
        elif t.text == "(" and n and tokens[n - 1].kind == "quad" and tokens[n + 1 : n + 2]:
            word = tokens[n + 1]
            names = word.text.lower().rstrip(": ") in ("let", "where")  # rows make definitions of these
            end = _closing(tokens, n) if word.kind == "word" and not names else n
        elif t.text == "(" and n and _is_case(tokens, n):
            made.append(Token("quad", "quad", t.at))
        if end > n and relations(tokens[n + 1 : end]):
            asides.append(tokens[n + 1 : end])
            made.append(Token("quad", "quad", t.at))
            n = end
        else:
            made.append(t)
        n += 1
    return made, asides


def _is_case(tokens: Sequence[Token], start: int) -> bool:
    """Whether a bracket at the end of a row says for which indices it holds: ``q_j (j \\ne y)``."""
    before, end = tokens[start - 1], _closing(tokens, start)
    behind = next((t for t in tokens[end + 1 :] if t.text not in (".", ",", ";")), None)
    if (behind is not None and behind.kind not in ("quad", "newline")) or before.text in ("1", "I", "P", "p"):
        return False
    inner = [t.text for t in tokens[start + 1 : end]]
    plain = before.kind in ("letter", "num") or before.text in ("}", ")") or before.text in GREEK
    return plain and len(inner) == 3 and inner[1] in ("neq", "ne") and before.text not in ("delta", "mathbb")


def _without_reasons(
    tokens: list[Token], relations: Callable[[list[Token]], list[int]]
) -> tuple[list[Token], list[list[Token]]]:
    """The tokens without what stands behind ``\\because``, up to the end of its row, or of the bracket that
    opens before it: the next row goes on from the one before it."""
    made: list[Token] = []
    reasons: list[list[Token]] = []
    n = 0
    while n < len(tokens):
        t = tokens[n]
        if t.kind == "cmd" and t.text == "because":
            last = next((k for k in reversed(range(n)) if tokens[k].kind != "quad"), n)
            bracket = tokens[last].text == "("
            stop = _closing(tokens, last) if bracket else _end_of_row(tokens, n)
            inner = [x for x in tokens[n + 1 : stop] if x.text != "&"]
            if stop > last and relations(inner):
                del made[len(made) - (n - last) * bracket :]
                reasons.append(inner)
                made.append(Token("quad", "quad", t.at))
                n = stop + bracket
                continue
        made.append(t)
        n += 1
    return made, reasons


def _end_of_row(tokens: Sequence[Token], start: int) -> int:
    return next((k for k in range(start, len(tokens)) if tokens[k].kind == "newline"), len(tokens))


def _end_of_aside(tokens: Sequence[Token], start: int) -> int:
    """Where the text stands that closes the bracket of one; ``start`` where none does in the same row."""
    for n in range(start + 1, len(tokens)):
        t = tokens[n]
        if t.kind == "newline":
            break
        if t.kind == "word" and t.text.count(")") > t.text.count("("):
            return n
    return start


def _closing(tokens: Sequence[Token], start: int) -> int:
    """Where the bracket closes; ``start`` where it does not in the same row."""
    depth = 0
    for n in range(start, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[n].text, 0) if tokens[n].kind == "sym" else 0
        if not depth:
            return n
        if tokens[n].kind == "newline":
            break
    return start


def is_apart(before: list[Token], row: list[Token]) -> bool:
    """Whether a row that begins with a sign is an equation of its own, with the sign of equality at the same
    place as the one before: a &= b, and below it - c + d &= e."""
    aligned, above = (
        next((n for n, t in enumerate(x) if t.text == "&" and t.kind == "sym"), 0) for x in (row, before)
    )
    ended = [t.text for t in before if t.kind != "quad"][-2:] == ["=", "0"]
    alike = above > 1 and row[0].text == before[0].text
    beside = before[above].text == "&" and [t.text for t in before[above + 1 : above + 2]] == ["="]
    minus = row[0].text == "-" and beside
    alike = alike or minus  # with a plus, an equation may stand on two lines
    return (ended or alike) and aligned > 1 and [t.text for t in row[aligned + 1 : aligned + 2]] == ["="]


def is_remark(column: Sequence[Token]) -> bool:
    """Whether a column begins with words, or is words in brackets, ``[\\text{chain rule}]``, or a number."""
    texts = [t.text for t in column if t.kind != "quad"]
    if len(texts) == 3 and texts[::2] == ["(", ")"] and texts[1].isdigit():
        return True
    inner = column[1:-1] if texts[:1] + texts[-1:] in (["[", "]"], ["(", ")"]) else column[:1]
    return bool(inner) and all(t.kind == "word" and len(t.text) > 2 for t in inner)


def without_indent(row: Sequence[Token]) -> list[Token]:
    """A row without the space before its first sign: ``&\\quad - b``, ``&{} - b``."""
    texts = [t.text if t.kind == "sym" else t.kind for t in row]
    n = 0
    while texts[n : n + 1] in (["quad"], ["&"]) or texts[n : n + 2] == ["{", "}"]:
        n += 1 + (texts[n] == "{")
    return [*(t for t in row[:n] if t.text == "&"), *row[n:]]


def is_blank(tokens: Sequence[Token]) -> bool:
    """Whether a side is left open, to be filled in: ``?``, ``\\boxed{}``, ``\\text{___}``."""
    return bool(tokens) and all(t.text in ("?", "{", "}", "quad", "_", "___") for t in tokens)


def without_unit(tokens: list[Token]) -> list[Token]:
    """Numbers without the words behind them that say of what they are: ``4 \\times 512 \\text{ params}``."""
    kept = [t for t in tokens if t.kind != "word"]
    behind = 0 < len(kept) < len(tokens) and tokens[: len(kept)] == kept
    plain = all(t.kind in ("num", "sym") or t.text in ("times", "cdot", "frac", "div") for t in kept)
    return kept if behind and plain and kept[-1].kind == "num" else tokens


#: What a term is called.
_CALLED = re.compile(r"\(\s*(?:[A-Z]|[ivx]{1,3}|\d)\s*\)")


def termed(tokens: list[Token]) -> list[Token]:
    """``\\text{(A)} = ...``, ``\\text{(A)} - \\text{(B)}``: such words as names of terms."""
    made = list(tokens)
    for n, t in enumerate(tokens):
        if t.kind == "word" and _CALLED.fullmatch(t.text):
            around = [x.text for x in (*tokens[max(n - 1, 0) : n], *tokens[n + 1 : n + 2]) if x.text != "&"]
            behind = next((x.text for x in tokens[n + 1 :] if x.text != "&" and x.kind != "quad"), "")
            if (behind == "=" and not n) or any(x in ("+", "-") for x in around):
                made[n] = Token("word", f"term{t.text.strip('( )')}", t.at)
    return made


def without_number(tokens: list[Token]) -> list[Token]:
    """``(1)式 = ...`` goes on from the formula with that number."""
    texts = [t.text for t in tokens[:5]]
    if texts[:1] == ["("] and texts[2:4] == [")", "式"] and tokens[1].kind == "num":
        return tokens[4 + (texts[4:] == ["&"]) :]
    return tokens


#: Words before an equation that say no condition.
_TITLE = re.compile(
    r"(?!(?:if|when|for|else|otherwise|case|sonst|sinon|si|wenn|falls|für|pour|para|当|若|否则)(?!\w))"
    r"[^\W\d][^:=]*[:：]\s*",
    re.IGNORECASE,
)


#: Words before "=" that are no name of anything but a reason: what stands behind them goes on a chain.
_REASON = re.compile(
    r"\W*(?:by|using|use|with|since|from|due|because|thus|hence|therefore|so|then|as|applying|substitut\w*"
    r"|simplify\w*|expand\w*|which|we|this|it|that|now|and|also|finally|recall|note)\b",
    re.IGNORECASE,
)


def without_title(tokens: list[Token]) -> list[Token]:
    """``(Mean) \\mu = ...``, ``\\text{Rewrite: } \\mu = ...``, ``\\text{Output of the unit} = y_j = ...``
    without what it is called."""
    if len(tokens) > 2 and tokens[0].kind == "word" and len(tokens[0].text.split()) > 2:
        said = 2 if tokens[1].text == "&" else 1
        if tokens[said].text == "=" and not _REASON.match(tokens[0].text):
            return tokens[said + 1 :]
    if tokens and tokens[0].kind == "word" and _TITLE.fullmatch(tokens[0].text):
        return tokens[1:]
    close = next((n for n, t in enumerate(tokens) if t.text == ")"), 0)
    title = "".join(map(str, tokens[1:close]))
    if tokens and tokens[0].text == "(" and re.fullmatch(r"[A-Z][a-z]{2,}", title):
        beside = next((t for t in tokens[close + 1 :] if t.kind != "quad" and t.text != "&"), None)
        if beside is not None and (beside.kind in ("letter", "word") or beside.text in GREEK):
            return tokens[close + 1 :]
    return tokens


def without_places(tokens: list[Token]) -> tuple[list[Token], list[list[Token]]]:
    """The tokens without bars such as ``|_{i = j}`` between indices of the row, and what these say."""
    indices = {
        t.text
        for n, s in enumerate(tokens)
        if s.text == "_" and s.kind == "sym" and (not n or tokens[n - 1].text != "|")
        for t in _behind(tokens, n + 1)
        if t.kind == "letter"
    }
    made: list[Token] = []
    said: list[list[Token]] = []
    n = 0
    while n < len(tokens):
        inner = _behind(tokens, n + 2) if tokens[n].text == "|" and _text(tokens, n + 1) == "_" else []
        two = {inner[0].text, inner[2].text} if len(inner) == 3 else set()
        if len(two) == 2 and two <= indices and inner[1].text in ("=", "neq"):
            said.append(list(inner))
            n += len(inner) + 4
        else:
            made.append(tokens[n])
            n += 1
    return made, said


def _text(tokens: Sequence[Token], n: int) -> str:
    return tokens[n].text if n < len(tokens) else ""


def _behind(tokens: Sequence[Token], n: int) -> Sequence[Token]:
    """The tokens of the brace group at a place, or the one token there."""
    if _text(tokens, n) != "{":
        return tokens[n : n + 1]
    depth = 0
    for end in range(n, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[end].text, 0) if tokens[end].kind == "sym" else 0
        if not depth:
            return tokens[n + 1 : end]
    return []


def opened(piece: list[Token], relations: Callable[[list[Token]], list[int]]) -> list[Token]:
    """``(\\sum_k y_k = 1)`` beside a row without its bracket; two letters in one are a condition."""
    inner = piece[1:-1]
    whole = piece[0].text == "(" and _closing(piece, 0) == len(piece) - 1
    return inner if whole and len(inner) > 3 and len(relations(inner)) == 1 else piece


def without_dots(piece: list[Token]) -> list[Token]:
    """``a = b = ...``, and in the next formula ``... = c``: dots for what stands in the other one."""
    texts = [t.text for t in piece]
    if texts[:2] == ["ldots", "="]:
        return piece[1:]
    return piece[:-2] if len(piece) > 3 and texts[-2:] == ["=", "ldots"] else piece


def let_by(piece: list[Token], relations: Callable[[list[Token]], list[int]]) -> list[Token]:
    """``(let \\frac{1}{s} = t)`` beside a row as ``t = \\frac{1}{s}``; a row may begin so as well."""
    inner = [t for t in piece if t.text not in ("{", "}")] if piece[0].text == "{" else piece
    words = inner[1:2] if inner and inner[0].text == "(" and inner[-1].text == ")" else piece[:1]
    if not words or words[0].kind != "word" or words[0].text.lower().rstrip(":") not in ("let", "where"):
        return piece
    start = next(n for n, t in enumerate(piece) if t is words[0]) + 1
    end = len(piece)
    if start > 1:
        end -= 1 + next(n for n, t in enumerate(reversed(piece)) if t.text == ")")
    said = piece[start:end]
    cuts = relations(said)
    if len(cuts) == 1 and said[cuts[0]].text == "=" and len(said) - cuts[0] == 2:
        return [said[-1], said[cuts[0]], *said[: cuts[0]]]
    return said if cuts else piece


#: What a name in words begins with.
_ARTICLE = re.compile(r"(?:the|an?|our|its|der|die|das|le|la|les|el|los|las|o|os|as|il)\s", re.IGNORECASE)


def labelled(tokens: list[Token]) -> list[Token]:
    """``\\text{the mean of x} = \\bar x = ...`` without the sign behind the words: no chain goes on there."""
    made: list[Token] = []
    for n, t in enumerate(tokens):
        word = tokens[n - 1] if n and tokens[n - 1].kind == "word" else None
        first = all(x.kind in ("quad", "newline") or x.text == "&" for x in tokens[: max(n - 1, 0)][-1:])
        long = word is not None and len(word.text.split()) > 2 and _ARTICLE.match(word.text)
        if not (t.text == "=" and t.kind == "sym" and first and long):
            made.append(t)
    return made
