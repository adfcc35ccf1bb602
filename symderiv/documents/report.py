"""The verdicts on a document: for a terminal, as JSON, as GitHub annotations, as SARIF."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from symderiv.documents.check import Checked, Finding
from symderiv.report import paint, witness_lines

_LEVELS = {"wrong": "error", "lint": "warning", "unread": "notice", "undecided": "notice", "note": "notice"}
_RULES = {
    "wrong": "A row of the derivation is false",
    "lint": "A definition or an index is not as it should be",
    "unread": "A row that was not understood, and was not checked",
    "undecided": "A row that was neither proved nor refuted",
    "note": "A hypothesis that is not stated, or a definition that is not used",
}


def summary(checked: Checked) -> dict[str, int]:
    """How many rows came to which word."""
    words = Counter(r.word for r in checked.rows)
    order = ("definition", "proved", "wrong", "undecided", "unread", "not a claim")
    return {w: words[w] for w in order if words[w]}


def terminal(checked: Checked, verbose: bool = False) -> str:
    """What a person reads: each finding with its line, then the counts."""
    lines: list[str] = []
    name = checked.source.name
    if verbose:
        for r in checked.rows:
            if r.word == "not a claim":
                continue
            where = checked.source.line_of(r.at)
            shown = f"{r.left} = {r.right}" if r.left else ""
            other = [r.reason] if r.word == "proved" and r.reason.startswith("with ") else []
            under = f"   under {'; '.join([*r.under, *other])}" if r.under or other else ""
            lines.append(f"{name}:{where}: {paint(r.word)}{under}  {shown}".rstrip())
    for f in checked.findings:
        if f.kind in ("unread", "undecided", "note") and not verbose and f.quiet:
            continue
        lines.append(f"{name}:{f.line}:{f.column}: {paint(_spoken(f))}: {f.message}")
        if f.formula:
            lines.append(f"    {f.formula}")
        if f.suggestion:
            lines.append(f"    did you mean {f.suggestion}")
        if f.witness is not None:
            lines += [f"    {x}" for x in witness_lines(f.witness)]
    counts = ", ".join(f"{n} {w}" for w, n in summary(checked).items()) or "no mathematics"
    wrong = sum(f.kind == "wrong" for f in checked.findings)
    lints = sum(f.kind == "lint" for f in checked.findings)
    verdict = "nothing wrong" if not wrong + lints else f"{wrong} wrong, {lints} doubtful"
    lines.append(f"{name}: {verdict} ({counts}) in {checked.seconds:.1f} s")
    return "\n".join(_printable(x) for x in lines)


def _spoken(f: Finding) -> str:
    return {"lint": "doubtful"}.get(f.kind, f.kind)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def as_json(checked: list[Checked]) -> str:
    """Every row and finding."""
    documents = []
    for c in checked:
        rows = [
            {
                "line": c.source.line_of(r.at), "verdict": r.word, "left": r.left, "right": r.right,
                "claim": r.claim,
                "under": r.under, "reason": r.reason, "checkers": list(r.checkers), "display": r.display,
                "suggestion": r.suggestion, "witness": r.witness.json() if r.witness else None,
            }
            for r in c.rows
        ]  # fmt: skip
        findings = [
            {
                "kind": f.kind,
                "line": f.line,
                "column": f.column,
                "message": f.message,
                "suggestion": f.suggestion,
            }
            for f in c.findings
        ]
        documents.append({"document": c.source.name, "summary": summary(c), "findings": findings, "rows":
        rows,
                          "seconds": round(c.seconds, 3)})  # fmt: skip
    return json.dumps({"documents": documents}, indent=2, ensure_ascii=True)


def github(checked: list[Checked]) -> str:
    """Workflow commands, one a finding: they show beside the line in a pull request."""
    lines = []
    for c in checked:
        for f in c.findings:
            text = f.message + (f"; did you mean {f.suggestion}" if f.suggestion else "")
            file = _escaped(c.source.name).replace(":", "%3A").replace(",", "%2C")
            lines.append(
                f"::{_LEVELS[f.kind]} file={file},line={f.line},col={f.column},"
                f"title=symderiv {f.kind}::{_escaped(text)}"
            )
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return _printable(" ".join(text.split())).replace("%", "%25")


def sarif(checked: list[Checked]) -> str:
    """SARIF 2.1.0."""
    from symderiv import __version__

    results: list[dict[str, Any]] = []
    levels = {"error": "error", "warning": "warning", "notice": "note"}
    for c in checked:
        for f in c.findings:
            text = f.message + (f"; did you mean {f.suggestion}" if f.suggestion else "")
            region = {"startLine": f.line, "startColumn": f.column}
            place = {"artifactLocation": {"uri": c.source.name}, "region": region}
            results.append(
                {
                    "ruleId": f.kind,
                    "level": levels[_LEVELS[f.kind]],
                    "message": {"text": text},
                    "locations": [{"physicalLocation": place}],
                }
            )
    rules = [{"id": k, "shortDescription": {"text": v}} for k, v in _RULES.items()]
    driver = {"name": "symderiv", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": results}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=True)
