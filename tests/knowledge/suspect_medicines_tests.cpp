#include "knowledge/suspect_medicines.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "knowledge/screen.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;
using knowledge::CauseAnswer;
using knowledge::CauseTiming;

const knowledge::KnowledgeBase& base() { return *tests::shipped_knowledge(); }

core::Case case_of(const std::vector<std::string>& medicines, const std::string& note = {}) {
  core::Case subject;
  subject.id = "A";
  subject.as_of = "2026-11-02T08:00:00Z";
  subject.locale = "US";
  subject.patient.age = 61;
  subject.patient.sex = core::Sex::female;
  subject.note = note;
  for (const std::string& text : medicines) {
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(subject.medications.size());
    entry.text = text;
    subject.medications.push_back(entry);
  }
  return subject;
}

struct Asked {
  std::vector<knowledge::Manifestation> seen;
  CauseAnswer answer;
};

// An empty question asks for what the case shows.
Asked ask(const core::Case& subject, const std::string& question) {
  knowledge::Screener screener(tests::shipped_knowledge());
  const auto screening = screener.screen(subject);
  REQUIRE(screening.has_value());
  const auto screened = screener.last();
  knowledge::TextContext context;
  context.as_of = subject.as_of;
  Asked asked;
  asked.seen = question.empty() ? knowledge::manifestations_of(base(), screened)
                                : knowledge::manifestations_in(base(), question, context, &screened);
  const auto starts = knowledge::medicine_starts(base(), subject.note, context);
  const auto answer = knowledge::suspect_medicines(
      base(), {screened, asked.seen, starts, screening->findings,
               screening->triage ? screening->triage->red_flags : std::span<const core::RedFlag>()});
  REQUIRE(answer.has_value());
  asked.answer = *answer;
  return asked;
}

std::vector<std::string> names(const CauseAnswer& answer) {
  std::vector<std::string> all;
  for (const auto& suspect : answer.suspects) all.push_back(suspect.name);
  return all;
}

const knowledge::Suspect& suspect(const CauseAnswer& answer, const std::string& name) {
  const auto found =
      std::find_if(answer.suspects.begin(), answer.suspects.end(), [&](const auto& one) { return one.name == name; });
  INFO(name);
  REQUIRE(found != answer.suspects.end());
  return *found;
}

}  // namespace

TEST_CASE("a medicine that is known to cause what is asked about is named, and a harmless one is not",
          "[knowledge][suspect_medicines]") {
  struct Row {
    std::string question;
    std::string cause;
    std::string harmless;
  };
  const std::vector<Row> rows = {
      {"Could her muscle pain be a drug?", "simvastatin 40 mg daily", "lisinopril 10 mg daily"},
      {"raised CK?", "atorvastatin 20 mg daily", "omeprazole 20 mg daily"},
      {"Is the cough from a medicine?", "lisinopril 10 mg daily", "amlodipine 5 mg daily"},
      {"dry cough", "ramipril 5 mg daily", "metformin 500 mg BID"},
      {"swollen lips, angioedema", "enalapril 5 mg daily", "metoprolol 50 mg daily"},
      {"why the low sodium?", "sertraline 50 mg daily", "amlodipine 5 mg daily"},
      {"hyponatremia", "hydrochlorothiazide 25 mg daily", "atorvastatin 20 mg daily"},
      {"lactate is up", "metformin 1000 mg BID", "lisinopril 10 mg daily"},
      {"Could the diarrhea be a drug?", "metformin 1000 mg BID", "losartan 50 mg daily"},
      {"high TSH", "amiodarone 200 mg daily", "metoprolol 50 mg daily"},
      {"low TSH", "amiodarone 200 mg daily", "atorvastatin 20 mg daily"},
      {"nausea", "digoxin 0.125 mg daily", "atenolol 50 mg daily"},
      {"haloes around lights", "digoxin 0.125 mg daily", "lisinopril 10 mg daily"},
      {"drowsiness", "oxycodone 5 mg q6h", "lisinopril 10 mg daily"},
      {"constipation", "morphine 10 mg PO q4h", "lisinopril 10 mg daily"},
      {"potassium too high", "spironolactone 25 mg daily", "amlodipine 5 mg daily"},
      {"low potassium", "furosemide 40 mg daily", "losartan 50 mg daily"},
      {"Black tarry stools", "naproxen 500 mg BID", "levothyroxine 50 mcg daily"},
      {"ankle swelling", "amlodipine 10 mg daily", "atorvastatin 20 mg daily"},
      {"tinnitus", "furosemide 80 mg daily", "amlodipine 5 mg daily"},
      {"low magnesium", "omeprazole 20 mg daily", "lisinopril 10 mg daily"},
      {"bradycardia", "metoprolol 50 mg BID", "lisinopril 10 mg daily"},
      {"tremor", "lithium 300 mg TID", "atorvastatin 20 mg daily"},
      {"seizure", "bupropion 150 mg BID", "lisinopril 10 mg daily"},
      {"low platelets", "heparin 5000 units SC BID", "amlodipine 5 mg daily"},
      {"high blood sugar", "prednisone 20 mg daily", "lisinopril 10 mg daily"},
      {"tendon pain", "levofloxacin 500 mg daily", "amoxicillin 500 mg TID"},
      {"gout attack", "hydrochlorothiazide 25 mg daily", "amlodipine 5 mg daily"},
      {"urinary retention", "diphenhydramine 25 mg q6h", "atorvastatin 20 mg daily"},
      {"jaundice", "isoniazid 300 mg daily", "lisinopril 10 mg daily"},
  };
  for (const Row& row : rows) {
    INFO(row.question << " on " << row.cause << " and " << row.harmless);
    const auto asked = ask(case_of({row.cause, row.harmless}), row.question);
    REQUIRE_FALSE(asked.seen.empty());
    const std::string cause = row.cause.substr(0, row.cause.find(' '));
    CHECK(names(asked.answer) == std::vector<std::string>{cause});
    CHECK(asked.answer.unexplained.empty());
    REQUIRE_FALSE(asked.answer.suspects.empty());
    for (const auto& reason : asked.answer.suspects.front().reasons) {
      CHECK_FALSE(reason.row.empty());
      CHECK_FALSE(reason.why.empty());
      CHECK(reason.why.find('{') == std::string::npos);
    }

    const auto alone = ask(case_of({row.harmless}), row.question);
    CHECK(names(alone.answer).empty());
    CHECK(alone.answer.unexplained.size() == alone.seen.size());
  }
}

