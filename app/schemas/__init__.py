"""Models of requests and answers, as OpenAPI describes them.

Requests are validated by these models. Answers are encoded straight to bytes (see `app.graphs.graph_json`) and only
described here; `tests/app/routes` holds the two together.
"""
