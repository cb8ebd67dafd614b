"""What is asked, and what comes back.

Parameters become a question, and a question becomes a query. The answer has plain values.
"""
