# The site in one image: the first stage installs it, the second has only what runs.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
# `cluster` adds Ray, for compose.cluster.yaml.
ARG EXTRAS=postgresql
WORKDIR /source
COPY . .
# The final stage takes this folder alone: no pip, no Node, no source.
RUN python3 -m venv /opt/chainrule \
 && /opt/chainrule/bin/pip install --no-cache-dir -c requirements.lock ".[${EXTRAS}]" \
 && /opt/chainrule/bin/pip uninstall --yes pip setuptools

FROM ${BASE}
# PNG pictures are set in the machine's fonts: Korean and emoji want theirs. The newest of Debian's release will do.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji \
 && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 chainrule \
 && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin chainrule \
 && install -d -o chainrule -g chainrule /data
COPY --from=build /opt/chainrule /opt/chainrule
ENV PATH=/opt/chainrule/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    CHAINRULE_HOST=0.0.0.0 \
    CHAINRULE_PORT=8000 \
    CHAINRULE_DATABASE_URL=sqlite:////data/chainrule.sqlite3
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python3", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['CHAINRULE_PORT']}/health/live\", timeout=4)"]
CMD ["chainrule", "serve"]
