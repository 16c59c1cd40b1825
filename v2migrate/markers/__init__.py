"""Comments that mark what is left to people, `TODO(v2migrate): rule: why`: put in, kept up to date, taken out again."""
