"""Contexts of what goes wrong and of the operator's page, in our own words."""

from __future__ import annotations

from datetime import date

from services.portal.views.page_parts import Field, Form, Link, Tag
from services.portal.views.work_models import (
    Meeting,
    ProblemPage,
    ReadModelLine,
    RelayLine,
    ServiceLine,
    StatusPage,
    Waiting,
)
from tests.web.frame.public import TEXTS, at
from tests.web.frame.words import Words

DAY = date(2026, 11, 23)


def problem(words: Words) -> ProblemPage:
    """Return two people's versions that met."""
    label = words("Text", "النص")
    tag, direction = words.language.tag, words.language.direction
    again = Field("text", label, "textarea", words(*TEXTS[3]), lang=tag, dir=direction)
    return ProblemPage(
        412,
        words("Somebody changed this first", "سبقك غيرك إلى التعديل"),
        words(
            "While you were writing, the record was changed. Nothing of yours was recorded.",
            "بينما كنت تكتب تغيّر السجل، ولم يُسجَّل شيء مما كتبته.",
        ),
        meetings=(Meeting(label, words(*TEXTS[0]), words(*TEXTS[3]), tag, direction),),
        stands_version=7,
        again=Form(
            f"{words.base}/problem",
            words("Record mine as version 8", "تسجيل نصي بوصفه الإصدار 8"),
            (again,),
        ),
        links=(Link(words("The record as it stands", "السجل كما هو"), f"{words.base}/record"),),
        correlation="01935c1e-7a4f-7c3b-9d10-2f6b8c0a4e55",
    )


def missing(words: Words) -> ProblemPage:
    """Return a page for an address that does not exist."""
    return ProblemPage(
        404,
        words("Nothing stands here", "لا شيء في هذا العنوان"),
        words(
            "This address leads to no page of the record.",
            "لا يقود هذا العنوان إلى أي صفحة من السجل.",
        ),
    )


def status(words: Words) -> StatusPage:
    """Return the operator's page."""
    good = Tag("done", words("Running", "يعمل"))
    behind = Tag("late", words("Behind", "متأخر"))
    redrive = Form(f"{words.base}/status", words("Send again", "إعادة الإرسال"))
    names = ("intake", "directory", "tracking", "portal")
    return StatusPage(
        behind,
        at(DAY),
        tuple(ServiceLine(each, good, words("ready", "جاهزة")) for each in names),
        (
            ReadModelLine("portal.records", "intake", 4812, 4812, good),
            ReadModelLine("portal.records", "tracking", 1190, 1204, behind),
        ),
        (RelayLine("intake", 4812, 4812, good), RelayLine("tracking", 1204, 1204, good)),
        (
            (words("Streams", "التدفقات"), "4"),
            (words("Messages", "الرسائل"), words.language.number(6016)),
        ),
        ((words("Version", "الإصدار"), "PostgreSQL 18"), (words("Size", "الحجم"), "412 MB")),
        (
            Waiting(
                "open-case",
                "intake.recommendation.published.v1",
                5,
                "ConflictError: version 3 expected",
                at(DAY),
                redrive,
            ),
        ),
    )
