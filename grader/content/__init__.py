"""What an exercise is made of: tracks, metadata, prompts, stubs, questions, mutants, all read strictly."""
