"""Sight: what is heard of the forum, whether the bot sees it, and what it missed while it did not.

`feed.py` takes in what the gateway tells, `sight.py` keeps whether and why the bot is blind, `watch.py` looks every few
seconds and announces it, `reconciliation.py` compares the forum with the store after each loss of sight.
"""
