"""The page of questions: named questions and free SPARQL, answered in the browser from disk."""

from __future__ import annotations

from .page import write_page as write_page
