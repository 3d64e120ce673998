"""The questions that intake answers; one file for each kind of work."""

from services.intake.views.register import (
    RecommendationView,
    by_number,
    recommendation,
    recommendations,
)

__all__ = ["RecommendationView", "by_number", "recommendation", "recommendations"]
