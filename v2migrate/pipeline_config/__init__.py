"""A project's `.circleci/config.yml`: what runs under which parameters, and byte edits that give it more. Knows no API."""
