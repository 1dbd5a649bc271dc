"""x"""
import numpy as np
from grader.testing import *
def test_a(candidate):
    """a."""
    w=put(candidate,np.ones(3)); s=put(candidate,np.array(2.0)); t=put(candidate,np.arange(6.).reshape(2,3).T)
    o=candidate.Adam([w,s,t],lr=.1)
    g=put(candidate,np.ones(3))
    o.step([g,np.array(1.0),np.ones((3,2))])
    print(fetch(w),fetch(s),fetch(t))
    w[:]=np.zeros(3)
    print(fetch(w),fetch(g))
    raise SystemError(repr((fetch(w),fetch(s),fetch(t),fetch(g),type(fetch(s)))))
