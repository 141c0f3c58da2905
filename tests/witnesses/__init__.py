"""Peers of the exact method, kept as witnesses."""
