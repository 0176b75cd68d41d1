"""A support desk's events on the gateway, made once and sent as often as needed.

Of every twenty events of one ticket: the thread and its first message, six messages in it (of which the first answer
is one), its title (two events: the change and Discord's note of it), three changes of tags, one of them to resolved,
the thread's end in the archive, a message edited; and five messages of another channel, which do not concern the bot.
"""

from __future__ import annotations

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.discord.state import Event

EVENTS_A_TICKET = 20
_AT_A_TIME = 50
"""So many tickets are open at a time, and their events mixed."""


def traffic(desk: LocalDesk, count: int) -> list[Event]:
    """So many events of a busy forum (rounded down to whole tickets); nobody has heard them, and the forum is empty."""
    desk.discord.gateway.pause()
    tickets = count // EVENTS_A_TICKET
    for first in range(0, tickets, _AT_A_TIME):
        live(desk, [f"Ticket {number}" for number in range(first, min(first + _AT_A_TIME, tickets))])
    events, desk.discord.gateway.held = desk.discord.gateway.held, []
    desk.discord.gateway.resume()
    for thread in desk.world.threads_of(desk.forum):
        del desk.world.threads[thread.id]
    return events


def live(desk: LocalDesk, titles: list[str]) -> list[Thread]:
    """The whole life of some tickets, side by side; their threads, which are in the archive then."""
    world, customer, staff = desk.world, desk.customer, desk.staff
    threads = [world.open_thread(desk.forum, customer, title, tags=["billing"]) for title in titles]

    def chat(thread: Thread) -> None:
        world.reply(desk.alerts, staff, f"About {thread.name}: lunch?")

    for step in (
        lambda thread: world.reply(thread, customer, "It also says so on Tuesdays."),
        chat,
        lambda thread: world.reply(thread, staff, "On it."),
        chat,
        lambda thread: world.retag(thread, ["Consulting"]),
        lambda thread: world.reply(thread, customer, "Thanks!"),
        lambda thread: world.rename(thread, f"{thread.name}, again"),
        chat,
        lambda thread: world.reply(thread, staff, "Please try once more."),
        lambda thread: world.edit(thread.messages[-1], "Please try once more now."),
        lambda thread: world.retag(thread, ["Consulting", "billing"]),
        chat,
        lambda thread: world.reply(thread, customer, "It works."),
        lambda thread: world.reply(thread, staff, "Good."),
        chat,
        lambda thread: world.add_tag(thread, "resolved"),
        world.archive,
    ):
        for thread in threads:
            step(thread)
    return threads
