"""Contexts of the public pages, in our own words about a country that does not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

from services.portal.views.page_models import (
    Change,
    Deadline,
    Figure,
    HomePage,
    ListPage,
)
from services.portal.views.page_parts import (
    ActiveFilter,
    FacetGroup,
    FacetValue,
    Link,
    Matrix,
    MatrixCell,
    MatrixRow,
    Option,
    Pager,
    RecordCard,
    TagKind,
)
from services.portal.views.work_models import MechanismsPage
from tests.web.frame.words import Words

TODAY = date(2026, 11, 23)
JUSTICE = ("Ministry of Justice", "وزارة العدل")
HEALTH = ("Ministry of Health", "وزارة الصحة")
BODIES: tuple[tuple[str, str], ...] = (
    ("Universal Periodic Review", "الاستعراض الدوري الشامل"),
    ("Committee on the Rights of the Child", "لجنة حقوق الطفل"),
    (
        "Committee on the Rights of Persons with Disabilities",
        "اللجنة المعنية بحقوق الأشخاص ذوي الإعاقة",
    ),
    ("Special Rapporteur on the right to water", "المقرر الخاص المعني بالحق في المياه"),
)
TEXTS: tuple[tuple[str, str], ...] = (
    (
        (
            "Adopt a comprehensive act against discrimination that secures access to justice"
            " for persons with disabilities"
        ),
        "سنّ قانون شامل لمكافحة التمييز يضمن وصول الأشخاص ذوي الإعاقة إلى العدالة",
    ),
    (
        (
            "Bring safe drinking water to every rural school in the northern valleys"
            " before the end of 2027"
        ),
        "إيصال مياه الشرب المأمونة إلى كل مدرسة ريفية في الأودية الشمالية قبل نهاية عام 2027",
    ),
    (
        "Publish yearly figures on children in alternative care, by age, sex and region",
        "نشر أرقام سنوية عن الأطفال في الرعاية البديلة بحسب العمر والجنس والمنطقة",
    ),
    (
        "Train judges and court staff in working with sign-language interpreters",
        "تدريب القضاة وموظفي المحاكم على العمل مع مترجمي لغة الإشارة",
    ),
)


def at(day: date) -> datetime:
    """Return a moment of a day."""
    return datetime(day.year, day.month, day.day, 10, 24, tzinfo=UTC)


def files() -> tuple[Link, ...]:
    """Return the formats that a list or a record can be had in."""
    return tuple(Link(word, f"/x.{word.lower()}") for word in ("JSON", "CSV", "XLSX"))


def matrix(words: Words) -> Matrix:
    """Return mechanism by status."""
    figures = ((61, 22, 88, 53, 30), (9, 4, 17, 6, 2), (3, 5, 12, 8, 0), (0, 1, 4, 2, 1))
    rows = tuple(
        MatrixRow(
            words(*body),
            f"{words.base}/list",
            tuple(MatrixCell(each, f"{words.base}/list") for each in counts),
            MatrixCell(sum(counts), f"{words.base}/list"),
        )
        for body, counts in zip(BODIES, figures, strict=True)
    )
    sums = [sum(each) for each in zip(*figures, strict=True)]
    return Matrix(
        words("Recommendations by mechanism and status", "التوصيات بحسب الآلية والحالة"),
        tuple(words.tag(each) for each in ("done", "part", "going", "waiting", "none")),
        rows,
        words("Mechanism", "الآلية"),
        tuple(MatrixCell(each, f"{words.base}/list") for each in (*sums, sum(sums))),
    )


def home(words: Words) -> HomePage:
    """Return the front page."""
    here = f"{words.base}/list"
    counts: dict[TagKind, int] = {"done": 73, "part": 32, "going": 121, "waiting": 69, "none": 33}
    due = (date(2026, 11, 10), date(2026, 12, 15), date(2027, 6, 30), date(2027, 12, 31))
    return HomePage(
        search_action=here,
        total=Figure("", here, count=328),
        figures=tuple(Figure("", here, kind, count) for kind, count in counts.items()),
        late=Figure("", here, "late", 12),
        as_at=TODAY,
        matrix=matrix(words),
        deadlines=tuple(
            Deadline(day, words(*text), f"{words.base}/record", words(*who))
            for day, text, who in zip(due, TEXTS, (HEALTH, JUSTICE, JUSTICE, HEALTH), strict=True)
        ),
        changes=(
            Change(
                at(date(2026, 11, 21)),
                words("Assessed: in progress", "التقييم: قيد التنفيذ"),
                f"{words.base}/record",
                "REC-00412",
                words.text(*TEXTS[0]),
            ),
            Change(
                at(date(2026, 11, 19)),
                words("Assigned to the Ministry of Health", "أُسندت إلى وزارة الصحة"),
                f"{words.base}/record",
                "REC-00398",
                words.text(*TEXTS[1]),
            ),
            Change(
                at(date(2026, 11, 14)),
                words("Published", "نُشرت"),
                f"{words.base}/record",
                "REC-00431",
                words.text(*TEXTS[2]),
            ),
        ),
        examples=tuple(
            Link(words(*each), here)
            for each in (
                ("disability", "الإعاقة"),
                ("drinking water", "مياه الشرب"),
                ("A/HRC/50/15", "A/HRC/50/15"),
            )
        ),
    )


def card(words: Words, index: int) -> RecordCard:
    """Return a recommendation as a list shows it."""
    states = ("going", "waiting", "done", "part")
    marks: tuple[tuple[Literal["past", "now", "due", "open"], ...], ...] = (
        ("past", "past", "past", "now", "due"),
        ("past", "past", "now", "open", "due"),
        ("past", "past", "past", "past"),
        ("past", "past", "past", "now", "due"),
    )
    return RecordCard(
        number=f"REC-{412 + index:05d}",
        href=f"{words.base}/record",
        text=words.text(*TEXTS[index]),
        mechanism=words(*BODIES[index]),
        tags=(words.tag(states[index]), words.tag("supported")),
        facts=("A/HRC/50/15",) if index == 0 else (),
        lead=words(*(HEALTH if index == 1 else JUSTICE)),
        deadline=date(2027, 6, 30) if index != 2 else None,
        marks=marks[index],
    )


def facets(words: Words) -> tuple[FacetGroup, ...]:
    """Return the values beside a list."""
    here = f"{words.base}/list"
    themes = (("Equality", "المساواة", 41), ("Access to justice", "الوصول إلى العدالة", 27))
    groups = (("Children", "الأطفال", 38), ("Persons with disabilities", "الأشخاص ذوو الإعاقة", 31))
    states = (("In progress", "قيد التنفيذ", 121), ("Implemented", "نُفّذت", 73))

    def values(each: tuple[tuple[str, str, int], ...], chosen: int = -1) -> tuple[FacetValue, ...]:
        return tuple(
            FacetValue(en, words(en, ar), count, index == chosen, here)
            for index, (en, ar, count) in enumerate(each)
        )

    bodies = tuple(
        (en, ar, count) for (en, ar), count in zip(BODIES, (254, 38, 28, 8), strict=True)
    )
    return (
        FacetGroup("mechanism", words("Mechanism", "الآلية"), values(bodies, 0)),
        FacetGroup("theme", words("Theme", "الموضوع"), values(themes)),
        FacetGroup("group", words("Group of persons", "الفئة"), values(groups)),
        FacetGroup("status", words("Status", "الحالة"), values(states, 0)),
    )


def found(words: Words) -> ListPage:
    """Return a list with results."""
    here = f"{words.base}/list"
    return ListPage(
        action=here,
        q=words("justice", "العدالة"),
        records=tuple(card(words, index) for index in range(4)),
        facets=facets(words),
        active=(
            ActiveFilter(words(*BODIES[0]), here),
            ActiveFilter(words("In progress", "قيد التنفيذ"), here),
        ),
        pager=Pager(26, 29, 88, 2, 4, here, here),
        orders=(
            Option("number", words("By number", "بحسب الرقم")),
            Option("deadline", words("By deadline", "بحسب الموعد")),
        ),
        order="number",
        downloads=files(),
        clear_href=here,
        hidden=(("mechanism", "upr"), ("status", "in-progress")),
    )


def nothing(words: Words) -> ListPage:
    """Return a list that found nothing."""
    here = f"{words.base}/list"
    return ListPage(
        action=here,
        q=words("watter", "ميااه"),
        records=(),
        facets=(),
        active=(),
        pager=Pager(0, 0, 0, 1, 1),
        orders=(Option("number", words("By number", "بحسب الرقم")),),
        order="number",
        downloads=(),
        clear_href=here,
        suggestion=Link(words("water", "مياه"), here),
        searched=words("water", "مياه"),
    )


def mechanisms(words: Words) -> MechanismsPage:
    """Return all mechanisms."""
    meanings = {
        "done": ("Everything asked for is done.", "أُنجز كل ما طُلب."),
        "going": ("Measures are under way.", "التدابير جارية."),
        "waiting": (
            "An institution is responsible and has not begun.",
            "ثمة جهة مسؤولة لم تبدأ بعد.",
        ),
    }
    title = words("United Nations mechanisms", "آليات الأمم المتحدة")
    return MechanismsPage(
        ((title, matrix(words)),),
        TODAY,
        tuple((words.tag(name), words(*meaning)) for name, meaning in meanings.items()),
    )
