"""Scripted callers, phones and carriers with real sound, for demonstrations and tests."""
