"""Where files of a run lie: what steps find, what they leave, what is kept."""
