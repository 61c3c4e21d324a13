"""Static files in production: named by their content, also where one module of script imports another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Rewrites ``import … from "./rows.js"`` too, so that a new page never runs with an old module."""

    support_js_module_import_aggregation = True
