"""What a site reaches outside with: mail, and the data of other systems."""
