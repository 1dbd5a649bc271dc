"""A learner's days: history, progress, reviews, watch mode, interviews."""
