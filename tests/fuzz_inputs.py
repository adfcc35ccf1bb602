"""Inputs for :mod:`tests.fuzz`: from random characters to whole definition files, made by a seed.

``make(seed, number)`` gives the same :class:`Input` always; kinds come in turn.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

FUNCTIONS = "exp log log1p expm1 sqrt sin cos tanh sinh cosh erf erfc sigmoid abs sign".split()
REDUCTIONS = "sum mean max min prod".split()
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
VOCABULARY = [
    *FUNCTIONS, *REDUCTIONS, "where", "delta", "size", "pi", "D", *"+-*/", "**", *"()[],=.", *COMPARISONS,
    *"xyztijkc", "x[j]", "z[i]", "A[i,j]", "y[j]", "sum[c]", "sum[c](x[c])", "delta[i,j]", "size[c]",
    "c <= j", "j+1", "0", "1", "2", "0.5", "1e-3", "lambda", "if", "and", "_", "a_b", "\n", " ", ":", "^",
    "\u2212", "%",
]  # fmt: skip
CHARACTERS = (
    "abcdefijkxyz0123456789 \t\n\r_+-*/()[],.=<>!^:;@#%&|~`'\"\\{}$?"
    "\u00e9\u2212\u03b1\u200b\uff5a\u0000\u202e\U0001d465"
)
#: Tensors by their axes' dimensions; letters by dimension.
TENSORS = {"t": "", "s": "", "x": "a", "z": "a", "w": "b", "A": "ab", "B": "aa", "K": "b", "T": "aba"}
LETTERS = {"a": "jicdel", "b": "mnpqr"}
BROKEN = (
    "=",
    "[",
    "]",
    '"',
    "'",
    "\n",
    '"""',
    ",",
    "{",
    "}",
    "\\",
    "\\u00",
    "#",
    "\x00",
    "a.b = 1",
    "[a]",
    "\u00e4",
)


@dataclass(slots=True)
class Input:
    """What is fed in: a definition with all that belongs to it, or a definition file's text."""

    kind: str
    define: str = ""
    assume: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    dims: dict[str, list[str]] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    toml: str | None = None
    derive: bool = True

    def __str__(self) -> str:
        if self.toml is not None:
            return f"file {self.toml!a}"
        parts = [f"define {self.define!a}"]
        for name in ("assume", "claims", "dims", "labels"):
            if getattr(self, name):
                parts.append(f"{name} {getattr(self, name)!a}")
        return "; ".join(parts)


