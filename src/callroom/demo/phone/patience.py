"""How long a phone waits for something that has to come, unless it is told otherwise.

What comes ends the wait at once, so that this says only when it is given up; a busy machine may take its time.
"""

PATIENCE = 60.0  # seconds
