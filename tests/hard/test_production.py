"""The first start in production by docs/operations.md, up to a visitor's first case, behind a real nginx."""

import email
import os
import re
import secrets
import shlex
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import packages
import psycopg
import pytest
import requests
import totp
from bs4 import BeautifulSoup
from django.conf import settings
from processes import Child, free_port
from proving.processes import wait_for
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from bench import indices

pytestmark = pytest.mark.hard

ROOT = Path(__file__).resolve().parents[2]
MAIL, PASSWORD = "beheer@gemeente.example", "een heel lang wachtwoord"
WORKERS = 2
LATE = 5.0  # seconds that a site which is stopped does not answer in
MANY = 60  # clients that send half a request
PERSON = {"DJANGO_SUPERUSER_EMAIL": MAIL, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
INLINES = "organisation_links reuses results lessons sources documents related_links".split()


class Production:
    """A site of its own on PostgreSQL, behind nginx; nothing is there yet."""

    def __init__(self, var: Path, database: str, nginx: str) -> None:
        """Choose its ports."""
        self.var, self.nginx, self.port, self.tls_port = var, nginx, free_port(), free_port()
        self.url, self.certificate = f"https://localhost:{self.tls_port}", var / "fullchain.pem"
        self.env = {
            name: os.environ[name]
            for name in ("HOME", "LANG", "PATH", "ELASTICSEARCH_URL")
            if name in os.environ
        } | {
            "ALLOWED_HOSTS": "localhost",
            "BASE_URL": self.url,
            "BEHIND_PROXY": "1",
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "EMAIL_URL": "filemail://",
            "SEARCH_INDEX_PREFIX": f"production-{self.port}",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "VAR_DIR": str(var),
            "WEB_CONCURRENCY": str(WORKERS),
        }

    def manage(self, *command: str) -> str:
        """Run a command of `manage.py`, and return all that it says."""
        full = [sys.executable, "manage.py", *command]
        done = subprocess.run(
            full, cwd=ROOT, env=self.env | PERSON, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout + done.stderr

    def serve(self, stack: ExitStack) -> None:
        """Start web, worker and nginx."""
        gunicorn = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "gunicorn.conf.py",
            "--bind",
            f"127.0.0.1:{self.port}",
        ]
        self._start(stack, "web", gunicorn)
        self._start(stack, "worker", [sys.executable, "manage.py", "worker", "--verbosity", "0"])
        self._make_certificate()
        self._start(stack, "nginx", [self.nginx, "-e", "stderr", "-c", str(self._write_configuration())])
        wait_for(self._answers, what=f"the site; see {self.var}/log")

    def _start(self, stack: ExitStack, name: str, command: list[str]) -> None:
        """Start a process that is stopped in the end."""
        child = Child(name, command, self.var / "log" / f"{name}.log", env=self.env, cwd=str(ROOT))
        child.start()
        stack.callback(child.stop)

    def _make_certificate(self) -> None:
        """Write a certificate that is good for this machine."""
        options = shlex.split(
            "-x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
        )
        files = ["-keyout", str(self.var / "privkey.pem"), "-out", str(self.certificate)]
        subprocess.run(["openssl", "req", *options, *files], capture_output=True, check=True)

    def _write_configuration(self) -> Path:
        """Write our rules with the ports and folders of this site, and what Debian has around them."""
        text, path = (ROOT / "deploy" / "nginx.conf").read_text(), self.var / "nginx.conf"
        text = re.sub(r"(?m)^ *listen \[::\].*\n", "", text)
        ours = {
            "127.0.0.1:8000": f"127.0.0.1:{self.port}",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ": f"listen 127.0.0.1:{self.tls_port} ",
            "/etc/nginx/tls": str(self.var),
            "/srv/var": str(self.var),
        }
        for old, new in ours.items():
            assert old in text
            text = text.replace(old, new)
        user = "user root;" if os.geteuid() == 0 else ""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"{kind}_temp_path {self.var}/nginx-{kind};" for kind in kinds)
        head = (
            f"{user} daemon off; pid {self.var}/nginx.pid; error_log stderr; "
            f"events {{}} http {{ access_log off; {folders}\n"
        )
        path.write_text(f"{head}{text}}}\n")
        return path

    def visit(self, path: str, **options: Any) -> requests.Response:
        """Ask a page through nginx."""
        return requests.get(self.url + path, verify=self.certificate, timeout=60, **options)

    def _answers(self) -> bool:
        """Tell whether somebody is there."""
        try:
            return self.visit("/healthz").ok
        except requests.ConnectionError:
            return False

    def connect(self) -> ssl.SSLSocket:
        """Return a connection with nginx."""
        context = ssl.create_default_context(cafile=self.certificate)
        return context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.tls_port)), server_hostname="localhost"
        )


