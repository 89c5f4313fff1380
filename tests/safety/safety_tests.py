"""The scripts that check docs/safety, and the checks themselves on this tree.

    safety_tests.py GUARDIAN
"""
import importlib.machinery
import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPTS = ROOT / "scripts"
BASE_IMAGE = {"libc6", "libgcc-s1", "libstdc++6"}  # in every image of Debian, with apt itself
guardian = None


def run(script, *arguments):
    return subprocess.run([sys.executable, SCRIPTS / script, *arguments], capture_output=True, text=True, check=False)


def module(script):
    """A script as a module, for its functions."""
    name = script.replace("-", "_")
    loader = importlib.machinery.SourceFileLoader(name, str(SCRIPTS / script))
    loaded = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    sys.dont_write_bytecode = True
    loader.exec_module(loaded)
    return loaded


class Tree:
    """A small tree with one control, one test, one hazard and one threat."""

    hazard = {"id": "HZ-01", "hazard": "A pair is missed", "cause": "A defect", "harm": "Death", "severity": "5",
              "likelihood": "3", "controls": "engine.cpp: finds it", "tests": "a pair, \"once\", is found",
              "residual_severity": "5", "residual_likelihood": "1", "residual": "None known"}
    threat = {"id": "TM-01", "boundary": "page", "stride": "spoofing", "threat": "Another page calls",
              "controls": "engine.cpp: refuses", "tests": "a pair, \"once\", is found", "residual": "None known"}

    def __init__(self, folder):
        self.root = pathlib.Path(folder)
        (self.root / "docs/safety").mkdir(parents=True)
        (self.root / "tests/knowledge").mkdir(parents=True)
        (self.root / "engine.cpp").write_text("")
        # Over two literals, as the formatter leaves long names.
        (self.root / "tests/knowledge/pair_tests.cpp").write_text(
            'TEST_CASE("a pair, \\"once\\", "\n          "is found", "[knowledge]") {}\n')
        for page in ("hazards.md", "threats.md"):
            (self.root / "docs/safety" / page).write_text("# Words\n\n<!-- table: begin -->\n<!-- table: end -->\n\nMore.\n")
        self.write([self.hazard], [self.threat])

    def write(self, hazards, threats):
        for name, rows in (("hazards.tsv", hazards), ("threats.tsv", threats)):
            lines = ["\t".join(rows[0])] + ["\t".join(row.values()) for row in rows]
            (self.root / "docs/safety" / name).write_text("\n".join(lines) + "\n")

    def check(self, *arguments):
        return run("trace-matrix", "--root", str(self.root), *arguments)


class TraceMatrixTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.tree = Tree(self.folder.name)

    def refused(self, word, hazards=None, threats=None):
        self.tree.write(hazards or [Tree.hazard], threats or [Tree.threat])
        answer = self.tree.check()
        self.assertEqual(answer.returncode, 1, word)
        self.assertIn(word, answer.stderr)

    def test_this_tree(self):
        """every hazard and threat of this tree names tests and files that exist, and its pages are up to date"""
        answer = run("trace-matrix", "--check")
        self.assertEqual(answer.returncode, 0, answer.stderr)

    def test_renders(self):
        """the pages are written from the tables, and the words around them stay"""
        self.assertEqual(self.tree.check("--check").returncode, 1)
        self.assertEqual(self.tree.check().returncode, 0)
        self.assertEqual(self.tree.check("--check").returncode, 0)
        page = (self.tree.root / "docs/safety/hazards.md").read_text()
        self.assertTrue(page.startswith("# Words\n") and page.endswith("\nMore.\n"))
        self.assertIn('a pair, "once", is found (`tests/knowledge/pair_tests.cpp`)', page)
        self.assertIn("| high (5 x 3) | low (5 x 1) |", page)
        (self.tree.root / "docs/safety/hazards.md").write_text(page.replace("low (5 x 1)", "none"))
        self.assertEqual(self.tree.check("--check").returncode, 1)

    def test_refuses(self):
        """a row is refused that names no test, no file, no scale or no element of STRIDE, that stands twice or lacks a cell"""
        self.refused("there is no test 'a pair'", [dict(Tree.hazard, tests="a pair")])
        self.refused("gone.cpp", [dict(Tree.hazard, controls="gone.cpp: finds it")])
        self.refused("a control is FILE: WHAT", [dict(Tree.hazard, controls="engine.cpp")])
        self.refused("stands twice", [Tree.hazard, Tree.hazard])
        self.refused("not 1 to 5", [dict(Tree.hazard, severity="6")])
        self.refused("larger with the controls", [dict(Tree.hazard, residual_likelihood="4")])
        self.refused("none of STRIDE", threats=[dict(Tree.threat, stride="magic")])
        self.refused("not every column", [dict(Tree.hazard, residual="")])


