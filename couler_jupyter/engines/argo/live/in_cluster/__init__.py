"""A follower in the cluster: a Job that belongs to the run it follows.

It keeps what the run makes, so that no notebook has to look on. `python -m` this package
is what the Job runs.
"""
