"""What a text means: the model that makes vectors, and the vectors of passages."""