class Grammar:
    """Random expressions that mean something, nearly always."""

    def __init__(self, rng: random.Random, depth: int = 3) -> None:
        self.rng = rng
        self.depth = depth
        self.tensors = dict(TENSORS)
        self.scope: list[tuple[str, str]] = []  # letters in scope, with their dimension
        self.wide = rng.random() < 0.5  # whether positions are moved and ranges restricted

    def pick(self, items: object) -> str:
        return self.rng.choice(list(items))  # type: ignore[call-overload,no-any-return]

    def letter(self, dim: str) -> str | None:
        here = [name for name, d in self.scope if d == dim]
        return self.rng.choice(here) if here else None

    def fresh(self, dim: str) -> str:
        taken = {name for name, _ in self.scope}
        left = [c for c in LETTERS[dim] if c not in taken]
        return left[0] if left else f"{LETTERS[dim][0]}{len(taken)}"

    def position(self, dim: str) -> str | None:
        name = self.letter(dim)
        if name is None or not self.wide or self.rng.random() < 0.75:
            return name
        moved = [
            f"{name}+{self.rng.randint(1, 3)}",
            f"{name}-1",
            f"{name}+size[{name}]",
            f"{name} + 1 - size[{name}]",
        ]
        others = [n for n, _ in self.scope if n != name]
        if others:
            moved += [f"{name} - {self.pick(others)} + 1", f"{name}+{self.pick(others)}"]
        return self.pick(moved)

    def leaf(self) -> str:
        roll = self.rng.random()
        if roll < 0.15:
            return self.pick(["1", "2", "3", "0.5", "1e-3", "1.25", "10", "7/3", ".5", "2.", "1E2"])
        if roll < 0.2:
            return self.pick(["pi", *(f"size[{n}]" for n, _ in self.scope)])
        if roll < 0.25 and len(self.scope) > 1:
            return f"delta[{self.position('a') or self.scope[0][0]},{self.position('a') or self.scope[1][0]}]"
        for _ in range(8):
            name = self.pick(self.tensors)
            axes = [self.position(d) for d in self.tensors[name]]
            if all(axes):
                return f"{name}[{','.join(map(str, axes))}]" if axes else name
        return "t"

    def condition(self, depth: int) -> str:
        op = self.pick(COMPARISONS)
        dim = self.pick("ab")
        one, two = self.position(dim), self.position(dim)
        if one and two and one != two and self.wide and self.rng.random() < 0.6:
            right = self.pick([two, two, str(self.rng.randint(-1, 4)), f"size[{self.letter(dim)}]"])
            return f"{one} {op} {right}"
        if self.wide and self.scope and self.rng.random() < 0.1:
            return f"size[{self.scope[0][0]}] {op} {self.pick(['1', '3', f'size[{self.scope[-1][0]}] - 1'])}"
        return f"{self.expression(depth - 1)} {op} {self.expression(depth - 1)}"

    def reduction(self, depth: int) -> str:
        op = self.pick(REDUCTIONS)
        parts = []
        before = len(self.scope)
        for _ in range(self.pick((1, 1, 1, 2))):
            dim = self.pick("aab")
            name, outer = self.fresh(dim), self.letter(dim)
            part = name
            if self.wide and self.rng.random() < 0.4:
                bound = outer or str(self.rng.randint(1, 3))
                ranges = [
                    f"{name} {self.pick(COMPARISONS)} {bound}",
                    f"{name} <= {bound}",
                    f"1 < {name} < size[{name}]",
                ]
                part = self.pick([*ranges, f"{bound} - 1 < {name} <= {bound}"])
            self.scope.append((name, dim))
            parts.append(part)
        body = self.expression(depth - 1)
        if not any(f"[{n}" in body or f",{n}" in body for n, _ in self.scope[before:]):
            body = f"({body})*{self.carrier(*self.scope[-1])}"
        del self.scope[before:]
        return f"{op}[{','.join(parts)}]({body})"

    def carrier(self, letter: str, dim: str) -> str:
        """An entry that carries a letter."""
        return f"{self.pick('xz' if dim == 'a' else 'wK')}[{letter}]"

    def expression(self, depth: int) -> str:
        rng = self.rng
        if depth <= 0:
            return self.leaf()
        roll = rng.random()
        if roll < 0.12:
            return self.leaf()
        if roll < 0.3:
            return self.pick([" + ", " - ", "+"]).join(
                self.expression(depth - 1) for _ in range(rng.randint(2, 3))
            )
        if roll < 0.5:
            parts = [self.expression(depth - 1) for _ in range(rng.randint(2, 3))]
            return self.pick("**/").join(f"({p})" if " " in p or p.startswith("-") else p for p in parts)
        if roll < 0.58:
            power = self.pick(["2", "3", "(-1)", "(1/2)", "(-2)", "1", "0.5", "t", "(t + 1)", "-1"])
            return f"({self.expression(depth - 1)})**{power}"
        if roll < 0.7:
            return f"{self.pick(FUNCTIONS)}({self.expression(depth - 1)})"
        if roll < 0.74:
            return f"-{self.leaf()}" if rng.random() < 0.5 else f"-({self.expression(depth - 1)})"
        if roll < 0.78:
            return f"{self.pick(['max', 'min'])}({self.expression(depth - 1)}, {self.expression(depth - 1)})"
        if roll < 0.84:
            parts = [self.condition(depth), self.expression(depth - 1), self.expression(depth - 1)]
            return f"where({', '.join(parts)})"
        return self.reduction(depth)

    def begin(self, dims: str) -> str:
        """New letters for a head, in brackets."""
        self.scope = []
        for d in dims:
            self.scope.append((self.fresh(d), d))
        return f"[{','.join(n for n, _ in self.scope)}]" if dims else ""

    def statement(self, name: str, dims: str) -> str:
        """``name`` over new letters; every head letter occurs on the right."""
        head = self.begin(dims)
        body = self.expression(self.rng.randint(1, self.depth))
        for n, d in self.scope:
            carrier = self.carrier(n, d)
            body = f"{body} + {carrier}" if self.rng.random() < 0.7 else f"({body})*{carrier}"
        self.tensors[name] = dims
        return f"{name}{head} = {body}"

    def claim(self, name: str, known: str) -> str:
        entry = f"{name}{self.begin(self.tensors[name])}"
        roll = self.rng.random()
        inputs = [t for t in TENSORS if t in known]
        if roll < 0.5 and inputs:
            wrt = self.pick(inputs)
            targets = []
            for d in TENSORS[wrt]:
                targets.append(self.fresh(d))
                self.scope.append((targets[-1], d))
            target = f"{wrt}[{','.join(targets)}]" if targets else wrt
            right = self.pick(["0", self.full(2), f"2*D({entry}, {target}) - D({entry}, {target})"])
            return f"D({entry}, {target}) = {right}"
        if roll < 0.7:
            one, two = self.expression(2), self.expression(1)
            return f"({one})*({two}) = {two}*({one})"
        return f"{entry} = {self.full(2)}"

    def full(self, depth: int) -> str:
        """An expression with all letters in scope."""
        return " + ".join([self.expression(depth), *(self.carrier(n, d) for n, d in self.scope)])


