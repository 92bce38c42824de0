"""How fast: Locust users, objectives and their judgement."""
