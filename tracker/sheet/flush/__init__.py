"""The loop that brings the sheet to the state that the store describes, at a pace within Google's quota.

It takes up rows that others wrote, tries again what failed, and announces to people what they have to know.
"""
