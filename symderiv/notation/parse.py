"""One expression of the notation to a term, read with ``ast`` and never evaluated.

Input: a :class:`~symderiv.notation.scan.Side` that passed the character checks, and the
:class:`~symderiv.notation.dims.Dimensions` of the definition it belongs to.  Output: a term whose
letters carry themselves as a provisional dimension; :func:`retag` gives them the inferred ones.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from fractions import Fraction

from symderiv.errors import InputError, Place
from symderiv.notation.dims import axis_key
from symderiv.notation.names import FUNCTIONS, RESERVED, meant_function, meant_reduction, use_of
from symderiv.notation.positions import Positions, dimension_letter, reduce_over
from symderiv.notation.scan import MAX_DEPTH, MAX_EXPONENT, Side
from symderiv.notation.syntax import check_syntax
from symderiv.terms import (
    BINARY,
    MINUS_ONE,
    REDUCTIONS,
    UNARY,
    Add,
    Affine,
    Call,
    Compare,
    Condition,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
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
    affine,
    letters_in,
    linear,
    map_children,
    mul,
    power,
)

_MAX_BITS = 14_000  # what Python converts to decimal digits
_HINTS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lambda: ("lambda", "lambda has no meaning; a function is a statement y[j] = ..."),
    ast.Attribute: ("attribute", "a dot after a name has no meaning; write indices as z[j]"),
    ast.Compare: ("bad-comparison", "a comparison stands only as the condition of where(cond, a, b)"),
    ast.Tuple: ("syntax", "a comma stands only between indices or arguments; decimals use a point"),
    ast.List: ("syntax", "square brackets hold indices and follow a name; group with ( )"),
}


class Parser(Positions):
    """Reads one side; notes letters, arities and bound letters in ``dims``."""

    def parse(self) -> Term:
        """The term of the whole side."""
        tree = python_tree(self.side)
        self.letter_names |= index_letters(tree)
        return self.term(tree, 0)

    # --- expressions ------------------------------------------------------------------------------

    def term(self, node: ast.expr, depth: int) -> Term:
        if depth > 4 * MAX_DEPTH:
            raise InputError("too-deep", "the expression is nested too deeply", self.place(node))
        match node:
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.chain(node, (ast.Add, ast.Sub), depth)
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return self.chain(node, (ast.Mult, ast.Div), depth)
            case ast.BinOp(op=ast.Pow(), left=left, right=right):
                return self.power(self.term(left, depth + 1), self.term(right, depth + 1), node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return mul(MINUS_ONE, self.term(operand, depth + 1))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.term(operand, depth + 1)
            case ast.Constant():
                return Num(self.value(node))
            case ast.Name(id="pi"):
                return Pi()
            case ast.Name(id=name):
                return self.entry(name, (), node)
            case ast.Subscript(value=ast.Name(id=name)):
                return self.subscript(name, node)
            case ast.Call():
                return self.call(node, depth)
        for kind, (code, message) in _HINTS.items():
            if isinstance(node, kind):
                raise InputError(code, message, self.place(node))
        raise InputError(
            "forbidden-syntax",
            f"a Python {type(node).__name__} has no meaning here; the notation has names, numbers, "
            "+ - * / **, brackets, functions and reductions",
            self.place(node),
        )

    def chain(self, node: ast.expr, operators: tuple[type[ast.operator], ...], depth: int) -> Term:
        """A left-nested run of + - or of * /, read without recursion on its length."""
        parts: list[tuple[ast.operator | None, ast.expr]] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, operators):
            parts.append((node.op, node.right))
            node = node.left
        parts.append((None, node))
        terms: list[Term] = []
        for op, part in reversed(parts):
            t = self.term(part, depth + 1)
            if isinstance(op, ast.Sub):
                t = mul(MINUS_ONE, t)
            elif isinstance(op, ast.Div):
                value = constant(t, self.place(part))
                if value == 0:
                    raise InputError("zero-division", "the denominator is 0", self.place(part))
                t = Num(1 / value) if value is not None else _inverse(t)
            terms.append(t)
        return add(*terms) if operators[0] is ast.Add else mul(*terms)

    def power(self, base: Term, exponent: Term, node: ast.expr) -> Term:
        place = self.place(node)
        value = constant(exponent, place)
        if value is not None:
            if abs(value) > MAX_EXPONENT or value.denominator > MAX_EXPONENT:
                raise InputError("too-large", f"constant exponents go to {MAX_EXPONENT:,}", place)
            exponent = Num(value)
            bottom = constant(base, place)
            if bottom is not None:
                base = Num(bottom)
            if bottom == 0 and value < 0:
                raise InputError("zero-division", "0 to a negative power", place)
            if bottom is not None and bottom < 0 and value.denominator != 1:
                raise InputError("domain", "a fractional power of a negative number", place)
        if exponent == MINUS_ONE and not isinstance(base, Num):
            return _inverse(base)  # as 1/base is read
        made = Pow(base, exponent)
        constant(made, place)  # refuses numbers that would be too large to write down
        return made

    def entry(self, name: str, positions: tuple[Position, ...], node: ast.expr) -> Entry:
        place = self.place(node)
        if name in RESERVED:
            raise InputError("reserved-name", f"'{name}' is reserved; it is used as {use_of(name)}", place)
        loose = [n for n, p in enumerate(positions) if len(letters_in((p,))) > 1]
        self.dims.entry(name, [dimension_letter(p) for p in positions], place, loose)
        self.entries.append((name, place))
        return Entry(name, positions)

    def subscript(self, name: str, node: ast.Subscript) -> Term:
        place = self.place(node)
        if name == "size":
            return self.size(node)
        if name in REDUCTIONS:
            head = self.shown(node)
            raise InputError("syntax", f"{head} needs its body in parentheses: {head}(...)", place)
        if name in FUNCTIONS:
            right = self.shown(node).replace("[", "(", 1)[:-1] + ")"
            raise InputError("reserved-name", f"{name} takes parentheses, not brackets: {right}", place)
        positions = tuple(self.position(p) for p in self.index_parts(node))
        if name != "delta":
            return self.entry(name, positions, node)
        if len(positions) != 2:
            raise InputError("arity", f"delta takes two indices: delta[i,j], got {len(positions)}", place)
        self.tie(*positions)
        return Delta(*positions)

    # --- calls ------------------------------------------------------------------------------------

    def call(self, node: ast.Call, depth: int) -> Term:
        place = self.place(node)
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise InputError(
                "forbidden-syntax", "arguments are plain expressions, without names or '*'", place
            )
        if isinstance(node.func, ast.Subscript) and isinstance(node.func.value, ast.Name):
            return self.reduction(node.func.value.id, node.func, node, depth)
        if not isinstance(node.func, ast.Name):
            raise InputError("forbidden-syntax", "only a function's name can be called", place)
        name = node.func.id
        if name == "where":
            return self.where(node, depth)
        if name == "D":
            return self.derivative(node, depth)
        if name not in UNARY and name not in BINARY:
            raise self.no_function(name, node)
        wanted = 1 if name in UNARY else 2
        if len(node.args) != wanted:
            hint = f"{name}(a, b) takes two arguments; over an index write {name}[c](...)"
            hint = f"{name}(x) takes one argument" if wanted == 1 else hint
            raise InputError("arity", f"{hint}, got {len(node.args)}", place)
        args = tuple(self.term(a, depth + 1) for a in node.args)
        self.check_domain(name, args, place)
        return Call(name, args)

    def no_function(self, name: str, node: ast.Call) -> InputError:
        """Why ``name(...)`` is no function, and what is."""
        args = ", ".join(self.shown(a) for a in node.args)
        place = self.place(node.func)
        if name in REDUCTIONS:
            letter = next(iter(sorted(index_letters(node))), "c")
            body = self.shown(node.args[0]) if node.args else "..."
            if node.args and isinstance(node.args[0], ast.Name):
                body = f"{body}[{letter}]"
            right = f"{name}[{letter}]({body})"
            return InputError("syntax", f"{name} names its letter in brackets: {right}", place)
        if name in ("delta", "size"):
            right = f"{name}[{args.replace(' ', '')}]" if args else use_of(name)
            return InputError("syntax", f"{name} takes square brackets: {right}", place)
        if name == "pi":
            return InputError("unknown-function", f"pi is a number; a product is written pi*({args})", place)
        letters = [a.id for a in node.args if isinstance(a, ast.Name) and a.id in self.letter_names]
        if (letters and len(letters) == len(node.args)) or (self.dims.arity.get(name) and node.args):
            right = f"{name}[{args.replace(' ', '')}]"
            return InputError(
                "unknown-function",
                f"an entry takes square brackets: {right} (no function is called {name})",
                place,
            )
        return InputError("unknown-function", f"unknown function '{name}'; {meant_function(name)}", place)

    def check_domain(self, name: str, args: tuple[Term, ...], place: Place) -> None:
        value = constant(args[0], place)
        if value is None:
            return
        low = {"log": 0, "log1p": -1}.get(name)
        if (low is not None and value <= low) or (name == "sqrt" and value < 0):
            raise InputError("domain", f"{name} of {value} is not defined in the real numbers", place)

    def reduction(self, name: str, head: ast.Subscript, node: ast.Call, depth: int) -> Term:
        place = self.place(node)
        if name not in REDUCTIONS:
            left = self.shown(head)
            message = f"'{name}' is no reduction; {meant_reduction(name, left)}"
            if name in self.dims.arity or name in ("delta", "size"):
                message = f"{left} is no function; a product is written {left}*(...)"
            raise InputError("unknown-function", message, self.place(head))
        if len(node.args) != 1:
            raise InputError("arity", f"{name}[...](...) takes one body, got {len(node.args)}", place)
        parts = self.index_parts(head)
        names = self.binders(parts, index_letters(node.args[0]))
        for n, at in names.items():
            if n in self.bound:
                raise InputError(
                    "bound-twice",
                    f"'{n}' is already bound outside; the inner {name} needs a letter of its own",
                    at,
                )
            self.dims.reduce(n)
            self.bound_uses.setdefault(n, at)
        self.bound.extend(names)
        conditions = [c for part in parts if isinstance(part, ast.Compare) for c in self.range(part)]
        body = self.term(node.args[0], depth + 1)
        del self.bound[-len(names) :]
        return reduce_over(name, tuple(Index(n, n) for n in names), conditions, body)

    def where(self, node: ast.Call, depth: int) -> Term:
        place = self.place(node)
        if len(node.args) != 3:
            raise InputError("arity", f"where(cond, a, b) takes three arguments, got {len(node.args)}", place)
        test = node.args[0]
        if not isinstance(test, ast.Compare):
            raise InputError(
                "bad-comparison",
                "the first argument of where is a comparison such as z[j] > 0",
                self.place(test),
            )
        if len(test.ops) != 1:
            raise InputError(
                "chained-comparison",
                "one comparison at a time; nest two where: where(i <= j, where(j <= k, a, b), b)",
                self.place(test),
            )
        op = self.operator(test.ops[0], test)
        condition: Condition
        if self.is_order(test.left, test.comparators[0]):
            condition = self.order(op, test.left, test.comparators[0])
        else:
            left, right = self.term(test.left, depth + 1), self.term(test.comparators[0], depth + 1)
            condition = Compare(op, left, right)
        return Where(condition, self.term(node.args[1], depth + 1), self.term(node.args[2], depth + 1))

    def derivative(self, node: ast.Call, depth: int) -> Term:
        place = self.place(node)
        if len(node.args) < 2:
            raise InputError("arity", "D takes an expression and at least one entry: D(y[j], z[i])", place)
        body = self.term(node.args[0], depth + 1)
        targets: list[Entry] = []
        for arg in node.args[1:]:
            if not isinstance(arg, (ast.Name, ast.Subscript)):
                raise InputError(
                    "diff-target", "D differentiates by an entry of an input such as z[i]", self.place(arg)
                )
            seen = len(self.entries)
            target = self.term(arg, depth + 1)
            del self.entries[seen:]  # a target alone is no occurrence of the name
            if not isinstance(target, Entry) or any(isinstance(i, Affine) for i in target.indices):
                raise InputError(
                    "diff-target",
                    "D differentiates by an entry of an input at plain letters, such as z[i]",
                    self.place(arg),
                )
            self.targets.append((target, self.place(arg)))
            targets.append(target)
        return Diff(body, tuple(targets))


def _inverse(term: Term) -> Term:
    """1/term; of a product, factor by factor, as it is printed."""
    factors = term.factors if isinstance(term, Mul) else (term,)
    return mul(*(Num(1 / f.value) if isinstance(f, Num) else power(f, MINUS_ONE) for f in factors))


def python_tree(side: Side) -> ast.expr:
    """The syntax tree of one side; Python's own complaints become one line."""
    if not side.text:
        raise InputError("empty", "an expression is missing here", side.place())
    check_syntax(side)
    try:
        return ast.parse(side.text, mode="eval").body
    except SyntaxError as error:
        offset = max((error.offset or 1) - 1, 0)
        raise InputError(
            "syntax",
            f"not an expression ({error.msg}); products are written *, as in 2*exp(z[j])/sum[c](z[c])",
            side.place(offset),
        ) from None
    except (RecursionError, MemoryError, ValueError):
        raise InputError("too-deep", "the expression is nested too deeply", side.place()) from None


