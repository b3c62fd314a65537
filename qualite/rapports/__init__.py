"""Reports: asked for, read into a sealed snapshot, laid out from it alone, signed, kept, verified."""