class Editor:
    """A browser of somebody who works on the site."""

    def __init__(self, site: Production) -> None:
        """Begin without cookies."""
        self.site, self.session = site, requests.Session()
        self.session.verify, self.session.trust_env = str(site.certificate), False

    def get(self, path: str) -> BeautifulSoup:
        """Open a page."""
        answer = self.session.get(self.site.url + path, timeout=60)
        assert answer.ok, f"{path}: {answer.status_code}"
        return BeautifulSoup(answer.text, "html.parser")

    def post(self, path: str, form: dict[str, Any], **files: Any) -> requests.Response:
        """Send a form as the page that it stands on would."""
        hidden = self.session.cookies.get("csrftoken", "")
        headers = {"Referer": self.site.url + path, "Origin": self.site.url}
        form = {"csrfmiddlewaretoken": hidden} | form
        return self.session.post(self.site.url + path, form, headers=headers, files=files or None, timeout=60)

    def log_in(self) -> None:
        """Log in for the first time: confirm the address, and set up the second step."""
        self.get("/accounts/login/")
        self.post("/accounts/login/", {"login": MAIL, "password": PASSWORD})
        confirm = "/accounts/confirm-email/" + self._read_mail(r"/accounts/confirm-email/([^\s/]+/)")
        self.get(confirm)
        self.post(confirm, {})
        self.get("/accounts/login/")
        self.post("/accounts/login/", {"login": MAIL, "password": PASSWORD})
        activate = "/accounts/2fa/totp/activate/"
        self.get(activate)  # asks for the password once more
        self.post(f"/accounts/reauthenticate/?next={activate}", {"password": PASSWORD})
        page = self.get(activate)
        secret = page.select_one("#authenticator_secret")["value"]
        answer = self.post(activate, {"code": totp.build_code(secret, time.time())})
        assert "/2fa/recovery-codes" in answer.url, answer.text

    def _read_mail(self, pattern: str) -> str:
        """Return what a pattern finds in the mails of the site."""
        mails = [
            email.message_from_bytes(path.read_bytes(), policy=default)
            for path in (self.site.var / "mail").iterdir()
        ]
        texts = [mail.get_body(("plain",)).get_content() for mail in mails]
        return next(found[1] for text in texts if (found := re.search(pattern, text)))

    def add_document(self, title: str, content: bytes) -> requests.Response:
        """Upload a document."""
        form = {"title": title, "collection": "1", "tags": ""}
        return self.post("/cms/documents/add/", form, file=("plan.txt", content, "text/plain"))

    def publish_case(self, index: int, document: int) -> requests.Response:
        """Write a case with a document, and publish it at once."""
        section = {
            "heading": "aanpak",
            "own_heading": "",
            "content": streamfield([("text", rich_text("<p>Zo ging het.</p>"))]),
        }
        inlines = {
            name: inline_formset([{"document": str(document)}] if name == "documents" else [])
            for name in INLINES
        }
        form = {
            "title": "Slim asfalt",
            "slug": "slim-asfalt",
            "summary": "In het kort.",
            "language": "nl",
            "tags": "",
        }
        form |= {"body": streamfield([("section", section)]), "action-publish": "1", **inlines}
        return self.post(f"/cms/pages/add/practices/practicepage/{index}/", nested_form_data(form))


@pytest.fixture(scope="module")
def stack() -> Iterator[ExitStack]:
    """Give what stops and takes away everything in the end."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest, stack: ExitStack, tmp_path_factory: pytest.TempPathFactory
) -> Production:
    """Return a site of which only the variables are set."""
    server, nginx = request.config.getoption("--postgres"), packages.find_nginx()
    if not (server and nginx and os.environ.get("ELASTICSEARCH_URL")):
        pytest.skip("no PostgreSQL, engine or nginx: run `make hard`")
    name = f"production_{os.getpid()}"
    tell = stack.enter_context(psycopg.connect(server, autocommit=True)).execute
    tell(f"CREATE DATABASE {name}")
    stack.callback(tell, f"DROP DATABASE {name} WITH (FORCE)")
    site = Production(
        tmp_path_factory.mktemp("production"), urlsplit(server)._replace(path=f"/{name}").geturl(), nginx
    )
    engine = os.environ["ELASTICSEARCH_URL"].split(",")[0]
    stack.callback(drop_indices, engine, site.env["SEARCH_INDEX_PREFIX"])
    return site


def drop_indices(engine: str, prefix: str) -> None:
    """Take away the indices of the site."""
    indices.delete_indices(engine, f"{prefix}-")


def read_commands() -> list[str]:
    """Return the commands of the first start, as the page for operators has them."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    part = text.partition("\n## First start\n")[2].partition("\n## ")[0]
    return re.findall(r"`manage\.py (.+?)`", part)


