"""What becomes of a write without an answer: the fence says whether it landed, and a late one is kept out.

What a write covered by mistake is put back by compare-and-set, or kept in a tab of its own where that would be a guess.
"""
