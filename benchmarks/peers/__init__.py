"""The same submissions graded by us and by others: how fast, how often wrong, what fooled whom, in how much memory."""
