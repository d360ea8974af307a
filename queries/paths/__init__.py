"""Paths: how two things are connected, with the evidence of each step."""
