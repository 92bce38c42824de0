"""How it is verified, on any target: drivers, runner, judgement, report."""
