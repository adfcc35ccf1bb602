"""The templates of whole pages and articles: layout only."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from symderiv.emit.snippets import template_folder


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(template_folder() / "explain"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # what is put in is HTML or LaTeX already
    )


def fill(name: str, **values: str) -> str:
    """The template ``name`` with its places filled."""
    return _environment().get_template(f"{name}.jinja").render(**values)
