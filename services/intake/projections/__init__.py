"""Intake's own read model: the register as it stands, and the imports that fed it."""

from services.intake.projections.previews import Previews
from services.intake.projections.register import RegisterOfRecommendations

__all__ = ["Previews", "RegisterOfRecommendations"]
