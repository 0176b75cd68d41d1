"""What a person pastes into a terminal to run this Python."""

from __future__ import annotations

import shutil
import sys

PYTHON = "python" if shutil.which("python") == sys.executable else sys.executable
"""By its name where that finds it, as in an environment that is switched on."""
