"""What packaging/nginx.conf lets through, with nginx and the service themselves.

    nginx_tests.py GUARDIAN NGINX FOLDER

Of the configuration only what belongs to the machine is replaced: ports, files, the folders of nginx's own.
"""
import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NAME = "guardian.example.org"
PATIENCE = 60  # seconds that nothing here takes


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition):
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(what)
        time.sleep(0.05)


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Front:
    """The service, and nginx before it."""

    def __init__(self, guardian, nginx, folder):
        self.folder = folder
        self.processes = []
        self.certificate = folder / "tls.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=" + NAME, "-addext", "subjectAltName=DNS:" + NAME,
                        "-keyout", folder / "tls.key", "-out", self.certificate], check=True, capture_output=True)
        behind = free_port()
        self.port = free_port()
        with open(folder / "guardian.log", "wb") as log:
            self.processes.append(subprocess.Popen([guardian, "serve", "--demo", "--offline", "--port", str(behind)],
                                                   stdout=log, stderr=log))
        wait_for("the service did not start", lambda: listens(behind))
        configuration = folder / "nginx.conf"
        configuration.write_text(self.derived(behind), encoding="utf-8")
        own = "daemon off; pid %s;" % (folder / "nginx.pid")
        if os.getuid() == 0:
            own += " user root;"  # the folder is ours alone
        with open(folder / "nginx.stderr", "wb") as log:
            self.processes.append(subprocess.Popen([nginx, "-p", folder, "-c", configuration, "-g", own],
                                                   stdout=log, stderr=log))
        wait_for("nginx did not start: " + (folder / "nginx.stderr").read_text(), lambda: listens(self.port))

    def derived(self, behind):
        text = (ROOT / "packaging" / "nginx.conf").read_text(encoding="utf-8")
        own_folders = "".join(f"  {kind}_temp_path {self.folder}/{kind};\n"
                              for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        for old, new in (("/var/log/nginx/error.log", str(self.folder / "error.log")),
                         ("http {\n", "http {\n" + own_folders),
                         ("server 127.0.0.1:8080;", f"server 127.0.0.1:{behind};"),
                         ("listen 443 ssl;", f"listen 127.0.0.1:{self.port} ssl;"),
                         ("/etc/guardian/tls.crt", str(self.certificate)),
                         ("/etc/guardian/tls.key", str(self.folder / "tls.key"))):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text

    def context(self, version=None):
        context = ssl.create_default_context(cafile=str(self.certificate))
        if version:
            context.minimum_version = context.maximum_version = version
        return context

    def connected(self, version=None):
        raw = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        return self.context(version).wrap_socket(raw, server_hostname=NAME)

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(NAME)
        connection.sock = self.connected()
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        return reply, text

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def status_of(link):
    """The status of the one reply that comes, None when the connection ends without."""
    line = b""
    try:
        while not line.endswith(b"\n"):
            byte = link.recv(1)
            if not byte:
                return None
            line += byte
    except (ssl.SSLError, ConnectionError):
        return None
    return int(line.split()[1])


class NginxTests(unittest.TestCase):
    front = None

    def test_1_answers_over_tls(self):
        """nginx ends TLS 1.2 and 1.3, and the service answers behind it"""
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.front.connected(version) as link:
                link.sendall(b"GET /healthz HTTP/1.1\r\nHost: " + NAME.encode() + b"\r\nConnection: close\r\n\r\n")
                self.assertEqual(status_of(link), 200)
        case = (ROOT / "examples/cases/01-warfarin-fluconazole-aspirin.json").read_bytes()
        reply, text = self.front.ask("POST", "/v1/review", case, {"Content-Type": "application/json"})
        self.assertEqual(reply.status, 200)
        self.assertTrue(json.loads(text)["findings"])

    def test_2_headers(self):
        """every reply through nginx asks for TLS from then on, and none tells the version of nginx"""
        for path in ("/healthz", "/nothing", "/v1/openapi.json"):
            reply, _ = self.front.ask("GET", path)
            self.assertIn("max-age=", reply.getheader("Strict-Transport-Security") or "")
            self.assertNotIn("/", reply.getheader("Server") or "")

    def test_3_plain(self):
        """nginx answers nothing in plain text but that TLS is wanted"""
        with socket.create_connection(("127.0.0.1", self.front.port), PATIENCE) as link:
            link.sendall(b"GET /healthz HTTP/1.1\r\nHost: " + NAME.encode() + b"\r\n\r\n")
            self.assertEqual(status_of(link), 400)

    def test_4_size(self):
        """nginx turns away a body beyond 4 MiB, however it is sent, and a header beyond its buffers"""
        large = 4 * 1024 * 1024 + 1
        for declared in (b"Content-Length: %d\r\n\r\n" % large, b"Transfer-Encoding: chunked\r\n\r\n"):
            with self.front.connected() as link:
                link.sendall(b"POST /v1/review HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%s"
                             % (NAME.encode(), declared))
                if b"chunked" in declared:
                    try:
                        for _ in range(5):
                            link.sendall(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
                    except (ssl.SSLError, ConnectionError):
                        pass  # it may stop reading before all is sent
                self.assertEqual(status_of(link), 413)
        reply, text = self.front.ask("GET", "/healthz", headers={"X-Large": "x" * 40_000})
        self.assertEqual(reply.status, 400)
        self.assertIn(b"nginx", text)

    def test_5_slow(self):
        """nginx ends a header and a body that do not come"""
        statuses = {}

        def ask(name, text):
            with self.front.connected() as link:
                link.sendall(text)
                statuses[name] = status_of(link)

        slow = {"header": b"GET /healthz HTTP/1.1\r\nHost: x",
                "body": b"POST /v1/review HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"}
        threads = [threading.Thread(target=ask, args=item, daemon=True) for item in slow.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        self.assertEqual(set(statuses), {"header", "body"}, "a connection was left open")
        self.assertIn(statuses["header"], (None, 408))
        self.assertIn(statuses["body"], (None, 408))

    def test_6_connections(self):
        """nginx keeps one client to 64 requests at once, and others after it are served"""
        links = []
        try:
            # Each waits for a body that does not come, so that all are under way at once.
            for _ in range(80):
                link = self.front.connected()
                link.sendall(b"POST /v1/review HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
                links.append(link)
            replies = {}

            def settled():
                before = len(replies)
                time.sleep(0.5)
                for link in links:
                    link.settimeout(0)
                    try:
                        replies.setdefault(link, link.recv(12))
                    except ssl.SSLWantReadError:
                        pass  # it waits for its body
                return replies and len(replies) == before

            wait_for("nobody is refused", settled)
            self.assertEqual(list(replies.values()), [b"HTTP/1.1 503"] * 16)
        finally:
            for link in links:
                link.close()
        wait_for("nobody is served any more", lambda: self.front.ask("GET", "/healthz")[0].status == 200)

    def test_7_rate(self):
        """nginx refuses what one client asks beyond its rate, and its log quotes no address of a request"""
        asked = 900
        with self.front.connected() as link:
            request = b"GET /v1/reviews/PLANTED-WORD HTTP/1.1\r\nHost: x\r\n\r\n"
            last = b"GET /v1/reviews/PLANTED-WORD HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            threading.Thread(target=link.sendall, args=(request * (asked - 1) + last,), daemon=True).start()
            replies = b""
            while True:
                try:
                    some = link.recv(65536)
                except (ssl.SSLError, ConnectionError):
                    break
                if not some:
                    break
                replies += some
        self.assertGreater(replies.count(b"HTTP/1.1 503"), 0)
        self.assertGreater(replies.count(b"HTTP/1.1 404"), 0)
        for path in self.front.folder.glob("*"):
            if path.is_file():
                self.assertFalse(b"PLANTED-WORD" in path.read_bytes(), path.name)


def main():
    guardian, nginx, folder = sys.argv[1:]
    working = pathlib.Path(tempfile.mkdtemp(dir=folder))
    NginxTests.front = Front(guardian, nginx, working)
    try:
        suite = unittest.defaultTestLoader.loadTestsFromTestCase(NginxTests)
        return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1
    finally:
        NginxTests.front.stop()
        shutil.rmtree(working)


if __name__ == "__main__":
    sys.exit(main())
