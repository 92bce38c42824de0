"""The defect matrix: every check of the harness against every named defect of a target, to prove that the harness can fail."""
