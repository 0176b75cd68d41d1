"""A local Google Sheets.

`server.py` is the API, `document.py` the spreadsheets behind it, `people.py` and `menus.py` what people do to them
meanwhile. `behaviour.py` has a switch for everything that nobody knows of the real one.
"""

from tracker.sandbox.sheets.server import SheetsServer

__all__ = ["SheetsServer"]