@pytest.fixture(scope="module")
def started(site: Production, stack: ExitStack) -> Production:
    """Return the site after its first start, with all commands of the page in their order."""
    for command in read_commands():
        words = shlex.split(command)
        said = site.manage(*words, *(["--noinput"] if words[0] == "createsuperuser" else []))
        if words[0] == "check":
            assert "no issues" in said, said
    site.serve(stack)
    return site


def test_the_page_for_operators_names_the_commands_of_the_first_start() -> None:
    first = [command.split()[0] for command in read_commands()]
    assert first[:6] == [
        "migrate",
        "createcachetable",
        "setup_site",
        "import_organisations",
        "collectstatic",
        "search_index",
    ]
    assert first[6:] == ["createsuperuser", "check"]


def test_a_visitor_reads_the_first_case(started: Production, tell: Callable[[str], None]) -> None:
    begun = time.monotonic()
    editor = Editor(started)
    editor.log_in()
    assert editor.add_document("Het plan", b"kanarie").ok
    document = started.manage(
        "shell", "--no-imports", "-c", ask_for("wagtail.documents.models.Document", "pk")
    ).strip()
    index = started.manage(
        "shell", "--no-imports", "-c", ask_for("practices.models.PracticeIndexPage", "pk")
    ).strip()
    assert editor.publish_case(int(index), int(document)).ok
    page = started.visit("/praktijkvoorbeelden/slim-asfalt/")
    assert (page.status_code, "Zo ging het." in page.text) == (200, True)
    tell(f"{time.monotonic() - begun:.0f} s from log-in to the first case")
    link = BeautifulSoup(page.text, "html.parser").select_one(".attachment a")["href"]
    wait_for(lambda: started.visit(link).text == "kanarie", what="the document of the case")
    wait_for(lambda: "slim-asfalt" in started.visit("/zoeken/?q=asfalt").text, what="the case among the hits")
    for path in (
        "/media/documents/plan.txt",
        "/media/",
        "/private/documents/plan.txt",
        "/media/images/../../private/documents/plan.txt",
    ):
        answer = requests.Request("GET", started.url).prepare()
        answer.url = started.url + path  # as it is: nobody takes the dots out
        assert requests.Session().send(answer, verify=started.certificate).status_code in {400, 404}


def ask_for(name: str, attribute: str) -> str:
    """Return a line of Python that prints something of the first row."""
    module, _, model = name.rpartition(".")
    return f"from {module} import {model}; print({model}.objects.order_by('pk').first().{attribute})"


def test_static_files_and_the_way_to_https_work(started: Production) -> None:
    home = started.visit("/")
    style = BeautifulSoup(home.text, "html.parser").select_one("link[rel=stylesheet]")["href"]
    answer = started.visit(style)
    assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)
    assert "max-age" in home.headers["Strict-Transport-Security"]


def test_what_a_client_says_of_itself_is_not_believed(started: Production) -> None:
    """Log-in is limited per address: another one in each request would get round it."""
    statuses = set()
    for number in range(40):
        editor = Editor(started)
        editor.session.headers["X-Forwarded-For"] = f"192.0.2.{number}"
        editor.get("/accounts/login/")
        statuses.add(
            editor.post("/accounts/login/", {"login": f"a{number}@b.example", "password": "x"}).status_code
        )
    assert 429 in statuses


@pytest.mark.parametrize(
    "begun",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n",
        b"POST /zoeken/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nq=",
    ],
)
def test_clients_that_send_half_a_request_stop_nobody(started: Production, begun: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(closing(started.connect())).sendall(begun)
        assert [started.visit("/").status_code for _ in range(10)] == [200] * 10


def test_clients_that_do_not_read_their_answer_stop_nobody(started: Production) -> None:
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(closing(started.connect())).sendall(
                b"GET /praktijkvoorbeelden/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
        assert started.visit("/privacy/").status_code == 200


def test_without_nginx_they_would_stop_the_site(started: Production) -> None:
    """The control."""
    with ExitStack() as stack:
        for _ in range(2 * WORKERS):
            connection = stack.enter_context(closing(socket.create_connection(("127.0.0.1", started.port))))
            connection.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises(requests.Timeout):
            requests.get(f"http://127.0.0.1:{started.port}/healthz", timeout=LATE)
    wait_for(lambda: started.visit("/healthz").ok, what="the site")


def test_the_largest_document_is_taken_and_a_body_that_is_larger_refused(started: Production) -> None:
    editor = Editor(started)
    editor.get("/accounts/login/")
    largest = settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
    assert editor.add_document("Groot", b"x" * largest).status_code != 413
    refused = editor.add_document("Te groot", b"x" * (largest + 2 * 1024 * 1024))
    assert (refused.status_code, "te groot" in refused.text) == (413, True)
