#include "adapters/batch/bulk_source.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "adapters/batch/line_source.hpp"
#include "adapters/batch/running_digest.hpp"
#include "adapters/json/json_view.hpp"

namespace guardian::adapters::batch {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;

class File {
 public:
  explicit File(const fs::path& name) : descriptor_(::open(name.c_str(), O_RDONLY | O_CLOEXEC)) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  File& operator=(File&&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

  [[nodiscard]] bool append(std::int64_t place, std::int64_t length, std::string& to) const {
    const std::size_t before = to.size();
    const auto count = static_cast<std::size_t>(length);
    to.resize(before + count);
    for (std::size_t at = 0; at < count;) {
      const auto got =
          ::pread(descriptor_, to.data() + before + at, count - at, static_cast<off_t>(place) + static_cast<off_t>(at));
      if (got <= 0) return false;
      at += static_cast<std::size_t>(got);
    }
    return true;
  }

 private:
  int descriptor_ = -1;
};

// "p1" of "Patient/p1" and "https://server/fhir/Patient/p1"; of a version ("Patient/p1/_history/2") too.
std::string_view id_in(std::string_view reference, std::string_view type) {
  const std::size_t at = reference.rfind(type);
  if (at == std::string_view::npos || (at > 0 && reference[at - 1] != '/')) return {};
  reference.remove_prefix(at + type.size());
  if (reference.empty() || reference.front() != '/') return {};
  reference.remove_prefix(1);
  return reference.substr(0, reference.find('/'));
}

bool is_medicine(std::string_view type) { return type.rfind("Medication", 0) == 0; }

bool is_read(std::string_view type) {
  return is_medicine(type) || type == "Patient" || type == "Condition" || type == "Observation" ||
         type == "AllergyIntolerance";
}

constexpr const char* tables = R"(
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16000;
CREATE TABLE resource (patient TEXT, file INTEGER, place INTEGER, length INTEGER, is_medicine INTEGER, medication TEXT);
CREATE TABLE medication (id TEXT, file INTEGER, place INTEGER, length INTEGER);
)";
constexpr const char* indexes = R"(
CREATE INDEX of_patient ON resource (patient, file, place);
CREATE INDEX of_medicine ON resource (patient) WHERE is_medicine = 1;
CREATE INDEX of_id ON medication (id);
)";

}  // namespace

