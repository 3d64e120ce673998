"""A recommendation that the State has received: its record, from whichever mechanism it came."""

from services.intake.domain.recommendation.aggregate import Recommendation
from services.intake.domain.recommendation.rules import CORRECTABLE, Origin, Relation

__all__ = ["CORRECTABLE", "Origin", "Recommendation", "Relation"]
