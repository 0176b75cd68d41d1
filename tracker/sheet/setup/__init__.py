"""How a tab is prepared, and how it is looked at before the bot works there."""
