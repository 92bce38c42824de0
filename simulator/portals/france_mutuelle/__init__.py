"""The member space of France Mutuelle: a generated identifier, a password, and what members of one address share (FMU)."""
