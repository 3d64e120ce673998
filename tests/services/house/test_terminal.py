"""What the terminal says where a service refuses."""

from __future__ import annotations

import pytest
import typer

from libs.chassis.problems import Answered, FieldProblem, Problem
from services.house.terminal import ending_on_refusal


def test_what_is_wrong_with_single_fields_is_said_with_their_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    problem = Problem(
        type="/problems/request-misunderstood", title="", status=422, detail="Not of the form.",
        instance="", correlation_id="",
        errors=[FieldProblem(pointer="/limit", detail="Too large.")],
    )  # fmt: skip
    with pytest.raises(typer.Exit) as ended, ending_on_refusal():
        raise Answered(problem)
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err.splitlines() == ["Not of the form.", "limit: Too large."]
