"""A workflow in parts on Argo: a child Workflow for each part, and gates between them."""
