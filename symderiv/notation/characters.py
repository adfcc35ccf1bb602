"""Characters that the notation does not have, and what to write instead.

Input: the user's text.  Output: nothing, or an :class:`~symderiv.errors.InputError` at the first character
that is refused.  ``ast`` would fold look-alike letters silently, so they are refused before it sees them.
"""

from __future__ import annotations

import keyword
import re
import unicodedata

from symderiv.errors import InputError, Place

MAX_CHARACTERS = 4_000

_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ \t\r\n+-*/()[],.=<>!")

_C_KEYWORDS = frozenset(
    """auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union unsigned
    void volatile while asm bool catch class constexpr delete explicit export false friend mutable
    namespace new noexcept nullptr operator private protected public static_assert template this
    thread_local throw true try typeid typename using virtual wchar_t alignas alignof decltype
    """.split()
)
KEYWORDS = _C_KEYWORDS | frozenset(keyword.kwlist)

_HINTS = {
    "%": "'%' is not an operator of the notation; there are + - * / **",
    "&": "'&' is not an operator of the notation; two conditions are two where, one inside the other",
    "|": "'|' is not an operator of the notation; an absolute value is written abs(x)",
    "~": "'~' is not an operator of the notation; there are + - * / **",
    "@": "'@' is not an operator; write the contraction as sum[c](a[i,c]*b[c,j])",
    ";": "';' does not separate statements; write one statement a line",
    "{": "braces have no meaning; use ( ) for grouping and [ ] for indices",
    "}": "braces have no meaning; use ( ) for grouping and [ ] for indices",
    "#": "'#' has no meaning; put comments in the TOML file, outside the text",
    "\\": "'\\' has no meaning; a newline ends a statement, and a function is written exp(x)",
    "$": "'$' has no meaning in the notation; a name starts with a letter a-z or A-Z",
    "?": "'?' has no meaning in the notation; a choice is written where(z[j] > 0, a, b)",
}

#: What people mean by characters that look like the notation's, or that mathematics uses.
_MEANT = {
    "-": "\u2212\u2010\u2011\u2012\u2013\u2014\u2015\u00ad\ufe63\u2796",
    "+": "\ufe62\u2795",
    "*": "\u00d7\u00b7\u22c5\u2217\u2022\u2219\u2062\u2297\u2299\u25e6",
    "/": "\u00f7\u2215\u2044\u2236",
    "<=": "\u2264\u2a7d",
    ">=": "\u2265\u2a7e",
    "!=": "\u2260",
    "=": "\u2254\u2261\u225d",
    "(": "\u27ee\u2768",
    ")": "\u27ef\u2769",
    ",": "\u201a\u060c\u3001",
    "pi": "\u03c0",
    "sum[c](...)": "\u2211",
    "prod[c](...)": "\u220f",
    "sqrt(...)": "\u221a",
    "D(y[j], z[i])": "\u2202\u2207",
    "lam (lambda is a keyword)": "\u03bb",
    "delta[i,j]": "\u03b4",
    "sum over the letter, sum[c](...)": "\u222b",
}
_WRITE = {ord(c): write for write, chars in _MEANT.items() for c in chars}
#: Cyrillic and Greek letters that look like Latin ones.
_TWINS = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0455\u0458\u0501\u051b\u0261\u0131"
        "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0405\u0408"
        "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
        "aeopcxyisjdqgi" + "ABEKMHOPCTXISJ" + "ABEZHIKMNOPTYXo",
        strict=True,
    )
)


def check_characters(text: str) -> None:
    """Refuse what is too long, not ASCII, or holds a character the notation does not have."""
    if not isinstance(text, str):
        raise InputError("not-text", f"a text was expected, not {type(text).__name__}")
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            "too-long", f"{len(text):,} characters; at most {MAX_CHARACTERS:,} are read", Place("", 1, 1)
        )
    for number, line in enumerate(split_lines(text), 1):
        for n, ch in enumerate(line):
            if ch not in _ALLOWED:
                _refuse(line, n, Place("", number, n + 1))


def split_lines(text: str) -> list[str]:
    """The lines of a text; a carriage return ends a line, too."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _refuse(line: str, n: int, place: Place) -> None:
    ch = line[n]
    if ord(ch) > 126 or (ord(ch) < 32 and ch != "\t"):
        name = unicodedata.name(ch, "")
        shown = f"U+{ord(ch):04X} ({name})" if name else f"U+{ord(ch):04X}"
        raise InputError("non-ascii", f"character {shown} is not printable ASCII; {_advice(ch)}", place)
    if ch in "'\"`":
        message = "quotes have no meaning; the notation has names, numbers and brackets"
        if ch == "'" and n and (line[n - 1].isalnum() or line[n - 1] in "])"):
            message = "quotes have no meaning; a derivative is written D(y[j], z[i]), a transpose A[j,i]"
        raise InputError("string-literal", message, place)
    if ch == "^":
        raise InputError(
            "forbidden-character", f"'^' is not an operator; a power is written **{_power(line, n)}", place
        )
    if ch == ":":
        if any(w in KEYWORDS for w in re.findall(r"[A-Za-z_]\w*", line)):
            return  # the keyword is the better report
        if line[n + 1 : n + 2] == "=":
            raise InputError("slice", "':=' has no meaning; a definition is written with =", place)
        raise InputError(
            "slice", "':' has no meaning; indices are letters such as z[j], and there are no slices", place
        )
    raise InputError("forbidden-character", _HINTS[ch], place)


def _power(line: str, n: int) -> str:
    """The power around a ``^`` as it should stand, where both sides are simple."""
    left = re.search(r"(?:[A-Za-z]\w*(?:\[[\w,]*\])?|[0-9.]+)\s*\Z", line[:n])
    right = re.match(r"\s*(-?[A-Za-z]\w*(?:\[[\w,]*\])?(?![\w(\[])|-?[0-9.]+)", line[n + 1 :])
    if not left or not right:
        return ""
    base, exponent = left.group().strip(), right.group(1)
    if exponent.startswith("-"):
        exponent = f"({exponent})"
    return f": {base}**{exponent}" if len(base) + len(exponent) < 40 else ""


def _advice(ch: str) -> str:
    """What to write instead of a character that is not ASCII."""
    write = _WRITE.get(ord(ch)) or _TWINS.get(ch)
    if write:
        return f"write {write}"
    if ch == "\u221e":
        return "there is no infinity; a maximum over a range is max[c <= j](...)"
    if ch == "\u2208":
        return "a range is written in the brackets, as in sum[c <= j](...)"
    if ch.isspace() or unicodedata.category(ch) == "Zs":
        return "write a plain space"
    category = unicodedata.category(ch)
    if category in ("Cf", "Cc", "Mn", "Me"):
        return "it is invisible or marks another character; remove it"
    plain = unicodedata.normalize("NFKD", ch)
    first = "".join(c for c in plain if ord(c) < 127 and c.isprintable())
    if first.isdigit() and "SUPERSCRIPT" in unicodedata.name(ch, ""):
        return f"a power is written **{first}"
    if first and all(c in _ALLOWED for c in first):
        return f"write {first}"
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (?:FINAL )?([A-Z]+)", unicodedata.name(ch, ""))
    if greek:
        word = greek.group(2).lower()
        return f"write the name {word if greek.group(1) == 'SMALL' else word.capitalize()}"
    return "names are made of the letters a-z and A-Z, digits and _"