struct BulkSource::Impl {
  Options options;
  std::vector<File> files;
  SQLite::Database database{"", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
  std::unique_ptr<SQLite::Statement> patients;
  std::unique_ptr<SQLite::Statement> resources;
  std::unique_ptr<SQLite::Statement> medications;
  RunningDigest digest;
  std::uint64_t given = 0;
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;
  std::uint64_t without = 0;
  End end = End::none;

  explicit Impl(Options given_options) : options(std::move(given_options)) { database.exec(tables); }

  [[nodiscard]] bool stopped() const {
    pollfd polled{options.stop, POLLIN, 0};
    return ::poll(&polled, 1, 0) > 0;
  }

  core::Result<void> index(const fs::path& name, const BadResource& bad);
  bool index(std::string_view line, const SourceLine& place, JsonReader& reader, SQLite::Statement& add,
             SQLite::Statement& add_medication);
  void finish();
  bool next_bundle(std::string& text);
  bool add_medication(const std::string& id, std::string& text);
};

// False when a patient's chart would miss it.
bool BulkSource::Impl::index(std::string_view line, const SourceLine& place, JsonReader& reader, SQLite::Statement& add,
                             SQLite::Statement& add_medication) {
  const auto file = static_cast<int>(files.size() - 1);
  const JsonView resource = reader.parse(line).value;
  const std::string_view type = resource.member("resourceType").text_or();
  if (type.empty()) return false;
  if (!is_read(type)) return true;
  const auto bind_place = [&](SQLite::Statement& statement, int first) {
    statement.bind(first, file);
    statement.bind(first + 1, static_cast<std::int64_t>(place.place));
    statement.bind(first + 2, static_cast<std::int64_t>(place.length));
  };
  const std::string id(resource.member("id").text_or());
  if (type == "Medication") {
    if (id.empty()) return false;
    add_medication.reset();
    add_medication.bind(1, id);
    bind_place(add_medication, 2);
    add_medication.exec();
    return true;
  }
  const JsonView about = resource.member(type == "AllergyIntolerance" ? "patient" : "subject");
  const std::string patient =
      type == "Patient" ? id : std::string(id_in(about.member("reference").text_or(), "Patient"));
  if (patient.empty()) return false;
  add.reset();
  add.bind(1, patient);
  bind_place(add, 2);
  add.bind(5, is_medicine(type) ? 1 : 0);
  add.bind(6, std::string(id_in(resource.member("medicationReference").member("reference").text_or(), "Medication")));
  add.exec();
  return true;
}

core::Result<void> BulkSource::Impl::index(const fs::path& name, const BadResource& bad) {
  files.emplace_back(name);
  if (files.back().descriptor() < 0) return core::fail(ErrorCode::invalid_input, name.string() + ": cannot be read");
  SQLite::Statement add(database, "INSERT INTO resource VALUES (?, ?, ?, ?, ?, ?)");
  SQLite::Statement add_medication(database, "INSERT INTO medication VALUES (?, ?, ?, ?)");
  JsonReader reader;
  LineSource source(files.back().descriptor(), options.stop);
  SourceLines lines;
  while (source.next(lines)) {
    for (std::size_t i = 0; i < lines.lines.size(); ++i) {
      const std::string_view line = lines.line(i);
      const bool too_long = lines.lines[i].too_long;
      if (!too_long && line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      if (!too_long && index(line, lines.lines[i], reader, add, add_medication)) continue;
      if (!bad(name.string(), lines.first + i))
        return core::fail(ErrorCode::invalid_input, name.string() + ": a line could not be read");
    }
  }
  if (source.end() == End::failed)
    return core::fail(ErrorCode::io_failure, name.string() + ": cannot be read to its end");
  if (source.end() == End::stopped) end = End::stopped;
  return {};
}

void BulkSource::Impl::finish() {
  database.exec(indexes);
  const auto number = [&](const char* query) {
    return static_cast<std::uint64_t>(database.execAndGet(query).getInt64());
  };
  count = number("SELECT COUNT(DISTINCT patient) FROM resource WHERE is_medicine = 1");
  without = number("SELECT COUNT(DISTINCT patient) FROM resource") - count;
  patients = std::make_unique<SQLite::Statement>(
      database, "SELECT DISTINCT patient FROM resource WHERE is_medicine = 1 ORDER BY patient");
  resources = std::make_unique<SQLite::Statement>(
      database, "SELECT file, place, length, medication FROM resource WHERE patient = ? ORDER BY file, place");
  medications =
      std::make_unique<SQLite::Statement>(database, "SELECT file, place, length FROM medication WHERE id = ? LIMIT 1");
}

bool BulkSource::Impl::add_medication(const std::string& id, std::string& text) {
  medications->reset();
  medications->bind(1, id);
  if (!medications->executeStep()) return true;  // the chart says that it is not there
  text += R"(,{"resource":)";
  const auto file = static_cast<std::size_t>(medications->getColumn(0).getInt());
  const bool read =
      files[file].append(medications->getColumn(1).getInt64(), medications->getColumn(2).getInt64(), text);
  text += '}';
  return read;
}

// The Bundle of the next patient behind what is in `text`.
bool BulkSource::Impl::next_bundle(std::string& text) {
  if (!patients->executeStep()) {
    end = End::input;
    return false;
  }
  text += R"({"resourceType":"Bundle","type":"collection","timestamp":")" + options.as_of + R"(","entry":[)";
  resources->reset();
  resources->bind(1, patients->getColumn(0).getString());
  std::set<std::string> wanted;
  bool first = true;
  while (resources->executeStep()) {
    text += first ? R"({"resource":)" : R"(,{"resource":)";
    first = false;
    const auto file = static_cast<std::size_t>(resources->getColumn(0).getInt());
    if (!files[file].append(resources->getColumn(1).getInt64(), resources->getColumn(2).getInt64(), text)) {
      end = End::failed;
      return false;
    }
    if (text.back() == '\r') text.pop_back();
    text += '}';
    if (std::string id = resources->getColumn(3).getString(); !id.empty()) wanted.insert(std::move(id));
  }
  for (const std::string& id : wanted) {
    if (add_medication(id, text)) continue;
    end = End::failed;
    return false;
  }
  text += "]}";
  ++given;
  return true;
}

BulkSource::BulkSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BulkSource::~BulkSource() = default;

core::Result<std::unique_ptr<BulkSource>> BulkSource::open(const fs::path& folder, Options options,
                                                           const BadResource& bad) {
  std::vector<fs::path> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".ndjson") names.push_back(entry.path());
  }
  if (error || names.empty())
    return core::fail(ErrorCode::invalid_input, folder.string() + ": is no folder with *.ndjson files");
  std::sort(names.begin(), names.end());
  try {
    auto impl = std::make_unique<Impl>(std::move(options));
    SQLite::Transaction transaction(impl->database);
    for (const fs::path& name : names) {
      if (auto indexed = impl->index(name, bad); !indexed) return core::fail(indexed.error());
      if (impl->end != End::none) break;
    }
    transaction.commit();
    impl->finish();
    return std::unique_ptr<BulkSource>(new BulkSource(std::move(impl)));
  } catch (const SQLite::Exception& exception) {
    return core::fail(ErrorCode::io_failure, std::string("the index of the patients: ") + exception.what());
  }
}

bool BulkSource::next(SourceLines& lines) {
  lines.clear();
  lines.first = impl_->given + 1;
  if (impl_->end == End::none && impl_->stopped()) impl_->end = End::stopped;
  try {
    while (impl_->end == End::none && lines.lines.size() < most_lines && lines.text.size() < most_bytes) {
      const std::size_t before = lines.text.size();
      if (!impl_->next_bundle(lines.text)) {
        lines.text.resize(before);
        break;
      }
      lines.lines.push_back({before, lines.text.size() - before, false, impl_->bytes});
      lines.text += '\n';
      const std::string_view line = std::string_view(lines.text).substr(before);
      impl_->bytes += line.size();
      if (impl_->options.with_digest) impl_->digest.add(line);
    }
  } catch (const SQLite::Exception&) {
    impl_->end = End::failed;
  }
  lines.bytes = impl_->bytes;
  if (impl_->options.with_digest) lines.sha256 = impl_->digest.so_far();
  return !lines.lines.empty();
}

bool BulkSource::pass_over(std::uint64_t lines, std::uint64_t bytes, std::string_view sha256) {
  std::string text;
  try {
    while (impl_->given < lines && impl_->end == End::none && !impl_->stopped()) {
      text.clear();
      if (!impl_->next_bundle(text)) break;
      text += '\n';
      impl_->bytes += text.size();
      impl_->digest.add(text);
    }
  } catch (const SQLite::Exception&) {
    impl_->end = End::failed;
  }
  return impl_->given == lines && impl_->bytes == bytes && impl_->digest.so_far() == sha256;
}

CaseSource::End BulkSource::end() const { return impl_->end; }
std::uint64_t BulkSource::patients() const { return impl_->count; }
std::uint64_t BulkSource::without_medicine() const { return impl_->without; }

}  // namespace guardian::adapters::batch
