"""What is shipped to run the site with lets nobody past the proxy."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024


def test_containers_publish_nothing_but_nginx_and_on_the_machine_itself_the_engine() -> None:
    ports = re.findall(r"(?m)^  (\w+):$|^    ports: \[(.+)\]", (ROOT / "compose.yaml").read_text())
    service, published = "", {}
    for name, listed in ports:
        service = name or service
        if listed:
            published[service] = listed
    assert published == {
        "nginx": '"80:80", "443:443"',
        "elasticsearch": '"127.0.0.1:${ENGINE_PORT:-9200}:9200"',
    }


def test_the_image_listens_within_its_container_alone() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "EXPOSE" not in text
    assert "--bind" not in text


def test_nginx_takes_the_largest_upload_and_little_more() -> None:
    (limit,) = re.findall(r"client_max_body_size (\d+)m;", (ROOT / "deploy" / "nginx.conf").read_text())
    largest = max(settings.WAGTAILDOCS_MAX_UPLOAD_SIZE, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)
    assert largest + MEGABYTE == int(limit) * MEGABYTE
