"""Driving a run: orders carried out, results told, all of it written down."""
