"""Products on sale, with the terms that suitability is decided on."""
