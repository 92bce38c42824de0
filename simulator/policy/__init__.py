"""The rules as pure functions of values and `now`: no Flask, no I/O, no clock of their own."""
