"""From what a reader types to a plan.

Words are joined by AND; ``OR`` (or ``|``) joins its two neighbours before that; ``NOT`` and ``-``
exclude; in small letters, and in scripts without capitals, these are words like others. ``"…"`` is
a phrase, ``word*`` a beginning. A last word of three letters or more may be
incomplete. Symbols of documents, paragraphs (``para 12``, ``§12``, ``21 (d)``, ``121.34``) and
permanent numbers (``REC-00412``, ``412``) are found as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from services.portal.views.words.exact import (
    LONGEST_ATOM,
    NUMBERED,
    PARAGRAPH_WORDS,
    PART,
    paragraph_atom,
    permanent_atom,
    symbol_atom,
)
from services.portal.views.words.normal import ascii_digits, normal_word
from services.portal.views.words.plan import (
    Lexeme,
    Part,
    Plan,
    Sequence,
    Term,
    beginning,
    word_part,
    written_part,
)
from services.portal.views.words.segments import SYMBOL, Segment, segments
from services.portal.views.words.stopwords import EVERY_STOPWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_QUERY = 500
MOST_TERMS = 32
SHORTEST_OPEN = 3
LONGEST_ORDINAL = 9
SHORTEST_PREFIX = 2
CONJUNCTION = "or"
"""It means gold in French (``l'or``): standing between other words, nobody demands it."""

ITEMS = re.compile(
    r"(?P<minus>(?<!\S)[-\u2212](?=[^\s-]))"
    r"|(?P<phrase>[\"“„«＂](?P<quoted>[^\"”“»＂]*)(?:[\"”“»＂]|$))"
    rf"|(?P<paragraph>(?:§\s*|(?<!\w)(?P<said>{PARAGRAPH_WORDS})(?!\w)\.?\s*)(?P<place>{NUMBERED})(?![\w]))"
    rf"|(?P<part>(?<![\w.])(?P<piece>{PART})(?!\w))"
    r"|(?P<permanent>(?<!\w)(?:rec[-\s]?|#)(?P<ordinal>\d{1,9})(?!\w))"
    rf"|(?P<symbol>(?<![\w/])(?P<written>{SYMBOL})(?P<more>/?\*)?)"
    r"|(?P<dotted>(?<![\w.])(?P<digits>\d+(?:[.٫]\d+)*)(?P<rest>\.?\*)(?!\w))"
    r"|(?P<number>(?<![\w.])\d+(?:[.٫]\d+)+(?!\w))"
    r"|(?P<either>(?<!\S)(?:OR|\|{1,2})(?!\S))"
    r"|(?P<both>(?<!\S)(?:AND|&{1,2})(?!\S))"
    r"|(?P<without>(?<!\S)NOT(?!\S))"
    r"|(?P<chunk>[^\s\"“”„«»＂]+)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Reading:
    """What has been read of a query so far."""

    groups: list[list[Term]]
    join: bool = False
    negate: bool = False

    def add(self, term: Term) -> None:
        """Add a term: to the group before it after OR, otherwise as a group of its own."""
        term = replace(term, negated=self.negate)
        if self.join and self.groups:
            self.groups[-1].append(term)
        else:
            self.groups.append([term])
        self.join = self.negate = False


def phrase_sequence(text: str) -> Sequence:
    """Return the parts of a phrase, each word as written."""
    return tuple(part for segment in segments(text) if (part := phrase_part(segment)))


def phrase_part(segment: Segment) -> Part:
    """Return what one segment of a phrase looks for."""
    if segment.kind == "symbol":
        return (Lexeme(symbol_atom(segment.raw)),)
    if segment.kind == "number":
        return (Lexeme(ascii_digits(segment.raw).replace("٫", ".")),)
    word = normal_word(segment.raw)
    return written_part(word) if word else ()


def closed(sequence: Sequence, segment: Segment | None) -> Sequence:
    """Return a sequence that, ending in an unspaced script, may be followed by anything."""
    if segment is None or segment.kind != "pair":
        return sequence
    if len(sequence) > 1:
        return sequence[:-1]
    return (tuple(Lexeme(lexeme.text, prefix=True) for lexeme in sequence[-1]),)


def phrase_term(text: str) -> Iterator[Term]:
    """Read a phrase between quotation marks."""
    pieces = list(segments(text))
    sequence = closed(phrase_sequence(text), pieces[-1] if pieces else None)
    if sequence:
        yield Term(" ".join(text.split()), "phrase", (sequence,))


def paragraph_term(match: re.Match[str]) -> Term:
    """Read a paragraph that is named as such; the same words in a text are found after it."""
    sequences: list[Sequence] = [((Lexeme(paragraph_atom(match["place"] or match["piece"])),),)]
    if not match[0].startswith("§") and (spelt := phrase_sequence(match[0])):
        sequences.append(spelt)
    return Term(match[0], "exact", tuple(sequences))


def dotted_term(raw: str, digits: str, rest: str) -> Term:
    """Read a dotted number: a paragraph, or that number in a text; ``121.*`` is each under 121."""
    text = ascii_digits(digits).replace("٫", ".")[:LONGEST_ATOM] + rest.removesuffix("*")
    part = (Lexeme(f"§{text}", bool(rest)), Lexeme(text, bool(rest)))
    return Term(raw, "exact", ((part,),))


def symbol_term(match: re.Match[str]) -> Term:
    """Read a symbol of a document; with ``*`` every symbol that begins so."""
    more = match["more"] or ""
    atom = symbol_atom(match["written"]) + ("/" if more == "/*" else "")
    return Term(match["symbol"], "exact", (((Lexeme(atom, bool(more)),),),))


def integer_term(raw: str, digits: str) -> Term:
    """Read a bare number: a permanent number, or the same number in a text."""
    part = [Lexeme(digits)]
    if len(digits) <= LONGEST_ORDINAL:
        part.append(Lexeme(permanent_atom(digits)))
    return Term(raw, "exact", ((tuple(part),),))


def word_term(raw: str, *, prefix: bool) -> Term | None:
    """Read a free word, or with ``prefix`` the beginning of one."""
    word = normal_word(raw)
    if not word:
        return None
    if prefix and len(word) >= SHORTEST_PREFIX:
        return Term(f"{raw}*", "exact", ((beginning(word),),))
    if word.isdecimal():
        return integer_term(raw, word)
    return Term(raw, "word", ((word_part(word),),), word=word)


def compound_term(raw: str, pieces: list[Segment]) -> Term:
    """Read words joined by hyphens: they must stand side by side, in any inflection."""
    words = [normal_word(piece.raw) for piece in pieces]
    sequence = tuple((*word_part(word), *written_part(word)[1:]) for word in words if word)
    return Term(raw, "exact", (sequence,))


def chunk_terms(raw: str) -> Iterator[Term]:
    """Read what stands between spaces."""
    pieces = list(segments(raw))
    if pieces and pieces[0].kind == "pair":
        yield from runs(raw, pieces)
        return
    if len(pieces) > 1 and re.fullmatch(r"\W*\w+(?:[-\u2010\u2011]\w+)+\W*", raw):
        yield compound_term(raw.strip("*.,;:!?()"), pieces)
        return
    for piece in pieces:
        star = raw[piece.end : piece.end + 1] == "*"
        if piece.kind == "pair":
            yield from phrase_term(raw[piece.start :])
            return
        if term := word_term(piece.raw, prefix=star):
            yield term


def runs(raw: str, pieces: list[Segment]) -> Iterator[Term]:
    """Read a run of an unspaced script, and whatever is written onto it."""
    end = next((index for index, each in enumerate(pieces) if each.kind != "pair"), len(pieces))
    run = raw[pieces[0].start : pieces[end - 1].end]
    for term in phrase_term(run):
        yield replace(term, shown=run, kind="exact")
    if end < len(pieces):
        yield from chunk_terms(raw[pieces[end].start :])


def terms(match: re.Match[str]) -> Iterator[Term]:
    """Read one item of a query."""
    match match.lastgroup:
        case "phrase":
            yield from phrase_term(match["quoted"])
        case "paragraph" | "part":
            yield paragraph_term(match)
        case "permanent":
            atom = Lexeme(permanent_atom(match["ordinal"]))
            yield Term(match["permanent"], "exact", (((atom,),),))
        case "symbol":
            yield symbol_term(match)
        case "dotted":
            yield dotted_term(match[0], match["digits"], match["rest"])
        case "number":
            yield dotted_term(match[0], match[0], "")
        case _:
            yield from chunk_terms(match[0])


def take(reading: Reading, match: re.Match[str]) -> None:
    """Take one item into the reading: an operator (in capitals), or terms."""
    item = match.lastgroup if match[0].isupper() or not match[0].isalpha() else None
    match item:
        case "minus" | "without":
            reading.negate = True
        case "either":
            reading.join = True
        case "both":
            reading.join = False
        case _:
            negate = reading.negate
            for term in terms(match):
                reading.negate = negate
                reading.add(term)


def is_weak(term: Term, *, shouting: bool) -> bool:
    """Say whether a term is a free word without meaning of its own; one in capitals is a name."""
    if not term.word or term.negated or term.word not in EVERY_STOPWORD:
        return False
    return shouting or len(term.shown) == 1 or not term.shown.isupper()


def is_conjunction(group: tuple[Term, ...]) -> bool:
    """Say whether a group is the conjunction alone, in small letters."""
    return len(group) == 1 and group[0].word == CONJUNCTION and group[0].shown.islower()


def opened(groups: list[tuple[Term, ...]], query: str) -> list[tuple[Term, ...]]:
    """Return the groups with the last word open, when nothing typed after it closes it."""
    if not groups or not query[-1:].isalpha():
        return groups
    last = groups[-1][-1]
    if len(last.word) < SHORTEST_OPEN or last.negated or last.word in EVERY_STOPWORD:
        return groups
    part = word_part(last.word, prefix=True)
    term = replace(last, sequences=((part,),), open=True)
    return [*groups[:-1], (*groups[-1][:-1], term)]


def parse(query: str) -> Plan:
    """Return the plan of ``query``; never raises.

    What lies beyond 500 characters or 32 terms is not read. A query of nothing but words without
    meaning of their own is searched for these words.
    """
    query = query[:LONGEST_QUERY]
    reading = Reading([])
    for match in ITEMS.finditer(query):
        take(reading, match)
    groups = [tuple(group) for group in reading.groups[:MOST_TERMS]]
    shouting = query.isupper() and len(groups) > 1
    weak: list[tuple[Term, ...]] = [
        group for group in groups if len(group) == 1 and is_weak(group[0], shouting=shouting)
    ]
    strong = [group for group in groups if group not in weak]
    if CONJUNCTION in query.split() and not all(map(is_conjunction, strong)):
        weak += [group for group in strong if is_conjunction(group)]
        strong = [group for group in strong if not is_conjunction(group)]
    if not any(not term.negated for group in strong for term in group):
        strong, weak = groups, []
    optional = tuple(group[0] for group in weak)
    return Plan(tuple(opened(strong, query)), optional, typed=bool(query.strip()))
