"""Runs that go on elsewhere, looked at by a process of their own, whichever engine runs them."""
