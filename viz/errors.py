"""What can go wrong when a picture is made."""

from __future__ import annotations

from ..graph.errors import KommunegrafError


class ViewError(KommunegrafError):
    """A view, its style or its data cannot be drawn; the message says which and what to do."""
