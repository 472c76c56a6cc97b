"""The Jupyter server extension: REST over the run store, for panels and other clients.

Runs are looked at and asked for things through the store, so that a run outlives the
server, and several servers may share one store.
"""
