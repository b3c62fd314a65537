"""The norm, audits and reports."""
