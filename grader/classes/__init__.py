"""Many submissions: batches, forks, releases for a course."""
