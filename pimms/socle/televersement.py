"""A ceiling on the uploaded files of a request: what is beyond is neither kept in memory nor on disk.

The rest of the form is read as usual, so that nothing typed is lost and the form can say why.
"""

import io

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

PLAFOND = 12 * 1024 * 1024  # bytes of a request's files together; each form says its own, lower limit
_MARQUE = "pimms.trop_lourds"


class Plafond(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS: counts what passes, and drops what is past the ceiling.

    No form asks for two files: a request that sends many small ones gets no more room than one.
    """

    recus = 0  # bytes of this request so far: Django makes a handler a request

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


class EnMemoire(FileUploadHandler):
    """Keeps a file in memory whatever its size, for what must never touch the disk. After `Plafond`."""

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.recu = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.recu.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.recu.seek(0)
        return InMemoryUploadedFile(
            self.recu,
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            file_size,
            self.charset,
            self.content_type_extra,
        )
