"""Fuzzing: targets that take any bytes, and two ways to feed them; README.md here says how."""
