"""Files of releases, as templates."""
