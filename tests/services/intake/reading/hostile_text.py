"""Hostile JSON, gzip, comma-separated text and everything else."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path

from . import documents
from .hostile_kinds import hostile, raw
from .hostile_parts import LAUGHS, word


def one(record: object) -> bytes:
    """Give an export of one record."""
    return json.dumps([record]).encode()


GOOD = json.dumps([documents.review_record(1), documents.review_record(2)]).encode()

raw("truncated JSON", "export.json", "truncated", GOOD[:-40])
raw("truncated gzip", "export.json.gz", "truncated", lambda: gzip.compress(GOOD * 3)[:-30])
raw("damaged gzip", "export.json.gz", "broken-archive",
    lambda: gzip.compress(GOOD)[:-8] + b"\1\2\3\4\5\6\7\x08")  # fmt: skip
raw("gzip followed by refuse", "export.json.gz", "broken-archive",
    lambda: gzip.compress(GOOD) + b"refuse")  # fmt: skip
raw("gzip in gzip", "export.json.gz", "not-a-supported-format",
    lambda: gzip.compress(gzip.compress(GOOD)))  # fmt: skip
raw("endless gzip of blanks", "export.json.gz", "value-too-long",
    lambda: _swelling(b"[", b" " * 1_000_000, 900))  # fmt: skip
raw("endless gzip of good records", "export.json.gz", "archive-too-large",
    lambda: _swelling(b"[", (GOOD[1:-1] + b",") * 500, 900))  # fmt: skip
raw("endless gzip of one string", "export.json.gz", "value-too-long",
    lambda: _swelling(b'[{"Text":"', b"a" * 1_000_000, 900))  # fmt: skip


def _swelling(start: bytes, block: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts: Iterator[bytes] = (packer.compress(part) for part in (start, *[block] * times))
    return b"".join(parts) + packer.flush()


raw("JSON nested without end", "export.json", "nested-too-deeply", b"[" * 2_000_000)
raw("objects nested without end", "export.json", "nested-too-deeply",
    lambda: b'[{"Text":' + b'{"a":' * 400_000)  # fmt: skip
raw("NaN", "export.json", "broken-json", GOOD.replace(b"null", b"NaN", 1))
raw("number of a million digits", "export.json", "broken-json",
    lambda: GOOD.replace(b"null", b"9" * 1_000_000, 1))  # fmt: skip
raw("number with an absurd exponent", "export.json", "broken-json",
    GOOD.replace(b'"3"', b"1e999999999", 1))  # fmt: skip
raw("half a million tiny values", "export.json", "too-many-rows",
    lambda: b"[" + b"0," * 600_000 + b"0]")  # fmt: skip
raw("a record of a million values", "export.json", "value-too-long",
    lambda: b'[{"Text":"x","Themes":[' + b'"a",' * 1_000_000 + b'"a"]}]')  # fmt: skip
raw(
    "NUL bytes escaped in the text",
    "export.json",
    2,
    GOOD.replace(b"Build", b"\\u0000Bui\\u0000ld"),
)
raw("half of a character", "export.json", "half-of-a-character",
    GOOD.replace(b"Build", b"\\ud800Build"))  # fmt: skip
raw("half of a character behind 64 KiB", "export.json.gz", "half-of-a-character",
    lambda: gzip.compress(b"[" + b" " * 65_500 + GOOD[1:].replace(b"B", b"\\uDFFF")))  # fmt: skip
raw("escapes that only look like half of a character", "export.json", 2,
    GOOD.replace(b"Build", b"\\ud83d\\ude00 \\\\ud800 Build"))  # fmt: skip
raw("bytes that are no UTF-8", "export.json", "wrong-encoding",
    GOOD.replace(b"Build", b"B\xe9\xff\xfe" * 3000))  # fmt: skip
raw("JSON in UTF-16", "export.json", "wrong-encoding", GOOD.decode().encode("utf-16"))
raw(
    "script and markup in every field",
    "export.json",
    1,
    lambda: one(documents.record(Text="9. <script>a()</script>Mend <img src=x onerror=a()>it")),
)
raw("tags that are opened a million times", "export.json", "value-too-long",
    lambda: one(documents.record(Text="<" * 1_000_000)))  # fmt: skip
raw(
    "brackets without end",
    "export.json",
    1,
    lambda: one(documents.review_record() | {"Text": "1.1 Go " + "(" * 20_000 + ")" * 20_000}),
)
raw("hyphens that invite backtracking", "export.json", 1,
    lambda: one(documents.record(Text="9. " + "aaaaaaaa- bbbbbbbb " * 2_500)))  # fmt: skip
raw("text after the array", "export.json", "broken-json", GOOD + b"x")


HEAD = b"state,mechanism,text\n"
raw("CSV in UTF-16", "rows.csv", "wrong-encoding", "state,mechanism,text\n".encode("utf-16"))
raw("CSV in Latin-1", "rows.csv", "wrong-encoding", HEAD + b"MAR,UPR,\xe9t\xe9\n" * 400)
raw("CSV in UTF-16 without its mark", "rows.csv", "wrong-encoding",
    HEAD.decode().encode("utf-16-le"))  # fmt: skip
raw("JSON in UTF-32 without its mark", "export.json", "wrong-encoding",
    GOOD.decode().encode("utf-32-be"))  # fmt: skip
raw("CSV with a NUL byte", "rows.csv", "nul-character", HEAD + b"MAR,UPR,a\0b\n")
raw("CSV with a NUL byte far from its head", "rows.csv", "nul-character",
    lambda: HEAD + b"MAR,UPR,ab\n" * 9000 + b'MAR,"U\0PR",ab\n')  # fmt: skip
raw("CSV with a NUL byte in its header", "rows.csv", "nul-character",
    HEAD.replace(b"text", b"te\0xt") + b"MAR,UPR,ab\n")  # fmt: skip
raw("CSV that ends in NUL bytes", "rows.csv", "nul-character",
    HEAD + b"MAR,UPR,ab\n" + b"\0" * 4096)  # fmt: skip
raw("JSON with a NUL byte", "export.json", "broken-json", GOOD.replace(b"Build", b"Bu\0ild"))
raw("program in signs of ASCII", "rows.csv", "not-a-supported-format", b"ustar\0\0\0" * 900)
raw("CSV with a quotation that never ends", "rows.csv", "value-too-long",
    lambda: HEAD + b'MAR,UPR,"' + b"a,\n" * 900_000)  # fmt: skip
raw("CSV with a million columns", "rows.csv", "too-many-columns", lambda: HEAD + b"," * 1_000_000)
raw("CSV with formulas", "rows.csv", 2,
    HEAD + b"MAR,UPR,=cmd|'/c calc'!A0\nMAR,UPR,'@SUM(A1)\n")  # fmt: skip
raw("CSV of a million empty rows", "rows.csv", "too-many-rows",
    lambda: HEAD + b"\n" * 1_000_000 + b"MAR,UPR,x\n")  # fmt: skip
raw("empty file", "list.docx", "empty-file", b"")
raw("only blanks", "export.json", "empty-file", b" \n" * 5000)
raw("PDF under the name of a document", "list.docx", "not-a-supported-format", b"%PDF-1.7\n%...")
raw("program under the name of a table", "rows.csv", "not-a-supported-format", b"MZ\x90\0\3\0\0\0")
raw("web page under the name of a workbook", "export.xlsx", "not-a-supported-format",
    b"<html><body><table><tr><td>Text</td></tr></table></body></html>")  # fmt: skip
raw("XML with entities as JSON", "export.json", "external-entity", LAUGHS.encode() + b"<x>&i;</x>")
raw("RTF", "list.docx", "not-a-supported-format", b"{\\rtf1\\ansi hello}")
raw("JSON under the name of a document", "list.docx", "wrong-type-for-name", GOOD)
raw("random bytes", "export.json.gz", "wrong-encoding", bytes(range(255, 127, -1)) * 100)


@hostile("document under the name of a workbook", "export.xlsx", "wrong-type-for-name")
def _(path: Path) -> None:
    word(path)
