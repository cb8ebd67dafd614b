"""What is searched for, counted without people: questions per day, what came of them, and what visitors missed."""
