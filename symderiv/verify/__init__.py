"""Verify: claims to verdicts, by four checkers that share no code."""
