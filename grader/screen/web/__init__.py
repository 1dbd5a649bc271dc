"""The page to practise on, served to this machine only: pages draw, everything they know comes from `practice/` and `judge`.

::

    browser ⇄ guard ⇄ pages ⇄ workplace (one for each exercise) ⇄ practice/
                                  ⇅
                                desk ⇄ seats (processes that grade, and can be ended)
"""
