"""Hyper-parameters from cards: predicted training logs, verified by short real runs.

The paper's Algorithm 4, with two kinds of log, so that what was predicted never stands
where something real belongs.
"""
