"""A support tracker: threads of a Discord forum become rows of a Google Sheet.

How an event becomes a row, left to right; each place is met once:

    Discord gateway → discord/gateway.py → tracking.record → store/ (SQLite, one transaction)
                      payload → event       Ticket + event    ║ ticket, effects, deadline
                                            → Ticket, effects ║
                                                              ╠→ sheet/: plan → begin → apply → settle → Google Sheets
                                                              ╠→ discord/delivery.py → Discord: ✅, messages, alerts
                                                              ╚→ sla.py: the next deadline, as an event

Left of ║ nothing waits for the network. Right of it workers bring the world to the state that the store describes;
they can fail and start again at any time.

Where to change what:

- a business rule: `domain/lifecycle.py`; a text: `domain/wording.py`; a column: `sheet/table/columns.py`
- a setting: `settings/model.py`, with its line in `.env.example` and in the README; how its value is read:
  `settings/values.py`, of ids `settings/addresses.py`; what is never shown: `secrecy.py`; holidays:
  `settings/public_holidays.py`
- how a command begins and ends: `__main__.py`, `cli/unhandled.py`; what it prints: `cli/terminal.py`,
  `cli/invocation.py`; what is written behind it: `cli/arguments.py`
- by when a ticket has to be answered: `domain/sla.py`, reckoned in open time by `domain/hours.py`
- what a log shows of tags beside what was heard of them: `domain/unheard.py`
- when it is the asker's turn: `domain/tagging.py`, and where nobody listened meanwhile `domain/turns.py`
- what figures mean: of one ticket `domain/figures.py`, of many `domain/summary.py`; the tab that shows them:
  `sheet/dashboard/`, set up by `sheet/setup/dashboard.py` and kept up to date by `sheet/flush/dashboard.py`
- what is posted by the clock on the wall, the morning digest and the weekly report: `bulletins.py`, its words:
  `domain/bulletins.py`; how it is posted: `discord/publishing.py`; the report's picture: `discord/picture.py`
- what comes from Discord: `discord/gateway.py`, what was written earlier: `discord/history.py`; what is done there:
  `discord/delivery.py`, about a resolution `discord/resolutions.py`, in closed threads `discord/closed_threads.py`;
  what a refusal means: `discord/failures.py`; which errands wait for others of their kind: `discord/gates.py`; what
  was given up: `discord/given_up.py`
- what is heard, whether the bot sees the forum, and what it missed: `reconcile/`
- what was archived before the bot came: `backfill.py`
- how rows are found and written: `sheet/repository.py`; what a write consists of: `sheet/write/`
- what becomes of a write without an answer, and of cells that a write covered by mistake: `sheet/recovery/`
- when it is written, and what is announced about the sheet: `sheet/flush/`; what is asked of Google: `sheet/api/`
- how rows are read that others wrote: `sheet/table/reading.py`; what a person is shown of them before that:
  `sheet/setup/inventory.py`; how a tab is prepared: `sheet/setup/plan.py`
- what is kept: `store/`; where: `store/file.py`; how an older file is brought up to date: `store/migrations.py`; which
  columns a ticket has there: `store/columns.py`
- when the bot is well: `ops/health.py`; who gets to know: `ops/healthz.py`, `ops/systemd.py`
- what the doctor checks: `discord/checks.py` (of the forum: `discord/forum_checks.py`, of the alert channels:
  `discord/alert_checks.py`; who may do what: `discord/permissions.py`), `sheet/setup/checks.py`,
  `ops/machine.py`; what it tries out in the spreadsheet: `sheet/setup/trial.py`; in which order: `doctor.py`; how it is
  shown: `cli/report.py`
- which of these a start runs, and what else it logs: `startup.py`; how it is stopped: `ops/stopping.py`; how the parts
  fit together: `app.py`
- what people read besides the README: `docs/`; tests run its commands and hold its tables to the code
- the local Discord and Google Sheets that the tests and the sandbox run against: `sandbox/`
"""

import sys

from tracker.cli import unhandled

if unhandled.is_command("".join(sys.argv[:1])):
    unhandled.take_over()
