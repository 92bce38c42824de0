"""The doctor: looks a target over before any case runs, and says what to mend, in the words of the target file."""
