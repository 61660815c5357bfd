"""Metrics for Prometheus: requests and their time by route, cached programs, runs."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chainrule.app.web.proxy import root_of

CONTENT_TYPE = CONTENT_TYPE_LATEST

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The metrics of one service. Each service has its own registry, so that tests can create many."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self.requests = Counter(
            "chainrule_requests", "Requests answered.", (*labels, "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "chainrule_request_seconds",
            "Time from a request to its whole answer.",
            labels,
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.graphs = Counter(
            "chainrule_graphs",
            "Programs requested, by whether they were cached.",
            ("found",),
            registry=self.registry,
        )
        self.kept_graphs = Gauge(
            "chainrule_kept_graphs", "Programs cached in memory.", registry=self.registry
        )
        self.heavy = Counter(
            "chainrule_heavy_jobs",
            "Jobs of heavy work by their end: answered, late (past the deadline), left by their client, lost.",
            ("end",),
            registry=self.registry,
        )
        for end in ("answered", "late", "left", "lost"):
            self.heavy.labels(end)
        self.runs = Counter(
            "chainrule_run_events",
            "Events of runs: made, resumed, parked, restarted after their worker ended, removed.",
            ("event",),
            registry=self.registry,
        )
        for event in ("made", "resumed", "parked", "restarted", "removed"):
            self.runs.labels(event)
        self.run_steps = Counter("chainrule_run_steps", "Training steps taken.", registry=self.registry)
        self.runs_now = Gauge(
            "chainrule_runs",
            "Runs by state: training, queued, all.",
            ("state",),
            registry=self.registry,
        )

    def text(self) -> bytes:
        """All metrics in Prometheus's text format."""
        return generate_latest(self.registry)


class Meter:
    """The ASGI layer that counts requests, by the template of their route: ids create no new series."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics
        self._found: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500
        begin = time.perf_counter()

        async def send_metered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_metered)
        finally:
            # A static file counts for its folder.
            route = (
                getattr(scope.get("route"), "path", None)
                or scope.get("root_path", "").removeprefix(root_of(scope))
                or "(none)"
            )
            method = scope["method"] if scope["method"] in _METHODS else "(other)"
            requests, seconds = self._series(method, route, status)
            requests.inc()
            seconds.observe(time.perf_counter() - begin)

    def _series(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """The series of these labels; there are as many as routes, and looking them up takes a while."""
        key = (method, route, status)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = (
                self.metrics.requests.labels(method, route, str(status)),
                self.metrics.seconds.labels(method, route),
            )
        return found


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
