"""What may be done with a record at the desk: each act's questions, and the request it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from libs.kernel.words import Position
from services.portal.api.wording import Wording
from services.portal.views.page_parts import Field, Option

HAPPENED = "happened"
HAPPENED_AT = "Dhakira-Happened-At"
Typed = Mapping[str, str]
Fields = Callable[[Wording, Mapping[str, Any], Typed], tuple[Field, ...]]


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a record: its form, and the request to intake that it becomes.

    What is ``dated`` may have happened on an earlier day than it is recorded.
    """

    name: str
    method: str
    path: str
    fields: Fields
    body: Callable[[Typed], Any]
    weighty: bool = False
    dated: bool = True


def happened_field(wording: Wording, typed: Typed) -> Field:
    """Return the question when the fact took place (design §3, two dates)."""
    return Field(
        HAPPENED,
        wording.message("form-happened"),
        kind="date",
        value=typed.get(HAPPENED, ""),
        hint=wording.message("form-happened-hint"),
    )


def happened_header(typed: Typed) -> dict[str, str]:
    """Return what tells a service when the fact took place; nothing where that is today.

    A day begins at midnight: told of today, it would come before what was done this morning.
    """
    day = typed.get(HAPPENED, "").strip()
    return {HAPPENED_AT: day} if day and day != datetime.now(UTC).date().isoformat() else {}


def _value(typed: Typed, name: str, standing: object) -> str:
    return typed[name] if name in typed else str(standing or "")


def _reason(wording: Wording, typed: Typed) -> Field:
    return Field(
        "reason",
        wording.message("form-reason"),
        kind="textarea",
        value=typed.get("reason", ""),
        hint=wording.message("form-reason-hint"),
        required=True,
        rows=2,
    )


def _text(wording: Wording, name: str, label: str, value: str, lang: str) -> Field:
    shown = wording.text("", lang)
    return Field(
        name, wording.message(label), kind="textarea", value=value, required=True,
        lang=lang, dir=shown.dir, rows=6,
    )  # fmt: skip


def _correct_fields(wording: Wording, body: Mapping[str, Any], typed: Typed) -> tuple[Field, ...]:
    language = body["language"]
    return (
        _text(
            wording, "text", "form-text", _value(typed, "text", body["texts"][language]), language
        ),
        Field(
            "paragraph",
            wording.message("field-paragraph"),
            value=_value(typed, "paragraph", body["paragraph"]),
            width="short",
            dir="ltr",
        ),
        Field(
            "symbol",
            wording.message("field-symbol"),
            value=_value(typed, "symbol", body["symbol"]),
            dir="ltr",
        ),
        _reason(wording, typed),
    )


def _correct_body(typed: Typed) -> Any:  # noqa: ANN401  JSON
    fields = {
        name: typed.get(name, "") or None
        for name in ("text", "paragraph", "symbol")
        if typed.get(name, "") != typed.get(f"was_{name}", "")
    }
    return {"fields": fields or {"text": typed.get("text", "")}, "reason": typed.get("reason", "")}


def _position_fields(wording: Wording, body: Mapping[str, Any], typed: Typed) -> tuple[Field, ...]:
    options = tuple(Option(each, wording.position(each).word) for each in get_args(Position))
    return (
        Field(
            "position",
            wording.message("field-position"),
            kind="radio",
            value=_value(typed, "position", body["position"]),
            options=options,
            required=True,
        ),
        Field(
            "position_source",
            wording.message("field-position-source"),
            value=_value(typed, "position_source", body["position_source"]),
            hint=wording.message("form-position-source-hint"),
            required=typed.get("position") != "pending",
            dir="ltr",
        ),
        Field(
            "nuance",
            wording.message("form-nuance"),
            value=_value(typed, "nuance", body["position_as_written"]),
        ),
    )


def _languages(wording: Wording, typed: Typed, but: str = "") -> Field:
    """Return the choice of a language, ``but`` left out; the reader's own is proposed."""
    options = tuple(each for each in wording.text_languages() if each.value != but)
    own = wording.language.tag
    value = typed.get("language", own if own != but else options[0].value)
    return Field(
        "language", wording.message("form-language"), kind="select", value=value,
        options=options, required=True, width="short",
    )  # fmt: skip


def _translate_fields(wording: Wording, body: Mapping[str, Any], typed: Typed) -> tuple[Field, ...]:
    origins = tuple(
        Option(each, wording.message(f"origin-{each}"))
        for each in ("official", "authorised", "machine")
    )
    return (
        _languages(wording, typed, but=body["language"]),
        Field(
            "text", wording.message("form-text"), kind="textarea", value=typed.get("text", ""),
            required=True, rows=6, dir="auto",
        ),
        Field(
            "origin",
            wording.message("form-origin"),
            kind="radio",
            value=typed.get("origin", "authorised"),
            options=origins,
            required=True,
        ),
    )  # fmt: skip


def _summarise_fields(wording: Wording, _: Mapping[str, Any], typed: Typed) -> tuple[Field, ...]:
    return (
        _languages(wording, typed),
        Field(
            "summary", wording.message("form-summary"), kind="textarea",
            value=typed.get("summary", ""), hint=wording.message("form-summary-hint"),
            required=True, rows=3, dir="auto",
        ),
    )  # fmt: skip


def _only_reason(wording: Wording, _: Mapping[str, Any], typed: Typed) -> tuple[Field, ...]:
    return (_reason(wording, typed),)


def _picked(*names: str) -> Callable[[Typed], Any]:
    return lambda typed: {name: typed.get(name, "") or None for name in names}


ACTS = {
    act.name: act
    for act in (
        Act("correct", "POST", "corrections", _correct_fields, _correct_body),
        Act(
            "position",
            "PUT",
            "position",
            _position_fields,
            _picked("position", "nuance", "position_source"),
        ),
        Act(
            "translate",
            "POST",
            "translations",
            _translate_fields,
            _picked("language", "text", "origin"),
            dated=False,
        ),
        Act(
            "summarise",
            "POST",
            "summaries",
            _summarise_fields,
            _picked("language", "summary"),
            dated=False,
        ),
        Act("publish", "POST", "publication", lambda *_: (), lambda _: None, weighty=True),
        Act(
            "withdraw",
            "POST",
            "withdrawal",
            _only_reason,
            lambda t: {"reason": t.get("reason", "")},
            weighty=True,
        ),
        Act(
            "reinstate",
            "POST",
            "reinstatement",
            _only_reason,
            lambda t: {"reason": t.get("reason", "")},
        ),
    )
}
