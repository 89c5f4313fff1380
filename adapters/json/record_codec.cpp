#include "adapters/json/record_codec.hpp"

#include <algorithm>
#include <cmath>

#include "adapters/json/extended_codec.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/number_reader.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

std::string_view trimmed(std::string_view text) {
  constexpr const char* blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// Calls with each line that is not blank and its number, until `visit` says false.
template <class Visit>
void each_line(std::string_view text, const Visit& visit) {
  std::size_t number = 1;
  for (std::size_t start = 0; start < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = trimmed(text.substr(start, end - start));
    if (!line.empty() && !visit(line, number)) return;
    start = end + 1;
  }
}

std::string words_of(const JsonValue& value) {
  if (const std::string* text = value.text()) return *text;
  return write_json(value, false);
}

core::Result<stats::Record> read_record(const JsonObject& object, const std::string& place) {
  NumberReader reader(object, place);
  stats::Record record;
  record.id = reader.text("id");
  record.time = reader.text("time");
  if (const JsonValue* value = reader.find("prediction")) {
    record.prediction = words_of(*value);
  } else {
    reader.note(reader.pointer("prediction"), "is missing");
  }
  if (const JsonValue* value = reader.find("label")) record.label = words_of(*value);
  if (const JsonValue* value = reader.find("confidence")) {
    const JsonValue* number = value->object() == nullptr ? value : find_member(*value->object(), "c");
    record.confidence = number == nullptr ? std::nullopt : number_of(*number);
    if (!record.confidence || !(*record.confidence >= 0.0 && *record.confidence <= 1.0))
      reader.note(reader.pointer("confidence"), "must be a number from 0 to 1");
  }
  record.severity = reader.text("severity");
  record.review_probability = reader.number("p_review", 1.0);
  if (!(record.review_probability > 0.0 && record.review_probability <= 1.0))
    reader.note(reader.pointer("p_review"), "must be above 0 and at most 1");
  record.suppressed_findings = reader.count("suppressed", 0);
  if (const JsonValue* claims = reader.find("claims"); claims != nullptr && claims->object() != nullptr) {
    NumberReader part(*claims->object(), reader.pointer("claims"));
    record.checkable_claims = part.count("checkable", 0);
    record.supported_claims = part.count("supported", 0);
    if (record.supported_claims > record.checkable_claims)
      part.note(part.pointer("supported"), "must not exceed checkable");
    if (part.problem()) return core::fail(*part.problem());
  }
  if (const JsonValue* groups = reader.find("groups"); groups != nullptr && groups->object() != nullptr) {
    for (const JsonMember& member : *groups->object()) record.groups[member.name] = words_of(member.value);
  }
  if (const JsonValue* value = reader.find("faithfulness")) {
    const JsonValue* number = value->object() == nullptr ? value : find_member(*value->object(), "norm");
    record.faithfulness = number == nullptr ? std::nullopt : number_of(*number);
    if (record.faithfulness && !(*record.faithfulness >= -1.0 && *record.faithfulness <= 1.0))
      reader.note(reader.pointer("faithfulness"), "must be a number from -1 to 1, or null");
  }
  if (const JsonValue* features = reader.find("features"); features != nullptr && features->object() != nullptr) {
    for (const JsonMember& member : *features->object()) {
      const auto number = number_of(member.value);
      if (number && std::isfinite(*number)) record.features[member.name] = *number;
    }
  }
  if (reader.problem()) return core::fail(*reader.problem());
  return record;
}

}  // namespace

bool looks_like_records(std::string_view text) {
  std::size_t lines = 0;
  bool are_objects = true;
  std::string_view only;
  each_line(text, [&](std::string_view line, std::size_t) {
    ++lines;
    only = line;
    are_objects = line.front() == '{' && line.back() == '}' && line.size() > 1;
    return are_objects && lines < 2;
  });
  if (lines == 1)
    return are_objects && only.find("\"prediction\"") != std::string_view::npos &&
           only.find("\"y_true\"") == std::string_view::npos;
  return lines > 1 && are_objects;
}

core::Result<std::vector<stats::Record>> read_records(std::string_view text) {
  std::vector<stats::Record> records;
  std::optional<core::Error> problem;
  each_line(text, [&](std::string_view line, std::size_t number) {
    const std::string place = "line " + std::to_string(number) + ": ";
    const JsonParsing parsing = parse_json(line);
    if (!parsing.value || parsing.value->object() == nullptr) {
      problem = core::Error{core::ErrorCode::invalid_input,
                            place + (parsing.value ? "must be a JSON object" : parsing.problem.message)};
      return false;
    }
    auto record = read_record(*parsing.value->object(), "");
    if (!record) {
      problem = core::Error{record.error().code, place + record.error().message};
      return false;
    }
    records.push_back(std::move(*record));
    return true;
  });
  if (problem) return core::fail(*problem);
  return records;
}

JsonValue encode_records(const stats::RecordSummary& summary) {
  const auto proportion = [](const stats::Proportion& part) {
    return JsonValue{JsonObject{{"count", json_count(part.hits)},
                                {"of", json_count(part.cases)},
                                {"rate", json_number(part.value())},
                                {"clopper_pearson", encode_interval(stats::clopper_pearson(part, 0.05))}}};
  };
  return JsonValue{JsonObject{{"records", json_count(summary.records)},
                              {"labelled", json_count(summary.labelled)},
                              {"effective_size", json_number(summary.effective_size)},
                              {"error_rate", json_number(summary.error_rate)},
                              {"weighted_error_rate", json_number(summary.weighted_error_rate)},
                              {"weighted_error_interval", encode_interval(summary.weighted_interval)},
                              {"harm", json_number(summary.harm)},
                              {"missed_critical", proportion(summary.missed_critical)},
                              {"unsupported_claims", proportion(summary.unsupported_claims)},
                              {"suppressed_findings", json_count(summary.suppressed_findings)},
                              {"faithfulness", json_number(summary.faithfulness)},
                              {"assessed_texts", json_count(summary.assessed_texts)},
                              {"in_order_of_time", json_flag(summary.is_in_order)}}};
}

}  // namespace guardian::adapters
