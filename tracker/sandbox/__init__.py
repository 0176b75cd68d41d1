"""Local stand-ins for Discord and Google Sheets, and the support desk that people play with on them.

`service.py` is what both servers share: a loopback port, a log of requests, faults, latency.
`discord/` and `sheets/` hold one server each: a world (the state, and what people may do to it) behind
the real service's HTTP and websocket interface. `desk.py` is both with an installation of the bot between them,
`clock.py` the clock that people put forward, and `bot.py` the shipped bot by that clock.
`beginning.py` is what its forum holds at first, `weather.py` what can go wrong around it.
`page/` shows a desk in the browser; `terminal.py` plays the tour without one. Both play the same `day.py` through
`tour.py`, and `outcome.py` judges what it left. The tracker itself never imports this package.
"""
