"""Discord: what the gateway sends (in), what the forum holds (asked), and what the bot does there (out)."""