class OutsideSoftwareTests(unittest.TestCase):
    def test_soup(self):
        """the list of outside software names every package that is built with"""
        answer = run("sbom", "--check")
        self.assertEqual(answer.returncode, 0, answer.stderr)

    def test_soup_refuses(self):
        """a package without a row, a row without a package, and a version that nobody looked at are told"""
        sbom = module("sbom")
        table = sbom.soup()
        listed = sbom.packages()
        one = listed[-1]
        self.assertTrue(any("no row of" in said for said in sbom.problems(listed + ["libunknown-dev"], table)))
        self.assertTrue(any(one in said for said in sbom.problems(listed[:-1], table)))
        old = {**table, "cmake": {**table["cmake"], "below": "1"}}
        self.assertTrue(any("looked at" in said for said in sbom.problems(listed, old)))

    def test_bill(self):
        """the bill of materials has what the program loads, and comes out the same twice"""
        first, second = run("sbom", "--program", guardian), run("sbom", "--program", guardian)
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertEqual(first.stdout, second.stdout)
        bill = json.loads(first.stdout)
        names = {component["name"] for component in bill["components"]}
        self.assertLessEqual({"libsqlite3-0", "libsqlite3-dev", "libc6", "playwright-core"}, names)
        for component in bill["components"]:
            self.assertRegex(component["purl"], r"^pkg:(deb/debian|npm)/[^@]+@[^@]+$")

    def test_image(self):
        """the image that is delivered installs every library that the program is linked with"""
        sbom = module("sbom")
        linked = subprocess.run(["objdump", "-p", guardian], capture_output=True, text=True, check=True).stdout
        needed = set(re.findall(r"NEEDED\s+(\S+)", linked))
        paths = {}
        for line in subprocess.run(["ldd", guardian], capture_output=True, text=True, check=True).stdout.splitlines():
            name, _, path = line.strip().partition(" => ")
            if name in needed and path:
                paths[path.split()[0]] = name
        owners = {paths[path]: package for path, package in sbom.owners_of(paths).items()}
        self.assertEqual(set(owners), set(paths.values()))
        self.assertGreater(len(owners), 5)
        installed = set((ROOT / "packaging/Dockerfile").read_text(encoding="utf-8").split())
        for name, package in owners.items():
            self.assertIn(package, installed | BASE_IMAGE, name)


class MutationTests(unittest.TestCase):
    source = """#include <a>
int f(int a, int b) {
  // a < b is no code
  const std::string text = "a < b && true";
  if (a < b && b != 10) {
    total += a;
    return a + 1;
  }
  for (int i = 0; i < b; ++i) log(text);
  std::vector<std::pair<int, int>> pairs;
  pairs.clear();
  const int many = 1'000;
  return std::max(a, b) - 1;
}
"""

    def faults(self):
        return list(module("mutate").faults_of("f.cpp", self.source))

    def test_faults(self):
        """a planted fault changes one line of code, and no comment, text or template"""
        faults = self.faults()
        lines = self.source.split("\n")
        for fault in faults:
            self.assertEqual(lines[fault.line - 1], fault.before)
            self.assertNotEqual(fault.before, fault.after)
            self.assertNotIn(fault.line, (1, 3, 4, 10, 12), fault.told())
        changed = {fault.after.strip() for fault in faults}
        for after in ("if (a <= b && b != 10) {", "if (a < b || b != 10) {", "if (a < b && b == 10) {",
                      "if (!(a < b && b != 10)) {", "if (a < b && b != 11) {", "total -= a;", ";", "return a;",
                      "return std::min(a, b) - 1;", "return std::max(a, b);", "for (int i = 0; i <= b; ++i) log(text);"):
            self.assertIn(after, changed)

    def test_sample(self):
        """the same seed plants the same faults, another seed others"""
        mutate = module("mutate")
        faults = mutate.all_faults(ROOT)
        self.assertGreater(len(faults), 500)
        self.assertEqual(mutate.sample(faults, 30, 1), mutate.sample(faults, 30, 1))
        self.assertNotEqual(mutate.sample(faults, 30, 1), mutate.sample(faults, 30, 2))
        files = {fault.file for fault in faults}
        self.assertLessEqual({"knowledge/matcher.cpp", "knowledge/set_matcher.cpp", "knowledge/pair_index.cpp",
                              "knowledge/screen.cpp", "runtime/reconcile.cpp"}, files)


class CoverageTests(unittest.TestCase):
    def test_parts(self):
        """lines are counted by folder, and a part below the limit, or one that was not looked at, is told"""
        coverage = module("coverage")
        files = [{"filename": "knowledge/matcher.cpp", "line_total": 100, "line_covered": 95},
                 {"filename": "audit/ledger/row.cpp", "line_total": 100, "line_covered": 94},
                 {"filename": "runtime/clock.cpp", "line_total": 10, "line_covered": 0}]
        counts = coverage.parts(files)
        self.assertEqual(counts["runtime/"], (10, 0))
        self.assertEqual(coverage.too_few(counts), ["audit/", "runtime/reconcile"])
        files[1]["line_covered"] = 95
        files.append({"filename": "runtime/reconcile.cpp", "line_total": 3, "line_covered": 3})
        self.assertEqual(coverage.too_few(coverage.parts(files)), [])


if __name__ == "__main__":
    guardian = sys.argv.pop(1)
    unittest.main(verbosity=2)
