"""Every text of the product that people in Discord read, and the durations of the sheet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain.effects import EffectKind
from tracker.domain.listing import listed
from tracker.domain.ticket import UNKNOWN_AUTHOR, Ticket

RESOLVED = "This thread has been marked as **RESOLVED**."
REOPENED = (
    "🟢 **UPDATE:** This thread has been **REOPENED**!\n\n"
    "We're continuing the conversation here.\n"
    "Our support team will follow up shortly."
)
UNASSIGNED = "Unassigned"
WITHHELD = "(Discord does not let this title pass)"
"""Stands for a title over which Discord refuses a whole message: a link that it holds for harmful, a blocked word."""

MESSAGE_LIMIT = 2_000
"""Characters a message in Discord can have (its documentation, "Create Message")."""

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_LINE_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_MARKDOWN = re.compile(
    r"[\\*_`\[<]"  # bold, italic, underlined, code, masked links; mentions, timestamps, emoji, commands
    r"|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\|"  # struck out, spoilers
    r"|:(?=//|(?!\d+:)[\w+-]+:|100:|1234:)"  # bare links, emoji by name
)
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that are not seen and turn the reading direction of what follows, also beyond the title's end."""

_PART, _UNITS = re.compile(r"([0-9]{1,6})([dhms])"), re.compile("d?h?m?s?")
_ON_TIME = timedelta(minutes=1)


def literal(text: str) -> str:
    """A title or name as Discord has to be sent it to show it as it is, on one line, whatever markdown is in it.

    A backslash before a character that is no letter and no digit takes its meaning from it. What means something only
    where a line begins (headings, quotes, lists) needs none: no title or name stands there. Nor does
    @everyone, which Discord shows as a mention only where the message may mention everyone.
    https://support.discord.com/hc/articles/210298617
    """
    return _MARKDOWN.sub(r"\\\g<0>", _LINE_BREAKS.sub(" ", _TURNS.sub("", text)))


def resolved_message(mention: int | None, support_name: str) -> str:
    """The message in a resolved thread; mentions the user who asked there, if it is one."""
    asker = "" if mention is None else f"<@{mention}> "
    return (
        f"🔴 {asker}{RESOLVED}\n\n"
        "We will no longer monitor this thread for new messages.\n"
        "If you have a new issue or follow-up question, please create a new thread.\n\n"
        f"Thank you for reaching out to {support_name}!"
    )


@dataclass(frozen=True, kw_only=True)
class CallWords:
    """What a warning, an alert or an escalation says besides the ticket; no message without its `name` is one."""

    icon: str
    name: str
    state: str
    request: str


WORDS_OF = {
    EffectKind.WARNING: CallWords(
        icon="⏳",
        name="SLA WARNING",
        state="Awaiting Response",
        request="Please respond to this ticket before it is due.",
    ),
    EffectKind.ALERT: CallWords(
        icon="⚠️",
        name="SLA ALERT",
        state="Awaiting Response",
        request="Please respond to this ticket as soon as possible.",
    ),
    EffectKind.ESCALATION: CallWords(
        icon="🚨",
        name="SLA ESCALATION",
        state="Still Awaiting Response",
        request="Please see to it that somebody responds.",
    ),
}


def alert_message(
    ticket: Ticket,
    *,
    team: str | None,
    waiting: timedelta,
    sla: timedelta,
    call: EffectKind = EffectKind.ALERT,
    due: datetime | None = None,
    role: int | None = None,
) -> str:
    """The message to an alert channel about a ticket that waited too long, or that a `call` of another kind is for.

    With `due` it says when the answer was due, with `role` it mentions that role.
    """
    words = WORDS_OF[call]
    return (
        f"{words.icon} **{words.name}: Ticket {words.state}**{_mention(role)}\n\n"
        f"📋 **Title:** {literal(ticket.title)}\n"
        f"👤 **Raised by:** {literal(ticket.author_name or UNKNOWN_AUTHOR)}\n"
        f"⏰ **Waiting:** {waiting_text(waiting, sla)}\n"
        + (f"📅 **Due:** {_moment(due)}\n" if due else "")
        + f"🏷️ **Team:** {team or UNASSIGNED}\n"
        f"🔗 **Link:** [Click to view]({ticket.link})\n\n"
        f"{words.request}"
    )


