"""The fork server: a small process that forks one child for every attempt."""
