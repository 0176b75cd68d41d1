"""Google's side of the sheet, and nothing of tickets: the client, its credentials, and the requests that it sends.

Answers come back as what they show of a tab, refusals as errors that say what a person or a later attempt can do.
"""
