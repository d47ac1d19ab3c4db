"""Fuzzing: what takes input from outside, given what nobody would send. `make fuzz SECONDS=600` looks for new cases; found/ keeps old ones."""
