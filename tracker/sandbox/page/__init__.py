"""The sandbox as a page in the browser: the forum, the sheet, the alerts, the weather and the tour.

`server.py` serves it and keeps every open page up to date; `picture.py` says what there is to see, `actions.py` what a
person may do. `weather.py` is what goes wrong, `waiting.py` what waits in the bot's store, `guide.py` the tour.
`static/` holds the page itself: plain HTML, CSS and JavaScript modules, served as they are.
"""
