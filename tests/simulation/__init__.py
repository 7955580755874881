"""Whole sessions between two people in virtual time: the real cores of headset, room and page, and a bad world.

One seed is one run: `test_simulation.py` runs the first of them, `make simulate` as many as there is time for.

    story ---- what the two people do and what goes wrong, when
      |
    headset    page      the real cores, with a clock of their own
        \\      /
        line  line       in order, late, cut one way or both
          \\  /
         server          the real room; may be hostile
           |
        witness -------- an account of its own of what happened, and what may never be
"""
