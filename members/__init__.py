"""Members of the network: their profiles, and who sees what of them."""
