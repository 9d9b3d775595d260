"""Static texts travel compressed; pages, which hold secrets, never do."""

import gzip

import pytest

from tests.service.builders import world

SHEET = "/static/css/handrail.css"


@pytest.fixture
def visitor(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path).app().test_client()


def get(visitor, path, **headers):
    with visitor.get(
        path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    ) as answer:
        return answer.status_code, answer.headers, answer.data


def test_a_style_sheet_comes_small_and_whole(visitor):
    _, plain_headers, plain = get(visitor, SHEET)
    _, headers, small = get(visitor, SHEET, Accept_Encoding="gzip, br")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small) == plain
    assert len(small) < len(plain) / 2
    assert "Content-Encoding" not in plain_headers


def test_what_has_not_changed_is_not_sent_again(visitor):
    _, headers, _ = get(visitor, SHEET, Accept_Encoding="gzip")
    status, _, body = get(visitor, SHEET, Accept_Encoding="gzip", If_None_Match=headers["ETag"])
    assert (status, body) == (304, b"")


def test_a_page_is_never_compressed(visitor):
    _, headers, _ = get(visitor, "/sign-in", Accept_Encoding="gzip")
    assert "Content-Encoding" not in headers
