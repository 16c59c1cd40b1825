"""Running a user's own program against the emulated CircleCI: what it asks for, and whether it still works afterwards."""
