"""The service under attack and on a failing machine: a hundred clients, many of them bad, while the model, the disk, the
memory and the knowledge base fail in turn. Exit status 0 when every answer was right and nothing acknowledged is lost.

    faults_tests.py GUARDIAN KNOWLEDGE_BASE [--seconds N] [--clients N] [--seed S] [--faketime LIBRARY]
                    [--only FAULT]

Every answer is held against the review of the same case by the program alone. With a model in it, an answer may have
more findings and more severe ones, never fewer or milder. An answer that names a row of the ledger is acknowledged: the
row must be there at the end, with that hash.
"""
import argparse
import http.client
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PATIENCE = 90  # seconds that an answer, a start and an end may take on a machine that does other things
SEVERITIES = ["minor", "moderate", "major", "critical"]
DECISIONS = ["clear", "info", "caution", "escalate", "block"]
FAULTS = ["model", "model", "disk", "memory", "knowledge", "knowledge gone", "knowledge rots", "clock"]
SCENARIOS = ["none", "500", "503", "429", "stall", "reset", "slow:3", "short-body", "malformed", "nan", "invalid-utf8",
             "deep_json", "safety", "empty", "prose", "wrong-schema", "duplicate-keys", "hallucinate", "downgrade",
             "obey-injection", "unknown-tool", "bad-args"]


def wait_for(what, condition):
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(what)
        time.sleep(0.05)


def cases():
    """(name, text): the examples, whole and cut down to other sets of medicines, so that answers differ."""
    drugs = ["warfarin 5 mg daily", "fluconazole 200 mg daily", "ibuprofen 400 mg TID", "simvastatin 40 mg", "sertraline 50 mg",
             "phenelzine 15 mg TID", "lithium 300 mg BID", "lisinopril 10 mg", "clarithromycin 500 mg BID", "colchicine 0.6 mg",
             "methotrexate 15 mg weekly", "trimethoprim 100 mg", "unknownol 5 mg", "paracetamol 1 g QID", "tramadol 50 mg"]
    made = []
    for number in range(40):
        chosen = random.Random(number).sample(drugs, 3)
        made.append((f"F-{number}", {"id": f"F-{number}", "as_of": "2026-11-02T08:00:00Z", "patient": {"age": 40 + number, "sex": "F"},
                                     "medications": chosen[:2], "orders": chosen[2:]}))
    for file in sorted((ROOT / "examples/cases").glob("*.json")):
        case = json.loads(file.read_text(encoding="utf-8"))
        if "id" in case and "as_of" in case and "resourceType" not in case:
            made.append((case["id"], case))
    return [(name, json.dumps(case)) for name, case in made]


def essence(review):
    """What no fault may change."""
    return {"findings": sorted((f["id"], f["severity"]) for f in review["findings"]),
            "words": review["findings"],
            "unresolved": sorted(m["text"] for m in review["unresolved"]), "decision": review["decision"],
            "status": review["status"]}


def flaws(expected, review, with_model):
    """What is wrong with an answer: words without anything of the patient."""
    if not with_model:
        got = essence(review)
        return [f"{part} differ" for part in expected if got[part] != expected[part]]
    found = {}
    for finding in review["findings"]:
        found[finding["id"]] = max(found.get(finding["id"], 0), SEVERITIES.index(finding["severity"]))
    said = [f"the finding {name} is missing or milder" for name, severity in expected["findings"]
            if found.get(name, -1) < SEVERITIES.index(severity)]
    if DECISIONS.index(review["decision"]) < DECISIONS.index(expected["decision"]):
        said.append("the decision is milder")
    if not set(expected["unresolved"]) <= {m["text"] for m in review["unresolved"]}:
        said.append("an unknown medicine is not shown")
    return said


def preloaded(options):
    """libfaketime with the allocator of the C library: with jemalloc, which asks for the time while it starts, it hangs."""
    linked = subprocess.run(["ldd", options.guardian], capture_output=True, text=True, check=True).stdout
    plain = [line.split(" => ")[1].split()[0] for line in linked.splitlines() if line.strip().startswith(("libc.so", "libstdc++.so"))]
    return ":".join([options.faketime, *plain])


