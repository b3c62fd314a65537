"""Mediation cases, field actions and the eight registers."""