def digest_messages(
    overdue: Sequence[tuple[Ticket, timedelta]],
    *,
    call: EffectKind = EffectKind.ALERT,
    says_when_due: bool = False,
    role: int | None = None,
) -> list[str]:
    """Many alerts in as few messages as Discord's limit allows; each ticket with the time it has been waiting."""
    words = WORDS_OF[call]
    messages = [f"{words.icon} **{words.name}: {len(overdue)} Tickets {words.state}**{_mention(role)}\n"]
    for ticket, waiting in overdue:
        raised_by = literal(ticket.author_name or UNKNOWN_AUTHOR)
        due = f" · due {_moment(ticket.due_at)}" if says_when_due and ticket.due_at else ""
        line = f"\n• {literal(ticket.title)} · {raised_by} · waiting {duration(waiting)}{due} · {ticket.link}"
        if len(messages[-1]) + len(line) > MESSAGE_LIMIT:
            messages.append(f"{words.icon} **{words.name}, continued**\n")
        messages[-1] += line
    return messages


def alert_ended(text: str, ticket: Ticket) -> str | None:
    """An alert, or a digest, with what became of the ticket; None where it says that already, or is not about it.

    In a digest the ticket's line is struck through; where the message has no room for more, it loses its address.
    """
    end = _end_of(ticket)
    line = next((line for line in text.split("\n") if ticket.link in line), None)
    if line is None or line.startswith("• ~~"):
        return None
    if not line.startswith("• "):
        is_ended = text.rsplit("\n", 1)[-1].startswith("✅ ")
        return None if is_ended else f"{text}\n\n{end}"
    words = line.removeprefix("• ")
    without_link = words.removesuffix(ticket.link).removesuffix(" · ")
    choices = [f"• ~~{words}~~ {end}", f"• ~~{words}~~ ✅", f"• ~~{without_link}~~ ✅"]
    texts = [text.replace(line, choice) for choice in choices]
    return next((each for each in texts if len(each) <= MESSAGE_LIMIT), None)


def _end_of(ticket: Ticket) -> str:
    """Why nobody has to see to the ticket any more."""
    if ticket.first_answer is not None and ticket.answered_at is not None:
        name = literal(ticket.first_answer.author_name)
        return f"✅ Answered by {name} after {duration(ticket.answered_at - ticket.created_at)}"
    if ticket.deleted:
        return "✅ Deleted"
    if ticket.resolved_at is None:
        return "✅ Resolved"
    return f"✅ Resolved after {duration(ticket.resolved_at - ticket.created_at)}"


def _mention(role: int | None) -> str:
    return "" if role is None else f" <@&{role}>"


def _moment(at: datetime) -> str:
    """A moment as each reader's Discord shows it: `in 15 minutes`, `2 hours ago`."""
    return f"<t:{int(at.timestamp())}:R>"


def waiting_text(waiting: timedelta, sla: timedelta) -> str:
    """The agreed time in words ("1 hour") for an alert within a minute of it, else the true time ("2h 15m")."""
    if sla <= waiting < sla + _ON_TIME:
        return _in_words(sla)
    return duration(waiting)


