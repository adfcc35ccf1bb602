"""Reference values: what a generated kernel should have returned, to many digits."""
