"""Sound that callers hear: the system's own prompts, and uploads made fit for the telephone."""