ASSUMPTIONS = ("t > 0", "x[c] > 0", "x[c] != 0", "sum[c](z[c]) = 1", "B[i,j] = B[j,i]", "s <= t", "w[m] >= 1")
DIMS: tuple[dict[str, list[str]], ...] = (
    {"C": ["j", "i", "c"]}, {"C": ["j"], "N": ["m"]}, {"a": ["j", "i"]}, {"C": ["j"], "E": ["i"]},
)  # fmt: skip


def _valid(rng: random.Random) -> Input:
    grammar = Grammar(rng, rng.choice((1, 2, 2, 3)))
    made = Input("valid")
    names = ("u", "v", "y")[3 - rng.choice((1, 1, 1, 1, 2, 3)) :]
    lines = [grammar.statement(n, rng.choice(("", "a", "a", "a", "b", "ab", "aa"))) for n in names]
    made.define = "\n".join(lines)
    made.claims = [grammar.claim("y", made.define) for _ in range(rng.choice((0, 1, 1, 2)))]
    if rng.random() < 0.3:
        made.assume = rng.sample(ASSUMPTIONS, rng.randint(1, 2))
    if rng.random() < 0.2:
        made.dims = rng.choice(DIMS)
    if rng.random() < 0.1:
        made.labels = [rng.choice("jjjm")]
    return made


def _mutated(rng: random.Random) -> Input:
    made = _valid(rng)
    made.kind = "mutated"
    for _ in range(rng.randint(1, 3)):
        left = [name for name in ("define", "claims", "assume") if getattr(made, name)]
        if not left:
            break
        where = rng.choice(left)
        if where == "define":
            made.define = _mutate(rng, made.define)
        else:
            texts = getattr(made, where)
            at = rng.randrange(len(texts))
            texts[at] = _mutate(rng, texts[at])
    return made


TOKENS = re.compile(r"[A-Za-z_]+[0-9]*|[0-9.]+|\*\*|[<>=!]=|\s+|.", re.DOTALL)
ALIKE = (
    tuple("ijcmd"), tuple("xztsAy"), (*"+-*/,", "**"), COMPARISONS, tuple(REDUCTIONS), tuple(FUNCTIONS),
    ("0", "1", "2", "0.5", "-1"), ("(", "["), (")", "]"),
)  # fmt: skip


def _exchange(rng: random.Random, text: str) -> str:
    """Another token of its kind in one place, or two tokens exchanged."""
    tokens = TOKENS.findall(text)
    if len(tokens) < 2:
        return text
    at, to = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    kin = next((group for group in ALIKE if tokens[at] in group), None)
    if kin is not None:
        tokens[at] = rng.choice(kin)
    else:
        tokens[at], tokens[to] = tokens[to], tokens[at]
    return "".join(tokens)


def _mutate(rng: random.Random, text: str) -> str:
    if rng.random() < 0.5:
        return _exchange(rng, text)
    at = rng.randrange(len(text) + 1)
    end = min(len(text), at + rng.choice((0, 1, 1, 2, 5)))
    piece = rng.choice((
        lambda: "", lambda: rng.choice(CHARACTERS), lambda: rng.choice(VOCABULARY),
        lambda: text[(s := rng.randrange(len(text) + 1)) : s + rng.randint(1, 12)],
    ))()  # fmt: skip
    return text[:at] + piece + text[end:]


def _characters(rng: random.Random) -> Input:
    some = rng.choice(
        (CHARACTERS, CHARACTERS[:60], "".join(chr(rng.randrange(32, 0x3000)) for _ in range(30)))
    )
    text = "".join(rng.choice(some) for _ in range(rng.randint(0, 60)))
    return Input("characters", rng.choice(("", "y = ", "y[j] = ")) + text, claims=["y = 1"])


def _soup(rng: random.Random) -> Input:
    def text(most: int) -> str:
        return rng.choice(("", " ")).join(rng.choice(VOCABULARY) for _ in range(rng.randint(0, most)))

    head = rng.choice(("y = ", "y = ", "y[j] = ", "y[i,j] = ", ""))
    return Input("soup", head + text(rng.choice((4, 8, 25))), claims=[f"y = {text(6)}"])


