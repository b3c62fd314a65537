"""Composition: home, health, guides; later the dashboards."""
