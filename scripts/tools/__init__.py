"""Tools for developers of the tracker: `bench` says what the bot costs, `chaos` plays random histories against it."""
