"""Every setting of the service in one declarative table, read from `CHAINRULE_…` environment variables."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT_PATH = r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*"
"""Empty, or a path without a slash at its end."""

Port = Annotated[int, Field(ge=0, le=65535)]
Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]

EngineUrl = Annotated[str, StringConstraints(pattern=r"^(unix:.+|tcp://(\[[0-9a-f:]+\]|[^:/]+):\d+)$")]


class Settings(BaseSettings):
    """All settings. `host` is set by `CHAINRULE_HOST`, and so on; lists are JSON: `'["example.org"]'`.

    Nothing here is read at import: whoever starts the service makes one instance and hands it on.
    """

    model_config = SettingsConfigDict(env_prefix="CHAINRULE_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address the service listens on; 0.0.0.0 for every interface.")
    port: Port = Field(8000, description="Port the service listens on; 0 takes any free one.")
    allowed_hosts: list[str] | None = Field(
        None,
        description="Host names the service answers to; another gets 400, but for the health calls. Without it local "
        'names, addresses of this machine and its network, and the name in `public_url`. `["*"]` for every name.',
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="Proxies whose X-Forwarded-… headers are believed, separated by commas."
    )
    workers: Count = Field(
        1,
        description="Web processes of `chainrule serve`; with several, one more owns the runs, and each starts again "
        "if it ends.",
    )
    engine_url: EngineUrl | None = Field(
        None,
        description="Where `chainrule engine` listens for web processes and they find it: `unix:/path` or "
        "`tcp://host:port`. Without it a web process owns its runs itself.",
    )
    engine_secret: str | None = Field(
        None,
        description="Words that web processes tell the engine first; needed where others could reach it.",
    )
    ray_address: str | None = Field(
        None,
        description="Head of a Ray cluster, `host:port`: there `chainrule engine` has runs train and heavy work done. "
        "The engine's machine has a raylet too. Needs the extra `[cluster]`.",
    )
    root_path: Annotated[str, StringConstraints(pattern=f"^{ROOT_PATH}$")] = Field(
        "",
        description="Path below which a proxy serves the site, such as `/chainrule`; the proxy may strip it or not. "
        "A trusted proxy's X-Forwarded-Prefix goes before it.",
    )
    public_url: str | None = Field(
        None,
        description="Address that people use, root path included, for links in answers; without it the request's own.",
    )
    log_level: Literal["critical", "error", "warning", "info", "debug"] = Field(
        "info", description="Least severe message that is logged."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="How lines of the log are written: for people, or one JSON object each."
    )

    bundles: bool = Field(
        True,
        description="Whether pages get the build's bundles of scripts and styles. Off, or when one has changed since, "
        "they get the modules of static/js.",
    )

    signing_key: str | None = Field(
        None,
        description="Words with which results of the gradient detective are signed. Several machines need the same; "
        "without them results are good until the service ends.",
    )
    database_url: str = Field(
        "sqlite:///chainrule.sqlite3",
        description="SQLAlchemy URL of the database of saved links: SQLite, or PostgreSQL for many machines, "
        "which then also has the runs.",
    )
    max_shares: Count = Field(
        100_000, description="Saved links kept; past it a new link is refused with status 507."
    )

    max_shares_per_owner: Count = Field(
        1_000, description="Saved links of one visitor; past it a new one is refused with status 507."
    )
    share_unopened_days: Count | None = Field(
        None, description="Saved links that nobody opened for so many days go; without it none goes."
    )

    max_source_length: Count = Field(20_000, description="Characters in one program.")
    max_nodes: Count = Field(5_000, description="Nodes in one graph, those inside groups included.")
    max_steps: Count = Field(
        100_000, description="Statements carried out and functions called, after loops are unrolled."
    )
    max_call_depth: Count = Field(50, description="Functions called inside one another.")
    max_tensor_elements: Count = Field(1_000_000, description="Elements of one tensor.")
    max_elements: Count = Field(
        4_000_000, description="Elements of all tensors of one graph, those inside groups included."
    )
    max_memory_mb: Count = Field(
        512,
        description="Megabytes that one request may compute with: values, the gradient of every edge and the answer, "
        "told from shapes beforehand; past it 422.",
    )
    heavy_processes: Count = Field(
        3,
        description="Processes that do heavy work, each started when it is first needed, of some 60 MB. One visitor "
        "has at most all but two of them at once.",
    )
    heavy_seconds: Seconds = Field(
        10.0, description="Longest time that heavy work may take, in seconds; past it the work is ended: 503."
    )
    max_body_bytes: Count = Field(
        1_000_000, description="Bytes in the body of one request; a larger one gets 413."
    )

    head_seconds: Seconds = Field(
        10.0,
        description="Longest time that the head of a request may take to arrive, in seconds; past it 408.",
    )
    body_seconds: Seconds = Field(
        20.0,
        description="Longest time that a body may take, in seconds, and one more for every 10,000 bytes; past it 408.",
    )
    send_seconds: Seconds = Field(
        30.0, description="A connection that takes no byte of an answer for so many seconds is closed."
    )
    max_connections_per_address: Count = Field(
        512, description="Connections from one address, but for trusted proxies; another gets 503."
    )

    layout_seconds: Seconds = Field(
        10.0, description="Longest time that one graph may take to be laid out, in seconds."
    )
    layout_memory_mb: Count = Field(
        1024, description="Most memory that the layout engine may use, in megabytes."
    )
    layout_max_nodes: Count = Field(
        1_000,
        description="Visible nodes up to which a layout avoids crossings; a larger graph gets a plainer one.",
    )
    layout_elk_work: Count = Field(
        250,
        description="Visible nodes, and columns that edges pass, up to which ELK makes the layout of a graph, and up "
        "to a quarter of it if no edges cross and no layer is open; a larger one is laid out in Python, in a tenth of "
        "the time.",
    )
    layout_cache_size: Count = Field(
        256,
        description="Layouts kept in memory, the least recently used dropped; a large one counts for several, one for "
        "every 500 nodes and edges.",
    )
    graph_cache_size: Count = Field(
        128, description="Parsed programs kept in memory, the least recently used dropped."
    )
    datasets: dict[str, str] = Field(
        {},
        description="More data for runs: by name the folder of the four IDX files, as of Fashion-MNIST; as JSON.",
    )
    max_runs: Count = Field(
        4, description="Runs that have a worker at the same time; past it they wait in a queue."
    )
    max_queued_runs: Count = Field(32, description="Runs in the queue; past it a start gets 503.")
    max_kept_runs: Count = Field(
        200,
        description="Runs known at all; a new one takes the place of its owner's left alone longest, "
        "else of anybody's. One that trains, or that somebody looked at lately, stays.",
    )
    max_runs_per_owner: Count = Field(
        30,
        description="Runs of one visitor; a new one takes the place of their own that was left alone longest. If all "
        "are in use, it gets 429.",
    )
    max_hidden_layers: Count = Field(6, description="Hidden layers of a run's net.")
    max_hidden_units: Count = Field(500, description="Units of one hidden layer of a run's net.")
    max_batch_size: Count = Field(1_000, description="Rows of one batch of a run.")
    max_run_steps: Count = Field(1_000_000, description="Most steps of one run.")
    max_params_bytes: Count = Field(
        16_000_000,
        description="Bytes of an .npz of parameters for a run; the largest net allowed by default has 7,000,000.",
    )
    run_looked_seconds: Seconds = Field(
        900.0, description="A run that somebody watched or asked keeps its room for so many seconds."
    )
    run_keep_seconds: Seconds = Field(
        1.0, description="A run that trains is kept so often: most that is lost when its worker is killed."
    )
    run_folder: str | None = Field(
        None,
        description="Folder where runs outlive the service, one service's at a time; empty keeps them in memory "
        "alone. Without it a folder beside the database's file, `chainrule-runs` by default; where the database is "
        "PostgreSQL, the database itself.",
    )
    run_save_seconds: Seconds = Field(
        10.0,
        description="A run that trains is written to that folder so often: most that is lost when the service is "
        "killed. What happens otherwise is written within two seconds, and when the service ends.",
    )
    max_run_folder_bytes: Count = Field(
        1_000_000_000,
        description="Bytes of all files in that folder, at most 27,000,000 each by default; past it the runs left "
        "alone longest go.",
    )
    run_idle_pause_seconds: Seconds = Field(
        600.0, description="A run without watchers and requests pauses after so many seconds."
    )
    run_idle_park_seconds: Seconds = Field(
        900.0,
        description="A run that does not train gives its worker back after so many seconds alone; all of it is kept.",
    )
    run_yield_seconds: Seconds = Field(
        30.0,
        description="A run that does not train keeps its worker while it is watched; if others wait and nothing was "
        "asked of it for so many seconds, it gives its worker to them.",
    )
    run_answer_seconds: Seconds = Field(
        30.0, description="A worker that gives no answer for so many seconds is ended and started again."
    )
    run_frames_per_second: Seconds = Field(40.0, description="Most frames a second of a run that is watched.")
    run_send_seconds: Seconds = Field(
        20.0, description="A watcher that takes no frame for so many seconds is disconnected."
    )
    max_watchers: Count = Field(200, description="Watchers of all runs together.")
    max_watchers_per_visitor: Count = Field(
        20, description="Windows in which one visitor watches runs; another gets 429."
    )
    visitors_per_minute: Count = Field(
        600, description="New visitors from one address in a minute; past it what they make gets 429."
    )
    runs_per_minute: Count = Field(60, description="Runs that one visitor may make or copy in a minute.")
    starts_per_minute: Count = Field(240, description="Starts of training by one visitor in a minute.")
    shares_per_minute: Count = Field(60, description="Links that one visitor may save in a minute.")
    questions_per_second: Seconds = Field(
        100.0,
        description="Calls under /api by one visitor in a second, ten times as many at once; past them 429. Whoever "
        "sends no token shares ten visitors' quota with others from the same address.",
    )
    metrics: bool | Literal["local"] = Field(
        "local",
        description="Who gets GET /metrics: `local` this machine alone, 1 everybody, 0 nobody; others get 404.",
    )
