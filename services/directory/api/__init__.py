"""The directory over HTTP: institutions, people, accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from libs.chassis.asking import tell_position

if TYPE_CHECKING:
    from fastapi import Response

    from libs.ledger.ledger import Receipt

Answered = dict[str, Any]


def answer(response: Response, receipt: Receipt) -> Answered:
    """Tell what was recorded: status, place, position and facts."""
    tell_position(response, "directory", receipt)
    response.status_code = receipt.answer.status
    if receipt.answer.location:
        response.headers["Location"] = receipt.answer.location
    return receipt.answer.facts
