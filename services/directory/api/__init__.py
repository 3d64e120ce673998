"""The directory over HTTP: institutions, people, accounts."""

from __future__ import annotations

from typing import Any

Answered = dict[str, Any]
