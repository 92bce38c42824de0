"""What `python -m conformance` does beside the runs of pytest: a module for each command, loaded when it is asked for."""
