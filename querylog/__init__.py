"""What is searched for, counted anonymously: questions per day, their results, and what visitors missed."""
