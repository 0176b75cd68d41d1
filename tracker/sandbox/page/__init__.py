"""The sandbox as a page in the browser: the forum, the sheet, the alerts, the weather and the tour.

`server.py` serves it and keeps every open page up to date; `picture.py` says what there is to see, `actions.py` what a
person may do. `waiting.py` is what waits in the bot's store, `guide.py` the tour; `browser.py` opens the page.
`static/` holds the page itself: plain HTML, CSS and JavaScript modules, served as they are.
"""
