"""Run one script with a debugger at hand: `python debug_runner.py SCRIPT`.  It imports nothing of the grader.

`breakpoint()` stops as usual; an exception, or Ctrl-C, ends in pdb where it happened.
"""

import bdb
import pdb  # noqa: T100 - this is what it is for
import sys
import traceback


def main(script: str) -> int:
    """Run a script and return its exit code.

    Parameters
    ----------
    script : str
        Path of the script.
    """
    sys.argv = [script]
    with open(script, encoding="utf-8") as file:
        code = compile(file.read(), script, "exec")
    try:
        exec(code, {"__name__": "__main__", "__file__": script})  # noqa: S102 - this is what it is for
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except bdb.BdbQuit:
        return 1
    except BaseException as error:  # noqa: BLE001 - whatever the learner's code raises
        trace = error.__traceback__.tb_next if error.__traceback__ else None
        traceback.print_exception(type(error), error, trace)
        pdb.post_mortem(trace)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
