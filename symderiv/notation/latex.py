r"""Terms to LaTeX, as mathematicians write them: \sum_{c=1}^{C}, \frac, \delta_{ij}, e^{z_j}, cases.

``latex(term)`` prints one term and ``to_latex_equation(left, right)`` an equation.  A dimension is
shown by its name in upper case (``c`` gives C) unless a tensor of that name occurs; then ``N_c``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symderiv.notation.show import digits
from symderiv.terms import (
    ONE,
    Add,
    Call,
    Condition,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Neutral,
    Num,
    Order,
    Pi,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    add,
    count_nodes,
    split_range,
    tensor_names,
    walk,
)

#: How tightly a printed term holds together; a context asks for a least level.
SUM, BIG, PRODUCT, POWER, ATOM = range(5)

_LETTERS = """alpha beta gamma delta zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon
phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"""
_GREEK = {name: f"\\{name}" for name in _LETTERS.split()} | {
    "eps": r"\varepsilon",
    "epsilon": r"\epsilon",
    "lam": r"\lambda",
    "ell": r"\ell",
    "pi": r"\pi",
}
_COMPARISONS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}
#: Functions whose power is written on the name: \tanh^{2}(x).
_POWER_ON_NAME = {"sin": r"\sin", "cos": r"\cos", "tanh": r"\tanh", "sinh": r"\sinh", "cosh": r"\cosh"}
_NAMES = _POWER_ON_NAME | {
    "log": r"\log",
    "erf": r"\operatorname{erf}",
    "erfc": r"\operatorname{erfc}",
    "sign": r"\operatorname{sign}",
    "max": r"\max",
    "min": r"\min",
}


def symbol(name: str) -> str:
    r"""A name on its own: ``mu`` is \mu, ``x1`` is x_{1}, ``y_pred`` is y_{\mathrm{pred}}."""
    base, sub = _name(name)
    return f"{base}_{{{','.join(sub)}}}" if sub else base


def _name(name: str) -> tuple[str, list[str]]:
    """The letter to print and the subscripts that the name itself carries."""
    head, *rest = name.split("_")
    digits = head[len(head.rstrip("0123456789")) :]
    stem = head[: len(head) - len(digits)]
    base = _GREEK.get(stem) or (stem if len(stem) == 1 else f"\\mathrm{{{stem}}}")
    words = [_GREEK.get(r) or (r if len(r) == 1 else f"\\mathrm{{{r}}}") for r in rest if r]
    return base, [*([digits] if digits else []), *words]


@dataclass(frozen=True)
class LatexPrinter:
    """Prints terms of one document.

    ``taken`` are names that a dimension's symbol must not repeat; ``symbols`` gives names a LaTeX of
    their own.
    """

    taken: frozenset[str] = frozenset()
    symbols: Mapping[str, str] = field(default_factory=dict)
    _shown: dict[Term, tuple[str, int]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def for_terms(cls, terms: Iterable[Term]) -> LatexPrinter:
        """A printer whose dimension symbols clash with no tensor of ``terms``."""
        return cls(frozenset().union(*(tensor_names(t) for t in terms)))

    def latex(self, term: Term) -> str:
        """One term."""
        return self._show(term)[0]

    def equation(self, left: Term, right: Term) -> str:
        """``left = right``."""
        return f"{self.latex(left)} = {self.latex(right)}"

    def condition(self, condition: Condition) -> str:
        """A condition such as z_j > 0 or c <= j."""
        if isinstance(condition, Order):
            left, right = self.position(condition.left), self.position(condition.right)
            return f"{left} {_COMPARISONS[condition.op]} {right}"
        return f"{self.latex(condition.left)} {_COMPARISONS[condition.op]} {self.latex(condition.right)}"

    def position(self, position: Position) -> str:
        """A letter, or a position such as j+1."""
        if isinstance(position, Index):
            return symbol(position.name)
        shown = ""
        for s, k in sorted(position.parts, key=lambda p: p[1] < 0):
            name = symbol(s.name) if isinstance(s, Index) else self.size(s.dim)
            sign = "-" if k < 0 else "+" if shown else ""
            shown += sign + (name if abs(k) == 1 else f"{abs(k)}{name}")
        return (
            f"{shown}{position.constant:+d}"
            if shown and position.constant
            else shown or str(position.constant)
        )

    def _letters(self, positions: Sequence[Position]) -> str:
        names = [self.position(i) for i in positions]
        return ("" if all(len(n) == 1 for n in names) else ",").join(names)

    def size(self, dim: str) -> str:
        """The symbol of a dimension's size."""
        upper = dim.upper() if len(dim) == 1 else dim
        if len(dim) == 1 and upper not in self.taken and dim.islower():
            return upper
        return f"N_{{{symbol(dim)}}}" if "N" not in self.taken else f"\\#{{{symbol(dim)}}}"

    # --- one method a kind ------------------------------------------------------------------------

    def _show(self, term: Term) -> tuple[str, int]:
        found = self._shown.get(term)  # a subterm is tried at several places
        if found is None:
            found = self._shown[term] = self._print(term)
        return found

    def _print(self, term: Term) -> tuple[str, int]:
        match term:
            case Num(value):
                return _number(value)
            case Pi():
                return r"\pi", ATOM
            case Size(dim):
                return self.size(dim), ATOM
            case Entry(name, indices):
                return self._entry(name, indices), ATOM
            case Delta(left, right):
                return f"\\delta_{{{self._letters((left, right))}}}", ATOM
            case Add(terms):
                return self._sum(terms), SUM
            case Mul(factors):
                return self._product(factors)
            case Pow(_, Num(value)) if value < 0:
                return self._product((term,))
            case Pow(base, exponent):
                return self._power(base, exponent), POWER
            case Call(function, args):
                return self._call(function, args)
            case Where(condition, then, other):
                rows = f"{self.latex(then)} & \\text{{if }} {self.condition(condition)} \\\\ "
                return (
                    f"\\begin{{cases}} {rows}{self.latex(other)} & \\text{{otherwise}} \\end{{cases}}",
                    ATOM,
                )
            case Reduce(op, indices, body):
                return self._reduce(op, indices, body)
            case Neutral(op):
                return (r"-\infty" if op == "max" else r"\infty"), ATOM
            case Diff(body, targets):
                return self._diff(body, targets)
            case _:
                raise TypeError(f"not a term: {term!r}")

    def _entry(self, name: str, indices: tuple[Position, ...]) -> str:
        base, sub = (self.symbols[name], []) if name in self.symbols else _name(name)
        letters = self._letters(indices)
        inside = ",".join([*sub, *([letters] if letters else [])])
        if not inside:
            return base
        return f"{base}_{inside}" if len(inside) == 1 else f"{base}_{{{inside}}}"

    def wrap(self, term: Term, level: int) -> str:
        """``term``, in parentheses where it holds together less than ``level``."""
        shown, own = self._show(term)
        return shown if own >= level else _paren(shown)

    def _sum(self, terms: tuple[Term, ...]) -> str:
        shown = ""
        for n, t in enumerate(terms):
            part, level = self._show(t)
            negative = part.startswith("-")
            open_end = level == BIG or (level == PRODUCT and _ends_big(t))
            if isinstance(t, Add) or (open_end and n < len(terms) - 1):
                part = f"-{_paren(part[1:])}" if negative else _paren(part)
            if not shown:
                shown = part
            elif negative:
                shown += f" - {part[1:]}"
            else:
                shown += f" + {part}"
        return shown

    def _product(self, factors: tuple[Term, ...]) -> tuple[str, int]:
        top: list[Term] = []
        bottom: list[Term] = []
        constant = Fraction(1)
        for f in factors:
            match f:
                case Num(value):
                    constant *= value
                case Pow(base, Num(value)) if value < 0:
                    bottom.append(base if value == -1 else Pow(base, Num(-value)))
                case _:
                    top.append(f)
        sign = "-" if constant < 0 else ""
        constant = abs(constant)
        over, late = self._split_late(top) if bottom or constant.denominator != 1 else (top, [])
        if bottom or constant.denominator != 1:
            upper = self._juxtapose(over, constant.numerator)
            lower = self._juxtapose(bottom, constant.denominator)
            shown = f"\\frac{{{upper}}}{{{lower}}}"
            shown += "".join(
                f" {self.wrap(t, POWER if n < len(late) - 1 else BIG)}" for n, t in enumerate(late)
            )
        elif sign and len(top) == 1 and constant == 1:
            shown = self.wrap(top[0], BIG)
        else:
            shown = self._juxtapose(top, constant.numerator)
        if sign:
            return sign + shown, SUM
        last = (late or top)[-1] if (late or top) else None
        if last is not None and not bottom and isinstance(last, Reduce):
            return shown, BIG
        return shown, BIG if late and isinstance(late[-1], Reduce) else PRODUCT

    def _split_late(self, top: list[Term]) -> tuple[list[Term], list[Term]]:
        """Factors for the numerator, and long ones (sums) that read better after the fraction."""
        late: list[Term] = [
            t for t in top if isinstance(t, Reduce | Diff | Where) or (isinstance(t, Add) and len(top) > 1)
        ]
        if len(late) == len(top) == 1 and isinstance(late[0], Reduce | Diff) and count_nodes(late[0]) <= 8:
            return top, []
        return [t for t in top if t not in late], late

    def _juxtapose(self, factors: list[Term], constant: int) -> str:
        if len(factors) == 1 and constant == 1:
            return self.latex(factors[0])
        parts = [digits(constant)] if constant != 1 or not factors else []
        for n, t in enumerate(factors):
            part = self.wrap(t, BIG if n == len(factors) - 1 else POWER)
            if parts and (part[0].isdigit() or (part.startswith("\\frac") and parts[-1].isdigit())):
                part = f"\\cdot {part}"
            parts.append(part)
        return " ".join(parts)

    def _power(self, base: Term, exponent: Term) -> str:
        shown = self.latex(exponent)
        if isinstance(base, Call) and base.function in _POWER_ON_NAME:
            return f"{_NAMES[base.function]}^{{{shown}}}{_paren(self.latex(base.args[0]))}"
        if isinstance(base, Call) and base.function not in ("abs",):
            return f"{_paren(self.latex(base))}^{{{shown}}}"
        return f"{self.wrap(base, ATOM)}^{{{shown}}}"

    def _call(self, function: str, args: tuple[Term, ...]) -> tuple[str, int]:
        inner = ", ".join(self.latex(a) for a in args)
        match function:
            case "exp":
                if _short(args[0]):
                    return f"e^{{{self._inline(args[0])}}}", POWER
                return f"\\exp{_paren(inner)}", POWER
            case "expm1":
                return f"{self._call('exp', args)[0]} - 1", SUM
            case "log1p":
                return f"\\log{_paren(self.latex(add(ONE, args[0])))}", POWER
            case "sqrt":
                return f"\\sqrt{{{inner}}}", ATOM
            case "abs":
                return f"\\left|{inner}\\right|", ATOM
            case "sigmoid":
                name = r"\sigma" if "sigma" not in self.taken else r"\operatorname{sigmoid}"
                return f"{name}{_paren(inner)}", POWER
        return f"{_NAMES[function]}{_paren(inner)}", POWER

    def _inline(self, term: Term) -> str:
        """A short term for an exponent: a fraction with a slash."""
        if isinstance(term, Mul):
            below = [f for f in term.factors if isinstance(f, Pow) and f.exponent == Num(Fraction(-1))]
            above = [f for f in term.factors if f not in below]
            if len(below) == 1 and above and isinstance(below[0].base, Entry):
                top = Mul(tuple(above)) if len(above) > 1 else above[0]
                return f"{self.wrap(top, PRODUCT)} / {self.latex(below[0].base)}"
        return self.latex(term)

    def _reduce(self, op: str, indices: tuple[Index, ...], body: Term) -> tuple[str, int]:
        conditions, body = split_range(op, indices, body)
        sizes = [self.size(i.dim) for i in indices]
        names = [symbol(i.name) for i in indices]
        inner = self.wrap(body, BIG)
        if conditions:
            named = {c.left for c in conditions}
            plain = [n for n, i in zip(names, indices, strict=True) if i not in named]
            under = ", ".join([*plain, *(self.condition(c) for c in conditions)])
            return f"\\{op}_{{{under}}} {inner}", BIG
        if op in ("max", "min"):
            return f"\\{op}_{{{', '.join(names)}}} {inner}", BIG
        command = r"\prod" if op == "prod" else r"\sum"
        signs = " ".join(f"{command}_{{{n}=1}}^{{{s}}}" for n, s in zip(names, sizes, strict=True))
        if op == "mean":
            return f"\\frac{{1}}{{{' '.join(sizes)}}} {signs} {inner}", BIG
        return f"{signs} {inner}", BIG

    def _diff(self, body: Term, targets: tuple[Entry, ...]) -> tuple[str, int]:
        order = f"^{{{len(targets)}}}" if len(targets) > 1 else ""
        below = " ".join(f"\\partial {self.latex(t)}" for t in targets)
        if isinstance(body, Entry) or (_short(body) and not isinstance(body, Add)) or _short_call(body):
            return f"\\frac{{\\partial{order} {self.wrap(body, POWER)}}}{{{below}}}", ATOM
        shown, level = self._show(body)
        shown = _paren(shown) if level in (SUM, PRODUCT, BIG) else shown
        return f"\\frac{{\\partial{order}}}{{{below}}} {shown}", PRODUCT


