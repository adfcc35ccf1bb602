"""What a derivative in a document means: by an input, by an intermediate name, of a loss that is not stated.

A derivative by an input is the notation's own ``D``.  By a name that the document defines it is taken with
that
name cut loose (everything behind it follows, everything before it does not): the partial is worked out by the
table of rules, and proved, before it is written into the claim.  An upstream loss that the document does
not define has
free gradients at the outputs of the document's computation.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.derive.prove import stated
from symderiv.derive.rules import evaluate
from symderiv.documents.content.instances import moved
from symderiv.documents.meaning.by_inverse import depends, is_by_inverse, of_inverse
from symderiv.documents.meaning.claims import function_of, sized
from symderiv.documents.meaning.consumers import consumers, uses
from symderiv.documents.meaning.reading import Meaningless, Reading, Unclear, padded
from symderiv.documents.meaning.targets import by_context, by_position, choose, in_layer
from symderiv.documents.meaning.ties import turned
from symderiv.documents.meaning.unknowns import says_nothing, usual
from symderiv.documents.text.syntax import Apply, Deriv, Fn, Mark, Node, Sym
from symderiv.errors import InputError
from symderiv.notation.show import text
from symderiv.verify.claims import verify

if TYPE_CHECKING:
    from symderiv.documents.content.definition import Definition
    from symderiv.documents.meaning.reading import Env
    from symderiv.documents.meaning.references import References

#: What is said of a derivative by what stands nowhere.
UNSTATED = "a partial derivative that cannot be stated"
#: What is said of one that is 0 by itself: the document ties what is differentiated to no such name.
NO_TIE = "nothing that is defined here depends on"


def derivative(w: References, node: Deriv, env: Env) -> str:
    """The text of a derivative."""
    if node.at in w.reading.routes and not w.reading.formal:
        saved, w.reading = w.reading, replace(w.reading, formal=True)
        try:
            return derivative(w, node, env)
        finally:
            w.reading = saved
    if node.kind == "prime" and node.body is not None:
        node = replace(node, kind="total", targets=(by_context(w, node.body),))
    if node.kind == "gradient" or node.body is None or not node.targets:
        raise Unclear("a derivative that is not written out", node.at)
    roots = [t.args[0] for t in node.targets if isinstance(t, Fn) and t.name == "sqrt"]
    if roots:
        return _by_root(w, node, roots, env)
    targets = []
    for given in node.targets:
        if not isinstance(given, Sym) or (given.primes and not _is_name(w, given)):
            raise Unclear("a derivative by more than a name", node.at)
        t = given
        if t.base in env.names and isinstance(env.names[t.base], Sym):
            renamed = env.names[t.base]
            assert isinstance(renamed, Sym)
            t = Sym(renamed.base, renamed.sub + t.sub, renamed.sup + t.sup, style=renamed.style)
        t = _meant(w, t)
        targets.append(in_layer(w, node.body, t) if node.kind != "index" else by_position(w, node.body, t))
    if w.current is None:
        w.current = targets[0]
    body = node.body
    choose(w, body, targets[0])
    loss = _opaque_loss(w, body, targets[0])
    if loss is not None:
        if len(targets) > 1:
            raise Unclear(f"the second derivative of {loss}, which is not defined", node.at)
        return upstream(w, loss, targets[0], env)
    for t in targets:
        key, marks = w.book.usage.split(t)
        if is_by_inverse(w, body, key):
            return of_inverse(w, node, targets, env, partial)
        if any(m.kind not in ("letter", "word", "number", "place") for m in marks):
            raise Unclear("a derivative by an entry whose index is not understood", node.at)
        if w.definition(key, len(marks)) is not None or w.reading.formal:
            return partial(w, body, targets, env)
    names = [_target(w, t, env) for t in targets]
    shown = w.text(body, env)
    if not depends(w, shown, [n.partition("[")[0] for n in names]):
        if w.book.usage.layers and (loss := _named_loss(w, body)) and len(targets) == 1:
            return upstream(w, loss, targets[0], env)  # layers between are not said
        w.weak.append(f"{NO_TIE} {names[0]}")
        _note_constant(w, body, False)
        return "0*(" + "*".join([shown, *_held(w, targets, env)]) + ")"
    return f"D({shown}, {', '.join(names)})"


def _meant(w: References, t: Sym) -> Sym:
    """The input that a name is another word for: s, where ``s = \\sigma^2``."""
    key, marks = w.book.usage.split(t)
    found = w.definition(key, len(marks)) if not marks else None
    if found is None or found.params or not isinstance(found.body, Sym) or found.body.primes:
        return t
    own, indices = w.book.usage.split(found.body)
    return t if indices or w.book.arities(own) else found.body


def _by_root(w: References, node: Deriv, squares: list[Node], env: Env) -> str:
    """The derivative by sigma, where sigma^2 is the name: once, or twice."""
    others = tuple(t for t in node.targets if not isinstance(t, Fn))
    if len(squares) > 2 or any(x != squares[0] for x in squares):
        raise Unclear("a derivative by more than a name", node.at)
    (square, *more) = squares
    once = derivative(w, replace(node, targets=(*others, square)), env)
    if not more:
        return f"(2*sqrt({w.text(square, env)})*{once})"
    twice = derivative(w, replace(node, targets=(*others, square, square)), env)
    return f"(2*{once} + 4*{w.text(square, env)}*{twice})"


def _is_name(w: References, sym: Sym) -> bool:
    """Whether a prime makes a name of its own: nothing is defined that it could be the derivative of."""
    own, marks = w.book.usage.split(sym)
    if w.book.definitions.get((own, len(marks))):
        return True
    return bool(sym.sub) and not w.book.arities(w.book.usage.split(replace(sym, primes=0))[0])


def _note_constant(w: References, body: Node, by_defined: bool) -> None:
    """Note that a name was taken to be constant, though it is defined, or what it is differentiated by is:
    one may depend on the other in a way that is not said.  Two inputs are independent."""
    if isinstance(body, Sym):
        key, marks = w.book.usage.split(body)
        if by_defined or w.definition(key, len(marks)) is not None:
            w.constant.add(key)


def _held(w: References, targets: list[Sym], env: Env) -> list[str]:
    """Factors that hold the letters of the targets."""
    letters = [w.position(m, env) for t in targets for m in w.book.usage.split(t)[1]]
    return [f"delta[{x},{x}]" for x in dict.fromkeys(letters)]


def _target(w: References, t: Sym, env: Env) -> str:
    key, marks = w.book.usage.split(t)
    ident = w.input(key, len(marks))
    return w.entry(ident, [w.position(m, env) for m in marks])


# --- by an intermediate ---------------------------------------------------------------------------


def partial(w: References, body: Node, targets: list[Sym], env: Env, outer: Env | None = None) -> str:
    """The derivative by names that the document defines (or, read formally, of one step only); ``outer``
    says what the targets' letters are, where these are not the body's."""
    usage = w.book.usage
    split = [usage.split(t) for t in targets]
    bare = [k for k, marks in split if w.book.arities(k) and (k, len(marks)) not in w.book.definitions]
    if w.reading.formal and bare:
        raise Meaningless(f"{bare[0]} without its indices", targets[0].at)
    idents = [usage.ident(key, len(marks)) for key, marks in split]
    held = {usage.ident(k, n) for k, n in w.book.definitions} if w.reading.formal else set(idents)
    inner = w.inner(replace(w.reading, formal=False))
    inner.cut = w.cut | held
    inner.current = targets[0]
    if w.reading.formal and isinstance(body, Sym) and not body.primes:
        own, own_marks = usage.split(body)
        inner.cut.discard(usage.ident(own, len(own_marks)) if own != split[0][0] else "")
    shown = inner.text(body, env)
    names = [
        inner.entry(ident, [inner.position(m, outer or env) for m in marks])
        for ident, (_, marks) in zip(idents, split, strict=True)
    ]
    if not depends(inner, shown, idents):
        if w.reading.formal:
            raise Meaningless("the step has no such name in it", targets[0].at)
        if usage.layers and (loss := _named_loss(w, body)) and len(targets) == 1:
            return upstream(w, loss, targets[0], env)
        w.weak.append(f"{NO_TIE} {split[0][0]}")
        _note_constant(w, body, True)
    said = " ".join((shown, *inner.statements))
    nowhere = any(re.search(rf"\b{x}\b", said) is None for x in idents)
    letters = [x for n in names for x in re.findall(r"(?<=[\[,])\w+", n)]
    zero = "0*(" + "*".join([shown, *(f"delta[{x},{x}]" for x in letters)]) + ")"
    made = zero if nowhere else worked_out(inner, f"D({shown}, {', '.join(names)})")
    for letter in inner.free:
        w.free.setdefault(letter)
    absorb(w, inner)
    made = bring(w, made, env)
    made = turned(made) if w.reading.ties else made
    if made.count("sum[") > 40:
        raise Unclear("a partial derivative that is too long", targets[0].at)
    return f"({made})"


def absorb(w: References, inner: References) -> None:
    """What was noted while part of a claim was written by itself."""
    w.axes += inner.axes
    w.bounds += inner.bounds
    w.weak += inner.weak
    w.opaque |= inner.opaque
    w.dropped_names |= inner.dropped_names
    w.constant |= inner.constant
    w.places.update(inner.places)
    w.ranged = w.ranged or inner.ranged


def worked_out(inner: References, shown: str) -> str:
    """The derivatives in a text by the table of rules, without one left in it; proved by the calculus."""
    left = sized(inner, shown)
    try:
        function = function_of(inner)
        known = inner.book.worked.get((function.define, left))
        if known is not None:
            return known
        claim = function.claim(f"{left} = {left}")
        free = sorted(i.name for i in claim.free)
        (side,) = stated([claim.left], claim.bodies)
        made = text(evaluate(side, {}))
        same = f"{left} = {padded(made, free)}"
        result = verify(function, same, checkers=("calculus",), seconds=2.0)
        if result.word != "proved":
            result = verify(function, same, checkers=("balls",), seconds=2.0)
    except InputError as error:
        raise Unclear(f"{UNSTATED} ({error.message})") from None
    if result.word == "refuted":
        raise RuntimeError(f"the partial derivative {left} was worked out wrongly")
    inner.book.worked[function.define, left] = made
    return made


def bring(w: References, text: str, env: Env) -> str:
    """A text that was worked out where names are inputs, with their definitions written before it."""
    by_ident = {v: k for k, v in w.book.usage.idents.items()}
    for name in dict.fromkeys(re.findall(r"[A-Za-z]\w*", text)):
        if name in by_ident:
            key, arity = by_ident[name]
            found = w.definition(key, arity)
            if found is not None:
                ident, implicit = w.emit(found, {}, env)  # it may be a later one of the name
                text = _renamed(text, name, ident, [w.letter(x, env) for x in implicit])
            else:
                w.inputs.setdefault(name, arity)
    return text


def _renamed(text: str, name: str, ident: str, more: list[str]) -> str:
    """``text`` with another name, which has more indices."""

    def entry(m: re.Match[str]) -> str:
        places = ",".join([*([m[1]] if m[1] else []), *more])
        return f"{ident}[{places}]" if places else ident

    return re.sub(rf"\b{name}\b(?:\[([^\]]*)\])?", entry, text)


# --- a loss that is not defined -------------------------------------------------------------------


def _opaque_loss(w: References, body: Node, target: Sym) -> str | None:
    """The key of a bare name that is not defined, and not the one it is differentiated by."""
    if isinstance(body, Apply) and not body.opaque and not body.head.sub:
        body = body.head if not w.book.arities(w.book.usage.split(body.head)[0]) and body.args else body
        usually = isinstance(body, Sym) and usual(w, w.book.usage.split(body)[0]) is not None
        if usually or (isinstance(body, Sym) and body.base in ("f", "g", "h", "u", "v")):
            return None
    if not isinstance(body, Sym) or body.primes:
        return None
    key, marks = w.book.usage.split(body)
    known = w.book.find(key, 0, w.at) if not marks else None
    stated = w.book.arities(key) if known is None or not says_nothing(w.book, known) else []
    stated = [n for n in stated if (key, n) not in w.book.local or w.book.find(key, n, w.at) is not None]
    stated = [] if w.reading.loose == w.book.usage.ident(key, 0) else stated
    return None if marks or stated or key == w.book.usage.split(target)[0] else key


def _named_loss(w: References, body: Node) -> str:
    """The key of a name, also where what it depends on is written behind it: ``J(W, b)``."""
    head = body.head if isinstance(body, Apply) and not body.opaque else body
    return w.book.usage.split(head)[0] if isinstance(head, Sym) else ""


def upstream(w: References, loss: str, target: Sym, env: Env) -> str:
    """The gradient of a loss that is not defined: free at the outputs, by the chain rule before them."""
    if (loss, 0) in w.book.poisoned:
        w.weak.append(f"the definition of {loss} is not read")
    key, marks = w.book.usage.split(target)
    whole = w.book.totals.get(loss)
    if whole is not None and key in _at_steps(w, whole.term):
        return w.text(whole.factor, env)
    if w.reading.steps and not _steps_of(w, target):
        return _of_one_step(w, loss, target, env)
    sinks = consumers(w, key, len(marks), loss)
    if not sinks:
        if _said_twice(w, key, len(marks)):
            w.weak.append(f"how {loss} depends on {key} is said in two ways")
        if any(name == key for name, _ in w.book.poisoned):  # who leads to it is not known
            w.weak.append(f"the definition of {key} is not read")
        w.opaque.add(loss)
        name = w.input(f"d_{loss}_d_{key}", len(marks))
        return w.entry(name, [w.position(m, env) for m in marks])
    if len(sinks) > 3:
        raise Unclear(f"{loss} may depend on many names")
    parts = []
    for d in sinks:
        fresh = {x: w.counter.fresh(w.book.usage.letter(x)) for x in d.letters}
        inner = env.bind(fresh)
        head = Sym(d.key, tuple(Mark("letter", x) for x in d.letters))
        if whole is not None and d.key in _at_steps(w, whole.term):
            gradient = w.text(whole.factor, env)
        else:
            w.opaque.add(loss)
            gradient = w.entry(w.input(f"d_{loss}_d_{d.key}", len(d.letters)), list(fresh.values()))
        if w.definition(key, len(marks)) is not None:
            saved, w.reading = w.reading, _total(w)
            slope = partial(w, _named(head, d), [target], inner, env)
            w.reading = saved
        else:
            slope = f"D({w.reference(d.key, head.sub, inner, target.at)}, {_target(w, target, env)})"
        part = f"{gradient}*{slope}"
        parts.append(f"sum[{','.join(fresh.values())}]({part})" if fresh else part)
    return "(" + " + ".join(parts) + ")"


def _steps_of(w: References, sym: Sym) -> set[str]:
    return {m.text for m in (*sym.sub, *sym.sup)} & (
        w.book.usage.layers | {m.text for m in w.book.usage.last}
    )


def _at_steps(w: References, term: Sym) -> set[str]:
    """The keys of what one step gives, at the steps that have names."""
    usage = w.book.usage
    names = [term, *(moved(term, x, to) for x in usage.layers for to in _other_steps(w, x))]
    return {usage.split(n)[0] for n in names if isinstance(n, Sym)}


def _other_steps(w: References, x: str) -> list[Mark]:
    return [Mark("shift", x, 1), Mark("shift", x, -1), Mark("letter", x.upper()), *w.book.usage.last]


def _of_one_step(w: References, loss: str, target: Sym, env: Env) -> str:
    """What one step gives to the derivative by a name that all share: by way of what rests on it there."""
    name = w.book.usage.split(target)
    direct = [
        d
        for key, arity in w.book.definitions
        if (d := w.definition(key, arity)) is not None
        and isinstance(d.name, Sym)
        and d.link != (-1, -1)
        and _steps_of(w, d.name)
        and (name[0], len(name[1])) in uses(w, d)
    ]
    if not direct:
        raise Unclear(f"what rests on {name[0]} at a step is not said", target.at)
    parts = []
    for d in direct:
        fresh = {x: w.counter.fresh(w.book.usage.letter(x)) for x in d.letters}
        inner = env.bind(fresh)
        assert isinstance(d.name, Sym)
        gradient = upstream(w, loss, d.name, inner)
        saved, w.reading = w.reading, replace(w.reading, formal=True)
        slope = partial(w, d.name, [target], inner, env)
        w.reading = saved
        part = f"{gradient}*{slope}"
        parts.append(f"sum[{','.join(fresh.values())}]({part})" if fresh else part)
    return "(" + " + ".join(parts) + ")"


def _said_twice(w: References, key: str, arity: int) -> bool:
    """Whether only definitions that others take the place of have a name in them."""
    return any(
        (key, arity) in uses(w, d)
        for versions in w.book.definitions.values()
        for d in versions
        if not (d.active or d.implied)
    )


def _total(w: References) -> Reading:
    return replace(w.reading, formal=False)


def _named(head: Sym, d: Definition) -> Node:
    """The name of a definition as it was written, with its letters."""
    return d.name if d.name is not None else head
