"""What a password must be: long, and not one that is tried first (NIST SP 800-63B-4 §3.1.1)."""

from __future__ import annotations

import unicodedata
from typing import Final

from libs.kernel.refusal import Misunderstood
from services.directory.domain.common_passwords import COMMON

LEAST: Final = 12
MOST: Final = 256
FEWEST_DIFFERENT: Final = 5
_ENDS: Final = "0123456789 !?.,;:-_*#@$%&+=/()'\"،؛؟"
_DISGUISES: Final = str.maketrans("0134578@$!", "oieastbasi")


class PasswordTooShort(Misunderstood):
    """A password has at least twelve characters."""


class PasswordTooLong(Misunderstood):
    """A password has no more characters than anybody types."""


class PasswordCommon(Misunderstood):
    """The password is among those that are tried first, or hardly more than one of them."""


class PasswordIsName(Misunderstood):
    """The password is the name to sign in with."""


def normal_password(password: str) -> str:
    """Return a password as it is hashed: one form of each letter, whatever the keyboard."""
    return unicodedata.normalize("NFKC", password)


def checked_password(password: str) -> str:
    """Return the normal form of a new password.

    Raises:
        PasswordTooShort: it has fewer than ``LEAST`` characters.
        PasswordTooLong: it has more than ``MOST``.
        PasswordCommon: it is easily guessed.
    """
    normal = normal_password(password)
    if len(normal) < LEAST:
        raise PasswordTooShort(least=LEAST)
    if len(normal) > MOST:
        raise PasswordTooLong(most=MOST)
    if is_common(normal):
        raise PasswordCommon
    return normal


def is_common(password: str) -> bool:
    """Whether a password is easily guessed.

    It has hardly any different characters, or it is a common one: as it is, with signs at its ends,
    with digits in the place of letters, or said several times.
    """
    plain = _latin_digits(password.casefold())
    if len(set(plain)) < FEWEST_DIFFERENT:
        return True
    forms = {
        plain,
        plain.strip(_ENDS),
        plain.translate(_DISGUISES),
        plain.strip(_ENDS).translate(_DISGUISES),
    }
    bare = {form.replace(" ", "") for form in forms}
    return any(form in COMMON or _once(form) in COMMON for form in bare)


def _latin_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(each, each)) for each in text)


def _once(text: str) -> str:
    """Return what a text repeats, the text itself when it repeats nothing."""
    for size in range(1, len(text) // 2 + 1):
        if len(text) % size == 0 and text[:size] * (len(text) // size) == text:
            return text[:size]
    return text
