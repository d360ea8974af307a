"""Pages from templates: every text is escaped, nothing of a page is script or style inside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .links import outside, path_of
from .refusal_words import in_language, title_of

FOLDER: Final = Path(__file__).parent


def render(template: str, lang: str, **shown: Any) -> bytes:
    """Returns a page in Norwegian (nb) or English (en)."""

    def say(nb: str, en: str) -> str:
        return en if lang == "en" else nb

    def tell(sentence: str) -> tuple[str, str]:
        return in_language(sentence, lang)

    page = _environment().get_template(template)
    return page.render(lang=lang, say=say, tell=tell, **shown).encode("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(path_of=path_of, outside=outside)
    return environment


def error_page(status: int, title: str, sentence: str, lang: str) -> str:
    """Returns the page of an error."""
    title = title_of(status, title, lang)
    return render("error.html", lang, status=status, title=title, sentence=sentence).decode()
