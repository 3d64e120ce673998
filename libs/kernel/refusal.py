"""The domain saying no: a typed reason, told to people in their own language."""

from __future__ import annotations

import re
from typing import ClassVar

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


class Refusal(Exception):  # noqa: N818  the domain's word; a refusal is an answer, not a defect
    """A rule of the domain was not met; final, never retried.

    ``code`` is stable and names the sentence in every language pack (``refusal-<code>``), the
    ``type`` of the problem document and the documentation anchor. ``facts`` are the values that
    the sentence may mention; nothing personal or confidential stands in them.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str]

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            cls.code = _WORD_START.sub("-", cls.__name__).lower()

    def __init__(self, **facts: str | int) -> None:
        self.facts: dict[str, str | int] = facts
        super().__init__(f"{self.code} {facts}" if facts else self.code)


class Unknown(Refusal):
    """What was asked for does not exist, or the asker may not know that it does."""

    status = 404


class Stale(Refusal):
    """The change was based on an older version than the one that stands (RFC 9110 §15.5.13)."""

    status = 412


class Misunderstood(Refusal):
    """The request is not of the form asked for; its facts say what to mend."""

    status = 422


class Forbidden(Refusal):
    """The person is known, and may not do this."""

    status = 403
