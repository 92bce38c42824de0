"""The report: one JSON document of a run, and the pages that are made from it."""
