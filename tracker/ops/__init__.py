"""The bot as a process that somebody runs: whether it is well, who gets to know, and what its machine is like."""
