"""The routes: each reads a request, asks the part that knows, and answers; none computes."""
