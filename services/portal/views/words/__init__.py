"""Text → tokens, query → plan: pure, the same in every language and on every database."""

from services.portal.views.words.document import Document, document_tokens
from services.portal.views.words.highlight import highlight
from services.portal.views.words.normal import normalise
from services.portal.views.words.parse import parse
from services.portal.views.words.plan import Plan, Term

__all__ = ["Document", "Plan", "Term", "document_tokens", "highlight", "normalise", "parse"]
