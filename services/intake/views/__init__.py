"""The questions that intake answers; one file for each kind of work."""

from services.intake.views.register import (
    RecommendationView,
    recommendation,
    recommendations,
    standing,
)

__all__ = ["RecommendationView", "recommendation", "recommendations", "standing"]
