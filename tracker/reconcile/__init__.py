"""Sight: what is heard of the forum, whether the bot sees it, and what it missed while it did not.

`feed.py` takes in what the gateway sends, `sight.py` keeps whether and why the bot is blind, `watch.py` looks every few
seconds and announces it (`notices.py`). After each loss of sight `reconciliation.py` compares the forum with the store:
`snapshot.py` reads all that it takes, `missed.py` says which events that makes.
"""
