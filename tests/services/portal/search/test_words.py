"""Tokens, plans and highlights, without any database."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.views.words import document_tokens, highlight, normalise, parse
from services.portal.views.words.nearness import deletions, distance, is_near
from services.portal.views.words.stems import stems_of

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
SCRIPTS = st.text(
    st.sampled_from("aéœßİſﬁAZ 0٣९①'’-./*\"§#أإآىةؤئءـَّلاﷺё й́И\u0306人国กิ\u200d\u202e\ud800"),
    max_size=30,
)
TYPED = st.one_of(
    ANY_TEXT,
    SCRIPTS,
    st.lists(
        st.sampled_from(
            [
                "OR",
                "NOT",
                "AND",
                "-",
                '"',
                "“",
                "women",
                "A/HRC/1",
                "121.3",
                "para",
                "12",
                "*",
                "|",
                "-x*",
                "§",
            ]
        )
    ).map(" ".join),
)


@given(st.one_of(ANY_TEXT, SCRIPTS))
def test_normalising_again_changes_nothing(text: str) -> None:
    """The one spelling of a text is its own."""
    assert normalise(normalise(text)) == normalise(text)


@given(
    st.one_of(ANY_TEXT, SCRIPTS),
    st.sampled_from(["official:en", "summary:ar", "theme-2:", "x:fr-CA", ""]),
)
def test_any_text_can_be_indexed(text: str, key: str) -> None:
    """Tokenising raises on nothing, and no lexeme is empty or holds what PostgreSQL cannot take."""
    document = document_tokens({key: text}, [text])
    assert "'':" not in document.vector
    assert not any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in document.vector)
    assert all(document.words)


@given(TYPED)
def test_any_query_can_be_read(query: str) -> None:
    """Reading a query raises on nothing, and no lexeme asked for is empty."""
    plan = parse(query)
    assert plan.empty == (plan.tsquery() == "")
    lexemes = [
        lexeme.text
        for term in plan.wanted()
        for sequence in term.sequences
        for part in sequence
        for lexeme in part
    ]
    assert all(each.strip("#~.§") for each in lexemes)


@given(TYPED, st.one_of(ANY_TEXT, SCRIPTS))
def test_highlighting_keeps_the_text(query: str, text: str) -> None:
    """The pieces joined are the text, whatever is asked of it."""
    pieces = highlight(text, parse(query))
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إمرأة", "أمراه"), ("الأشخاص", "الاشخاص"), ("مسؤول", "مسئول"), ("على", "علي"),
        ("التَّعـــذيب", "التعذيب"),
        ("١٢٣", "123"), ("Éducation", "education"), ("NIÑEZ", "ninez"), ("œuvre", "oeuvre"),
        ("учёт", "учет"),
        ("ﬁne", "fine"), ("ＡＢＣ", "abc"), ("Straße", "strasse"), ("ﻻجئ", "لاجئ"),
    ],
)  # fmt: skip
def test_what_readers_take_for_one_word_has_one_spelling(one: str, other: str) -> None:
    """Marks, carriers, digits, case, ligatures."""
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("й", "и"), ("กิน", "กน"), ("كتب", "كتاب"), ("121.3", "121.34")]
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    """Vowel signs of Thai and й are letters, not ornaments."""
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    ("query", "text", "hits"),
    [
        (
            "discriminate",
            "Discriminatory laws on discrimination",
            ["Discriminatory", "discrimination"],
        ),
        ("المرأة", "النهوض بالمرأة الريفية", ["بالمرأة"]),
        ('"violence against women"', "Violence against women; women", ["Violence against women"]),
        ("education -girls", "Girls' education", ["education"]),
        ("司法", "诉诸司法。", ["司法"]),
        ("121.34", "121.3 and 121.34", ["121.34"]),
        ("A/HRC/50/15", "See A/HRC/50/15, A/HRC/50/1.", ["A/HRC/50/15"]),
        ("inspect*", "Inspectors inspect", ["Inspectors", "inspect"]),
        ("follow-up", "Follow up the follow-up; follow it", ["Follow up", "follow-up"]),
        ("nothing", "Some text", []),
    ],
)
def test_the_words_that_matched_are_marked(query: str, text: str, hits: list[str]) -> None:
    """Just those, as they are written in the text."""
    assert [piece for piece, hit in highlight(text, parse(query)) if hit] == hits


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("men OR boys prison", "men OR boys prison"),
        ("torture NOT prison", "torture -prison"),
        ("-prison torture", "-prison torture"),
        ("“peine  de mort”", '"peine de mort"'), ("women AND men", "women men"),
        ("women - men", "women men"),
        ("OR", ""), ('"unclosed', '"unclosed"'), ("the right", "right"), ("or not", "or"),
        ("men or boys", "men boys"), ("men Or boys", "men Or boys"), ("mines d'or", "mines or"),
        ("رجال أو أولاد", "رجال أولاد"), ("رجال | أولاد", "رجال OR أولاد"),
        ("UN women", "UN women"),
        ("un women", "women"), ("", ""), ("…", ""),
    ],
)  # fmt: skip
def test_a_query_is_understood(query: str, understood: str) -> None:
    """Operators in capitals only; words without meaning of their own are not demanded."""
    plan = parse(query)
    assert plan.text() == understood
    assert plan.typed == bool(query)


def test_a_phrase_does_not_reach_from_one_text_into_the_next() -> None:
    """Texts of a record lie apart."""
    document = document_tokens({"official:en": "one two", "theme:en": "three"}, [])
    assert "'two':2A" in document.vector
    assert "'three':13C" in document.vector


def test_a_part_of_a_paragraph_is_found_by_the_paragraph() -> None:
    """12 (a) is in 12, and 12 is not in 12 (a)."""
    assert "'§12(a)':1A '§12':1A" in document_tokens({}, ["12 (a)"]).vector
    assert "(a)" not in document_tokens({}, ["12"]).vector


@given(st.text("abcdef", min_size=4, max_size=12), st.data())
def test_a_mistake_is_within_reach_of_a_common_key(word: str, data: st.DataObject) -> None:
    """Whatever one letter is put in, left out, changed or swapped, both words share a key."""
    place = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("abcxyz"))
    for wrong in (
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    ):
        assert distance(wrong, word) <= 1
        if wrong != word and len(wrong) >= 4:
            assert is_near(wrong, word)
            assert deletions(wrong) & deletions(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("والدولة", "الدولة"), ("بالغذاء", "الغذاء"), ("وللدستور", "الدستور"), ("للجنة", "اللجنة"),
        ("الالتزامات", "التزام"), ("وزارة", "الوزارات"), ("وحمايتهم", "الحماية"), ("كالحق", "حقوق"),
        ("المهاجرون", "مهاجرين"), ("للمرأة", "نساء"), ("اتفاقيات", "الاتفاقية"),
        ("ولحماية", "حماية"), ("فالأطفال", "طفل"),
    ],
)  # fmt: skip
def test_arabic_words_of_one_family_share_a_stem(one: str, other: str) -> None:
    stems = [set(stems_of(normalise(word), ("ar",))) for word in (one, other)]
    assert stems[0] & stems[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [("الإلغاء", "غاء"), ("الوزير", "زير"), ("فساد", "ساد"), ("بلدان", "لد"), ("كرامة", "رام")],
)
def test_what_only_looks_like_a_particle_stays(one: str, other: str) -> None:
    stems = [set(stems_of(normalise(word), ("ar",))) for word in (one, other)]
    assert not stems[0] & stems[1]


REPEATED = (
    "a-", "a.", "a1.", "a1.b", "1.", "1٫", "a/", "a1/b-", "a1/b/", "A.B", "a_", "a\u200b", "-", "/",
    "٣.", "กa", "a\u0301", "1.1a", "(a)", "a'",
)  # fmt: skip
LONG = 100_000
MOST_CPU_SECONDS = 20
CUT = """
import sys
from services.portal.views.words.segments import PIECES
for each in PIECES.finditer(sys.stdin.read()): pass
"""


@pytest.mark.parametrize("repeated", REPEATED)
def test_cutting_a_text_takes_work_in_proportion_to_its_length(repeated: str) -> None:
    """Whoever may type a text in keeps nobody else waiting by it."""
    cut = subprocess.run(
        [sys.executable, "-c", CUT],
        input=(repeated * LONG)[:LONG].encode(),
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS,) * 2),
    )
    assert cut.returncode == 0
