"""A local Google Sheets.

`server.py` is the API, `document.py` the spreadsheets behind it, `people.py` what people do to them meanwhile.
"""

from tracker.sandbox.sheets.server import SheetsServer

__all__ = ["SheetsServer"]
