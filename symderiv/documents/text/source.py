"""A file to a :class:`Source`: the text that is read, and which line of the file an offset stands on.

Markdown and LaTeX are read as they are; of a notebook the Markdown cells are.  What is no mathematics (code,
comments, front matter) is blanked, so that offsets stay.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG

from symderiv.errors import InputError

#: Bytes of a document.
MAX_BYTES = 2_000_000
#: Characters in a line: longer ones are data, not prose.
SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".tex": "latex",
    ".latex": "latex",
    ".ipynb": "notebook",
}


@dataclass(slots=True)
class Source:
    """``text`` with code and comments blanked; ``kind``: markdown, latex or notebook."""

    name: str
    kind: str
    text: str
    raw: str
    lines: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def place(self, at: int) -> tuple[int, int]:
        """Line and column (from 1) in the file of an offset in the text."""
        n = max(bisect_right(self.starts, max(at, 0)) - 1, 0)
        return self.lines[n], max(at, 0) - self.starts[n] + 1

    def line_of(self, at: int) -> int:
        """The file's line of an offset."""
        return self.place(at)[0]


def read(path: str | Path) -> Source:
    """Read a document; raises :class:`InputError` where it cannot be one."""
    path = Path(path)
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise InputError("bad-document", f"{path.name}: a document ends in {', '.join(SUFFIXES)}")
    try:
        found = path.stat()
        size = found.st_size
        if path.is_dir():
            raise InputError("no-file", f"{path} is a folder; name a file")
        if not S_ISREG(found.st_mode):  # a pipe or a device may never end
            raise InputError("no-file", f"{path} is no regular file")
        if size > MAX_BYTES:
            raise InputError(
                "too-large", f"{path.name} has {size:,} bytes; a document has at most {MAX_BYTES:,}"
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError("no-file", f"{path} cannot be read: {error.strerror or error}") from None
    return from_bytes(data, path.name if not str(path) else str(path), kind)


def from_bytes(data: bytes, name: str, kind: str) -> Source:
    """The source from a file's content."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("bad-document", f"{name}, line {line}: the document is not UTF-8 text") from None
    if "\0" in text:
        raise InputError("bad-document", f"{name}: the document holds NUL characters; it is no text")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return from_text(text, name, kind)


def from_text(text: str, name: str = "document", kind: str = "markdown") -> Source:
    """The source from a text."""
    if kind == "notebook":
        return _notebook(text, name)
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    lines = list(range(1, len(starts) + 1))
    blanked = _blank_latex(text) if kind == "latex" else _blank_markdown(text)
    return Source(name, kind, blanked, text, lines, starts)


def _notebook(text: str, name: str) -> Source:
    try:
        book = json.loads(text)
        cells = book["cells"] if "cells" in book else [c for w in book["worksheets"] for c in w["cells"]]
        wanted = []
        for cell in cells:
            if cell["cell_type"] == "markdown":
                source = cell["source"]
                wanted.append(source.splitlines(keepends=True) if isinstance(source, str) else list(source))
                if not all(isinstance(line, str) for line in wanted[-1]):
                    raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("bad-document", f"{name}: no notebook (JSON with a list of cells)") from None
    raw = text.split("\n")
    made: list[str] = []
    lines: list[int] = []
    starts: list[int] = []
    at, position = 0, 0
    for cell in wanted:
        for line in [*cell, "\n", "\n"]:
            shown = line if line.endswith("\n") else line + "\n"
            found = _line_in(raw, line, position) if line.strip() else None
            if found is not None:
                position = found
            for part in shown.splitlines(keepends=True):
                lines.append(position + 1)
                starts.append(at)
                made.append(part)
                at += len(part)
    joined = "".join(made)
    return Source(name, "notebook", _blank_markdown(joined), joined, lines or [1], starts or [0])


def _line_in(raw: list[str], line: str, start: int) -> int | None:
    """The line of the file that holds a line of a cell, from ``start`` on."""
    wanted = json.dumps(line, ensure_ascii=False), json.dumps(line)
    for n in range(start, len(raw)):
        if raw[n].strip().rstrip(",") in wanted:
            return n
    return None


def _blank(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)


_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})(.*)$")
_FRONT = re.compile(r"\A---\n(?:(?!---\n)[^\n]*\n){0,200}---\n")
_LIQUID = re.compile(r"\{%-?\s*(?:highlight|raw)\b")
#: Tags of site generators around formulas that have no other sign.
_MATH_TAG = re.compile(
    r"\{(?:%-?|\{[<%])\s*(?P<tag>mathjax|katex|math|latex)\b[^}\n]*?[%>]\}\}?(?P<inner>(?:(?!\{[{%]).){0,20000}?)"
    r"\{(?:%-?|\{[<%])\s*(?:end|/\s*)(?P=tag)\s*-?[%>]\}\}?",
    re.DOTALL,
)
#: A formula between dollars and ticks, or a code span; some write every formula in one, dollars and all.
_TICKED = re.compile(
    r"\$`[^`\n]{1,300}`\$|(?<!`)`(?P<inner>\$[^`$\n]{1,300}\$)`(?!`)"
    r"|(?P<code>(?<![`$\\])(?P<tick>`{1,2})(?!`)(?:(?!(?P=tick))[^\n]){0,300}(?P=tick)(?![`$]))"
)
_COMMENT_MD = re.compile(r"<!--(?:(?!-->).){0,20000}-->", re.DOTALL)
#: Tags of HTML; what else stands between such brackets is an inner product: <v_i, v_j>.
_NAMES = (
    "a abbr address article aside audio b big blockquote body br button caption center cite code col "
    "colgroup dd del details dfn div dl dt em embed fieldset figcaption figure font footer form "
    "h[1-6] head header hr html i iframe img input ins kbd label legend li link main map mark math "
    "meta nav noscript object ol option p param picture pre q s samp script section select small "
    "source span strike strong style sub summary sup svg table tbody td template textarea tfoot th "
    "thead time title tr tt u ul var video wbr"
)
_TAG = re.compile(
    rf"</?(?:(?:{_NAMES.replace(' ', '|')})(?:\s[^<>\n$]{{0,200}})?|[A-Z][A-Za-z]+(?:\s[^<>\n$]{{0,200}})?"
    r"|[a-z][\w-]*\s+[^<>\n$=]{1,60}=[^<>\n$]{0,200})/?>",
    re.IGNORECASE,
)
#: The target of a link; one letter is an example instead: a^{[2](i)}.
_LINK = re.compile(r"\]\((?![a-z]\))[^()\s]{0,400}\)")


#: A sign alone between letters of the text: i $\\neq$ j.
_SIGN_ALONE = re.compile(r"(?<![\w$\\])([a-z]) \$(\s*(?:\\neq?|\\not\s*=|=)\s*)\$ ([a-z])(?![\w$])")
#: Formulas in the marks of code of some editors: `!$x$`.
_OF_EDITORS = re.compile(r"`!(\$[^`\n]{1,400}\$)`")
#: The sign of a quotation; formulas in it go on over lines.
_QUOTED = re.compile(r"[ \t]*>[ \t>]*")


#: Directives of MyST that hold text; their options.
_DIRECTIVE = re.compile(
    r"\{(?:prf:[\w-]+|admonition|note|tip|hint|warning|important|caution|attention|danger|seealso|dropdown|margin|"
    r"sidebar|topic|card|tab-set|tab-item|grid|grid-item|proof|theorem|lemma|definition|example|exercise|solution|"
    r"remark|corollary|proposition)(?:-start|-end)?\}.*"
)
_OPTION = re.compile(r"\s*:[\w-]+:")


def _blank_markdown(text: str) -> str:
    """Code, comments, links' targets and front matter as blanks; a ```math fence becomes $$, and so does a
    ```{math} one, also in others that hold text."""
    text = _blank(_OF_EDITORS.sub(r"  \1 ", _SIGN_ALONE.sub(r"$\1 \2 \3$", text)), _FRONT)
    lines = text.split("\n")
    fence = ""
    directives: list[str] = []
    math = liquid = False
    commented = -1  # the last line of a comment, in which fences are none
    for n, line in enumerate(lines):
        m = _FENCE.match(line)
        if not (fence or liquid) and n > commented and line.lstrip().startswith("<!--") and "-->" not in line:
            ends = (k for k in range(n + 1, min(n + 1000, len(lines))) if "-->" in lines[k])
            commented = next(ends, -1)
        if n <= commented:
            continue
        if liquid:
            liquid = "{% end" not in line and "{%- end" not in line
            lines[n] = " " * len(line)
        elif fence:
            if m and m.group(1).startswith(fence) and not m.group(2).strip():
                lines[n] = _dollars(line) if math else " " * len(line)
                fence = ""
            elif not math or _OPTION.match(line):
                lines[n] = " " * len(line)
        elif m and m.group(2).strip() == "mathjax!":
            lines[n], closing = " " * len(line), m.group(1)
            for k in range(n + 1, min(n + 200, len(lines))):
                if lines[k].strip() == closing:
                    lines[k] = " " * len(lines[k])
                    break
        elif m and directives and m.group(1) == directives[-1] and not m.group(2).strip():
            lines[n] = " " * len(line)
            directives.pop()
        elif m and _DIRECTIVE.fullmatch(m.group(2).strip()):
            lines[n] = " " * len(line)
            directives.append(m.group(1))
        elif m and "`" not in m.group(2):
            fence, math = m.group(1), re.match(r"math\s*$|\{math\}", m.group(2).strip()) is not None
            lines[n] = _dollars(line) if math else " " * len(line)
        elif _LIQUID.search(line):
            liquid = True
            lines[n] = " " * len(line)
    for n in range(len(lines) - 1, 0, -1):
        if (m := _QUOTED.match(lines[n])) and _QUOTED.match(lines[n - 1]):
            lines[n] = " " * m.end() + lines[n][m.end() :]
    text = _blank(_MATH_TAG.sub(_tagged, "\n".join(lines)), _COMMENT_MD)
    return _blank(_blank(_TICKED.sub(_ticked, text), _TAG), _LINK)


def _ticked(m: re.Match[str]) -> str:
    if m.group("code"):
        return " " * len(m.group(0))
    return f" {m.group('inner')} " if m.group("inner") else m.group(0)


def _tagged(m: re.Match[str]) -> str:
    """A formula between tags with dollars in their places; such as have their own lose the tags."""
    start, end = m.start("inner") - m.start(), m.end("inner") - m.start()
    opening, closing = " " * start, " " * (len(m.group(0)) - end)
    if "$" not in m.group("inner"):
        opening, closing = f"$${opening[2:]}", f"{closing[2:]}$$"
    return opening + m.group("inner") + closing


def _dollars(line: str) -> str:
    return "$$" + " " * (len(line) - 2)


_COMMENT_TEX = re.compile(r"(?<!\\)%[^\n]*")
_PREAMBLE = re.compile(r"\A(?:(?!\\begin\{document\}).)*\\begin\{document\}", re.DOTALL)
_VERBATIM = re.compile(
    r"\\begin\{(verbatim|lstlisting|minted|tikzpicture|figure|algorithm|thebibliography)\*?\}"
    r"(?:(?!\\end\{\1).)*\\end\{\1\*?\}",
    re.DOTALL,
)


def _blank_latex(text: str) -> str:
    text = _blank(text, _COMMENT_TEX)
    if "\\begin{document}" in text:
        text = _blank(text, _PREAMBLE)
    return _blank(text, _VERBATIM)
