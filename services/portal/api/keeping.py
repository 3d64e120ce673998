"""Nothing typed is lost: where a form is refused before it was read, its page carries it on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from libs.chassis.http import MOST_FORM
from services.portal.views.page_parts import Field, Form

if TYPE_CHECKING:
    from fastapi import Request

    from libs.chassis.language import Language

SECRET: Final = frozenset({"csrf", "password", "token"})
CARRIED: Final = "kept."
FOR: Final = "kept-for"
WORDS: Final = {
    "text": "form-text",
    "summary": "form-summary",
    "reason": "form-reason",
    "nuance": "form-nuance",
    "position_source": "field-position-source",
    "symbol": "field-symbol",
    "paragraph": "field-paragraph",
    "session": "field-session",
    "recommending_states": "field-recommending-states",
    "sdgs": "field-sdgs",
    "name": "first-name",
    "sign_in": "sign-in-name",
}
"""What is typed in words, with its label; all else is chosen, and is sent along unseen."""
LONG: Final = frozenset({"text", "summary", "reason"})
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a form said, but no password; it goes to ``path``."""

    path: str
    pairs: Pairs

    @property
    def resumed(self) -> Kept | None:
        """The form that a sign-in carried on, if it carried one.

        It goes nowhere but here: browsers take what follows a second slash, or one the wrong way
        round, for another host, and pass over tabs and line ends before it.
        """
        said = dict(self.pairs)
        path = said.get(FOR, "")
        unsure = path.startswith("//") or "\\" in path or not path.isprintable()
        if unsure or not path.startswith("/"):
            return None
        return Kept(
            path,
            tuple(
                (name.removeprefix(CARRIED), value)
                for name, value in self.pairs
                if name.startswith(CARRIED)
            ),
        )

    def again(self, language: Language) -> Form:
        """Return the form that sends it once more."""
        return Form(self.path, language.message("kept-send"), *_parted(self.pairs, language))


async def keep(request: Request) -> None:
    """Keep what a form says for the page that may refuse it; files are not kept."""
    kind = request.headers.get("content-type", "")
    if request.method != "POST" or not kind.startswith("application/x-www-form-urlencoded"):
        return
    await request.body()
    async with request.form(max_part_size=MOST_FORM) as form:
        pairs = tuple(
            (name, str(value).replace("\r\n", "\n"))
            for name, value in form.multi_items()
            if name.removeprefix(CARRIED) not in SECRET
        )
    request.state.kept = Kept(request.url.path, pairs)


def kept_of(request: Request) -> Kept | None:
    """Return what was kept of a form, if it said anything."""
    kept: Kept | None = getattr(request.state, "kept", None)
    return kept if kept is not None and kept.pairs else None


def sign_in_form(
    language: Language, sign_in: str = "", error: str = "", kept: Kept | None = None
) -> Form:
    """Return the form of signing in, which carries on what was typed into another one."""
    say = language.message
    fields = (
        Field(
            "sign_in", say("sign-in-name"), value=sign_in, required=True, autocomplete="username"
        ),
        Field(
            "password",
            say("sign-in-password"),
            kind="password",
            required=True,
            error=error,
            autocomplete="current-password",
        ),
    )
    here, submit = f"/{language.tag}/sign-in", say("sign-in-do")
    if kept is None:
        return Form(here, submit, fields)
    typed, hidden = _parted(kept.pairs, language)
    carried = tuple(replace(each, name=CARRIED + each.name) for each in typed)
    if carried:
        carried = (replace(carried[0], section=say("problem-kept")), *carried[1:])
    unseen = tuple((CARRIED + name, value) for name, value in hidden)
    return Form(here, submit, (*fields, *carried), ((FOR, kept.path), *unseen))


def _parted(pairs: Pairs, language: Language) -> tuple[tuple[Field, ...], Pairs]:
    """Return what was typed in words as fields, and the rest as it is sent along."""
    fields = tuple(
        Field(
            name,
            language.message(WORDS[name]),
            kind="textarea" if name in LONG else "text",
            value=value,
            dir="auto",
        )
        for name, value in pairs
        if name in WORDS and value
    )
    return fields, tuple((name, value) for name, value in pairs if name not in WORDS or not value)
