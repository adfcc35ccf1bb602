"""Letters of people's words in a LaTeX article: every one stays, and pdflatex is told how to show it.

pdflatex knows the letters of Western languages.  Each other one that occurs gets a declaration in the
preamble: an accent over its base, a Greek letter or a sign as mathematics; a letter that no font here has
is shown as its number in a frame (LuaLaTeX and XeLaTeX, which know all letters, skip the declarations).
"""

from __future__ import annotations

import unicodedata

#: Letters beyond Latin-1 that LaTeX's T1 fonts have without an accent to compose.
_KNOWN = frozenset("ẞłŁđĐŋŊœŒıȷ“”‘’„‚…–—•†‡€‰™‹›")
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0326": "c", "\u0327": "c",
    "\u0328": "k", "\u0331": "b",
}  # fmt: skip
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρςστυφχψωϵΓΔΘΛΞΠΣΥΦΨΩ",
        r"\alpha \beta \gamma \delta \varepsilon \zeta \eta \theta \iota \kappa \lambda \mu \nu \xi \pi \rho "
        r"\varsigma \sigma \tau \upsilon \varphi \chi \psi \omega \epsilon \Gamma \Delta \Theta \Lambda \Xi "
        r"\Pi \Sigma \Upsilon \Phi \Psi \Omega".split(),
        strict=True,
    )
)
#: Greek capitals that look as Latin ones do, and o.
_ALIKE = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))
_SIGNS = {
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "∞": r"\infty", "∂": r"\partial", "∇": r"\nabla",
    "∑": r"\sum", "∏": r"\prod", "∈": r"\in", "→": r"\to", "−": "-", "⊙": r"\odot", "⊤": r"\top",
    "ℓ": r"\ell", "√": r"\surd", "⋅": r"\cdot", "∝": r"\propto", "∥": r"\|", "ᵀ": r"^{\top}",
}  # fmt: skip


def declarations(words: str) -> str:
    """The lines of a preamble for the letters in ``words`` that pdflatex does not know."""
    strange = sorted({c for c in words if ord(c) > 0xFF and c not in _KNOWN})
    return "\n".join(f"\\DeclareUnicodeCharacter{{{ord(c):04X}}}{{{_shown(c)}}}" for c in strange)


def _shown(letter: str) -> str:
    if letter in _GREEK or letter in _SIGNS:
        return f"\\ensuremath{{{_GREEK.get(letter) or _SIGNS[letter]}}}"
    if letter in _ALIKE:
        return _ALIKE[letter]
    kind, *parts = unicodedata.decomposition(letter).split() or [""]
    if kind in ("<super>", "<sub>"):
        inside = "".join(_shown(chr(int(p, 16))) for p in parts)
        return f"\\text{kind[1:-1]}script{{{inside}}}"
    base, *marks = list(unicodedata.normalize("NFKD", letter))
    if (base.isascii() or base in _GREEK) and all(m in _ACCENTS or m.isascii() for m in marks):
        shown = base if base.isascii() else _shown(base)
        for m in marks:
            shown = shown + m if m.isascii() else f"\\{_ACCENTS[m]}{{{shown}}}"
        return shown
    return letter if ord(letter) <= 0xFF else f"\\fbox{{\\tiny {ord(letter):04X}}}\\allowbreak{{}}"
