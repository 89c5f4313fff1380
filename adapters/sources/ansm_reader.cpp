// The thesaurus of the ANSM, which is published as PDF, in the JSON form that the open extraction IMthesaurusANSM gives
// it: a list of interactions (`main_drug`, `plus_drug`, `severity_levels`, `interaction_mechanism`) and a list of
// substances with the classes that each belongs to (`substance`, `drug_classes`).

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "adapters/json/json_reading.hpp"
#include "adapters/sources/line_reader.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::sources {
namespace {

// An edition has about 3,000 interactions in 5 MB.
constexpr JsonLimits thesaurus_limits{std::size_t{128} << 20U, 4'000'000};

class AnsmReader {
 public:
  AnsmReader(OnError on_error, knowledge::ImportedContent& content) : content_(content), bad_(on_error, content) {}

  core::Result<bool> read(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return cannot_read(file);
    const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (stream.bad()) return cannot_read(file);
    const std::string name = file.filename().string();
    const auto invalid = [&](const std::string& why) {
      return core::fail(core::ErrorCode::invalid_input, name + ": " + why);
    };
    const JsonParsing parsed = read_json(text, thesaurus_limits);
    if (!parsed.value) return invalid(parsed.problem.message);
    const JsonList* entries = parsed.value->list();
    if (entries == nullptr) return invalid("must be a list of interactions or of substances");
    for (std::size_t i = 0; i < entries->size(); ++i) {
      ++content_.rows_read;
      const std::string place = name + ": " + entry_pointer("", i);
      const JsonObject* entry = (*entries)[i].object();
      if (entry == nullptr) {
        if (!bad_.skip(place, "", "must be an object")) return core::fail(bad_.error());
      } else if (find_member(*entry, "substance") != nullptr) {
        if (!read_substance(*entry, place)) return core::fail(bad_.error());
      } else if (!read_interaction(*entry, place)) {
        return core::fail(bad_.error());
      }
    }
    return true;
  }

  // The classes are known only when every substance is.
  void finish() {
    for (auto& [name, members] : classes_) {
      content_.classes.push_back({name, std::move(members.first), members.second});
    }
  }

 private:
  static const std::string* text_of(const JsonObject& entry, std::string_view member) {
    const JsonValue* value = find_member(entry, member);
    const std::string* text = value == nullptr ? nullptr : value->text();
    return text == nullptr || knowledge::trimmed(*text).empty() ? nullptr : text;
  }

  bool read_substance(const JsonObject& entry, const std::string& place) {
    const std::string* substance = text_of(entry, "substance");
    if (substance == nullptr) return bad_.skip(place, "substance", "must be a text");
    const JsonValue* classes = find_member(entry, "drug_classes");
    if (classes == nullptr) return true;  // interactions of its own only
    if (classes->list() == nullptr) return bad_.skip(place, "drug_classes", "must be a list of texts");
    for (const JsonValue& one : *classes->list()) {
      if (one.text() == nullptr || knowledge::trimmed(*one.text()).empty())
        return bad_.skip(place, "drug_classes", "must be a list of texts");
    }
    for (const JsonValue& one : *classes->list()) {
      auto& of_class =
          classes_.try_emplace(std::string(knowledge::trimmed(*one.text())), std::vector<std::string>{}, place)
              .first->second;
      of_class.first.emplace_back(knowledge::trimmed(*substance));
    }
    return true;
  }

  // Several levels hold under conditions that stand in words: the gravest is taken, for what is not known is never
  // assumed safe, but as no contraindication, since whether the condition holds is not known either.
  bool read_interaction(const JsonObject& entry, const std::string& place) {
    knowledge::ImportedPair pair;
    pair.place = place;
    for (const auto& [member, into] : {std::pair{"main_drug", &pair.first}, std::pair{"plus_drug", &pair.second}}) {
      const std::string* text = text_of(entry, member);
      if (text == nullptr) return bad_.skip(place, member, "must be a text");
      *into = std::string(knowledge::trimmed(*text));
    }
    const JsonValue* levels = find_member(entry, "severity_levels");
    if (levels == nullptr || levels->list() == nullptr || levels->list()->empty())
      return bad_.skip(place, "severity_levels", "must be a list of at least one level");
    for (const JsonValue& one : *levels->list()) {
      const JsonObject* level = one.object();
      const std::string* word = level == nullptr ? nullptr : text_of(*level, "level");
      const LevelMeaning* meaning = word == nullptr ? nullptr : level_meaning("ansm", *word);
      if (meaning == nullptr) {
        return bad_.skip(place, "severity_levels",
                         word == nullptr ? "a level must be a text" : "`" + *word + "` is no level of the thesaurus");
      }
      pair.severity = pair.level.empty() ? meaning->severity : std::max(pair.severity, meaning->severity);
      pair.contraindication = pair.contraindication || meaning->contraindication;
      pair.level += (pair.level.empty() ? "" : "; ") + *word;
      const std::string* info = text_of(*level, "info");
      if (info != nullptr) pair.management += (pair.management.empty() ? "" : " / ") + *word + ": " + *info;
    }
    if (levels->list()->size() > 1 && pair.contraindication) {
      pair.contraindication = false;
      pair.severity = core::Severity::major;
    }
    if (const std::string* mechanism = text_of(entry, "interaction_mechanism")) pair.mechanism = *mechanism;
    content_.pairs.push_back(std::move(pair));
    return true;
  }

  knowledge::ImportedContent& content_;
  BadRows bad_;
  std::map<std::string, std::pair<std::vector<std::string>, std::string>> classes_;  // members, place
};

}  // namespace

core::Result<knowledge::ImportedContent> read_ansm(const std::vector<std::filesystem::path>& files, OnError on_error) {
  knowledge::ImportedContent content;
  AnsmReader reader(on_error, content);
  for (const auto& file : files) {
    if (auto read = reader.read(file); !read) return core::fail(read.error());
  }
  reader.finish();
  return content;
}

}  // namespace guardian::adapters::sources
