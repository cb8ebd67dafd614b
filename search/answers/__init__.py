"""What a visitor gets: answers, hits and suggestions with what she may see."""
