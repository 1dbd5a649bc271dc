"""The content linter: an exercise lands only with its proof.

::

    Exercise ─ reading: layout, metadata, prompt, sources, tests ─ running: proof, survival ▶ CheckReport

`check` runs the steps in this order and stops before the costly ones while an error stands; `finding`
holds the table of rules. Import `check` from `grader.authoring.checks.check`: it loads the judge, this does not.
"""
