"""What must hold, as data: the register of requirements, the cases, and their model."""
