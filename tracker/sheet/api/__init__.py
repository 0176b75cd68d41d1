"""Google, and nothing of tickets: the client, its refusals, credentials, requests and answers."""
