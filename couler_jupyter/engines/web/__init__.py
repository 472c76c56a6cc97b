"""Talking to web servers that answer in JSON, whoever they belong to."""
