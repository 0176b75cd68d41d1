"""A write as values: what is believed of the tab, what is about to be written, and what the answer proves of it.

Only looking at the tab and making room in it send requests; everything else is pure.
"""
