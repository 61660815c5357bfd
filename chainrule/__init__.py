"""Chainrule: computational graphs with every forward value and every backward gradient."""
