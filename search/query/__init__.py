"""What is asked: parameters become a question, and a question becomes a query; what comes back, in plain values."""
