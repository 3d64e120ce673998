"""Passwords: which are taken, how they are kept, and how often one may be tried."""

from __future__ import annotations

from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters

from libs.chassis.pace import Buckets, Pace, network_of
from libs.kernel.refusal import Refusal
from services.directory.adapters.passwords import LEAST_KIB, STEPS_KIB, Argon2Hashes
from services.directory.commands.limits import Limits, SignInTooOften
from services.directory.domain.common_passwords import COMMON
from services.directory.domain.password import (
    PasswordCommon,
    PasswordTooLong,
    PasswordTooShort,
    checked_password,
)

GOOD = "seven lamps by the harbour"


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def hashes() -> Argon2Hashes:
    return Argon2Hashes()


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("", PasswordTooShort),
        ("elevenchars", PasswordTooShort),
        ("x1" * 129, PasswordTooLong),
        ("aaaaaaaaaaaaaaaa", PasswordCommon),
        ("abababababab", PasswordCommon),
        ("123456789012", PasswordCommon),
        ("qwertyuiopasdf", PasswordCommon),
        ("Password1234!", PasswordCommon),
        ("P4ssw0rd!!!!", PasswordCommon),
        ("  letmein 2026 ", PasswordCommon),
        ("welcomewelcome", PasswordCommon),
        ("Human Rights 2026", PasswordCommon),
        ("كلمة المرور ٢٠٢٦ 1", PasswordCommon),
    ],
)
def test_a_weak_password_is_refused(password: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        checked_password(password)


@pytest.mark.parametrize(
    "password", [GOOD, "مصابيح الميناء السبعة", "tR4-vo9.kLem", "ninety welcome cats"]
)
def test_a_good_password_is_taken(password: str) -> None:
    assert checked_password(password) == password


def test_each_common_password_that_is_long_enough_is_refused() -> None:
    long = [each for each in COMMON if len(each) >= 12]

    assert len(long) > 60
    for each in long:
        with pytest.raises(PasswordCommon):
            checked_password(each)


def test_letters_of_one_look_are_one_password() -> None:
    composed, decomposed = "caf\u00e9 au bord de mer", "cafe\u0301 au bord de mer"

    assert composed != decomposed
    assert checked_password(composed) == checked_password(decomposed)


def test_a_hash_is_argon2id_of_at_least_the_least_parameters(hashes: Argon2Hashes) -> None:
    made = extract_parameters(hashes.hash(GOOD))

    assert made.type.name == "ID"
    assert (made.memory_cost, made.time_cost, made.parallelism) == (19456, 2, 1)
    assert Argon2Hashes(8).memory_kib == LEAST_KIB


def test_a_hash_matches_its_password_alone(hashes: Argon2Hashes) -> None:
    kept = hashes.hash(GOOD)

    assert hashes.matches(kept, GOOD)
    assert not hashes.matches(kept, GOOD + " ")
    assert not hashes.matches("not a hash", GOOD)
    assert hashes.hash(GOOD) != kept


def test_nobody_has_no_password_and_is_asked_for_it_all_the_same(
    hashes: Argon2Hashes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | bytes] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            asked.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(hashes, "_hasher", Watched(2, LEAST_KIB, 1))

    assert not hashes.matches(None, GOOD)
    assert extract_parameters(str(asked[0])) == extract_parameters(hashes.hash(GOOD))


def test_parameters_are_tuned_between_the_least_and_the_most() -> None:
    assert Argon2Hashes.tuned(1).memory_kib == LEAST_KIB
    assert Argon2Hashes.tuned(60_000).memory_kib == STEPS_KIB[-1]


def test_only_weaker_hashes_are_outgrown(hashes: Argon2Hashes) -> None:
    stronger = Argon2Hashes(STEPS_KIB[1])

    assert stronger.outgrown(hashes.hash(GOOD))
    assert not hashes.outgrown(stronger.hash(GOOD))
    assert not hashes.outgrown(hashes.hash(GOOD))


def test_a_name_has_its_tries_and_gets_them_back_with_time() -> None:
    clock = Clock()
    limits = Limits(Pace(3, 20.0), Pace(100, 1.0), clock)
    for _ in range(3):
        limits.take("huda", "192.0.2.1")

    with pytest.raises(SignInTooOften) as refused:
        limits.take("huda", "192.0.2.1")
    assert refused.value.facts == {"retry_after": 20}
    limits.take("salma", "192.0.2.1")
    clock.now += 20
    limits.take("huda", "192.0.2.1")
    with pytest.raises(SignInTooOften):
        limits.take("huda", "192.0.2.1")


def test_an_address_has_its_tries_whatever_the_names() -> None:
    limits = Limits(Pace(5, 20.0), Pace(2, 7.0), Clock())
    limits.take("one", "192.0.2.1")
    limits.take("two", "192.0.2.1")

    with pytest.raises(SignInTooOften) as refused:
        limits.take("three", "192.0.2.1")
    assert refused.value.facts == {"retry_after": 7}
    limits.take("three", "198.51.100.1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:0:1::1", "2001:db8:0:ff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:100::1", False),
        ("unix", "unix", True),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ],
)
def test_addresses_of_one_network_share_their_tries(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert (network_of(one) == network_of(other)) is same


def test_whoever_signs_in_has_all_tries_again() -> None:
    limits = Limits(Pace(1, 20.0), Pace(100, 1.0), Clock())
    limits.take("huda", "192.0.2.1")
    limits.forgive("huda")
    limits.take("huda", "192.0.2.1")

    with pytest.raises(SignInTooOften):
        limits.take("huda", "192.0.2.1")


def test_buckets_are_let_go_when_there_are_too_many() -> None:
    buckets = Buckets(Pace(1, 20.0), Clock(), most=2)
    for key in ("one", "two", "three"):
        buckets.take(key)

    assert buckets.take("three") > 0
    assert buckets.take("one") == 0
