"""The service, assembled from parts, middleware and routes; `uvicorn chainrule.app.main:app` serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from fastapi.templating import Jinja2Templates
from starlette.types import Lifespan

from chainrule.app.cluster.pool import RayPool
from chainrule.app.cluster.ray import Cluster
from chainrule.app.cluster.workers import RayWorkers
from chainrule.app.deps import Services
from chainrule.app.graphs.programs import Programs
from chainrule.app.heavy.processes import Processes
from chainrule.app.paths import STATIC, TEMPLATES, TRANSLATIONS
from chainrule.app.picture.layout import Layouts
from chainrule.app.relay.client import EngineClient
from chainrule.app.relay.engine import Engine
from chainrule.app.relay.feeds import Feeds
from chainrule.app.relay.layer import RunsElsewhere
from chainrule.app.relay.quotas import CountingTogether
from chainrule.app.relay.wire import address_of
from chainrule.app.routes import (
    catalogue,
    detective,
    graphs,
    health,
    learn,
    pages,
    pictures,
    questions,
    run_frames,
    run_graphs,
    run_reading,
    run_tests,
    runs,
    shares,
    translations,
)
from chainrule.app.routes.problem_page import problem_page
from chainrule.app.runs.clock import Clock
from chainrule.app.runs.embedded import EmbeddedWorkers
from chainrule.app.runs.limits import RunLimits
from chainrule.app.runs.pass_cache import PassCache
from chainrule.app.runs.run_folder import folder_beside
from chainrule.app.runs.service import Runs
from chainrule.app.runs.watching import SeatsHere, Watching
from chainrule.app.runs.workers import Workers
from chainrule.app.settings import Settings
from chainrule.app.shares import ShareStore
from chainrule.app.web.compression import Compressed
from chainrule.app.web.direct import Direct
from chainrule.app.web.hosts import Hosts
from chainrule.app.web.http_cache import CachedStaticFiles
from chainrule.app.web.i18n import load_messages
from chainrule.app.web.logs import RequestLog
from chainrule.app.web.metrics import Meter, Metrics
from chainrule.app.web.openapi import describe
from chainrule.app.web.page_files import PageFiles
from chainrule.app.web.problem_handlers import install as install_problems
from chainrule.app.web.proxy import BehindProxy
from chainrule.app.web.quotas import CountingHere, QuestionLimit, Quotas, Rate, per_minute
from chainrule.app.web.seal import Seal
from chainrule.app.web.security import BodyLimit, Guard
from chainrule.core.language.program import Limits

_ROUTES = (
    graphs,
    pictures,
    runs,
    run_reading,
    run_tests,
    run_graphs,
    run_frames,
    catalogue,
    shares,
    translations,
    health,
    questions,
    detective,
    pages,
    learn,
)

RESIDENT_MB = 160
"""Megabytes that a process of heavy work may keep after a job; it begins with 50."""


def create_app(
    settings: Settings | None = None, workers: Workers | None = None, clock: Clock | None = None
) -> FastAPI:
    """Assemble the service; nothing is opened before it starts.

    Without `settings`, those of the environment hold. Runs train in processes of this machine unless `workers` are
    given, or the settings name an engine that owns them. `clock` tells how long a run has been idle.
    """
    settings = settings or Settings()
    parts = _services(settings, workers, clock)
    engine = None
    if settings.engine_url is not None:
        engine = EngineClient(address_of(settings.engine_url), settings.engine_secret, parts.metrics.text)
        alone, rates, now = quotas(settings, parts.runs), _rates(settings), parts.runs.clock.now
        parts = replace(parts, seats=Feeds(engine), quotas=CountingTogether(engine, alone, rates, now))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        parts.layouts.warm()
        if engine is None:
            await parts.runs.open()
        else:
            engine.open()
        yield
        parts.pool.close()
        if engine is None:
            await parts.watching.close()
            await parts.runs.close()
        else:
            await engine.close()
        parts.layouts.close()
        parts.shares.close()

    app = _bare(parts, lifespan)
    routes = [route for part in _ROUTES for route in part.router.routes]
    app.add_middleware(Direct, routes=routes, handlers=app.exception_handlers)
    if engine is not None:
        app.add_middleware(RunsElsewhere, engine=engine, handlers=app.exception_handlers)
    app.add_middleware(Compressed, except_for=("/graphs/values",))
    app.add_middleware(QuestionLimit, quotas=parts.quotas)
    app.add_middleware(Meter, metrics=parts.metrics)
    app.add_middleware(
        Guard,
        hosts=Hosts(parts.settings.allowed_hosts, parts.settings.public_url),
        max_body_bytes=parts.settings.max_body_bytes,
        others=[BodyLimit("PUT", run_reading.PARAMS_PATH, parts.settings.max_params_bytes)],
    )
    app.add_middleware(RequestLog)
    app.add_middleware(
        BehindProxy, trusted=parts.settings.forwarded_allow_ips, root_path=parts.settings.root_path
    )
    for part in _ROUTES:
        app.include_router(part.router)
    app.mount("/static", CachedStaticFiles(directory=STATIC), name="static")
    describe(app)
    return app


def create_engine(
    settings: Settings, workers: Workers | None = None, clock: Clock | None = None
) -> tuple[FastAPI, Engine]:
    """Assemble the engine that owns the runs and serves web processes, which have done what all requests need."""
    assert settings.engine_url is not None
    cluster = None
    if settings.ray_address is not None:
        cluster = Cluster(settings.ray_address)
        workers = RayWorkers(cluster, settings.run_answer_seconds)
    parts = _services(settings, workers, clock)
    if cluster is not None:
        parts = replace(parts, pool=RayPool(cluster, settings.heavy_processes, settings.heavy_seconds))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        parts.layouts.warm()
        await parts.runs.open(alone=True)
        await engine.open()
        yield
        await engine.close()
        await parts.watching.close()
        await parts.runs.close()
        parts.pool.close()
        parts.layouts.close()
        parts.shares.close()

    app = _bare(parts, lifespan)
    app.state.cluster = cluster
    for part in (runs, run_reading, run_tests, run_graphs, run_frames):
        app.include_router(part.router)
    address, secret = address_of(settings.engine_url), settings.engine_secret
    engine = Engine(app, parts, quotas(settings, parts.runs), address, secret)
    return app, engine


def _bare(parts: Services, lifespan: Lifespan[FastAPI]) -> FastAPI:
    app = FastAPI(
        title="Chainrule",
        version=parts.version,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.services = parts
    install_problems(app, problem_page)
    return app


def quotas(settings: Settings, runs: Runs) -> Quotas:
    """Return the quotas that the settings name, all unused."""
    return Quotas(_rates(settings), runs.clock.now)


def _services(settings: Settings, workers: Workers | None, clock: Clock | None) -> Services:
    metrics = Metrics()
    limits = Limits(
        source_length=settings.max_source_length,
        nodes=settings.max_nodes,
        steps=settings.max_steps,
        call_depth=settings.max_call_depth,
        tensor_elements=settings.max_tensor_elements,
        elements=settings.max_elements,
    )
    workers = workers or EmbeddedWorkers(settings.run_answer_seconds)
    runs = Runs(workers, _run_limits(settings), metrics, clock)
    watching = Watching(runs)
    return Services(
        settings=settings,
        version=version("chainrule"),
        metrics=metrics,
        programs=Programs(limits, settings.graph_cache_size, metrics, settings.max_memory_mb * 1_000_000),
        pool=Processes(
            settings.heavy_processes,
            settings.heavy_seconds,
            RESIDENT_MB * 1_000_000,
            "chainrule.app.answers.all",
            lambda how: metrics.heavy.labels(how).inc(),
        ),
        layouts=Layouts(settings),
        shares=ShareStore(
            settings.database_url,
            settings.max_shares,
            settings.max_shares_per_owner,
            settings.share_unopened_days,
        ),
        runs=runs,
        watching=watching,
        seats=SeatsHere(runs, watching),
        pass_cache=PassCache(runs),
        templates=Jinja2Templates(directory=TEMPLATES),
        messages=load_messages(TRANSLATIONS),
        page_files=PageFiles(bundled=settings.bundles),
        quotas=CountingHere(quotas(settings, runs)),
        seal=Seal(settings.signing_key),
    )


def _rates(settings: Settings) -> dict[str, Rate]:
    return {
        "visitors": per_minute(settings.visitors_per_minute),
        "runs": per_minute(settings.runs_per_minute),
        "starts": per_minute(settings.starts_per_minute),
        "shares": per_minute(settings.shares_per_minute),
        "questions": Rate(10 * settings.questions_per_second, settings.questions_per_second),
    }


def _run_limits(settings: Settings) -> RunLimits:
    return RunLimits(
        at_once=settings.max_runs,
        queued=settings.max_queued_runs,
        kept=settings.max_kept_runs,
        kept_per_owner=settings.max_runs_per_owner,
        looked_seconds=settings.run_looked_seconds,
        keep_seconds=settings.run_keep_seconds,
        idle_pause=settings.run_idle_pause_seconds,
        idle_park=settings.run_idle_park_seconds,
        yield_after=settings.run_yield_seconds,
        frames_per_second=settings.run_frames_per_second,
        send_seconds=settings.run_send_seconds,
        watchers=settings.max_watchers,
        folder=_run_folder(settings),
        database=_run_database(settings),
        save_seconds=settings.run_save_seconds,
        folder_bytes=settings.max_run_folder_bytes,
        datasets={"mnist": None, **settings.datasets},
    )


def _run_database(settings: Settings) -> str | None:
    is_shared = settings.database_url.startswith("postgresql")
    return settings.database_url if settings.run_folder is None and is_shared else None


def _run_folder(settings: Settings) -> Path | None:
    if settings.run_folder is None:
        return folder_beside(settings.database_url)
    return Path(settings.run_folder) if settings.run_folder else None


app = create_app()
