"""What the calls take and answer, as OpenAPI describes it.

Requests are validated by these models. Answers are encoded straight to bytes (see `app.graphs.graph_json`) and only
described here; `tests/test_graphs_api.py` holds the two together.
"""
