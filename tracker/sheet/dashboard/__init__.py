"""The tab of figures: what stands where on it, how it is set up, and how it is kept up to date.

It is written apart from the rows: whatever people do to it, and whatever Google refuses there, no row waits for it.
"""
