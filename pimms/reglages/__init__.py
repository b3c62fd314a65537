"""Parts of the settings that make a subject of their own; `pimms.settings` takes them all."""
