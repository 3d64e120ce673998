"""Labels of human-rights mechanisms as sources write them, and their stable codes.

A code is the body's own acronym (``CRC``, ``CRC-OP-SC``), ``SP:<subject>`` for a special
procedure, ``REG:<body>`` for a regional one, or ``OTHER:<label>`` with the label kept verbatim.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from services.intake.profile.countries import iso3_of_name, name_key

_MANDATE: Final = re.compile(
    r"^(?:(?:special rapporteur|working group|independent expert|special representative|sr|wg|ie"
    r"|srsg|rsg)s?)\b(?: of the secretary general)?(?: of experts)?\s*(.*)$"
)
_OPENING: Final = re.compile(
    r"^(?:on|for|in|to)\s+(?:field of\s+)?"
    r"(?:situation of (?:human rights )?(?:in|of) |human rights situation in )?"
)
_COUNTRY: Final = re.compile(r"^(?:situation of )?human rights (?:situation )?in ")
_OWN_CODE: Final = re.compile(r"^(?:SP|REG|OTHER):\S.{0,90}$")


@cache
def _labels() -> dict[str, str]:
    """Give each label's key with its mechanism's code."""
    found: dict[str, str] = {}
    text = files(__package__).joinpath("mechanisms.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            code, labels = line.split(" ", 1)
            found[name_key(code)] = code
            found.update((name_key(label), code) for label in labels.split("|"))
    return found


@lru_cache(maxsize=1024)
def mechanism_code(label: str) -> str:
    """Give the code for a body's label; one that is already a code stays itself."""
    label = " ".join(label.split())
    if _OWN_CODE.match(label):
        return label
    key = name_key(label)
    mandate = _MANDATE.match(key)
    if mandate:
        return _mandate_code(mandate[1])
    code = _labels().get(key)
    if code is None or code.startswith("SP:"):
        return f"OTHER:{label}"
    return code


def _mandate_code(subject: str) -> str:
    """Give ``SP:<subject>``: the known name of the mandate, a country's code, or its own words."""
    for candidate in (subject, _OPENING.sub("", subject), _COUNTRY.sub("", subject)):
        code = _labels().get(candidate)
        if code is not None:
            return code
        country = iso3_of_name(_COUNTRY.sub("", candidate))
        if country is not None:
            return f"SP:{country}"
    rest = _COUNTRY.sub("", _OPENING.sub("", subject))
    return f"SP:{rest.replace(' ', '-') or 'unnamed'}"
