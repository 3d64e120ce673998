"""Contexts of the desk's pages, in our own words."""

from __future__ import annotations

from datetime import date

from services.portal.views.page_parts import Field, Form, Link, Option, Tag
from services.portal.views.work_models import (
    FirstSignInPage,
    FormPage,
    ImportLine,
    ImportPage,
    ImportsPage,
    Progress,
    RowCount,
    SignInPage,
    SourceRow,
)
from tests.web.frame.public import BODIES, TEXTS, at, card
from tests.web.frame.recorded import difference
from tests.web.frame.words import Words

DAY = date(2026, 11, 23)
HASH = "5f1d7a84df4a5c1b4f4f2f0f4b1c4f6b1f3ac2d7c8d0e5a94b1d2c3e4f506172"


def imports(words: Words) -> ImportsPage:
    """Return the list of imports with the form for the next."""
    here = f"{words.base}/imports"
    file = Field(
        "file",
        words("File", "الملف"),
        "file",
        required=True,
        accept=".docx,.json,.gz,.xlsx,.csv",
        hint=words(
            "Word list of OHCHR, export of the Index, or our template; at most 200 MB.",
            "قائمة المفوضية بصيغة وورد، أو تصدير الفهرس، أو نموذجنا؛ 200 ميغابايت على الأكثر.",
        ),
    )
    cycle = Field("cycle", words("Cycle", "الجولة"), width="short")
    lines = (
        (
            "matrix-2027.docx",
            Tag("waiting", words("To be decided", "في انتظار القرار")),
            words("254 new", "254 جديدة"),
        ),
        (
            "index-export.json.gz",
            Tag("done", words("Confirmed", "مؤكَّد")),
            words("161 new, 3 changed", "161 جديدة و3 معدّلة"),
        ),
        (
            "list-old.csv",
            Tag("noted", words("Taken back", "جرى التراجع عنه")),
            words("12 withdrawn", "12 مسحوبة"),
        ),
    )
    return ImportsPage(
        upload=Form(here, words("Read the file", "قراءة الملف"), (file, cycle), multipart=True),
        imports=tuple(
            ImportLine(
                f"{words.base}/import",
                name,
                "DOCX",
                state,
                at(DAY),
                words("Secretariat", "الأمانة"),
                said,
            )
            for name, state, said in lines
        ),
        older_href=f"{here}?before=2026-11-23",
        template_links=(Link("XLSX", "/template.xlsx"), Link("CSV", "/template.csv")),
        register_links=(Link("XLSX", "/register.xlsx"), Link("CSV", "/register.csv")),
    )


def _counts(words: Words) -> tuple[RowCount, ...]:
    here = f"{words.base}/import"
    return (
        RowCount("read", words("read", "مقروءة"), 254, here),
        RowCount("new", words("new", "جديدة"), 249, here),
        RowCount("changed", words("changed", "معدّلة"), 3, here, chosen=True),
        RowCount("unchanged", words("unchanged", "بلا تغيير"), 0, here),
        RowCount("conflicts", words("in conflict", "متعارضة"), 1, here),
        RowCount("not_understood", words("not understood", "غير مفهومة"), 1, here),
        RowCount("doubtful", words("to look at", "للنظر فيها"), 1, here),
    )


def _import(
    words: Words,
    state: Tag,
    *,
    progress: Progress | None = None,
    decide: bool = False,
    done: bool = False,
) -> ImportPage:
    here = f"{words.base}/import"
    reason = Field("reason", words("Reason", "السبب"), "textarea", required=True, rows=3)
    confirm = Form(here, words("Confirm and record", "تأكيد وتسجيل"))
    undo = Form(
        here, words("Take the import back", "التراجع عن الاستيراد"), (reason,), weighty=True
    )
    rows = (
        SourceRow(
            34,
            words.text(*TEXTS[0]),
            record=Link("REC-00412", f"{words.base}/record", ltr=True),
            differences=(difference(words),),
            repairs=(words("cycle filled in from the session.", "استُكملت الجولة من الدورة."),),
            doubts=(words("“99” is no goal.", "«99» ليس هدفًا."),),
            ways=(Link(words("Correct REC-00412", "تصحيح REC-00412"), f"{words.base}/form"),),
        ),
        SourceRow(
            57,
            words.text(*TEXTS[1]),
            reason=words("No position can be read in this row.", "لا يُقرأ أي موقف في هذا الصف."),
            facts=((words("Symbol:", "الرمز:"), "A/HRC/50/15"),),
        ),
    )
    return ImportPage(
        file_name="matrix-2027.docx",
        file_hash=HASH,
        format=words("OHCHR list (Word)", "قائمة المفوضية (وورد)"),
        state=state,
        when=at(DAY),
        who=words("Secretariat", "الأمانة"),
        counts=_counts(words),
        rows=() if progress else rows,
        rows_title=words("Changed", "معدّلة"),
        progress=progress,
        confirm=confirm if decide else None,
        undo=undo if done else None,
    )


def previewed(words: Words) -> ImportPage:
    """Return an import that waits for a decision."""
    return _import(words, Tag("waiting", words("To be decided", "في انتظار القرار")), decide=True)


def running(words: Words) -> ImportPage:
    """Return an import under way."""
    progress = Progress(118, 254, words("Recording the rows", "جارٍ تسجيل الصفوف"))
    return _import(words, Tag("going", words("Recording", "قيد التسجيل")), progress=progress)


