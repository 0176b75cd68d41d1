"""Local stand-ins for Discord and Google Sheets, and the support day that is played on them.

`service.py` is what both servers share: a loopback port, a log of requests, faults, latency.
`discord/` and `sheets/` hold one server each: a world (the state, and what people may do to it) behind
the real service's HTTP and websocket interface. The tracker itself never imports this package.
"""
