"""Figures for Prometheus: of the requests, from all web processes together; of the floor, from the database."""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from niagara import clock
from niagara.webhooks.backlog import backlog


class BacklogCollector(Collector):
    """What is still to be delivered to webhooks, asked of the database at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = backlog(at=clock.now())
        for name, text, value in (
            ("events_waiting", "Events to deliver, to all webhooks that are not paused.", found.waiting),
            ("oldest_event_seconds", "Age of the oldest of them; 0 if there is none.", found.oldest_seconds or 0),
            ("deliveries_given_up", "Deliveries that were given up and not sent again since.", found.dead),
        ):
            yield GaugeMetricFamily(f"niagara_{name}", text, value=value)


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(BacklogCollector())
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY) + generate_latest(registry)
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
