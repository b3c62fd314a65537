"""All that makes a report's PDF, loaded at once: the worker of reports imports it before it forks.

Elsewhere each part is imported where it serves: the rest of the site runs without Pango, and pyHanko is long.
"""

from pathlib import Path

import pyhanko.pdf_utils.incremental_writer
import pyhanko.sign.signers
import pyhanko.sign.validation  # noqa: F401
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse

from pimms.socle.pdf import deplier
from qualite.rapports import examen  # noqa: F401
from qualite.rapports.document import GABARITS
from qualite.rapports.glyphes import dessinables
from qualite.rapports.polices import POLICES

for police in POLICES:
    deplier(Path(settings.BASE_DIR) / "static" / police)
dessinables()
for gabarit in GABARITS.values():
    get_template(gabarit)
reverse("rapports")  # the addresses, and the views that they lead to: mails have links
