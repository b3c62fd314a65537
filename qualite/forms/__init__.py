"""Forms of quality, one module a subject."""
