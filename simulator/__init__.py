"""A portal that behaves as documented, with its own mail sink, clock and control room: one implementation of the rules."""
