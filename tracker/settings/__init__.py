"""The settings, from the environment and from `.env` in the working directory; the environment wins.

Only the entry points read them; everything else is handed plain values. Each setting stands in `model.py`, how a value
is read in `values.py`, how all of them are in `loading.py`.
"""

from tracker.settings.loading import Problem, bearable_oddities, load, oddities, read
from tracker.settings.model import ENV_FILE, Settings, SheetSettings

__all__ = ["ENV_FILE", "Problem", "Settings", "SheetSettings", "bearable_oddities", "load", "oddities", "read"]
