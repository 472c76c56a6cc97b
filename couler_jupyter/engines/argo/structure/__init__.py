"""The structure of a manifest: DAG templates, their tasks, and what joins them."""
