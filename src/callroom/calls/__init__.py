"""What happens to a caller: flows over the telephony port. ``exchange`` is the way in."""
