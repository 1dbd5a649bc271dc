"""A failing case as a script: its calls (`script`), its values (`values`), and the functions it may need (`pieces`)."""
