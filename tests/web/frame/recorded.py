"""Contexts of one record and its versions, in our own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.portal.views.page_models import (
    AsAtForm,
    Fact,
    RecordPage,
    Source,
    SourceFile,
    Step,
    ThreadEntry,
    VersionLink,
    VersionsPage,
)
from services.portal.views.page_parts import (
    Difference,
    Link,
    Segment,
)
from tests.web.frame.public import BODIES, JUSTICE, TEXTS, TODAY, at, card, files
from tests.web.frame.words import Words


def story(words: Words) -> tuple[ThreadEntry, ...]:
    """Return what was done about the recommendation."""
    secretariat = words("Secretariat of the mechanism", "أمانة الآلية")
    return (
        ThreadEntry(
            "past",
            words("Received from the Working Group", "وردت من الفريق العامل"),
            date(2023, 3, 24),
            secretariat,
            version=1,
            when_recorded=at(date(2023, 4, 2)),
            late_recorded=True,
            detail=words("From row 34 of the official list", "من الصف 34 في القائمة الرسمية"),
        ),
        ThreadEntry(
            "past",
            words("Position of the State recorded: supported", "سُجّل موقف الدولة: مقبولة"),
            date(2023, 6, 30),
            words("Ministry of Foreign Affairs", "وزارة الشؤون الخارجية"),
            version=2,
        ),
        ThreadEntry(
            "past",
            words("Text corrected", "صُحّح النص"),
            date(2023, 7, 4),
            secretariat,
            version=3,
            why=words(
                "The printed report has “secures”, not “assures”.",
                "في التقرير المطبوع «يضمن» لا «يكفل».",
            ),
            changes=(difference(words),),
        ),
        ThreadEntry(
            "past",
            words("Assigned to the Ministry of Justice", "أُسندت إلى وزارة العدل"),
            date(2024, 1, 15),
            secretariat,
            version=5,
            why=words(
                "The act falls within its remit; courts report to it.",
                "القانون من اختصاصها، والمحاكم ترفع إليها تقاريرها.",
            ),
        ),
        *_present(words),
    )


def _present(words: Words) -> tuple[ThreadEntry, ...]:
    return (
        ThreadEntry(
            "now",
            words("Bill before the committee on legislation", "مشروع القانون أمام لجنة التشريع"),
            date(2025, 10, 8),
            words(*JUSTICE),
            version=7,
        ),
        ThreadEntry(
            "due", words("Act in force", "نفاذ القانون"), date(2027, 6, 30), words(*JUSTICE)
        ),
    )


def difference(words: Words) -> Difference:
    """Return a word-level difference of the text."""
    if words.arabic:
        pieces = (
            Segment("same", "سنّ قانون شامل لمكافحة التمييز "),
            Segment("removed", "يكفل"),
            Segment("added", "يضمن"),
            Segment("same", " وصول الأشخاص ذوي الإعاقة إلى العدالة"),
        )
        return Difference("النص", pieces, "ar", "rtl")
    pieces = (
        Segment("same", "Adopt a comprehensive act against discrimination that "),
        Segment("removed", "assures"),
        Segment("added", "secures"),
        Segment("same", " access to justice for persons with disabilities"),
    )
    return Difference("Text", pieces, "en", "ltr")


def version_links(words: Words) -> tuple[VersionLink, ...]:
    """Return the versions of the record."""
    acts = (
        (7, date(2025, 10, 8), words("Progress reported", "أُفيد بالتقدم")),
        (5, date(2024, 1, 15), words("Assigned", "أُسندت")),
        (3, date(2023, 7, 4), words("Corrected", "صُحّحت")),
        (1, date(2023, 4, 2), words("Received", "وردت")),
    )
    return tuple(
        VersionLink(number, at(day), what, f"{words.base}/versions", current=number == 7)
        for number, day, what in acts
    )


def _facts(words: Words, here: str) -> tuple[Fact, ...]:
    return (
        Fact(
            words("Document symbol", "رمز الوثيقة"),
            (Link("A/HRC/50/15, §121.34", ""),),
            ltr=True,
        ),
        Fact(words("Responsible institution", "الجهة المسؤولة"), (Link(words(*JUSTICE), ""),)),
        Fact(words("Due", "الموعد"), (), day=date(2027, 6, 30)),
        Fact(
            words("Themes", "المواضيع"),
            (
                Link(words("Equality", "المساواة"), here),
                Link(words("Access to justice", "الوصول إلى العدالة"), here),
            ),
        ),
        Fact(
            words("Groups of persons", "الفئات"),
            (Link(words("Persons with disabilities", "الأشخاص ذوو الإعاقة"), here),),
        ),
        Fact(
            words("SDG targets", "غايات التنمية المستدامة"),
            (
                Link("10.3", here, ltr=True),
                Link("16.3", here, ltr=True),
                Link("16.b", here, ltr=True),
            ),
            ltr=True,
        ),
    )


def _steps(words: Words) -> tuple[Step, ...]:
    return (
        Step("past", words("Received", "وردت"), date(2023, 3, 24)),
        Step("past", words("Supported", "قُبلت"), date(2023, 6, 30)),
        Step("past", words("Assigned", "أُسندت"), date(2024, 1, 15)),
        Step("now", words("In progress", "قيد التنفيذ"), date(2025, 10, 8)),
        Step("due", words("Due", "الموعد"), date(2027, 6, 30)),
    )


def record(words: Words) -> RecordPage:
    """Return a record with everything on it."""
    french = (
        "Adopter une loi générale contre la discrimination qui garantisse l’accès"
        " des personnes handicapées à la justice"
    )
    other = words.foreign(TEXTS[0][0], "en", "English", words("Official text", "النص الرسمي"))
    if not words.arabic:
        other = words.foreign(TEXTS[0][1], "ar", "العربية", "Authorised translation")
    here = f"{words.base}/list"
    return RecordPage(
        number="REC-00412",
        mechanism=Link(words(*BODIES[0]), here),
        session=words("Cycle 4", "الجولة 4"),
        title=words.text(*TEXTS[0], origin=words("Official text", "ترجمة معتمدة")),
        texts=(
            other,
            words.foreign(french, "fr", "français", words("Machine translation", "ترجمة آلية")),
        ),
        summary=words.text(
            "the State was asked to pass one law that protects everyone from discrimination,"
            " and to open its courts to persons with disabilities.",
            "طُلب من الدولة إصدار قانون واحد يحمي الجميع من التمييز،"
            " وأن تفتح محاكمها للأشخاص ذوي الإعاقة.",
        ),
        position=words.tag("supported"),
        position_source=words(
            "Letter of the Permanent Mission, 30 June 2023", "رسالة البعثة الدائمة، 30 يونيو 2023"
        ),
        status=words.tag("going"),
        facts=_facts(words, here),
        steps=_steps(words),
        thread=story(words),
        versions=version_links(words),
        versions_href=f"{words.base}/versions",
        permalink="/id/recommendation/REC-00412",
        downloads=files(),
        as_at_form=AsAtForm(
            f"{words.base}/record", date(2024, 6, 30), "recorded", date(2023, 4, 2), TODAY
        ),
        badges=(words.tag("official"),),
        source=Source(
            document=Link("A/HRC/41/5, §6.28", here, ltr=True),
            day=date(2023, 3, 24),
            annotation="3f2b8c1e-7d04-4a6e-9c55-0e6a1b7d9f20",
            file=SourceFile(
                name=words("Matrix of recommendations, cycle 4.docx", "مصفوفة التوصيات.docx"),
                fingerprint="9f2c41d07be3",
                row=28,
                when=date(2023, 4, 2),
                who=words("Secretariat of the mechanism", "أمانة الآلية"),
                imported=Link(words("The import", "الاستيراد"), here),
                original=Link(words("The original file", "الملف الأصلي"), here),
            ),
        ),
        recommending_states=(words("Aramoor", "أرامور"), words("Belvane", "بيلفان")),
        assessments=(
            (words("The State", "الدولة"), words.tag("going")),
            (
                words("National human rights institution", "المؤسسة الوطنية لحقوق الإنسان"),
                words.tag("waiting"),
            ),
        ),
        links=((words("Follows up", "تتابع"), card(words, 3)),),
    )


def long_record(words: Words) -> RecordPage:
    """Return a record with a long text, as its keeper sees it."""
    long = words.text(*(" ".join(each[index] for each in TEXTS) for index in (0, 1)))
    names = (("Correct", "تصحيح"), ("Record the position", "تسجيل الموقف"), ("Withdraw", "سحب"))
    controls = tuple(Link(words(*each), f"{words.base}/position") for each in names)
    return replace(record(words), title=long, controls=controls)


def versions(words: Words) -> VersionsPage:
    """Return two versions compared."""
    return VersionsPage(
        number="REC-00412",
        href=f"{words.base}/record",
        versions=version_links(words),
        older=1,
        newer=3,
        action=f"{words.base}/versions",
        differences=(difference(words),),
        reason=words("The printed report has “secures”.", "في التقرير المطبوع «يضمن»."),
        who=words("Secretariat of the mechanism", "أمانة الآلية"),
        when=at(date(2023, 7, 4)),
    )
