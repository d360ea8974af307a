"""Impacts: what an exit, a merger or a loss touches, and what it would cost."""
