"""A simulated Grandstream UCM: it invents calls, pushes their records as a UCM does, and knows the totals it caused."""

from .pbx import Pbx
from .push import Route
from .run import Simulation
from .totals import safe_name, totals

__all__ = ["Pbx", "Route", "Simulation", "safe_name", "totals"]
