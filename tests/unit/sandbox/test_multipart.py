"""Bodies with files are read as they were sent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.sandbox.multipart import Part, parts_of, payload_of

TYPE = "multipart/form-data; boundary=f00"


def body(data: bytes) -> bytes:
    return (
        b'--f00\r\nContent-Disposition: form-data; name="payload_json"\r\nContent-Type: application/json\r\n\r\n'
        b'{"content": "\xc3\xa9"}\r\n'
        b'--f00\r\nContent-Disposition: form-data; name="files[0]"; filename="weeks.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + data + b"\r\n--f00--\r\n"
    )


@given(st.binary(max_size=60) | st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"-", b"\0\xff"])).map(b"".join))
def test_a_file_has_its_bytes_and_what_stands_beside_it_is_read(data: bytes) -> None:
    parts = parts_of(TYPE, body(data))

    assert parts["files[0]"] == Part(filename="weeks.png", type="image/png", data=data)
    assert payload_of(TYPE, body(data)) == {"content": "é"}


def test_a_body_with_nothing_beside_its_files_has_no_payload() -> None:
    assert payload_of(TYPE, b"--f00--\r\n") is None
