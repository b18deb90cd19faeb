"""What callers hear (the system's prompts, typed texts spoken, uploads), pages of faxes, and lists of holidays."""
