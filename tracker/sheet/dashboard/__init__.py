"""The tab of figures: what stands where on it, how it is set up, and how it is kept up to date.

Rows take its figures along; whatever people do to it, and whatever Google refuses there, rows are written all the same.
"""
