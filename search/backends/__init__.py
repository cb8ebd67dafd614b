"""Who answers: the engine, or the database when that is away."""
