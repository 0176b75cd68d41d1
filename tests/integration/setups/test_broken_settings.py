"""Settings that cannot be read: the doctor names exactly the one, and the bot ends before it begins."""

from __future__ import annotations

from tests.support.setups import Broken, SetUp

pytest_plugins = ("tests.support.setup_fixtures",)


def setting(name: str, value: str, says: str) -> Broken:
    """A setting that cannot be read: the bot ends before it begins."""
    return Broken(
        name=f"{name} is {value or 'missing'}",
        breaks=lambda desk: desk.settings.update({name: value}),
        id=f"settings.{name.lower()}",
        says=says,
        fix=f"Example: {name}=",
        ends=2,
        line=f"{name} {says}",
    )


SETTINGS = [
    setting("DISCORD_TOKEN", "", "is not set"),
    setting("DISCORD_TOKEN", "not-a-token", "is not a bot token"),
    setting("SUPPORT_CHANNEL_ID", "", "is not set"),
    setting("SUPPORT_CHANNEL_ID", "#support", '"#support" is not a Discord id'),
    setting("ALERT_CHANNEL_IDS", "12", '"12" is not a Discord id'),
    setting("SUPPORT_ROLE_IDS", "Support", '"Support" is not a Discord id'),
    setting("SPREADSHEET_ID", "", "is not set"),
    setting("SPREADSHEET_ID", "my sheet", '"my sheet" is neither'),
    setting("SHEET_NAME", "x" * 101, "needs a name"),
    setting("TIMEZONE", "Mars/Olympus", '"Mars/Olympus" is not a time zone'),
    setting("BUSINESS_HOURS", "18:00-18:00", '"18:00-18:00" is no time at all'),
    setting("BUSINESS_DAYS", "Mon-Fry", '"Fry" is not a day'),
    setting("SLA_TIMEOUT", "soon", '"soon" is not a time span'),
    setting("RESOLVED_TAGS", ",", "needs at least one name"),
    setting("TEAM_TAGS", ",", "needs at least one name"),
    setting("LOG_LEVEL", "LOUD", '"LOUD" is none of DEBUG, INFO, WARNING, ERROR'),
    setting("DISCORD_API_URL", "discord.com", '"discord.com" is not an address'),
    setting("GOOGLE_SHEETS_URL", "ftp://google", '"ftp://google" is not an address'),
]


def test_the_doctor_names_exactly_the_setting_that_cannot_be_read_and_the_bot_ends_before_it_begins(
    set_up: SetUp,
) -> None:
    for broken in SETTINGS:
        with set_up.passing():
            set_up.expect(broken)
