"""All that a document says: its definitions, conditions, hypotheses and what its words give names to."""