def confirmed(words: Words) -> ImportPage:
    """Return an import that can be taken back."""
    return _import(words, Tag("done", words("Confirmed", "مؤكَّد")), done=True)


def sign_in(words: Words) -> SignInPage:
    """Return the form to sign in."""
    fields = (
        Field("sign_in", words("Name", "الاسم"), required=True, autocomplete="username"),
        Field(
            "password",
            words("Password", "كلمة السر"),
            "password",
            required=True,
            autocomplete="current-password",
        ),
    )
    form = Form(f"{words.base}/sign-in", words("Sign in", "تسجيل الدخول"), fields)
    return SignInPage(form, f"{words.base}/first-sign-in")


def first_sign_in(words: Words) -> FirstSignInPage:
    """Return the form of the first account."""
    fields = (
        Field("token", words("Token", "الرمز"), required=True, dir="ltr", autocomplete="off"),
        Field("sign_in", words("Your name", "اسمك"), required=True, autocomplete="username"),
        Field(
            "password",
            words("Password", "كلمة السر"),
            "password",
            required=True,
            autocomplete="new-password",
            hint=words("At least 12 characters.", "12 حرفًا على الأقل."),
        ),
    )
    return FirstSignInPage(
        Form(f"{words.base}/first-sign-in", words("Set up", "إنشاء الحساب"), fields)
    )


def _fields(words: Words, *, wrong: bool) -> tuple[Field, ...]:
    mechanisms = (
        Option("", words("Choose", "اختر")),
        *(Option(each[0], words(*each)) for each in BODIES),
    )
    missing = words("Write the text of the recommendation", "اكتب نص التوصية") if wrong else ""
    future = words("The day lies in the future", "التاريخ في المستقبل") if wrong else ""
    return (
        Field(
            "mechanism",
            words("Mechanism", "الآلية"),
            "select",
            BODIES[1][0],
            options=mechanisms,
            required=True,
        ),
        Field(
            "symbol",
            words("Document symbol", "رمز الوثيقة"),
            value="A/HRC/50/15",
            dir="ltr",
            hint=words("As printed, for example A/HRC/50/15", "كما هو مطبوع، مثل A/HRC/50/15"),
        ),
        Field(
            "happened",
            words("Date of the document", "تاريخ الوثيقة"),
            "date",
            "2027-03-01" if wrong else "2026-03-01",
            error=future,
            required=True,
        ),
        Field(
            "text",
            words("Text", "النص"),
            "textarea",
            "" if wrong else words(*TEXTS[2]),
            rows=6,
            required=True,
            error=missing,
            section=words("The recommendation", "التوصية"),
            lang=words.language.tag,
            dir=words.language.direction,
        ),
        *_choices(words),
    )


def _choices(words: Words) -> tuple[Field, ...]:
    groups = tuple(
        Option(each[0], words(*each))
        for each in (
            ("Children", "الأطفال"),
            ("Women", "النساء"),
            ("Persons with disabilities", "الأشخاص ذوو الإعاقة"),
        )
    )
    return (
        Field(
            "position",
            words("Position of the State", "موقف الدولة"),
            "radio",
            "pending",
            required=True,
            options=(
                Option("supported", words("Supported", "مقبولة")),
                Option("noted", words("Noted", "أُحيط بها علمًا")),
                Option("pending", words("Not given yet", "لم يصدر بعد")),
            ),
        ),
        Field(
            "groups",
            words("Groups of persons", "الفئات"),
            "checkboxes",
            values=("Children",),
            options=groups,
        ),
    )


def type_in(words: Words) -> FormPage:
    """Return the form to enter a recommendation."""
    return _form(words, wrong=False)


def type_in_wrong(words: Words) -> FormPage:
    """Return the same form with mistakes."""
    return _form(words, wrong=True)


def _form(words: Words, *, wrong: bool) -> FormPage:
    form = Form(
        f"{words.base}/type-in",
        words("Check the answers", "مراجعة الإجابات"),
        _fields(words, wrong=wrong),
        (("key", "0192"),),
        f"{words.base}/list",
    )
    return FormPage(
        words("Enter a recommendation", "إدخال توصية"),
        form,
        words(
            "For recommendations that no file brings."
            " It stays provisional until the official text arrives.",
            "للتوصيات التي لا يأتي بها ملف. وتبقى مؤقتة حتى يرد النص الرسمي.",
        ),
    )


def position(words: Words) -> FormPage:
    """Return the form to record a position."""
    fields = (
        Field(
            "position",
            words("The State’s answer", "جواب الدولة"),
            "radio",
            "supported",
            required=True,
            options=(
                Option("supported", words("Supported", "مقبولة")),
                Option("noted", words("Noted", "أُحيط بها علمًا")),
            ),
        ),
        Field("source", words("Where it is written", "أين ورد"), required=True, width="wide"),
        Field("happened", words("Given on", "تاريخه"), "date", required=True),
    )
    form = Form(f"{words.base}/position", words("Check the answers", "مراجعة الإجابات"), fields)
    return FormPage(
        words("The State’s position", "موقف الدولة"),
        form,
        record=card(words, 0),
        warning=words("A position is public at once.", "يُنشر الموقف فورًا."),
    )
