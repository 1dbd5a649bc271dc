"""The pages, one a file; each is drawn for one tab and knows the rest from the study."""
