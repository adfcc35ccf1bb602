"""Layout as one HTML page that shows mathematics (MathML) and pictures (SVG) without any network."""

from __future__ import annotations

import re
from html import escape

from symderiv.explain.blocks import Content, Heading, Line, MatrixLine, Picture, Says, Table, Words
from symderiv.explain.layout import fill
from symderiv.explain.markdown import Markdown
from symderiv.explain.marks import MEANINGS
from symderiv.explain.mathml import broken, mathml


class Page(Markdown):
    """Renders blocks as HTML."""

    limit = 40.0

    def document(self, content: Content) -> str:
        """A whole page."""
        return fill(
            "page.html",
            title=escape(self.plain(content.title)),
            style=fill("style.css"),
            body=self.body(content),
        )

    def fragment(self, content: Content) -> str:
        """What a notebook shows: the page's body with a style of its own."""
        return f'<style>{fill("style.css")}</style>\n<div class="symderiv">\n{self.body(content)}</div>\n'

    def body(self, content: Content) -> str:
        """Title, blocks and the meaning of the marks."""
        out = [f"<h1>{self.words(content.title)}</h1>"]
        for block in content.blocks:
            match block:
                case Heading(words, level):
                    out.append(f"<h{level + 1}>{self.words(words)}</h{level + 1}>")
                case Says(words):
                    out.append(f"<p>{self.words(words)}</p>")
                case Line() | MatrixLine():
                    shown = mathml(broken(self.equation(block), self.limit), display=True)
                    kind = re.sub(r"[^a-z]+", "-", block.mark)
                    title = escape(MEANINGS[block.mark], quote=True)
                    out.append(
                        f'<div class="eq"><div class="math">{shown}</div>'
                        f'<span class="mark {kind}" title="{title}">{escape(block.mark)}</span></div>'
                    )
                case Table(head, rows):
                    out.append("<table>")
                    out.append(f"<tr>{''.join(f'<th>{escape(c)}</th>' for c in head)}</tr>")
                    for row in rows:
                        cells = "".join(f"<td>{escape(c)}</td>" for c in row[1:])
                        out.append(f'<tr><th scope="row">{escape(row[0])}</th>{cells}</tr>')
                    out.append("</table>")
                case Picture(svg, words):
                    out.append(f"<figure>\n{svg}\n<figcaption>{self.words(words)}</figcaption></figure>")
        marks = [(m, re.sub(r"[^a-z]+", "-", m)) for m in MEANINGS if m in content.marks]
        terms = "".join(
            f'<dt><span class="mark {kind}">{m}</span></dt><dd>{escape(MEANINGS[m])}</dd>'
            for m, kind in marks
        )
        out.append(f'<dl class="legend">{terms}</dl>')
        return "\n".join(out) + "\n"

    def words(self, words: Words) -> str:
        """A sentence."""
        return "".join(escape(w, quote=False) if isinstance(w, str) else mathml(self.math(w)) for w in words)