def _deep(rng: random.Random) -> Input:
    """Long, deep or large, near the limits of the notation; what is larger than usual is not derived."""
    n = rng.choice((4, 6, 9, 12, 20, 40, 58, 60, 61, 80, 300, 900))
    few, some = min(n, 60), min(n, 300)
    letters = [f"c{k}" for k in range(some)]
    half = letters[: few // 2]
    run = rng.choice("+-*/")

    def times(before: str, after: str = ")", inner: str = "x[j]", count: int = few) -> str:
        return before * count + inner + after * count

    body = rng.choice((
        lambda: f"x[j]{rng.choice('+-*/')}{run.join(['x[j]', 't', '2'] * (n // 3 + 1))}",
        lambda: "x[j]" + "**x[j]" * n,
        lambda: "-" * n + "x[j]",
        lambda: times("("),
        lambda: times("abs("),
        lambda: times(f"{rng.choice(FUNCTIONS)}(", count=few // 3),
        lambda: times("(1 + 2*t**"),
        lambda: times("max(x[j], ", inner="t"),
        lambda: times("where(x[j] > 0, x[j], ", inner="t"),
        lambda: times("1/(1 + "),
        lambda: times("x[j]*exp(-t**", inner="z[j]"),
        lambda: times("", inner="".join(f"sum[{c}](x[{c}]*" for c in half) + "x[j]", count=len(half)),
        lambda: f"sum[{','.join(letters)}]({'*'.join(['x[j]', *(f'x[{c}]' for c in letters)])})",
        lambda: f"A[{','.join(['j'] * min(n, 900))}]",
        lambda: f"x[j]*{'9' * min(n, 45)}**{rng.randint(-1001, 1001)}",
        lambda: f"x[j]**(1/{rng.randint(1, 1200)})*(2/3)**{n}",
        lambda: f"x[j{'+1' * n}]",
        lambda: f"x[j{'+size[j]-size[j]' * min(n, 100)}]",
        lambda: f"x[j]*{'q' * n}",
        lambda: "*".join(f"(x[j] + {k})" for k in range(min(n, 80))),
        lambda: f"(x[j] + t)**{n}",
        lambda: f"({' + '.join(f'x{k}[j]' for k in range(min(n, 40)))})**{rng.randint(2, 9)}",
    ))()  # fmt: skip
    claims = ["D(y[j], x[i]) = 0"] if n < 10 and "x[" in body and rng.random() < 0.5 else []
    return Input("deep", f"y[j] = {body}", claims=claims, derive=n < 10)


MORE = ('doc = "d"', "note = 'n' # n", "labels = [1]", "dims = 3", "x = 1", "claims = 'a'", "doc = 1")


def _file(rng: random.Random) -> Input:
    lines = []
    for name in rng.sample(["a", "b", '"c d"', "e-f", '"\\u00e4"'], rng.randint(1, 2)):
        made = _valid(rng)
        long = "\n" in made.define
        lines.append(f"[{name}]")
        lines.append(f'define = """\n{made.define}\n"""' if long else f"define = {json.dumps(made.define)}")
        for key in ("assume", "claims", "labels"):
            if getattr(made, key):
                lines.append(f"{key} = {json.dumps(getattr(made, key), indent=rng.choice((None, 2)))}")
        if made.dims:
            lines.append(
                "dims = { " + ", ".join(f"{k} = {json.dumps(v)}" for k, v in made.dims.items()) + " }"
            )
        if rng.random() < 0.3:
            lines.append(
                rng.choice(
                    (
                        'doc = "d"',
                        "note = 'n' # n",
                        "labels = [1]",
                        "dims = 3",
                        "x = 1",
                        "claims = 'a'",
                        "doc = 1",
                    )
                )
            )
    text = "\n".join(lines) + "\n"
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        at = rng.randrange(len(text) + 1)
        kind = rng.random()
        if kind < 0.4:
            text = text[:at] + rng.choice(BROKEN) + text[at:]
        elif kind < 0.7:
            text = text[:at] + text[min(len(text), at + rng.randint(1, 20)) :]
        else:
            text = _mutate(rng, text)
    return Input("file", toml=text)


KINDS: tuple[Callable[[random.Random], Input], ...] = (
    _valid, _mutated, _soup, _characters, _mutated, _file, _valid, _mutated, _soup, _deep,
)  # fmt: skip


def make(seed: int, number: int) -> Input:
    """Input ``number`` of the sequence that ``seed`` gives."""
    return KINDS[number % len(KINDS)](random.Random(f"{seed}:{number}"))
