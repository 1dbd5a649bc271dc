"""A timed mock interview: what is asked, the clock, how far it is, what it was worth.

::

    plan ─▶ Interview (state, clock) ─▶ scorecard ─▶ render
                 ⇅ history, judge
"""
