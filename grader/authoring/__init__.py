"""What those who write exercises need: the linter, automatic mutants, skeletons."""
