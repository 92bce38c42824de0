"""People for the cases of a target without a testability API: prepared accounts, or a command that makes them."""