TEST_CASE("what the times say of a cause is told, and one that speaks against it comes last",
          "[knowledge][suspect_medicines]") {
  const auto fits = ask(case_of({"lisinopril 10 mg daily"}, "Started lisinopril 3 weeks ago. Dry cough for 5 days."),
                        "Could the dry cough be a drug?");
  CHECK(suspect(fits.answer, "lisinopril").timing == CauseTiming::fits);
  CHECK(suspect(fits.answer, "lisinopril").started_days == Approx(21));

  const auto before = ask(case_of({"lisinopril 10 mg daily", "amiodarone 200 mg daily"},
                                  "Started lisinopril 3 days ago. Dry cough for 2 months."),
                          "Could the dry cough be a drug?");
  CHECK(names(before.answer) == std::vector<std::string>{"amiodarone", "lisinopril"});
  CHECK(suspect(before.answer, "lisinopril").timing == CauseTiming::before);
  CHECK(suspect(before.answer, "amiodarone").timing == CauseTiming::not_known);
}

TEST_CASE("a medicine counts while it acts: not before the first dose, not on the skin, not when it has left the body",
          "[knowledge][suspect_medicines]") {
  auto subject = case_of({"fluoxetine 20 mg daily", "lisinopril 10 mg daily", "diclofenac 1% gel", "enalapril 5 mg"});
  subject.medications[0].status = core::MedicationStatus::stopped;
  subject.medications[0].stopped_days_ago = 10;
  subject.medications[1].is_order = true;
  subject.medications[3].status = core::MedicationStatus::stopped;
  subject.medications[3].stopped_days_ago = 90;
  const auto asked = ask(subject, "low sodium and a cough");
  CHECK(names(asked.answer) == std::vector<std::string>{"fluoxetine"});
  CHECK(asked.answer.suspects.front().timing == CauseTiming::stopped);
  CHECK(asked.answer.suspects.front().stopped_days == Approx(10));
  REQUIRE(asked.answer.set_aside.size() == 3);
  for (const auto& [name, words] : std::vector<std::pair<std::string, std::string>>{
           {"lisinopril", "not taken yet"}, {"diclofenac", "locally"}, {"enalapril", "90 days ago"}}) {
    const auto found = std::find_if(asked.answer.set_aside.begin(), asked.answer.set_aside.end(),
                                    [&, wanted = name](const auto& one) { return one.name == wanted; });
    INFO(name);
    REQUIRE(found != asked.answer.set_aside.end());
    CHECK(found->why.find(words) != std::string::npos);
  }
}

