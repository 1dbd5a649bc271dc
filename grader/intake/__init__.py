"""What a stranger hands in: read and validated, never executed."""
