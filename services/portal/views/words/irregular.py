"""Forms that no stemmer joins: plurals that change the word itself, and words of one family.

Only words of this field, normalised. Each form stands for the word that it is looked up by.
"""

from __future__ import annotations


def family(*lines: str) -> dict[str, str]:
    """Return each later word of a line → the first."""
    words = [line.split() for line in lines]
    return {form: first for first, *forms in words for form in forms}


IRREGULAR = {
    "en": family(
        "woman women",
        "man men",
        "child children",
        "person people persons",
        "discriminate discriminatory",
        "ratify ratification ratifications",
        "prosecute prosecution prosecutions prosecutor prosecutors",
        "detain detention detentions detainee detainees",
        "execute execution executions",
        "migrate migrant migrants migration",
        "police policing",
    ),
    "fr": family(
        "national nationaux",
        "regional regionaux",
        "tribunal tribunaux",
        "penal penaux",
        "social sociaux",
        "travail travaux",
        "discriminer discriminatoire discriminatoires",
    ),
    "es": family(
        "mujer mujeres",
        "menor menores",
        "nino nina ninos ninas ninez",
        "ley leyes",
        "juez jueces",
        "discriminar discriminatorio discriminatoria discriminatorios discriminatorias",
    ),
    "ru": family(
        "пытка пыток",
        "ребенок ребенка дети детей детям детьми детях",
        "человек человека люди людей людям",
        "судья судей",
    ),
    "ar": family(
        "مراه امراه امرءه نساء نسوه",
        "طفل اطفال طفوله",
        "شخص اشخاص",
        "حق حقوق",
        "قانون قوانين",
        "سجن سجون",
        "سجين سجناء",
        "مدرسه مدارس",
        "محكمه محاكم",
        "قاض قاضي قضاه",
        "لاجء لاجءين لاجءون",
        "عامل عمال",
        "فقير فقراء",
        "ضحيه ضحايا",
        "برنامج برامج",
        "تدبير تدابير",
        "لجنه لجان",
        "دوله دول",
        "جريمه جراءم",
        "خدمه خدمات",
        "فتاه فتيات",
        "اقليه اقليات",
        "صحفي صحافي صحفيين صحفيون صحافيين",
    ),
}
