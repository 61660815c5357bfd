"""Every setting of the service in one declarative table, read from `CHAINRULE_…` environment variables."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=0, le=65535)]
Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Settings(BaseSettings):
    """All settings. `host` is set by `CHAINRULE_HOST`, and so on; lists are JSON: `'["example.org"]'`.

    Nothing here is read at import: whoever starts the service makes one instance and hands it on.
    """

    model_config = SettingsConfigDict(env_prefix="CHAINRULE_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address the service listens on; 0.0.0.0 for every interface.")
    port: Port = Field(8000, description="Port the service listens on; 0 takes any free one.")
    allowed_hosts: list[str] = Field(
        ["*"], description="Host names the service answers to; another gets 400, but for the health calls."
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="Proxies whose X-Forwarded-… headers are believed, separated by commas."
    )
    public_url: str | None = Field(
        None, description="Address that people use, for links in answers; without it the request's own."
    )
    log_level: Literal["critical", "error", "warning", "info", "debug"] = Field(
        "info", description="Least severe message that is logged."
    )

    database_url: str = Field(
        "sqlite:///chainrule.sqlite3",
        description="SQLAlchemy URL of the database of saved links: SQLite, or PostgreSQL for many machines.",
    )
    max_shares: Count = Field(
        100_000, description="Saved links kept; past it a new link is refused with status 507."
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
    max_body_bytes: Count = Field(
        1_000_000, description="Bytes in the body of one request; a larger one gets 413."
    )

    layout_seconds: Seconds = Field(
        10.0, description="Longest time that one graph may take to be laid out, in seconds."
    )
    layout_memory_mb: Count = Field(
        1024, description="Most memory that the layout engine may use, in megabytes."
    )
    layout_max_nodes: Count = Field(
        1_000, description="Visible nodes up to which ELK is asked; a larger graph gets a plainer layout."
    )
    layout_cache_size: Count = Field(
        256, description="Layouts kept in memory, the least recently used dropped."
    )
    graph_cache_size: Count = Field(
        128, description="Parsed programs kept in memory, the least recently used dropped."
    )
    metrics: bool = Field(True, description="Whether GET /metrics answers; off, it is 404.")
