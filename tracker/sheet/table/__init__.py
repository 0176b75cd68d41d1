"""What stands where in a tab: the header, the columns, whose each row is, and what its cells mean.

All of it is pure and knows nothing of HTTP.
"""
