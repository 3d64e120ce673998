"""The language of a text, as commands take it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from services.intake.domain.refusals import LanguageUnknown
from services.intake.profile.languages import is_language


def must_be_a_language(code: str) -> str:
    """Return the code of a language.

    Raises:
        LanguageUnknown: no language has this code.
    """
    if not is_language(code):
        raise LanguageUnknown(written=code, field="language")
    return code


LanguageCode = Annotated[
    str,
    Field(pattern=r"^[a-z]{2,3}$", description="Code of the text's language (ISO 639, BCP 47)."),
    AfterValidator(must_be_a_language),
]
