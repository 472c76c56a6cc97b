"""Half done uploads to S3: not listed as objects, but they take room all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from couler_jupyter.store.places.place import digest_of


class Uploads:
    """What was begun below a root and neither completed nor aborted.

    Empty where the file system has no such thing, or ends it by itself.
    """

    def __init__(self, fs: Any, root: str) -> None:  # noqa: ANN401 (fsspec has no types)
        self._fs = fs
        self._bucket, _, prefix = root.partition("/")
        self._prefix = f"{prefix}/objects/".lstrip("/")

    def digests(self) -> list[str]:
        """Return what is being uploaded, or was when its writer died."""
        return [digest for digest, _ in self._found()]

    def abort(self, digests: Collection[str]) -> None:
        """Give up the uploads of these objects."""
        for digest, upload in self._found():
            if digest in digests:
                try:
                    self._fs.call_s3(
                        "abort_multipart_upload",
                        Bucket=self._bucket,
                        Key=upload["Key"],
                        UploadId=upload["UploadId"],
                    )
                except FileNotFoundError:  # it ended meanwhile
                    continue

    def _found(self) -> Iterator[tuple[str, dict[str, Any]]]:
        if not hasattr(self._fs, "call_s3"):
            return
        marks: dict[str, str] = {}
        while True:
            page = self._fs.call_s3(
                "list_multipart_uploads",
                Bucket=self._bucket,
                Prefix=self._prefix,
                **marks,
            )
            for upload in page.get("Uploads", ()):
                folder, name = f"/{upload['Key']}".rsplit("/", 2)[-2:]
                if digest := digest_of(folder, name):
                    yield digest, upload
            if not page.get("IsTruncated"):
                return
            marks = {
                "KeyMarker": page["NextKeyMarker"],
                "UploadIdMarker": page["NextUploadIdMarker"],
            }
