"""Everything that an association owns, as one archive in open formats."""
