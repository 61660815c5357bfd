"""Answers about a graph: programs compiled and cached, work bounded, JSON written."""
