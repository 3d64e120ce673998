"""Whether two texts are the same recommendation: by their words, whatever their dress."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+", re.UNICODE)


def fingerprint(text: str) -> bytes:
    """Return a digest of the words of a text: case, marks, spacing and punctuation do not count."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    words = _NOT_WORD.sub(" ", "".join(c for c in folded if not unicodedata.combining(c))).strip()
    return hashlib.sha256(words.encode()).digest()[:16]
