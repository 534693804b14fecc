"""Names of the parts of an archive, in the one writing every reader here expects."""

from __future__ import annotations

import zipfile


def plain_names(archive: zipfile.ZipFile) -> zipfile.ZipFile:
    """The same archive; parts that some programs on Windows name with backslashes
    ("xl\\workbook.xml") go by the name with slashes."""
    for info in archive.infolist():
        if "\\" in info.filename:
            info.filename = info.filename.replace("\\", "/")
    archive.NameToInfo = {info.filename: info for info in archive.infolist()}
    return archive
