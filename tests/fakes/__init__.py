"""Fakes at the ports, shared by tests."""
