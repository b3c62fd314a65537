"""A ceiling on each uploaded file: what is beyond is neither kept in memory nor written to disk.

The rest of the form is read as usual, so that nothing typed is lost and the form can say why.
"""

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

PLAFOND = 12 * 1024 * 1024  # bytes; each form says its own, lower limit
_MARQUE = "pimms.trop_lourds"


class Plafond(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS: counts what passes, and drops a file past the ceiling."""

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.recus = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.recus += len(raw_data)
        if self.recus > PLAFOND:
            if self.request is not None:
                self.request.META.setdefault(_MARQUE, set()).add(self.field_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps the file."""


def trop_lourds(request: HttpRequest) -> set[str]:
    """Names of the fields whose file was dropped for its size."""
    return request.META.get(_MARQUE, set())
