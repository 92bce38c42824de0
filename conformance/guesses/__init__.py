"""The guess budget: how many guesses at a password and at a code an attacker gets judged, however they go about it."""
