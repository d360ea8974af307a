"""The analyses: figures that follow from many relations at once, a module each.

An analysis is a module with METHOD, its method in one line, and `analyse`, which answers a Wish.
"""
