#include "adapters/batch/resume_record.hpp"

#include <cmath>
#include <fstream>
#include <iterator>
#include <system_error>

#include "adapters/json/json_text.hpp"
#include "adapters/json/json_view.hpp"

namespace guardian::adapters::batch {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view schema = "guardian-batch/1";

bool read_count(const JsonView& value, std::uint64_t& count) {
  const auto number = value.number();
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (!number || *number < 0 || *number >= exact || std::trunc(*number) != *number) return false;
  count = static_cast<std::uint64_t>(*number);
  return true;
}

bool read_extent(const JsonView& value, Extent& extent) {
  extent.sha256 = value.member("sha256").text_or();
  return extent.sha256.size() == 64 && read_count(value.member("bytes"), extent.bytes);
}

void write_extent(JsonText& json, std::string_view name, const Extent& extent) {
  json.open_object(name);
  json.number("bytes", static_cast<double>(extent.bytes));
  json.text("sha256", extent.sha256);
  json.close_object();
}

}  // namespace

fs::path record_file(const fs::path& output) { return output.string() + ".resume"; }

core::Result<void> save_record(const fs::path& file, const ResumeRecord& record) {
  JsonText json;
  json.open_object();
  json.text("schema", schema);
  json.text("settings", record.settings);
  json.number("lines", static_cast<double>(record.lines));
  json.number("cases", static_cast<double>(record.cases));
  json.number("unreadable", static_cast<double>(record.unreadable));
  json.flag("fails", record.fails);
  json.flag("done", record.done);
  write_extent(json, "input", record.input);
  write_extent(json, "output", record.output);
  json.close_object();
  const fs::path fresh = file.string() + ".new";
  {
    std::ofstream stream(fresh, std::ios::binary | std::ios::trunc);
    stream << json.take() << '\n';
    if (!stream.flush()) return core::fail(core::ErrorCode::io_failure, fresh.string() + ": cannot be written");
  }
  std::error_code error;
  fs::rename(fresh, file, error);
  if (error) return core::fail(core::ErrorCode::io_failure, file.string() + ": cannot be written");
  return {};
}

core::Result<std::optional<ResumeRecord>> load_record(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return std::optional<ResumeRecord>();
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  JsonReader reader;
  const JsonView json = reader.parse(text).value;
  ResumeRecord record;
  record.settings = json.member("settings").text_or();
  record.fails = json.member("fails").boolean().value_or(false);
  const auto done = json.member("done").boolean();
  if (json.member("schema").text_or() != schema || record.settings.empty() || !done ||
      !read_count(json.member("lines"), record.lines) || !read_count(json.member("cases"), record.cases) ||
      !read_count(json.member("unreadable"), record.unreadable) || !read_extent(json.member("input"), record.input) ||
      !read_extent(json.member("output"), record.output)) {
    return core::fail(core::ErrorCode::invalid_input, file.string() + ": is not the record of a batch");
  }
  record.done = *done;
  return std::optional<ResumeRecord>(std::move(record));
}

}  // namespace guardian::adapters::batch
