"""The durable line: tickets, the effects they ask for, and what the sheet is known to hold, in one SQLite file.

Everything that one event changes is one transaction. The file is the truth of which the sheet is a projection; a
process that dies at any instant leaves it whole (write-ahead log). One process at a time owns it.

`store.py` opens it, `file.py` takes hold of the file and `migrations.py` brings it to this version; each of the others
is a part of what is kept: `tickets.py`, `rows.py` (what the sheet is known to hold), `effects.py`, `facts.py`.
"""

from tracker.store.effects import PendingEffect
from tracker.store.rows import PendingRow
from tracker.store.store import Store

__all__ = ["PendingEffect", "PendingRow", "Store"]
