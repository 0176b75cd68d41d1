"""How a tab is prepared for the bot, and how it is checked before the bot works there.

A trial on a hidden tab of its own shows what Google does in this spreadsheet where nobody has described it.
"""