def duration(span: timedelta) -> str:
    """A span in its two or three largest units: `2d 4h 15m`, `2h 15m`, `25m 30s`, `40s`.

    Parts of a second, and of what is not shown, are cut, never rounded. A negative span counts as none.
    """
    seconds = max(0, span // timedelta(seconds=1))
    if seconds >= _DAY:
        return f"{seconds // _DAY}d {seconds % _DAY // _HOUR}h {seconds % _HOUR // _MINUTE}m"
    if seconds >= _HOUR:
        return f"{seconds // _HOUR}h {seconds % _HOUR // _MINUTE}m"
    if seconds >= _MINUTE:
        return f"{seconds // _MINUTE}m {seconds % _MINUTE}s"
    return f"{seconds}s"


def span_of(text: str) -> timedelta | None:
    """The span that `duration` wrote as `text`, or a person in the same units; None for any other text."""
    parts = [_PART.fullmatch(word) for word in text.split()]
    units = "".join(part[2] for part in parts if part)
    if not parts or None in parts or not _UNITS.fullmatch(units):
        return None
    count = {part[2]: int(part[1]) for part in parts if part}
    days, hours, minutes, seconds = (count.get(unit, 0) for unit in "dhms")
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _in_words(span: timedelta) -> str:
    """A span as one says it: `1 hour`, `1 hour 30 minutes`; units of which there are none are left out."""
    rest = span // timedelta(seconds=1)
    words = []
    for size, unit in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"), (1, "second")):
        count, rest = divmod(rest, size)
        if count:
            words.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " ".join(words)


def sheet_refused_notice(cause: str, waiting: int) -> str:
    """The sheet cannot be written until a person changes something; `cause` says what, and how to mend it."""
    return _notice(
        f"🛠️ **The sheet cannot be written.**\n\n{cause}",
        f"{changes(waiting)} until then. Nothing is lost, and the bot needs no restart.",
    )


def sheet_outage_notice(cause: str, waiting: int, lasting: timedelta) -> str:
    """Google has been out of reach for longer than `lasting`."""
    return _notice(
        f"🛠️ **The sheet has not been written for more than {_in_words(lasting)}.**\n\n{cause}",
        f"{changes(waiting)} until Google is back; the bot keeps trying, and nothing is lost. If it lasts, look at "
        "<https://www.google.com/appsstatus/dashboard/> and at the bot's own network.",
    )


def sheet_back_notice() -> str:
    """What a notice about the sheet said is over."""
    return "✅ **The sheet can be written again.** It is being brought up to date."


def columns_missing_notice(names: Collection[str], address: str, waiting: int, cells: Mapping[str, str]) -> str:
    """Columns that the header names no more; the others are written as ever.

    `cells` are those, such as `C1`, in which somebody is known to have written over the names.
    """
    written = [f"Write `{name}` into {cell} again" for name, cell in cells.items()]
    unknown = [] if len(cells) == len(names) else ["Give its header that name again"]
    return _notice(
        f"🛠️ **The sheet has no column {_listed(names)} any more.**\n\n{'. '.join([*written, *unknown])}, or run "
        f"`python -m tracker.init_sheet` to add it at the right end: <{address}>",
        f"{changes(waiting)} for it until then; the other columns are kept up to date. The bot needs no restart.",
    )


def columns_back_notice(names: Iterable[str]) -> str:
    """Columns that the header names again."""
    return f"✅ **The sheet has its column {_listed(names)} again.** It is being brought up to date."


def dashboard_refused_notice(cause: str, address: str) -> str:
    """The tab of figures cannot be written until a person changes something."""
    return _notice(
        f"🛠️ **The figures in the sheet cannot be written.**\n\n{cause}",
        f"The rows of the tickets are written all the same. The figures stay as they are until then: <{address}>",
    )


def same_id_notice(thread_ids: Iterable[int], address: str) -> str:
    """Tickets that have several rows."""
    return _notice(
        f"🛠️ **Several rows of the sheet have the same thread_id:** {_listed(map(str, thread_ids))}",
        f"The first of them is kept up to date; delete the others: <{address}>",
    )


def kept_notice(rows: int, address: str, reason: str) -> str:
    """Rows that a write reached by mistake and that could not be put back; `address` is where they are kept, or ""."""
    count = "1 row of the sheet was" if rows == 1 else f"{rows:,} rows of the sheet were"
    what = (
        f"🛠️ **{count} overwritten when somebody moved rows or columns at that very moment.** They may have changed "
        "since, so the bot did not put them back."
    )
    if not address:
        return _notice(what, f"What they held could not be kept, either: {reason}")
    return _notice(what, f"What they held is kept here, to be looked at and deleted: <{address}>")


def never_known_notice(thread_ids: Iterable[int], address: str) -> str:
    """A write to these tickets of which nobody can find out any more what it did."""
    return _notice(
        "🛠️ **What became of the last write to the sheet cannot be found out.** Its answer was lost, and the bot's "
        "hidden tab was deleted, or another bot has written since. It was to the rows of "
        f"{_listed(map(str, thread_ids))}.",
        f"These rows are written again. If somebody moved rows just then, look for cells in wrong rows: <{address}>",
    )


def not_taken_notice(reasons: Mapping[int, str], address: str) -> str:
    """Tickets whose rows do not take what is written to them, each with the reason.

    They are named by their ids: a message with a ticket's link in it would be taken for its alert.
    """
    lines = [f"• `{thread_id}`: {reason}" for thread_id, reason in list(reasons.items())[:_LISTED_ROWS]]
    more = [f"• and {len(reasons) - _LISTED_ROWS:,} more"] if len(reasons) > _LISTED_ROWS else []
    return _notice(
        "🛠️ **Rows of the sheet do not take what the bot writes.**\n\n" + "\n".join([*lines, *more]),
        "Look at these cells for a rule that rejects input (Data > Data validation), merged cells or a filter: "
        f"<{address}>. The bot tries again when the ticket changes, and every few minutes.",
    )


def given_up_notice(groups: Sequence[tuple[str, int, Sequence[str], str]]) -> str:
    """Errands in Discord that were given up: what, how many, for example where, and why."""
    lines = [
        f"• {what}, {count:,} times: {reason}"
        + (f" ({', '.join(where)}{', …' if count > len(where) else ''})" if where else "")
        for what, count, where, reason in groups
    ]
    more = [f"• and {len(lines) - _LISTED_ROWS} more kinds"] if len(lines) > _LISTED_ROWS else []
    return _notice(
        "🛠️ **The bot has given up errands in Discord.**\n\n" + "\n".join([*lines[:_LISTED_ROWS], *more]),
        "They are not tried again; the bot's log has a line for each. This is said once a day at most.",
    )


def alert_channel_out_notice(
    channel_id: int, reason: str, setting: str = "ALERT_CHANNEL_IDS", *, passes: bool = False
) -> str:
    """An alert channel that does not take the bot's messages. `passes`: that ends without anybody's doing."""
    fix = (
        "That is mostly Discord's own trouble (<https://discordstatus.com>) or the network's of the bot's machine. The "
        "bot keeps trying."
        if passes
        else f"Give the bot View Channel and Send Messages there, or put the id of another channel into {setting} "
        f"(this one is {channel_id}) and start the bot again."
    )
    return _notice(f"🛠️ **Alerts do not reach the channel <#{channel_id}> any more:** {reason}.", fix)


def alert_channel_back_notice(channel_id: int) -> str:
    """It takes them again."""
    return f"✅ **Alerts reach the channel <#{channel_id}> again.**"


_LISTED_ROWS = 5
_LISTED = 20


def _listed(words: Iterable[str]) -> str:
    """`a`, `b` and 3 more."""
    return listed([f"`{word}`" for word in sorted(words)], _LISTED)


def changes(waiting: int) -> str:
    """How many tickets the sheet does not show as they are; also for the log."""
    if not waiting:
        return "No changed ticket waits"
    return "1 changed ticket waits" if waiting == 1 else f"{waiting:,} changed tickets wait"


def _notice(what: str, rest: str) -> str:
    """Both paragraphs in one message; the first is cut where they are too long."""
    room = MESSAGE_LIMIT - len(rest) - 2
    return f"{what if len(what) <= room else what[: room - 1] + '…'}\n\n{rest}"


def row_line(ticket: Ticket, row: str, *, ticked: bool) -> str:
    """The line of the log about a new ticket; `row` is the number of its row, "" where nobody knows it.

    `ticked`: people in Discord see ✅.
    """
    title = " ".join(ticket.title.split())
    return f'Thread {ticket.thread_id}: "{title}" → {f"row {row}" if row else "its row"}{", ✅" if ticked else ""}'
