"""Traces: written by hand on the hot paths, carried HTTP → event → bus → projection."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.sdk.trace.export import SpanExporter

_PROPAGATOR = TraceContextTextMapPropagator()
_TRACER = trace.get_tracer("dhakira")


def set_up(endpoint: str | None = None, exporter: SpanExporter | None = None) -> None:
    """Send spans to an OTLP/HTTP ``endpoint``, or to an exporter of the caller's; else to nowhere.

    Spans get ids either way, so that events always carry a trace.
    """
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider(resource=Resource.create({"service.name": "dhakira"}))
        trace.set_tracer_provider(provider)
    if exporter is not None:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    if endpoint:
        # Imported here: it costs start-up time and is needed only where traces are sent.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))


def traceparent() -> str | None:
    """Return the current span as a W3C ``traceparent``, None outside any."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def span(name: str, parent: str | None = None, **facts: str | int) -> Iterator[trace.Span]:
    """Open a span; under ``parent`` (a ``traceparent``) when the work was caused elsewhere."""
    context = _PROPAGATOR.extract({"traceparent": parent}) if parent else None
    with _TRACER.start_as_current_span(name, context=context, attributes=facts) as opened:
        yield opened
