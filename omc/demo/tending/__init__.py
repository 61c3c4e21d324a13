"""The demo's people at work: each looks at what lies on the desk and does what is due, through the services.

What is done follows from the state of the documents alone, so whoever made them (a story, the history, a visitor) and
however long the machine slept, work goes on. ``tend`` is one round; it leaves what is still fresh, as people do.
"""

from omc.demo.tending.desks import Staff

__all__ = ["Staff"]
