"""What no line of a case can say, in Python: the same ids, results and report as cases."""
