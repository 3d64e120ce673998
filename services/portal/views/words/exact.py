"""Atoms that are found only as they are: symbols of UN documents, paragraphs, permanent numbers.

An atom begins with a mark that no word has: ``#`` for a symbol or a permanent number, ``§`` for a
paragraph.
"""

from __future__ import annotations

import re

from services.portal.views.words.normal import LONGEST_WORD, normalise

LONGEST_ATOM = 2 * LONGEST_WORD
PARAGRAPH_WORDS = (
    "paragraph|paragraphs|paragraphe|paragraphes|parrafo|parrafos|párrafo|párrafos|para|paras|par"
    "|فقرة|الفقرة|فقره|الفقره|пункт|пункта|пункте|п|第|段"
)
NUMBERED = r"\d+(?:\.\d+)*(?:\s?\([a-z0-9]{1,4}\))*"
PART = r"\d+(?:\.\d+)*(?:\s?\((?:[a-z]|[ivx]{2,5})\))+"
"""A paragraph's part, which is one without saying so: ``21 (d)``, ``12 (b) (iii)``."""
PARAGRAPH = re.compile(rf"^(?:(?:§|(?:{PARAGRAPH_WORDS})\b\.?)\s*)?({NUMBERED})$", re.IGNORECASE)
PERMANENT = re.compile(r"^rec[-\s]?0*(\d{1,9})$", re.IGNORECASE)
NOT_IN_SYMBOL = re.compile(r"[^\w./()-]+")
BRACKET = re.compile(r"\s?\(")


def symbol_atom(symbol: str) -> str:
    """Return the atom of a document's symbol: ``A/HRC/50/15`` → ``#a/hrc/50/15``."""
    return f"#{NOT_IN_SYMBOL.sub('', normalise(symbol))[:LONGEST_ATOM]}"


def permanent_atom(ordinal: int | str) -> str:
    """Return the atom of a permanent number: ``REC-00412``, ``00412``, 412 → ``#rec-412``."""
    return f"#rec-{int(ordinal)}"


def paragraph_atom(number: str) -> str:
    """Return the atom of a paragraph: ``121.34`` → ``§121.34``, ``12 (a)`` → ``§12(a)``."""
    plain = re.sub(r"\s", "", normalise(number))
    return f"§{plain[:LONGEST_ATOM]}"


def atoms(written: str) -> tuple[str, ...]:
    """Return the atoms of one exact thing; a part of a paragraph is found by its paragraph too."""
    plain = normalise(written).strip()
    if permanent := PERMANENT.match(plain):
        return (permanent_atom(permanent[1]),)
    if paragraph := PARAGRAPH.match(plain):
        whole = BRACKET.split(paragraph[1], maxsplit=1)[0]
        return tuple(dict.fromkeys((paragraph_atom(paragraph[1]), paragraph_atom(whole))))
    atom = symbol_atom(plain)
    return (atom,) if len(atom) > 1 else ()