def index_letters(tree: ast.AST) -> set[str]:
    """The names that stand in index brackets."""
    return {
        n.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        for n in ast.walk(node.slice)
        if isinstance(n, ast.Name) and n.id not in RESERVED
    }


def constant(term: Term, place: Place) -> Fraction | None:
    """The value of a term without names (rational operations only), else None; bounded in size."""
    match term:
        case Num(value):
            return value
        case Add(terms) | Mul(terms):
            values = [constant(t, place) for t in terms]
            if any(v is None for v in values):
                return None
            result = Fraction(0 if isinstance(term, Add) else 1)
            for v in values:
                assert v is not None
                result = result + v if isinstance(term, Add) else result * v
                _check_size(_bits(result), place)
            return result
        case Pow(base, exponent):
            b, e = constant(base, place), constant(exponent, place)
            if b is None or e is None or e.denominator != 1 or (b == 0 and e < 0):
                return None
            if b not in (0, 1, -1):
                _check_size(_bits(b) * min(abs(int(e)), _MAX_BITS + 1), place)
            return b ** int(e)
        case _:
            return None


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _check_size(bits: int, place: Place) -> None:
    if bits > _MAX_BITS:
        raise InputError("too-large", "the number is too large to write down", place)


def retag(term: Term, dims: Mapping[str, str]) -> Term:
    """``term`` with each letter carrying its inferred dimension."""

    def index(i: Index) -> Index:
        return Index(i.name, dims[i.name])

    def symbol(s: Index | Size) -> Index | Size:
        return index(s) if isinstance(s, Index) else Size(dims[s.dim])

    def position(p: Position, dim: str = "") -> Position:
        if isinstance(p, Index):
            return index(p)
        parts, constant = linear(p)
        return affine({symbol(s): k for s, k in parts.items()}, constant, dim or dims[p.dim])

    match term:
        case Entry(name, indices):
            return Entry(name, tuple(position(i, dims[axis_key(name, n)]) for n, i in enumerate(indices)))
        case Delta(left, right):
            return Delta(position(left), position(right))
        case Size(letter):
            return Size(dims[letter])
        case Reduce(op, bound, body):
            return Reduce(op, tuple(index(i) for i in bound), retag(body, dims))
        case Where(Order(op, left, right), then, other):
            condition = Order(op, position(left), position(right))
            return Where(condition, retag(then, dims), retag(other, dims))
        case _:
            return map_children(term, lambda t: retag(t, dims))
