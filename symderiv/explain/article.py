"""Layout as a LaTeX article that a stock pdflatex compiles, or as a fragment of one for a notebook."""

from __future__ import annotations

from symderiv.explain.blocks import Content, Heading, Line, MatrixLine, Picture, Says, Table
from symderiv.explain.layout import fill
from symderiv.explain.letters import declarations
from symderiv.explain.markdown import Markdown
from symderiv.explain.marks import MEANINGS
from symderiv.explain.mathml import broken, width

#: What has a meaning in LaTeX's text.
_ESCAPED = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", **{c: f"\\{c}" for c in "&%$#_{}"},
}  # fmt: skip


class Article(Markdown):
    """Renders blocks as LaTeX; pictures are left out."""

    limit = 32.0
    #: An equation that cannot be broken is made smaller beyond this width.
    wide = 36.0

    def document(self, content: Content) -> str:
        """A whole article."""
        title, body = self.words(content.title), self.fragment(content)
        return fill("article.tex", title=title, body=body, letters=declarations(title + body))

    def fragment(self, content: Content) -> str:
        """The article's body."""
        out: list[str] = []
        for block in content.blocks:
            match block:
                case Heading(words, level):
                    command = "section*" if level == 1 else "subsection*"
                    out.append(f"\\{command}{{{self.words(words)}}}")
                case Says(words):
                    out.append(self.words(words))
                case Line() | MatrixLine():
                    out.append(self.displayed(self.equation(block), block.mark))
                case Table(head, rows):
                    lines = [" & ".join(map(self.text, r)) + r" \\" for r in (head, *rows)]
                    inside = "\n".join([lines[0], r"\hline", *lines[1:]])
                    columns = "l" + "r" * (len(head) - 1)
                    out.append(
                        f"\\par\\smallskip\\noindent\\begin{{tabular}}{{{columns}}}\n{inside}\n\\end{{tabular}}"
                    )
                case Picture():
                    pass
        marks = [f"\\item[{m}] {self.text(MEANINGS[m])}" for m in MEANINGS if m in content.marks]
        items = "\n".join(marks)
        out.append(f"\\begin{{description}}\n{items}\n\\end{{description}}")
        return "\n\n".join(out) + "\n"

    def displayed(self, latex: str, mark: str) -> str:
        """A displayed equation with its mark; a very wide one smaller."""
        shown = broken(latex, self.limit)
        wide = width(shown)
        if wide > self.wide:
            shown = f"\\scalebox{{{self.wide / wide:.2f}}}{{$\\displaystyle {shown}$}}"
        return f"\\begin{{equation*}}\n{shown} \\tag{{{mark}}}\n\\end{{equation*}}"

    def text(self, words: str) -> str:
        """Plain words with what LaTeX reads as markup escaped."""
        return "".join(_ESCAPED.get(c, c) for c in words)