class Machine:
    """The service, its model and its files, with what goes wrong with them."""

    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.whole = pathlib.Path(options.knowledge_base)
        self.live = folder / "live.kb"
        shutil.copy(self.whole, self.live)
        self.ledger = folder / "reviews.ledger"
        self.model_port = 0
        self.model = None
        self.done = {}
        self.last = ""
        self.start_model("none")
        self.out = folder / "serve.out"
        self.err = folder / "serve.err"
        self.clock = folder / "clock"
        self.clock.write_text("+0", encoding="utf-8")
        self.port = 0
        self.start_service()

    def start_service(self):
        environment = {**os.environ, "GEMINI_API_KEY": "any", "GOOGLE_GEMINI_BASE_URL": f"http://127.0.0.1:{self.model_port}"}
        if self.options.faketime:
            environment |= {"LD_PRELOAD": preloaded(self.options), "FAKETIME_TIMESTAMP_FILE": str(self.clock), "FAKETIME_NO_CACHE": "1",
                            "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.service = subprocess.Popen([self.options.guardian, "serve", "--demo", "--port", str(self.port), "--kb", self.live, "--ledger", self.ledger],
                                        stdout=self.out.open("wb"), stderr=self.err.open("ab"), env=environment)
        wait_for("the service starts", lambda: b"/v1/openapi.json\n" in self.out.read_bytes() or self.service.poll() is not None)
        if self.service.poll() is not None:
            raise AssertionError("the service did not start: " + self.err.read_text()[-2000:])
        text = self.out.read_text()
        self.port = int(text[text.index("http://127.0.0.1:") + 17:].split("/")[0].split()[0])

    def start_model(self, scenario):
        out = self.folder / "model.out"
        out.write_bytes(b"")
        command = [self.options.guardian, "fake-gemini", "--port", str(self.model_port)]
        if scenario != "none":
            command += ["--scenario", scenario]
        self.model = subprocess.Popen(command, stdout=out.open("wb"), stderr=subprocess.DEVNULL)
        wait_for("the model starts", lambda: b"http://127.0.0.1:" in out.read_bytes() or self.model.poll() is not None)
        if self.model_port == 0:
            self.model_port = int(out.read_text().split("http://127.0.0.1:")[1].split()[0].split("/")[0])

    def count(self, fault):
        self.done[fault] = self.done.get(fault, 0) + 1

    def limit(self, what, amount):
        _, hard = resource.prlimit(self.service.pid, what)
        resource.prlimit(self.service.pid, what, (amount if amount >= 0 else hard, hard))

    def replace(self, content):
        new = self.live.with_suffix(".new")
        new.write_bytes(content)
        new.rename(self.live)
        self.service.send_signal(signal.SIGHUP)

    def fault(self, dice, stop):
        """One fault, mended again. `stop` ends the wait."""
        kind = self.options.only or dice.choice(FAULTS)
        self.last = kind
        if kind == "model":
            self.model.kill()
            self.model.wait()
            stop.wait(dice.uniform(0, 0.5))
            self.start_model(dice.choice(SCENARIOS))
        elif kind == "disk":
            self.limit(resource.RLIMIT_FSIZE, 40_000)
            stop.wait(dice.uniform(0.5, 2))
            self.limit(resource.RLIMIT_FSIZE, -1)
        elif kind == "memory":
            pages = int(pathlib.Path(f"/proc/{self.service.pid}/statm").read_text().split()[0])
            self.limit(resource.RLIMIT_AS, pages * os.sysconf("SC_PAGE_SIZE") + dice.choice([0, 1 << 20, 32 << 20]))
            stop.wait(dice.uniform(0.2, 1))
            # Without any memory the program may end; whoever watches over it starts it again. What it acknowledged is there.
            if self.service.poll() is not None:
                self.count("ended for want of memory")
                self.start_service()
            else:
                self.limit(resource.RLIMIT_AS, -1)
                # What threw then may only now have been caught.
                stop.wait(1)
                if self.service.poll() is not None:
                    self.count("ended for want of memory")
                    self.start_service()
        elif kind == "knowledge":
            whole = bytearray(self.whole.read_bytes())
            if dice.random() < 0.5:
                for _ in range(20):
                    whole[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
            else:
                del whole[dice.randrange(len(whole)):]
            self.replace(bytes(whole))
            stop.wait(dice.uniform(0.2, 1))
            self.replace(self.whole.read_bytes())
        elif kind == "knowledge rots":
            # Under the service, which has the file open: a disk that fails, or a copy over it.
            with self.live.open("r+b") as file:
                size = file.seek(0, os.SEEK_END)
                for _ in range(2000):
                    file.seek(dice.randrange(size))
                    file.write(b"x")
            stop.wait(dice.uniform(0.2, 1))
            self.replace(self.whole.read_bytes())
        elif kind == "knowledge gone":
            self.live.unlink()
            self.service.send_signal(signal.SIGHUP)
            stop.wait(dice.uniform(0.2, 1))
            self.replace(self.whole.read_bytes())
        elif self.options.faketime:
            self.clock.write_text(dice.choice(["+0", "-3d", "+400d", "+1h", "-2h"]), encoding="utf-8")
        else:
            return
        self.count(kind)

    def stop(self):
        self.service.terminate()
        try:
            return self.service.wait(PATIENCE)
        finally:
            self.service.kill()
            self.model.kill()


class Client(threading.Thread):
    """Asks until told to stop, well or badly; keeps what it was told."""

    def __init__(self, port, number, seed, expected, stop):
        super().__init__(daemon=True)
        self.port = port
        self.dice = random.Random(f"{seed}/{number}")
        self.number = number
        self.expected = expected
        self.stop = stop
        self.acknowledged = []  # (sequence, hash, case)
        self.wrong = []
        self.counts = {}

    def run(self):
        asked = 0
        while not self.stop.is_set():
            name, text, expected = self.dice.choice(self.expected)
            asked += 1
            manner = self.dice.choices(["whole", "findings", "again", "slow", "cut", "garbage", "left"], [2, 10, 2, 1, 2, 2, 1])[0]
            try:
                getattr(self, "ask_" + manner)(name, text, expected, f'"{self.number}-{asked}"')
                self.count(manner)
            except (OSError, http.client.HTTPException):
                self.count("no answer")

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def post(self, path, text, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", path, text, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def judge(self, status, body, name, expected, with_model):
        self.count(f"status {status}")
        if status != 200:
            return None
        review = json.loads(body)
        if review["case_id"] != name:
            self.wrong.append("an answer is of another case")
        self.wrong += [f"{flaw} ({name})" for flaw in flaws(expected, review, with_model)]
        place = review.get("ledger") or {}
        if "sequence" in place:
            self.acknowledged.append((place["sequence"], place["hash"], name))
        elif "unrecorded" in place:
            self.count("unrecorded")
            if review.get("plan") is not None or review.get("explanation") is not None:
                self.wrong.append("a review that is not recorded recommends something")
        else:
            self.wrong.append("a review does not say whether it is recorded")
        return review

    def ask_whole(self, name, text, expected, _):
        self.judge(*self.post("/v1/review", text), name, expected, True)

    def ask_findings(self, name, text, expected, _):
        self.judge(*self.post("/v1/review?depth=findings", text), name, expected, False)

    def ask_again(self, name, text, expected, key):
        answers = [self.judge(*self.post("/v1/review?depth=findings", text, {"Idempotency-Key": key}), name, expected, False)
                   for _ in range(2)]
        if None not in answers and answers[0] != answers[1]:
            self.wrong.append("a request that is sent again has another answer")

    def raw(self, pieces, wait=0.0, read=True):
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as connection:
            for piece in pieces:
                connection.sendall(piece)
                if wait:
                    time.sleep(wait)
            if not read:
                return b""
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer

    def request(self, text, length=None):
        return (f"POST /v1/review?depth=findings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                f"Connection: close\r\nContent-Length: {len(text.encode()) if length is None else length}\r\n\r\n{text}").encode()

    def ask_slow(self, name, text, expected, _):
        whole = self.request(text)
        step = len(whole) // 10 + 1
        answer = self.raw([whole[at:at + step] for at in range(0, len(whole), step)], 0.1)
        if answer:
            head, _, body = answer.partition(b"\r\n\r\n")
            self.judge(int(head.split()[1]), body, name, expected, False)

    def ask_cut(self, _name, text, _expected, _):
        whole = self.request(text)
        answer = self.raw([whole[:self.dice.randrange(1, len(whole))]])
        if answer.startswith(b"HTTP/1.1 200"):
            self.wrong.append("half a request has an answer")

    def ask_left(self, _name, text, _expected, _):
        self.raw([self.request(text)], read=False)

    def ask_garbage(self, _name, text, _expected, _):
        spoilt = bytearray(text.encode())
        for _ in range(5):
            spoilt[self.dice.randrange(len(spoilt))] = self.dice.randrange(256)
        if self.dice.random() < 0.5:
            self.raw([self.dice.randbytes(self.dice.randrange(1, 2000))])
        else:
            status, _ = self.post("/v1/review?depth=findings", bytes(spoilt))
            self.count(f"garbage {status}")


def offline_reviews(options, folder):
    """(name, case, what no fault may change), by the program alone."""
    known = []
    for number, (name, text) in enumerate(cases()):
        file = folder / f"case-{number}.json"
        file.write_text(text, encoding="utf-8")
        known.append((name, text, file))
    run = subprocess.run([options.guardian, "review", "--offline", "--format", "json", "--kb", options.knowledge_base,
                          *[file for _, _, file in known]], capture_output=True, text=True, check=True)
    reviews = [json.loads(line) for line in run.stdout.splitlines()] if len(known) > 1 else [json.loads(run.stdout)]
    assert len(reviews) == len(known)
    return [(name, text, essence(review)) for (name, text, _), review in zip(known, reviews)]


def ledger_rows(options, machine):
    """What verify says, and of each row its hash and the id of its case: five minutes write more than memory holds."""
    verified = subprocess.run([options.guardian, "ledger", "verify", machine.ledger], capture_output=True, text=True, check=False)
    rows = {}
    with subprocess.Popen([options.guardian, "ledger", "export", machine.ledger, "--content"], stdout=subprocess.PIPE, text=True) as export:
        for row in map(json.loads, export.stdout):
            rows[row["sequence"]] = (row["hash"], json.loads(row["content"]["input"])["id"])
    if export.returncode != 0:
        raise AssertionError("the ledger cannot be exported")
    return verified, rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("guardian")
    parser.add_argument("knowledge_base")
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--faketime", default="", help="libfaketime.so, without which the clock stands as it is")
    parser.add_argument("--only", choices=sorted(set(FAULTS)))
    options = parser.parse_args()
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        expected = offline_reviews(options, folder)
        machine = Machine(options, folder)
        stop = threading.Event()
        clients = [Client(machine.port, number, options.seed, expected, stop) for number in range(options.clients)]
        dice = random.Random(options.seed)
        until = time.monotonic() + options.seconds
        try:
            for client in clients:
                client.start()
            while time.monotonic() < until and machine.service.poll() is None:
                machine.fault(dice, stop)
                stop.wait(dice.uniform(0, 0.5))
            stop.set()
            for client in clients:
                client.join(PATIENCE * 2)
            if any(client.is_alive() for client in clients):
                wrong.append("a client waits for ever")
            # Mended, it is as it was.
            if machine.service.poll() is None:
                last = Client(machine.port, -1, options.seed, expected, threading.Event())
                clients.append(last)
                for case, text, essential in expected:
                    try:
                        last.ask_findings(case, text, essential, "")
                    except (OSError, http.client.HTTPException):
                        last.count("no answer")
                if last.counts.get("status 200") != len(expected):
                    wrong.append(f"the service does not answer when all is mended: {last.counts}")
        finally:
            status = machine.stop()
        if status != 0:
            wrong.append(f"the service ended with {status} after {machine.last}: {machine.err.read_text(errors='replace')[-1500:]}")
        verified, rows = ledger_rows(options, machine)
        if verified.returncode != 0:
            wrong.append("the ledger is not whole: " + verified.stdout[-500:] + verified.stderr[-500:])
        acknowledged = [row for client in clients for row in client.acknowledged]
        for sequence, digest, case in acknowledged:
            row_hash, row_case = rows.get(sequence, ("", ""))
            if row_hash != digest:
                wrong.append(f"row {sequence}, which was acknowledged, is not in the ledger")
            elif row_case != case:
                wrong.append(f"row {sequence} is of another case")
        counts = {}
        for client in clients:
            wrong += client.wrong
            for what, number in client.counts.items():
                counts[what] = counts.get(what, 0) + number
    if not acknowledged:
        wrong.append("nothing was acknowledged, so nothing was tested")
    print(f"faults: {dict(sorted(machine.done.items()))}")
    print(f"asked: {dict(sorted(counts.items()))}")
    print(f"acknowledged: {len(acknowledged)} of {len(rows)} rows of the ledger, all there"
          if not any("ledger" in flaw for flaw in wrong) else "the ledger has lost something")
    for flaw in list(dict.fromkeys(wrong))[:20]:
        print("WRONG: " + flaw)
    print(f"{len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
