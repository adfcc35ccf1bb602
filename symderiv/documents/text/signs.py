"""What commands and signs of LaTeX stand for, and which are for the eye only."""

from __future__ import annotations

import re

#: ``10,240`` and ``10{,}240``, which stand in no list and below no name.
THOUSANDS = re.compile(
    r"(?:(?<=bf\{)|(?<=boxed\{)|(?<![\[({,_^.\d|])(?<![\[({,] ))"
    r"[1-9]\d{0,2}(?:(?:,|\{,\})\d{3})+(?![\d,]|\s*[\])]|, ?\d|\{,)"
)
#: Commands that only say how large what follows is.
SIZES = frozenset("large Large LARGE huge Huge small tiny Tiny normalsize footnotesize scriptsize".split())
DROPPED = (
    frozenset(
        "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm middle "
        "displaystyle textstyle space blacksquare square Box qed qedsymbol "
        "scriptstyle scriptscriptstyle limits nolimits nonumber notag centering bf rm it "
        "quicklatex hfill allowbreak hline strut null relax".split()
    )
    | SIZES
)
#: Commands whose one argument is for the eye.
DROPPED_WITH_ARGUMENT = frozenset(
    "label tag color hspace vspace hphantom phantom vphantom ref eqref mspace hskip cite".split()
)
#: Commands that show their last argument, and how many come before it.
SHOWN = {
    "boxed": 0, "textcolor": 1, "colorbox": 1, "fcolorbox": 2, "cancel": 0, "mathstrut": 0, "ensuremath": 0,
    "underset": 1, "overset": 1, "stackrel": 1, "mathop": 0, "mathrel": 0, "mathbin": 0, "mathopen": 0,
    "bcancel": 0,
    "mathclose": 0, "smash": 0, "htmlClass": 1, "xcancel": 0, "fbox": 0, "underline": 0, "mathord": 0,
}  # fmt: skip
TEXT = frozenset(
    "text textrm textit textbf texttt textsf mbox hbox mathrm operatorname mathit mathsf "
    "mathtt textnormal textup".split()
)
BOLD = frozenset("mathbf boldsymbol bm vec overrightarrow bold pmb mathbold symbf".split())
CAL = frozenset("mathcal mathscr mathfrak mathbb cal".split())
SAME = {
    "ne": "neq", "le": "leq", "ge": "geq", "leqslant": "leq", "geqslant": "geq", "lbrack": "[", "rbrack": "]",
    "lbrace": "{", "rbrace": "}", "cdotp": "cdot", "ast": "*", "dots": "ldots", "dotsc": "ldots",
    "cdots": "ldots",
    "dotsb": "ldots", "dotso": "ldots", "vdots": "ldots", "ddots": "ldots", "varepsilon": "epsilon",
    "varphi": "phi",
    "vartheta": "theta", "ln": "log", "intercal": "top", "transpose": "top", "tfrac": "frac", "dfrac": "frac",
    "cfrac": "frac", "mid": "|", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "\\|", "lVert": "\\|",
    "rVert": "\\|", "|": "\\|", "circ": "odot", "widehat": "hat", "widetilde": "tilde", "overline": "bar",
    "coloneqq": "coloneq", "triangleq": "coloneq", "defeq": "coloneq", "doteq": "coloneq", "to": "rightarrow",
    "longrightarrow": "rightarrow", "iff": "Leftrightarrow", "implies": "Rightarrow",
    "Longrightarrow": "Rightarrow", "therefore": "Rightarrow", "leadsto": "Rightarrow", "eqsim": "approx",
    "Longleftrightarrow": "Leftrightarrow", "colon": ":", "qquad": "quad", "cr": "newline",
    "enspace": "quad", "enskip": "quad", "land": "wedge", "dagger": "top",
    "lt": "<", "gt": ">", "displaylimits": "limits", "mathds": "mathbb", "rparen": ")",
    "prime": "'", "parallel": "\\|",
    "sdot": "cdot", "lgroup": "(", "rgroup": ")", "lparen": "(",
    "bigtriangledown": "nabla", "triangledown": "nabla",
    "bigodot": "odot",
    "odotp": "odot", "hadamard": "odot", "equiv": "equiv", "simeq": "approx", "sim": "sim", "part": "partial",
}  # fmt: skip
UNICODE = {
    "∂": "partial", "∑": "sum", "∏": "prod", "·": "cdot", "⋅": "cdot", "×": "times", "∗": "*",
    "−": "-", "–": "-", "≠": "neq",
    "≤": "leq", "≥": "geq", "∈": "in", "∇": "nabla", "⊙": "odot", "∘": "odot", "√": "sqrt",
    "∞": "infty", "≈": "approx",
    "→": "rightarrow", "⇒": "Rightarrow", "…": "ldots", "⋯": "ldots", "⊤": "top", "′": "'",
    "’": "'",
    "≡": "equiv", "≔": "coloneq",
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta",
    "η": "eta",
    "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi", "π": "pi",
    "ρ": "rho",
    "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "ℓ": "ell",
    "ς": "varsigma",
    "（": "(", "）": ")", "，": ",", "：": ":", "；": ";", "＝": "=",
    "＋": "+", "－": "-", "［": "[", "］": "]",
    "。": ".", "、": ",",
    "\u2009": "", "\u200b": "", "\u00a0": "", "ℝ": "R",
}  # fmt: skip
#: Macros for the real numbers that editors know.
REALS = frozenset("R RR Reals reals".split())
MARKS = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot"}
PARTS = {"½": "12", "¼": "14", "⅓": "13", "¾": "34"}
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ᵀ", "0123456789T", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₘ", "0123456789ijknm", strict=True))
