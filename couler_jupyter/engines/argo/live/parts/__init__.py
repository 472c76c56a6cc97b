"""A workflow in parts as one run: child Workflows, the gates between them, one view."""
