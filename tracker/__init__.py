"""A support tracker: threads of a Discord forum become rows of a Google Sheet.

How an event becomes a row, left to right; each place is met once:

    Discord gateway → discord/gateway.py → tracking.record → store.py (SQLite, one transaction)
                      payload → event       Ticket + event    ║ ticket, effects, deadline
                                            → Ticket, effects ║
                                                              ╠→ sheet/flush/ → sheet/repository.py → Google Sheets
                                                              ╠→ discord/delivery.py → Discord: ✅, messages, alerts
                                                              ╚→ sla.py: the next deadline, as an event

Left of ║ nothing waits for the network. Right of it workers bring the world to the state that the store describes;
they can fail and start again at any time.

Where to change what:

- a business rule: `domain/ticket.py`; a text: `domain/wording.py`; a column: `sheet/table/columns.py`
- a setting: `settings.py`, with its line in `.env.example` and in the README
- what is heard from Discord: `discord/gateway.py`; what is done there: `discord/delivery.py`
- what was missed: `reconcile.py`; what was archived before the bot came: `backfill.py`
- how rows are found and written: `sheet/repository.py`; how a tab is prepared: `sheet/setup/plan.py`
- how rows are read that others wrote: `sheet/table/reading.py`; what is told of them before: `sheet/setup/inventory.py`
- what becomes of cells that were hit while people moved them: `sheet/recovery/`
- what is kept: `store.py`; where, and how an older file is brought up to date: `store_file.py`
- when the bot is well: `health.py`; who is told: `healthz.py`, `systemd.py`
- what the doctor checks: `discord/checks.py` (who may do what: `discord/permissions.py`), `sheet/setup/checks.py`,
  `machine.py`; what it tries out in the spreadsheet: `sheet/setup/trial.py`; how it is shown: `doctor.py`
- which of these a start runs, and what else it tells: `startup.py`; how the parts fit together: `app.py`
- the local Discord and Google Sheets that the tests and the sandbox run against: `sandbox/`
"""
