"""Files, functions and the kernel keep to their budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.architecture import sizes
from tests.architecture.tree import ROOT, plant

if TYPE_CHECKING:
    from pathlib import Path


def test_no_file_is_longer_than_its_budget() -> None:
    assert sizes.long_files(ROOT) == []


def test_a_long_file_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, {"libs/a.py": "A = 1\n" * 401, "libs/b.py": "A = 1\n" * 400})
    assert sizes.long_files(tmp_path) == ["libs/a.py has 401 lines"]


def test_no_function_is_longer_than_its_budget() -> None:
    assert sizes.long_functions(ROOT) == []


def test_a_long_function_is_caught(tmp_path: Path) -> None:
    long = "def long() -> None:\n    '''Say.'''\n" + "    print()\n" * 61
    data = "def data() -> object:\n    return [\n" + "        1,\n" * 80 + "    ]\n"
    host = "def host() -> None:\n    def inner() -> None:\n" + "        print()\n" * 58
    plant(tmp_path, {"services/a.py": long + data + host})
    assert sizes.long_functions(tmp_path) == ["services/a.py:1 long has 61 lines"]


def test_functions_are_short() -> None:
    assert sizes.median_length(ROOT) <= sizes.MEDIAN_LINES_OF_A_FUNCTION


def test_a_tree_of_lengthy_functions_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, {"libs/a.py": "def lengthy() -> None:\n" + "    print()\n" * 9})
    assert sizes.median_length(tmp_path) > sizes.MEDIAN_LINES_OF_A_FUNCTION


def test_the_kernel_is_small() -> None:
    assert sizes.kernel_lines(ROOT) <= sizes.MOST_LINES_OF_THE_KERNEL


def test_a_kernel_that_grew_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, {"libs/kernel/a.py": "A = 1\n" * 200, "libs/kernel/b.py": "A = 1\n" * 101})
    assert sizes.kernel_lines(tmp_path) > sizes.MOST_LINES_OF_THE_KERNEL
