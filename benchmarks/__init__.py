"""Measurements of the library, with their committed results.  Nothing of the package depends on this."""
