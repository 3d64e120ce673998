"""Words of the platform: language packs, choosing among them, and writing dates and numbers."""

from libs.chassis.language.language import Language, MessageMissing
from libs.chassis.language.languages import Languages
from libs.chassis.language.pack import PackMistake

__all__ = ["Language", "Languages", "MessageMissing", "PackMistake"]
