"""Several `guardian serve` on one PostgreSQL behind nginx, with one that is killed.

    replicas_tests.py GUARDIAN NGINX POSTGRES FOLDER

POSTGRES is the folder of PostgreSQL's programs. Only what is started here is ended here.
"""
import http.client
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "nginx"))
from nginx_tests import NAME, free_port, listens  # noqa: E402

PATIENCE = 180  # seconds that nothing here takes, also on a machine with much else to do
CASE = json.loads((ROOT / "examples/cases/01-warfarin-fluconazole-aspirin.json").read_text(encoding="utf-8"))
SECRET = "Planted-Password-7"


def wait_for(what, condition):
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(what)
        time.sleep(0.1)


class Machine:
    """PostgreSQL, replicas and nginx in one folder. PostgreSQL runs as nobody where this is run by root."""

    def __init__(self, guardian, nginx, postgres, folder):
        self.guardian, self.nginx, self.postgres, self.folder = guardian, nginx, pathlib.Path(postgres), folder
        self.user = {}
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        # Beside the folder of the build, which others may not enter: a short name too, as that of a socket must be.
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="guardian-replicas-"))
        if self.user:
            os.chown(self.data, self.user["user"], self.user["group"])
        self.data.chmod(0o700)
        self.server = None
        self.replicas = {}
        self.front = None
        self.port = None
        first = self.data / "password"
        first.write_text(SECRET, encoding="utf-8")
        first.chmod(0o644)  # within a folder that is PostgreSQL's alone
        subprocess.run([self.postgres / "initdb", "-D", self.data / "db", "-U", "guardian", "-A", "scram-sha-256",
                        f"--pwfile={first}", "-E", "UTF8", "--locale=C"], check=True, capture_output=True, cwd="/",
                       **self.user)
        self.passwords = folder / "passwords"
        self.passwords.write_text(f"*:*:*:guardian:{SECRET}\n", encoding="utf-8")
        self.passwords.chmod(0o600)
        self.environment = dict(os.environ, PGPASSFILE=str(self.passwords))
        self.start_database()
        self.key = folder / "ledger.key"
        self.run("ledger", "key", self.key)

    def start_database(self):
        log = open(self.data / "log", "ab")
        self.server = subprocess.Popen(
            [self.postgres / "postgres", "-D", self.data / "db", "-c", "listen_addresses=", "-c",
             f"unix_socket_directories={self.data}"], stdout=log, stderr=log, cwd="/", **self.user)
        log.close()
        wait_for("PostgreSQL did not start", lambda: self.sql("postgres", "SELECT 1", check=False).returncode == 0)

    def kill_database(self):
        """As a power cut would: nothing is written in the end."""
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(PATIENCE)

    def sql(self, database, text, check=True):
        return subprocess.run([self.postgres / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.data,
                               "-U", "guardian", "-d", database, "-c", text], check=check, capture_output=True,
                              text=True, env=self.environment)

    def ledger(self, database):
        """A new database, by its name for the program."""
        self.sql("postgres", f"CREATE DATABASE {database}")
        return f"postgresql://guardian@/{database}?host={self.data}"

    def run(self, *arguments, status=0):
        done = subprocess.run([self.guardian, *arguments], capture_output=True, text=True, env=self.environment,
                              timeout=PATIENCE)
        if done.returncode != status:
            raise AssertionError(f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def verified(self, ledger):
        return json.loads(self.run("ledger", "verify", ledger, "--ledger-key", self.key, "--format", "json"))

    def rows(self, ledger):
        return [json.loads(line) for line in self.run("ledger", "export", ledger).splitlines()]

    def start_replica(self, name, ledger, port=None):
        port = port or free_port()
        log = open(self.folder / f"{name}.log", "ab")
        process = subprocess.Popen([self.guardian, "serve", "--demo", "--offline", "--port", str(port), "--ledger",
                                    ledger, "--ledger-key", self.key], stdout=log, stderr=log, env=self.environment)
        log.close()
        self.replicas[name] = (process, port)
        wait_for(f"{name} did not start", lambda: listens(port))
        return port

    def stop_replicas(self):
        for process, _ in self.replicas.values():
            process.terminate()
        for process, _ in self.replicas.values():
            end(process)
        self.replicas.clear()

    def start_front(self):
        """nginx with the configuration that is delivered, and the upstream of docs/replicas.md."""
        certificate = self.folder / "tls.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=" + NAME, "-addext", "subjectAltName=DNS:" + NAME, "-keyout",
                        self.folder / "tls.key", "-out", certificate], check=True, capture_output=True)
        self.context = ssl.create_default_context(cafile=str(certificate))
        self.port = free_port()
        text = (ROOT / "packaging" / "nginx.conf").read_text(encoding="utf-8")
        own_folders = "".join(f"  {kind}_temp_path {self.folder}/{kind};\n"
                              for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        servers = "".join(f"server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;\n"
                          for _, port in self.replicas.values())
        for old, new in (("/var/log/nginx/error.log", str(self.folder / "error.log")),
                         ("http {\n", "http {\n" + own_folders),
                         ("server 127.0.0.1:8080;", servers),
                         ("listen 443 ssl;", f"listen 127.0.0.1:{self.port} ssl;"),
                         ("/etc/guardian/tls.crt", str(certificate)),
                         ("/etc/guardian/tls.key", str(self.folder / "tls.key"))):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        text = text.replace("limit_req zone=requests burst=100 nodelay;", "")  # the load comes from one address
        configuration = self.folder / "nginx.conf"
        configuration.write_text(text, encoding="utf-8")
        own = "daemon off; pid %s;" % (self.folder / "nginx.pid")
        if os.getuid() == 0:
            own += " user root;"  # the folder is ours alone
        log = open(self.folder / "nginx.stderr", "wb")
        self.front = subprocess.Popen([self.nginx, "-p", self.folder, "-c", configuration, "-g", own], stdout=log,
                                      stderr=log)
        log.close()
        wait_for("nginx did not start: " + (self.folder / "nginx.stderr").read_text(), lambda: listens(self.port))

    def ask(self, method, path, body=None, key=None, port=None):
        """Through nginx, or straight to a replica: status, headers, text. None: the connection was lost."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=PATIENCE)
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = f'"{key}"'
        try:
            if not port:
                raw = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
                connection.sock = self.context.wrap_socket(raw, server_hostname=NAME)
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return reply.status, reply.headers, reply.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def stop(self):
        if self.front:
            self.front.terminate()
            end(self.front)
        self.stop_replicas()
        self.server.send_signal(signal.SIGINT)
        end(self.server)
        shutil.rmtree(self.data)


def end(process):
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


def case(name):
    return dict(CASE, id=name)


class Load:
    """Clients that send cases and, where no answer comes, send them again with the same key."""

    def __init__(self, machine, clients):
        self.machine = machine
        self.going = True
        self.answers = []  # (id of the case, review)
        self.odd = []
        self.again = 0
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.client, args=(i,), daemon=True) for i in range(clients)]
        for thread in self.threads:
            thread.start()

    def client(self, number):
        count = 0
        while self.going:
            count += 1
            name = f"L-{number}-{count}"
            body = json.dumps(case(name))
            key = str(uuid.uuid4())
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                reply = self.machine.ask("POST", "/v1/review?depth=findings", body, key)
                if reply and reply[0] == 200:
                    with self.lock:
                        self.answers.append((name, json.loads(reply[2])))
                    break
                with self.lock:
                    self.again += 1
                    if reply and reply[0] not in (409, 502, 504):
                        self.odd.append(reply[0])
                time.sleep(0.1)
            else:
                with self.lock:
                    self.odd.append(f"{name}: no answer")

    def stop(self):
        self.going = False
        for thread in self.threads:
            thread.join(2 * PATIENCE)


class LedgerTests(unittest.TestCase):
    """One program at a time."""
    machine = None

    def review(self, ledger, *more, status=0):
        file = self.machine.folder / "case.json"
        file.write_text(json.dumps(case("P-1")), encoding="utf-8")
        return self.machine.run("review", file, "--offline", "--format", "json", "--ledger", ledger, *more,
                                status=status)

    def test_1_same_bytes(self):
        """a ledger in PostgreSQL is verified, shown, exported, replayed and added to as one in a file is"""
        machine = self.machine
        ledger = machine.ledger("same_bytes")
        use = ("--ledger-key", machine.key)
        review = json.loads(self.review(ledger, *use))
        self.assertEqual(review["ledger"]["sequence"], 1)
        self.review(ledger, *use)
        found = machine.verified(ledger)
        self.assertEqual((found["rows"], found["damage"]), (2, []))
        self.assertIn(review["ledger"]["hash"], machine.run("ledger", "show", ledger, "1"))
        finding = review["findings"][0]["id"]
        machine.run("ledger", "outcome", ledger, "1", "--finding", finding, "--label", "right", *use)
        machine.run("ledger", "replay", ledger, "1", *use)
        machine.run("ledger", "erase", ledger, "P-1", "--reason", "patient-request", *use)
        machine.run("ledger", "replay", ledger, "1", *use, status=1)
        self.assertEqual([row["kind"] for row in machine.rows(ledger)], ["review", "review", "outcome", "erasure"])
        self.assertTrue(machine.verified(ledger)["sound"])
        told = json.JSONDecoder().raw_decode(machine.run("audit", "analyze", ledger, *use, "--format", "json"))[0]
        self.assertEqual((told["ledger"]["rows"], told["ledger"]["content"]["erased"]), (4, 2))

    def test_2_tampering(self):
        """what is changed in PostgreSQL behind the back of the program is found"""
        machine = self.machine
        use = ("--ledger-key", machine.key)
        around = "SET session_replication_role = replica; "
        for number, (statement, kind) in enumerate((
                ("UPDATE guardian.entry SET at_ms = at_ms + 1 WHERE sequence = 2", "changed"),
                ("DELETE FROM guardian.entry WHERE sequence = 2", "missing"),
                ("DELETE FROM guardian.entry WHERE sequence = 3", "cut"),
                ("DELETE FROM guardian.patient_key", "key missing"),
                ("DROP TRIGGER entry_stays ON guardian.entry", "tables"),
                ("ALTER TABLE guardian.entry SET UNLOGGED", "tables"),
                ("CREATE OR REPLACE FUNCTION guardian.refuse() RETURNS trigger LANGUAGE plpgsql AS "
                 "'BEGIN RETURN NEW; END'", "tables"))):
            ledger = machine.ledger(f"tampered_{number}")
            for _ in range(3):
                self.review(ledger, *use)
            machine.sql(f"tampered_{number}", around + statement)
            told = machine.run("ledger", "verify", ledger, *use, "--format", "json", status=1)
            self.assertIn(kind, [damage["kind"] for damage in json.loads(told)["damage"]], statement)

    def test_3_triggers(self):
        """PostgreSQL itself refuses to change, remove or exchange rows of a ledger"""
        machine = self.machine
        ledger = machine.ledger("refused")
        self.review(ledger, "--ledger-key", machine.key)
        for statement in ("UPDATE guardian.entry SET at_ms = 0", "DELETE FROM guardian.entry", "TRUNCATE guardian.entry",
                          "DELETE FROM guardian.checkpoint", "UPDATE guardian.ledger SET version = 9",
                          "UPDATE guardian.patient_key SET wrapped = ''", "DELETE FROM guardian.signer",
                          "INSERT INTO guardian.entry SELECT 7, kind, at_ms, about, patient_key, hash, open, sealed "
                          "FROM guardian.entry"):
            self.assertNotEqual(machine.sql("refused", statement, check=False).returncode, 0, statement)
        self.assertTrue(machine.verified(ledger)["sound"])

    def test_4_calls(self):
        """a call that is wrong makes no ledger, and no message holds a password"""
        machine = self.machine
        ledger = machine.ledger("calls")
        self.assertIn("needs the file of its key", self.review(ledger, status=2))
        told = machine.run("ledger", "verify", ledger, status=2)
        self.assertIn("holds no ledger", told)
        for wrong in (f"postgresql://guardian:{SECRET}@/calls?host={machine.data}",
                      f"postgresql://guardian:{SECRET}@/calls?hots={machine.data}",
                      f"postgresql://guardian:{SECRET}@:xyz:/calls"):
            for command in (("ledger", "verify"), ("audit", "analyze")):
                told = machine.run(*command, wrong, status=2)
                self.assertNotIn(SECRET, told)
        other = machine.folder / "other.key"
        machine.run("ledger", "key", other)
        self.review(ledger, "--ledger-key", machine.key)
        self.assertIn("kept with another key", self.review(ledger, "--ledger-key", other, status=2))

    def test_5_settings(self):
        """a settings file may name a server with a password, and nothing tells it"""
        machine = self.machine
        machine.ledger("settings")
        port = free_port()
        settings = machine.folder / "settings.json"
        for secret in (SECRET, "Wrong-" + SECRET):
            settings.write_text(json.dumps({"port": port, "ledger": {
                "file": f"postgresql://guardian:{secret}@/settings?host={machine.data}",
                "key": str(machine.key)}}), encoding="utf-8")
            log = machine.folder / "settings.log"
            with open(log, "wb") as out:
                process = subprocess.Popen([machine.guardian, "serve", "--demo", "--offline", "--config", settings],
                                           stdout=out, stderr=out)
            try:
                wait_for("the service did not start", lambda: listens(port))
                reply = machine.ask("POST", "/v1/review?depth=findings", json.dumps(CASE), port=port)
                review = json.loads(reply[2])
                self.assertTrue(review["findings"])
                self.assertEqual("sequence" in review["ledger"], secret == SECRET)
                self.assertNotIn(SECRET, reply[2].decode())
                ready = machine.ask("GET", "/readyz", port=port)
                self.assertEqual(ready[0], 200 if secret == SECRET else 503)
            finally:
                process.terminate()
                end(process)
            self.assertNotIn(SECRET, log.read_text(encoding="utf-8"))

    def test_6_flushing(self):
        """a server that does not flush what it writes keeps no ledger"""
        machine = self.machine
        ledger = machine.ledger("flushing")
        machine.sql("postgres", "ALTER SYSTEM SET fsync = off")
        machine.sql("postgres", "SELECT pg_reload_conf()")
        try:
            wait_for("fsync did not change",
                     lambda: machine.sql("postgres", "SHOW fsync").stdout.strip() == "off")
            review = json.loads(self.review(ledger, "--ledger-key", machine.key).split("\nguardian:")[0])
            self.assertIn("fsync is off", review["ledger"]["unrecorded"])
            self.assertTrue(review["findings"])
        finally:
            machine.sql("postgres", "ALTER SYSTEM RESET fsync")
            machine.sql("postgres", "SELECT pg_reload_conf()")

    def test_7_turns(self):
        """who writes waits for its turn, and goes on unrecorded when it takes too long"""
        machine = self.machine
        ledger = machine.ledger("turns")
        use = ("--ledger-key", machine.key)
        self.review(ledger, *use)
        for held, recorded in ((2, True), (30, False)):
            begun = subprocess.Popen([machine.postgres / "psql", "-X", "-q", "-h", machine.data, "-U", "guardian", "-d",
                                      "turns"], stdin=subprocess.PIPE, env=machine.environment)
            begun.stdin.write(b"BEGIN; SELECT pg_advisory_xact_lock(1196181297, 1) \\g /dev/null\n"
                              + f"SELECT pg_sleep({held}) \\g /dev/null\n".encode())
            begun.stdin.close()
            try:
                wait_for("nobody has the turn", lambda: machine.sql(
                    "turns", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").stdout.strip() == "1")
                review = json.JSONDecoder().raw_decode(self.review(ledger, *use))[0]
                self.assertTrue(review["findings"])
                self.assertEqual("sequence" in review["ledger"], recorded, review["ledger"])
            finally:
                begun.kill()
                begun.wait(PATIENCE)
            wait_for("the turn is not given back", lambda: machine.sql(
                "turns", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").stdout.strip() == "0"
                or machine.sql("turns", "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))
        self.assertEqual(machine.verified(ledger)["rows"], 2)


class FleetTests(unittest.TestCase):
    """Three replicas behind nginx, used in the order of the names."""
    machine = None
    ledger = None
    expected = None  # findings of the case, as one program alone finds them

    @classmethod
    def setUpClass(cls):
        alone = cls.machine.run("review", ROOT / "examples/cases/01-warfarin-fluconazole-aspirin.json", "--offline",
                                "--format", "json")
        cls.expected = {(finding["id"], finding["severity"]) for finding in json.loads(alone)["findings"]}
        cls.ledger = cls.machine.ledger("fleet")
        for name in ("one", "two", "three"):
            cls.machine.start_replica(name, cls.ledger)
        cls.machine.start_front()

    @classmethod
    def tearDownClass(cls):
        cls.machine.stop_replicas()

    def check(self, load):
        """Every answer is right, and what it says of the ledger is in there, once."""
        self.assertEqual(load.odd, [])
        recorded = {}
        for name, review in load.answers:
            self.assertEqual(review["case_id"], name)
            self.assertEqual({(finding["id"], finding["severity"]) for finding in review["findings"]}, self.expected)
            place = review["ledger"]
            if "sequence" in place:
                self.assertNotIn(place["sequence"], recorded)
                recorded[place["sequence"]] = place["hash"]
        rows = {row["sequence"]: row["hash"] for row in self.machine.rows(self.ledger)}
        self.assertEqual({sequence: rows.get(sequence) for sequence in recorded}, recorded)
        found = self.machine.verified(self.ledger)
        self.assertEqual((found["damage"], found["rows"]), ([], len(rows)))
        return len(recorded)

    def test_1_replica_killed(self):
        """of a replica that is killed under load no acknowledged row is lost, and no client gets a wrong answer"""
        load = Load(self.machine, 6)
        time.sleep(3)
        process, _ = self.machine.replicas["two"]
        process.kill()
        process.wait(PATIENCE)
        time.sleep(4)
        load.stop()
        recorded = self.check(load)
        self.assertEqual(recorded, len(load.answers), "an answer was not recorded")
        self.assertGreater(recorded, 5)
        print(f"replica killed: {recorded} answers, all recorded; {load.again} sent again", file=sys.stderr)

    def test_2_database_killed(self):
        """PostgreSQL that is killed and started anew under load loses no acknowledged row, and findings go out"""
        load = Load(self.machine, 6)
        time.sleep(2)
        self.machine.kill_database()
        self.machine.start_database()
        time.sleep(4)
        load.stop()
        recorded = self.check(load)
        self.assertGreater(recorded, 5)
        print(f"database killed: {len(load.answers)} answers, {recorded} recorded; {load.again} sent again",
              file=sys.stderr)

    def test_3_replica_back(self):
        """a replica that comes back goes on with the same chain"""
        machine = self.machine
        port = machine.replicas["two"][1]
        before = machine.verified(self.ledger)["rows"]
        machine.start_replica("two", self.ledger, port)
        reply = machine.ask("POST", "/v1/review?depth=findings", json.dumps(case("back")), port=port)
        self.assertEqual(json.loads(reply[2])["ledger"]["sequence"], before + 1)
        self.assertTrue(machine.verified(self.ledger)["sound"])

    def test_4_sent_again(self):
        """a request that is sent again to another replica with its key is done once"""
        machine = self.machine
        two, three = (machine.replicas[name][1] for name in ("two", "three"))
        before = machine.verified(self.ledger)["rows"]
        key = str(uuid.uuid4())
        path, body = "/v1/review?depth=findings", json.dumps(case("again"))
        first = machine.ask("POST", path, body, key, port=three)
        second = machine.ask("POST", path, body, key, port=two)
        self.assertEqual((first[0], second[0]), (200, 200))
        self.assertEqual(first[2], second[2])
        self.assertEqual((first[1]["Idempotent-Replayed"], second[1]["Idempotent-Replayed"]), (None, "true"))
        self.assertEqual(machine.ask("POST", path, json.dumps(case("other")), key, port=two)[0], 422)
        self.assertEqual(machine.verified(self.ledger)["rows"], before + 1)

    def job(self, address, port):
        reply = self.machine.ask("GET", address, port=port)
        self.assertEqual(reply[0], 200, reply[2])
        return json.loads(reply[2])

    def test_5_job_of_the_dead(self):
        """a job whose replica is killed is finished by another, whole and in order, and each replica tells of it"""
        machine = self.machine
        cases = 400
        two, three = (machine.replicas[name][1] for name in ("two", "three"))
        process, one = machine.replicas["one"]
        begun = machine.ask("POST", "/v1/batch?depth=findings", json.dumps([case(f"J-{i}") for i in range(cases)]),
                            port=one)
        self.assertEqual(begun[0], 202, begun[2])
        self.assertTrue(json.loads(begun[2])["survives_restart"])
        address = begun[1]["Location"]
        wait_for("the job does not begin", lambda: self.job(address, two)["done"] > 0)
        held = machine.sql("fleet", "SELECT worker FROM guardian_work.piece WHERE reply IS NULL AND worker IS NOT NULL")
        process.kill()
        process.wait(PATIENCE)
        self.assertGreater(len(held.stdout.split()), 0)
        self.assertEqual(machine.ask("GET", address + "/result", port=two)[0], 409)
        wait_for("the job does not end", lambda: self.job(address, three)["state"] not in ("waiting", "running"))
        self.assertEqual(self.job(address, two)["state"], "done")
        result = machine.ask("GET", address + "/result", port=three)
        lines = [json.loads(line) for line in result[2].splitlines()]
        self.assertEqual([line["index"] for line in lines], list(range(cases)))
        rows = {row["sequence"]: row["hash"] for row in machine.rows(self.ledger)}
        for line in lines:
            self.assertEqual(line["status"], 200)
            review = line["answer"]
            self.assertEqual(review["case_id"], f"J-{line['index']}")
            self.assertEqual({(finding["id"], finding["severity"]) for finding in review["findings"]}, self.expected)
            self.assertEqual(rows[review["ledger"]["sequence"]], review["ledger"]["hash"])
        self.assertTrue(machine.verified(self.ledger)["sound"])
        # Of a case the server of the database sees nothing.
        for column in ("input", "reply"):
            seen = machine.sql("fleet", f"SELECT count(*), sum((position('Coumadin'::bytea in {column}) > 0)::int) "
                                        "FROM guardian_work.piece")
            self.assertEqual(seen.stdout.strip(), f"{cases}|0")

    def test_6_cancelled(self):
        """a job is cancelled over any replica"""
        machine = self.machine
        two, three = (machine.replicas[name][1] for name in ("two", "three"))
        begun = machine.ask("POST", "/v1/batch?depth=findings", json.dumps([case(f"C-{i}") for i in range(900)]),
                            port=two)
        address = begun[1]["Location"]
        self.assertEqual(json.loads(machine.ask("DELETE", address, port=three)[2])["state"], "cancelled")
        self.assertEqual(self.job(address, two)["state"], "cancelled")
        self.assertEqual(machine.ask("GET", address + "/result", port=two)[0], 409)

    def test_7_database_away(self):
        """while PostgreSQL is away findings go out unrecorded within seconds, and rows are written when it is back"""
        machine = self.machine
        port = machine.replicas["three"][1]
        machine.kill_database()
        replies = []

        def ask(number):
            begun = time.monotonic()
            reply = machine.ask("POST", "/v1/review?depth=findings", json.dumps(case(f"A-{number}")),
                                str(uuid.uuid4()), port=port)
            replies.append((time.monotonic() - begun, reply))

        for clients in (12, 12):
            threads = [threading.Thread(target=ask, args=(i,), daemon=True) for i in range(clients)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(PATIENCE)
        self.assertEqual(len(replies), 24)
        for seconds, reply in replies:
            self.assertLess(seconds, 40)
            review = json.loads(reply[2])
            self.assertEqual({(finding["id"], finding["severity"]) for finding in review["findings"]}, self.expected)
            self.assertIn("unrecorded", review["ledger"])
        self.assertEqual(machine.ask("GET", "/readyz", port=port)[0], 503)
        self.assertEqual(machine.ask("POST", "/v1/batch", json.dumps([CASE]), port=port)[0], 503)
        machine.start_database()
        wait_for("no row is written any more", lambda: "sequence" in json.loads(
            machine.ask("POST", "/v1/review?depth=findings", json.dumps(case("A")), port=port)[2])["ledger"])
        self.assertEqual(machine.ask("GET", "/readyz", port=port)[0], 200)
        self.assertTrue(machine.verified(self.ledger)["sound"])


def main():
    guardian, nginx, postgres, folder = sys.argv[1:]
    working = pathlib.Path(tempfile.mkdtemp(dir=folder))
    machine = Machine(guardian, nginx, postgres, working)
    LedgerTests.machine = FleetTests.machine = machine
    try:
        loader = unittest.defaultTestLoader
        suite = unittest.TestSuite(loader.loadTestsFromTestCase(tests) for tests in (LedgerTests, FleetTests))
        return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1
    finally:
        machine.stop()
        shutil.rmtree(working)


if __name__ == "__main__":
    sys.exit(main())
