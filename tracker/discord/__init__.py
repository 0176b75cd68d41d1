"""Discord: what the gateway tells (in), what the forum holds (asked), and what the bot does there (out)."""
