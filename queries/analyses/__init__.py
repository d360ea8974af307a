"""The analyses: figures that follow from many relations at once, a module each.

An analysis is a module with ANALYSIS: its method in one line, its options, and what answers a Wish.
"""
