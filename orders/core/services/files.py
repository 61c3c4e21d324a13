"""Files that people put on a document: a photo of the damage, the signed drawing."""

import hashlib
import mimetypes
from collections.abc import Sequence
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core.models import Attachment
from orders.core.selectors.documents import document_of
from orders.core.services.messages.writing import File, attach
from orders.core.services.notes import tell_about

LARGEST_BYTES: Final = 20 * 1024 * 1024
MOST_AT_ONCE: Final = 10


def uploaded(file: "UploadedFile[bytes]") -> File:
    """What came by a form or by REST. One that is too large is not read to its end."""
    kind = mimetypes.guess_type(file.name or "")[0] or "application/octet-stream"
    return File(filename=file.name or "file", content=file.read(LARGEST_BYTES + 1), content_type=kind)


@verb(silent="a file is its own record")
def keep_files(*, subject_type: str, subject_id: int, files: Sequence[File], actor: Actor) -> list[Attachment]:
    """Keep files with a document, all or none; who watches it hears of them.

    A file that lies there already (the same bytes) is not kept twice: the one that is there is returned.

    Raises: NotFound, InvalidInput for none, too many, an empty or a too large one
    """
    require(actor, "orders.write_note")
    found = document_of(subject_type, subject_id, actor)
    if not files:
        raise InvalidInput(_("Choose a file."), field="files")
    if len(files) > MOST_AT_ONCE:
        raise InvalidInput(_("At most %d files at once.") % MOST_AT_ONCE, field="files")
    for file in files:
        if not file.content:
            raise InvalidInput(_("%s is empty.") % file.filename, field="files")
        if len(file.content) > LARGEST_BYTES:
            raise InvalidInput(_("%s is larger than 20 MB.") % file.filename, field="files")
    type(found.row)._default_manager.select_for_update(no_key=True).get(pk=found.row.pk)  # twice at once is kept once
    there = {row.sha256: row for row in Attachment.objects.filter(**found.subject, message=None)}
    kept, fresh = [], []
    for file in files:
        digest = hashlib.sha256(file.content).hexdigest()
        if digest not in there:
            there[digest] = attach(found.row, file, actor=actor)
            fresh.append(there[digest])
        kept.append(there[digest])
    if fresh:
        names = ", ".join(row.filename for row in fresh)
        tell_about(found, f"{actor.name} put {names} on {found.row}", actor)
    return kept
