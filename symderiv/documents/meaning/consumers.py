"""By way of what a loss that nothing states depends on a name: the definitions that end the computation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Apply, Deriv, Sym, walk
from symderiv.documents.usage.nablas import SIGN, SLOPE

if TYPE_CHECKING:
    from symderiv.documents.content.definition import Definition
    from symderiv.documents.meaning.references import References


def consumers(w: References, key: str, arity: int, loss: str) -> list[Definition]:
    """The outputs behind a name; in a reading that goes along the names of its row, without those that are
    defined elsewhere: behind the row, in another section, or where this gradient was told before."""
    sinks = outputs(w, key, arity, loss)
    ways = w.reading.along - {(key, arity)}
    if len(sinks) < 2 or not ways:
        return sinks
    named = [d for d in sinks if _has_gradient(w, d, loss)]
    if named and len(named) < len(sinks):
        w.weak.append(f"{loss} is taken to depend on {key} by {named[0].key} alone")
        return named
    ends = {id(d) for name in ways for d in outputs(w, *name, loss)}
    kept = [d for d in sinks if id(d) in ends or (d.key, len(d.letters)) in ways]
    apart = [d for d in sinks if d not in kept]
    if not kept or not apart or not all(_elsewhere(w, d, kept, key, loss) for d in apart):
        return sinks
    w.weak.append(f"that {loss} depends on {key} by {apart[0].key} as well is left aside")
    return kept


def _has_gradient(w: References, d: Definition, loss: str) -> bool:
    """Whether the gradient of a loss by a name has a name: ``g_j = \\partial L / \\partial y_j``."""
    split = w.book.usage.split
    slopes = (x.body for known in w.book.definitions.values() for x in known)
    return any(
        isinstance(n, Deriv)
        and isinstance(n.body, Sym)
        and split(n.body)[0] == loss
        and [split(t)[0] for t in n.targets if isinstance(t, Sym)] == [d.key]
        for n in slopes
    )


def _elsewhere(w: References, d: Definition, kept: list[Definition], key: str, loss: str) -> bool:
    """Whether a definition is of another part of the text than those that a row is about."""
    first = min(k.at for k in kept)
    if d.at > w.at > first or all(k.section != d.section for k in kept):
        return True
    split = w.book.usage.split
    for f in w.book.formulas:
        for e in (e for r in f.rows for s in r.statements for e in s.elements[:1]):
            n = e.node
            if not (isinstance(n, Deriv) and d.at < e.at < first and isinstance(n.body, Sym)):
                continue
            if split(n.body)[0] == loss and [split(t)[0] for t in n.targets if isinstance(t, Sym)] == [key]:
                return True
    return False


def outputs(w: References, key: str, arity: int, loss: str) -> list[Definition]:
    """The definitions behind a name on which no other one depends."""
    book = w.book
    current: dict[tuple[str, int], Definition] = {}
    backward: set[tuple[str, int]] = set()  # what is computed backward
    for name in book.definitions:
        found = book.find(name[0], name[1], w.at)
        if found is None:
            continue
        sloped = any(
            isinstance(n, Deriv) or (isinstance(n, Sym) and _is_slope(w, n.base)) for n in walk(found.body)
        )
        if sloped or name[0].startswith(("delta", "Delta")):
            backward.add(name)
        elif found.name is not None or name[1]:
            current[name] = found
    going_on = {n for name in backward if (d := book.find(*name, w.at)) is not None for n in uses(w, d)}
    for name, d in list(current.items()):
        if name in going_on and isinstance(d.name, Sym) and _is_slope(w, d.name.base):
            backward.add(name)  # dy, of which dh is made
            del current[name]
    while reached := {name for name, d in current.items() if uses(w, d) & backward}:
        backward |= reached  # out of gradients
        current = {name: d for name, d in current.items() if name not in reached}
    used = {name: uses(w, d) for name, d in current.items()}
    for entry, d in current.items():
        bare = (entry[0], 0)
        if entry[1] and bare in current and current[bare].body == d.body:  # it stands without its index
            used = {name: own | {entry} if bare in own else own for name, own in used.items()}
    behind: set[tuple[str, int]] = set()
    frontier = {(key, arity)}
    while frontier:
        frontier = {n for n, u in used.items() if u & frontier and n not in behind}
        behind |= frontier
    graded, used_on = _graded(w, loss)
    inner: set[tuple[str, int]] = set()  # what is used in names that are left aside
    own = _differentiated(w)  # other losses: KL, beside the reconstruction
    while True:
        ends = {n for n in behind if n[0] != loss and not any(n in used[m] for m in behind if m != n)}
        ends = {n for n in ends if current[n].name is not None}
        free = {n for n in ends if n[0] not in graded}
        other = {n for n in free if not n[1] and n[0] in own and ends - free}
        dead = {n for n in free - other if n in inner or _only_names(w, current[n], used_on, loss)} | other
        if not dead:
            last = [current[n] for n in sorted(ends)]
            return last if len(last) < 2 else _without_short(w, last, loss)
        behind -= dead
        inner |= {n for m in dead for n in used[m]}
        w.noted.append(f"{loss} is taken not to depend on {min(dead)[0]}, by which it is not differentiated")


def _is_slope(w: References, base: str) -> bool:
    """Whether a name is that of a gradient: ``dy``, beside y."""
    return base[:1] == "d" and base[1:] in w.book.usage.bases


def _differentiated(w: References) -> set[str]:
    """The names of which there are derivatives."""
    elements = (e for f in w.book.formulas for r in f.rows for s in r.statements for e in s.elements)
    slopes = (n.body for e in elements if e.node is not None for n in walk(e.node) if isinstance(n, Deriv))
    return {w.book.usage.split(n)[0] for n in slopes if isinstance(n, Sym)}


def _only_names(w: References, d: Definition, used_on: set[str], loss: str) -> bool:
    """Whether a definition only gives a name to a term, such as a Jacobian, of what the loss is
    differentiated by: it stands nowhere else, or only where gradients of the loss do."""
    level, split = w.book.usage.level, w.book.usage.split
    if not {key for key, _ in uses(w, d)} & used_on:
        return False
    elements = (e for f in w.book.formulas for r in f.rows for s in r.statements for e in s.elements)
    for e in elements:
        if id(e) == d.link[0] or e.node is None:
            continue
        nodes = list(walk(e.node))
        slopes = (n.body for n in nodes if isinstance(n, Deriv))
        if any(isinstance(n, Sym) and split(n)[0] == loss for n in slopes):
            continue
        if any(isinstance(n, Sym) and level(split(n)[0]) == level(d.key) for n in nodes):
            return False
    return True


def _graded(w: References, loss: str) -> tuple[set[str], set[str]]:
    """The names by which a document differentiates a loss, or whose gradients have names; those of them whose
    gradients it goes on from."""
    split = w.book.usage.split
    named = {x[1:] for x in w.book.usage.bases if x.startswith("d")}
    named |= {x.removeprefix(s) for x in w.book.usage.bases for s in (SIGN, SLOPE) if x.startswith(s)}
    found, used_on = set(named), set(named)
    for s in (s for f in w.book.formulas for r in f.rows for s in r.statements):
        for k, e in enumerate(s.elements):
            for n in walk(e.node) if e.node is not None else ():
                if isinstance(n, Deriv) and isinstance(n.body, Sym) and split(n.body)[0] == loss:
                    by = {split(t)[0] for t in n.targets if isinstance(t, Sym)}
                    found |= by
                    used_on |= by if k or s.leading or n is not e.node else set()
    return found, used_on


def _without_short(w: References, ends: list[Definition], loss: str) -> list[Definition]:
    """Outputs without names that are only short for something: no derivative is by them, they stand for
    part of another definition or come behind the first derivative by an output."""
    split = w.book.usage.split
    by: dict[tuple[str, int], int] = {}
    for e in (e for f in w.book.formulas for r in f.rows for s in r.statements for e in s.elements):
        for n in walk(e.node) if e.node is not None else ():
            if isinstance(n, Deriv) and isinstance(n.body, Sym) and split(n.body)[0] == loss:
                for key, marks in (split(t) for t in n.targets if isinstance(t, Sym)):
                    by.setdefault((key, len(marks)), e.at)
    kept = [d for d in ends if (d.key, len(d.letters)) in by]
    if not kept:
        return ends
    first = min(by[d.key, len(d.letters)] for d in kept)
    parts = [n for v in w.book.definitions.values() for d in v for n in walk(d.body) if n is not d.body]
    left = [d for d in ends if d in kept or not (d.at > first or d.body in parts)]
    values = _values(w) if len(left) > len(kept) else set()
    short = [d for d in left if d not in kept and (d.key, len(d.letters)) in values]
    for d in short:
        w.noted.append(f"{loss} is taken not to depend on {d.key}, by which it is not differentiated")
    return [d for d in left if d not in short]


def _values(w: References) -> set[tuple[str, int]]:
    """The names that stand as values in the row at hand: a gradient is written with what is short for
    something, not with another output."""
    found: set[tuple[str, int]] = set()
    for s in (s for f in w.book.formulas for r in f.rows for s in r.statements):
        if any(e.at == w.at for e in s.elements):
            nodes = [n for e in s.elements if e.node is not None for n in walk(e.node)]
            by = {id(t) for n in nodes if isinstance(n, Deriv) for t in (n.body, *n.targets)}
            names = (w.book.usage.split(n) for n in nodes if isinstance(n, Sym) and id(n) not in by)
            found |= {(key, len(marks)) for key, marks in names}
    return found


def uses(w: References, d: Definition) -> set[tuple[str, int]]:
    found = set()
    for n in walk(d.body):
        if isinstance(n, Sym):
            key, marks = w.book.usage.split(n)
            found.add((key, len(marks)))
        elif isinstance(n, Apply) and n.sub:  # softmax(S)_{ij}
            key, marks = w.book.usage.split(n.head)
            found.add((key, len(marks) + len(n.sub)))
    return found
