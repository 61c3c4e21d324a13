"""REST: files on documents."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.core.models import Attachment
from orders.core.selectors.documents import document_of, file_of, files_on
from orders.core.services.files import keep_files, uploaded


class FileSerializer(serializers.ModelSerializer[Attachment]):
    class Meta:
        model = Attachment
        fields = ("id", "filename", "content_type", "size_bytes", "sha256", "uploaded_by", "created_at")


class KeepFileInput(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True)


class FilesApi(StageApi):
    """Files on any document: order, return, customer … A POST (multipart) puts one there; the same bytes are kept once."""

    access = {"GET": "orders.view_order", "POST": "orders.write_note"}
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="document_files_list", responses=FileSerializer(many=True))
    def get(self, request: Request, subject_type: str, subject_id: int) -> Response:
        return page(request, files_on(document_of(subject_type, subject_id, self.actor)), FileSerializer)

    @extend_schema(
        operation_id="document_files_create", request={"multipart/form-data": KeepFileInput}, responses=FileSerializer
    )
    def post(self, request: Request, subject_type: str, subject_id: int) -> Response:
        sent = self.read(KeepFileInput)["file"]
        (kept,) = keep_files(subject_type=subject_type, subject_id=subject_id, files=[uploaded(sent)], actor=self.actor)
        return Response(FileSerializer(kept).data, status=201)


class FileApi(StageApi):
    """A file's bytes."""

    access = {"GET": "member"}

    @extend_schema(
        operation_id="document_file_bytes", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, attachment_id: int) -> FileResponse:
        row = file_of(attachment_id, self.actor)
        return FileResponse(
            row.file.open("rb"), as_attachment=True, filename=row.filename, content_type=row.content_type
        )
