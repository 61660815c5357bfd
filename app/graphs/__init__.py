"""Graphs and answers about them: programs compiled and cached, work bounded, JSON encoded."""
