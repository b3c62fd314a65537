"""The fonts that reports are laid out with, under `static/`."""

POLICES = (
    "vendor/source-sans-3/source-sans-3-latin-wght-normal.woff2",
    "vendor/source-sans-3/source-sans-3-latin-ext-wght-normal.woff2",
    "polices/espace-fine.woff2",
)
