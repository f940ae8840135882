"""A simulated Grandstream UCM: it invents calls, pushes their records and answers its APIs as a UCM does, and knows the totals
it caused."""

from .api import ApiServer
from .legacy import LegacyServer
from .pbx import Pbx
from .push import Route
from .run import Simulation
from .totals import safe_name, totals

__all__ = ["ApiServer", "LegacyServer", "Pbx", "Route", "Simulation", "safe_name", "totals"]