TEST_CASE("who explains more of what is seen, or is reported by the engine, comes first",
          "[knowledge][suspect_medicines]") {
  // Both slow the heart; only digoxin also makes sick and yellow.
  const auto asked = ask(case_of({"metoprolol 50 mg BID", "digoxin 0.25 mg daily"}, "Nausea, sees yellow."),
                         "bradycardia, nausea and yellow vision");
  CHECK(names(asked.answer) == std::vector<std::string>{"digoxin", "metoprolol"});
  const auto& digoxin = asked.answer.suspects.front();
  CHECK(
      std::any_of(digoxin.reasons.begin(), digoxin.reasons.end(), [](const auto& reason) { return reason.reported; }));
}

TEST_CASE("a question without a symptom is about those of the case and its unusual values",
          "[knowledge][suspect_medicines]") {
  auto subject = case_of({"hydrochlorothiazide 25 mg daily", "atorvastatin 20 mg daily"}, "Muscle pain since Monday.");
  subject.patient.states_labs = true;
  subject.patient.labs = {{"Na", 128.0, "mmol/L", "2026-11-01"}, {"K", 4.1, "mmol/L", "2026-11-01"}};
  const auto asked = ask(subject, "");
  std::vector<std::string> titles;
  for (const auto& seen : asked.seen) titles.push_back(seen.title);
  CHECK(std::find(titles.begin(), titles.end(), "low sodium") != titles.end());
  CHECK(std::find(titles.begin(), titles.end(), "high potassium") == titles.end());
  CHECK(std::find(titles.begin(), titles.end(), "low potassium") == titles.end());
  (void)suspect(asked.answer, "hydrochlorothiazide");
  (void)suspect(asked.answer, "atorvastatin");
}

TEST_CASE("what is denied or of a relative is not asked about", "[knowledge][suspect_medicines]") {
  CHECK(ask(case_of({"lisinopril"}), "no cough, could it be a drug?").seen.empty());
}

TEST_CASE("every name and source of the built-in table is known to the knowledge base",
          "[knowledge][suspect_medicines]") {
  const auto& tables = knowledge::default_cause_tables();
  CHECK(tables.causes.size() > 80);
  for (const auto& row : tables.causes) {
    INFO(row.id);
    for (const auto& alternative : row.cause) {
      for (const auto& name : alternative) CHECK(base().graph().find(name).has_value());
    }
    for (const auto& shown : row.shows) {
      INFO(shown.name);
      CHECK((shown.direction == 0 ? base().condition(shown.name) : base().quantity(shown.name)).has_value());
    }
    const auto evidence = base().evidence(row.evidence);
    REQUIRE(evidence.has_value());
    CHECK((row.grade == 0 || !evidence->empty()));
  }
  for (const auto& range : tables.ranges) {
    INFO(range.quantity);
    CHECK(base().quantity(range.quantity).has_value());
  }
}

TEST_CASE("a table of causes that cannot be read names the line", "[knowledge][suspect_medicines]") {
  const std::string head = "id\tcause\tshows\tgrade\tonset\twhy\tevidence\n";
  const std::string ranges = "quantity\tlow\thigh\n";
  const auto problem = [&](const std::string& causes, const std::string& limits) {
    const auto read = knowledge::parse_cause_tables(causes, limits);
    return read ? std::string() : read.error().message;
  };
  CHECK(problem(head + "A\tlisinopril\tcough\t3\tweeks\twhy\t\n", ranges) == "");
  CHECK(problem("id\tcause\n", ranges).find("line 1") != std::string::npos);
  CHECK(problem(head + "A\tlisinopril\tcough\t4\tweeks\twhy\t\n", ranges).find("grade") != std::string::npos);
  CHECK(problem(head + "A\tlisinopril\tcough\t0\tweeks\twhy\t\n", ranges).find("grade") != std::string::npos);
  CHECK(problem(head + "A\tlisinopril\tcough\t3\tsoon\twhy\t\n", ranges).find("onset") != std::string::npos);
  CHECK(problem(head + "A\tlisinopril\t\t3\tany\twhy\t\n", ranges).find("shows nothing") != std::string::npos);
  const std::string row = "A\tlisinopril\tcough\t3\tany\twhy\t\n";
  CHECK(problem(head + row + row, ranges).find("line 3") != std::string::npos);
  CHECK(problem(head, ranges + "sodium\t145\t135\n").find("wrong way round") != std::string::npos);
  CHECK(problem(head, ranges + "sodium\t\t\n").find("no limit") != std::string::npos);
}
