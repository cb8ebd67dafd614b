"""Peers: at most three people whom a member may want to know, each with the reason in words."""
