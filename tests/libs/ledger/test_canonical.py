"""Canonical JSON: the quick way gives the bytes of RFC 8785, or is not taken."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.ledger.leaf import SALT_BYTES, SALTS_AT_ONCE, canonical, new_salt

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=500, deadline=None)
@given(VALUES)
def test_every_value_has_the_bytes_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_every_control_character_is_written_as_rfc_8785_says() -> None:
    for sign in [*map(chr, range(0x100)), "\u2028", "\u2029", "\ufeff", "\U0001f600"]:
        assert canonical({"a": sign}) == rfc8785.dumps({"a": sign}), hex(ord(sign))


def test_names_are_sorted_by_utf_16_code_units() -> None:
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "a": 3}).decode() == (
        '{"a":3,"\U0001f600":2,"\ufb33":1}'
    )


def test_numbers_are_written_as_ecmascript_writes_them() -> None:
    assert canonical([1.0, 1e21, 0.000001, -0.0]) == b"[1,1e+21,0.000001,0]"


def test_no_salt_is_given_twice() -> None:
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda _: new_salt(), range(SALTS_AT_ONCE * 3)))
    assert len(set(drawn)) == len(drawn)
    assert {len(base64.b64decode(salt)) for salt in drawn} == {SALT_BYTES}
