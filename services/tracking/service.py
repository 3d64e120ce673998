"""How tracking is put together."""

from __future__ import annotations

from libs.chassis.http import create_app
from libs.chassis.service import Foreign, House, Plan, Service
from services.tracking.api import router
from services.tracking.domain.case import Case
from services.tracking.domain.standing import Standing
from services.tracking.policies import policies
from services.tracking.projections import CasesProjection, Institutions


def create(house: House) -> Service:
    """Return tracking, ready to start."""
    plan = Plan(
        name="tracking",
        events=[
            Case.Created,
            Case.Assigned,
            Case.Assessed,
            Case.Closed,
            Case.Reopened,
            Standing.Created,
            Standing.Followed,
        ],
        own=[CasesProjection()],
        foreign=[Foreign("directory", Institutions())],
        policies=policies,
    )
    service = Service(house, plan)
    create_app(service, [router])
    return service
