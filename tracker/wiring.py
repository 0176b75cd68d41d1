"""Settings, turned into what the parts ask for: the same for every command."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from tracker.discord.checks import Desk as DeskInDiscord
from tracker.domain.figures import elapsed
from tracker.domain.overview import View
from tracker.domain.rules import Rules
from tracker.settings import Settings, SheetSettings
from tracker.sheet.api.client import GoogleSheet
from tracker.sheet.recovery.takeover import take_over
from tracker.sheet.repository import SheetRepository
from tracker.sheet.table.columns import Desk
from tracker.store import Store

_TRACKING_SINCE = "tracking_since"
_WRITER = "sheet_writer"


def use_proxies(settings: SheetSettings) -> None:
    """Let every library find the proxies of the settings where all of them look: in the environment.

    The names in lower case win there. aiohttp looks for the proxy of a websocket under names of its own. As it looks
    into the environment, it would also read ~/.netrc before each request, and end over a password for Discord in it.
    """
    os.environ["NETRC"] = os.devnull
    for scheme, websocket, proxy in (("https", "wss", settings.https_proxy), ("http", "ws", settings.http_proxy)):
        # Where the setting is wrong it is None, whatever its type says.
        if proxy and proxy.get_secret_value():
            os.environ[f"{scheme}_proxy"] = proxy.get_secret_value()
            os.environ.setdefault(f"{websocket}_proxy", proxy.get_secret_value())
    if settings.no_proxy:
        os.environ["no_proxy"] = settings.no_proxy


def now() -> datetime:
    """The clock of the product."""
    return datetime.now(UTC)


def is_first_run(store: Store) -> bool:
    """Whether no bot has used this store before: to be asked before `rules_of_bot`, which notes when the first did."""
    return store.facts.find(_TRACKING_SINCE) is None


def rules_of_bot(settings: Settings, store: Store, clock: Callable[[], datetime] = now) -> Rules:
    """The business rules; when the bot began is known to the store, from its first start on."""
    store.facts.remember_once(_TRACKING_SINCE, clock().isoformat())
    return rules_of(settings, store)


def rules_of(settings: Settings, store: Store) -> Rules:
    """The same for commands beside the bot: where it has not begun yet, it will not have begun with them."""
    return Rules(
        resolved_tags=frozenset(tag.casefold() for tag in settings.resolved_tags),
        sla=settings.agreement,
        alert_channel_ids=settings.alert_channel_ids,
        tracking_since=datetime.fromisoformat(store.facts.find(_TRACKING_SINCE) or now().isoformat()),
        waiting_tags=frozenset(tag.casefold() for tag in settings.waiting_tags),
        escalation_channel_ids=settings.escalation_channel_ids or settings.alert_channel_ids,
        report_channel_ids=settings.report_channel_ids or settings.alert_channel_ids,
    )


def desk_of(settings: Settings) -> Desk:
    """How tickets are shown in the sheet."""
    return Desk(zone=settings.timezone, hours=settings.hours, teams=settings.team_tags)


def view_of(settings: Settings, rules: Rules) -> View:
    """How figures are reckoned: with the business clock in business time."""
    reckoned = settings.hours.elapsed if settings.sla_clock == "business" else elapsed
    return View(zone=settings.timezone, teams=settings.team_tags, rules=rules, elapsed=reckoned)


def desk_in_discord(settings: Settings) -> DeskInDiscord:
    """What the settings say about the desk in Discord."""
    return DeskInDiscord(
        forum_id=settings.support_channel_id,
        alert_channel_ids=settings.alert_channel_ids,
        responder_roles=settings.support_role_ids,
        resolved_tags=settings.resolved_tags,
        team_tags=settings.team_tags,
        escalation_channel_ids=settings.escalation_channel_ids,
        escalation_role_id=settings.escalation_role_id,
        report_channel_ids=settings.report_channel_ids,
        has_reports=settings.report is not None,
    )


def sheet_of(settings: SheetSettings) -> GoogleSheet:
    """The spreadsheet; raises `SheetSetupError` where the key file cannot be used."""
    return GoogleSheet(
        key_file=settings.google_application_credentials,
        spreadsheet_id=settings.spreadsheet_id,
        base_url=settings.google_sheets_url,
    )


def repository_of(settings: Settings, store: Store) -> SheetRepository:
    """The tab with what the store knows of it; raises as `sheet_of` does."""
    writer = store.facts.remember_once(_WRITER, secrets.token_hex(4))
    repository = SheetRepository(sheet_of(settings), settings.sheet_name, writer)
    tab = store.facts.find(repository.tab_fact)
    repository.remember(
        tab_id=None if tab is None else int(tab), has_written=store.facts.find(repository.written_fact) is not None
    )
    take_over(settings.data_dir, store)
    return repository