def _short_call(term: Term) -> bool:
    return isinstance(term, Call) and all(_short(a) for a in term.args)


def _short(term: Term) -> bool:
    """Fits in an exponent: no sums, no tall fractions, few parts."""
    if any(isinstance(t, Reduce | Where | Diff | Call) for t in walk(term)):
        return False
    return count_nodes(term) <= 7


def _ends_big(term: Term) -> bool:
    return isinstance(term, Mul) and isinstance(term.factors[-1], Reduce)


def _paren(shown: str) -> str:
    tall = any(mark in shown for mark in (r"\frac", r"\sum", r"\prod", r"\begin", r"\left", r"\sqrt"))
    return f"\\left({shown}\\right)" if tall else f"({shown})"


def _number(value: Fraction) -> tuple[str, int]:
    top = digits(abs(value.numerator))
    shown = top if value.denominator == 1 else f"\\frac{{{top}}}{{{digits(value.denominator)}}}"
    if value < 0:
        return f"-{shown}", SUM
    return shown, ATOM if value.denominator == 1 else PRODUCT


def latex(term: Term) -> str:
    """``term`` in LaTeX."""
    return LatexPrinter.for_terms([term]).latex(term)


def to_latex_equation(left: Term, right: Term) -> str:
    """``left = right`` in LaTeX, without delimiters."""
    return LatexPrinter.for_terms([left, right]).equation(left, right)


def repr_latex(*terms: Term) -> str:
    """What a notebook shows for one term, or for the equation of two (``_repr_latex_``)."""
    shown = " = ".join(map(LatexPrinter.for_terms(terms).latex, terms))
    return f"$\\displaystyle {shown}$"
