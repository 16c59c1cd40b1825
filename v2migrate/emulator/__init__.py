"""An emulated CircleCI: v1, v1.1 and v2 over one account in memory. Built from CircleCI's documents, not from its servers."""
