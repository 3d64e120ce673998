"""The scenes of the gallery: which template, under which title, with which context."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.portal.views.page_models import AsAt, Notice
from services.portal.views.page_parts import Link
from services.portal.views.work_models import TextPage
from tests.web.frame import desk, house, public, recorded
from tests.web.frame.words import Words

Around = Callable[[Words], dict[str, Any]]


def anonymous(_: Words) -> dict[str, Any]:
    return {}


def of_mechanisms(_: Words) -> dict[str, Any]:
    return {"section": "mechanisms"}


def listed(_: Words) -> dict[str, Any]:
    return {"section": "recommendations"}


def signed_in(words: Words) -> dict[str, Any]:
    return {
        "signed_in": words("Salma Idrissi", "سلمى الإدريسي"),
        "can": frozenset({"type-in", "import", "operate"}),
    }


def desk_of(section: str, *, wrong: bool = False) -> Around:
    def around(words: Words) -> dict[str, Any]:
        return {**signed_in(words), "section": section, "wrong": wrong}

    return around


def of_record(words: Words) -> dict[str, Any]:
    return {
        "section": "recommendations",
        "crumbs": (Link(words("Recommendations", "التوصيات"), f"{words.base}/list"),),
        "record_line": (
            words("Record 00412", "السجل 00412"),
            words("version 7", "الإصدار 7"),
            words("as at 23 November 2026", "كما في 23 نوفمبر 2026"),
        ),
        "downloads": public.files(),
        "canonical": "/id/recommendation/REC-00412",
    }


def of_keeper(words: Words) -> dict[str, Any]:
    told = words("Recorded as version 7.", "سُجّل بوصفه الإصدار 7.")
    return {**of_record(words), **signed_in(words), "notice": Notice("done", told)}


def past(words: Words) -> dict[str, Any]:
    now = f"{words.base}/record"
    return {**of_record(words), "as_at": AsAt(date(2024, 6, 30), "recorded", now)}


def importing(words: Words) -> dict[str, Any]:
    crumb = Link(words("Imports", "الاستيراد"), f"{words.base}/imports")
    return {**desk_of("imports")(words), "crumbs": (crumb,)}


def about(words: Words) -> dict[str, Any]:
    return {**anonymous(words), "section": "about"}


@dataclass(frozen=True, slots=True)
class Scene:
    """A page of the gallery."""

    template: str
    title: tuple[str, str]
    make: Callable[[Words], object]
    around: Around = anonymous


IMPORTED = ("matrix-2027.docx", "matrix-2027.docx")
RECORD = ("REC-00412: an act against discrimination", "REC-00412: قانون لمكافحة التمييز")
PROBLEM = ("Somebody changed this first", "سبقك غيرك إلى التعديل")

SCENES: dict[str, Scene] = {
    "home": Scene("home.html", ("The public record", "السجل العام"), public.home),
    "list": Scene("list.html", ("Recommendations", "التوصيات"), public.found, listed),
    "nothing": Scene("list.html", ("Recommendations", "التوصيات"), public.nothing, listed),
    "record": Scene("record.html", RECORD, recorded.record, of_record),
    "record-long": Scene("record.html", RECORD, recorded.long_record, of_keeper),
    "record-past": Scene("record.html", RECORD, recorded.record, past),
    "versions": Scene("versions.html", ("Versions", "الإصدارات"), recorded.versions, of_record),
    "mechanisms": Scene(
        "mechanisms.html", ("Mechanisms", "الآليات"), public.mechanisms, of_mechanisms
    ),
    "imports": Scene("imports.html", ("Imports", "الاستيراد"), desk.imports, desk_of("imports")),
    "import": Scene("import.html", IMPORTED, desk.previewed, importing),
    "import-running": Scene("import.html", IMPORTED, desk.running, importing),
    "import-done": Scene("import.html", IMPORTED, desk.confirmed, importing),
    "sign-in": Scene("sign_in.html", ("Sign in", "تسجيل الدخول"), desk.sign_in),
    "first-sign-in": Scene(
        "first_sign_in.html", ("The first account", "الحساب الأول"), desk.first_sign_in
    ),
    "type-in": Scene(
        "form.html", ("Enter a recommendation", "إدخال توصية"), desk.type_in, desk_of("new")
    ),
    "type-in-wrong": Scene(
        "form.html",
        ("Enter a recommendation", "إدخال توصية"),
        desk.type_in_wrong,
        desk_of("new", wrong=True),
    ),
    "position": Scene(
        "form.html", ("The State’s position", "موقف الدولة"), desk.position, signed_in
    ),
    "problem": Scene("problem.html", PROBLEM, house.problem, desk_of("", wrong=True)),
    "missing": Scene("problem.html", ("Nothing stands here", "لا شيء هنا"), house.missing),
    "status": Scene("status.html", ("Operation", "التشغيل"), house.status, desk_of("status")),
    "about": Scene("text.html", ("About", "عن السجل"), lambda _: TextPage("about"), about),
    "help": Scene("text.html", ("Help", "مساعدة"), lambda _: TextPage("help")),
    "accessibility": Scene(
        "text.html", ("Accessibility", "إمكانية الوصول"), lambda _: TextPage("accessibility")
    ),
}
