"""A person's Markdown, LaTeX or notebook, read and checked row by row."""
