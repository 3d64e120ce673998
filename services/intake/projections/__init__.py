"""Intake's own read model: the register as it stands, and the imports that fed it."""

from services.intake.projections.previews import PREVIEW_TABLES, Previews
from services.intake.projections.register import RegisterOfRecommendations

__all__ = ["PREVIEW_TABLES", "Previews", "RegisterOfRecommendations"]
