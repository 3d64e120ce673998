"""A cell that a spreadsheet program would compute is written so that it does not, and read back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from libs.kernel.cells import neutralised, unneutralised


@given(st.text(alphabet="=+-@\t\r' \n＝aب\"", max_size=8) | st.text(max_size=20))
def test_neutralising_is_safe_and_undone(cell: str) -> None:
    written = neutralised(cell)
    assert unneutralised(written) == cell
    assert not written.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not written.startswith(("\t", "\r"))
