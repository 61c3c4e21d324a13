"""The past of the demo, told as rows."""

from omc.demo.scribe.asking import Scribe
from omc.demo.scribe.base import Written

__all__ = ["Scribe", "Written"]
