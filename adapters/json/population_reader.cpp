#include "adapters/json/population_reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "adapters/json/json_writer.hpp"
#include "adapters/json/number_reader.hpp"

namespace guardian::adapters {
namespace {

using audit::population::Feature;
using audit::population::Matrix;
using audit::population::Population;

constexpr int most_labels = 10'000;

// The words of a label or a group.
std::string words_of(const JsonValue& value) {
  if (const std::string* text = value.text()) return *text;
  if (value.is_null()) return "none";
  return write_json(value, false);
}

bool is_text_list(const NumberReader& reader, std::string_view name) {
  const JsonValue* value = reader.find(name);
  const JsonList* list = value == nullptr ? nullptr : value->list();
  return list != nullptr && std::any_of(list->begin(), list->end(), [](const auto& e) { return e.text() != nullptr; });
}

std::vector<std::string> words(NumberReader& reader, std::string_view name) {
  std::vector<std::string> texts;
  const JsonValue* value = reader.find(name);
  if (value == nullptr) return texts;
  if (value->list() == nullptr) {
    reader.note(reader.pointer(name), "must be a list");
    return texts;
  }
  for (const JsonValue& entry : *value->list()) texts.push_back(words_of(entry));
  return texts;
}

std::vector<int> indexes(NumberReader& reader, std::string_view name, const std::map<std::string, int>& places) {
  std::vector<int> found;
  const std::vector<std::string> texts = words(reader, name);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto place = places.find(texts[i]);
    if (place == places.end()) {
      reader.note(entry_pointer(reader.pointer(name), i), "is not one of the class labels");
      return {};
    }
    found.push_back(place->second);
  }
  return found;
}

void read_labels(NumberReader& reader, Population& population) {
  population.labels = words(reader, "class_labels");
  population.labels_are_words = !population.labels.empty();
  if (population.labels.empty() && is_text_list(reader, "y_true")) {
    std::set<std::string> known;
    for (const char* name : {"y_true", "y_pred"}) {
      for (const std::string& word : words(reader, name)) known.insert(word);
    }
    population.labels.assign(known.begin(), known.end());
    population.labels_are_words = true;
  }
  if (population.labels_are_words) {
    std::map<std::string, int> places;
    for (std::size_t i = 0; i < population.labels.size(); ++i) places[population.labels[i]] = static_cast<int>(i);
    population.truth = indexes(reader, "y_true", places);
    population.predicted = indexes(reader, "y_pred", places);
    return;
  }
  population.truth = reader.integers("y_true");
  population.predicted = reader.integers("y_pred");
  int largest = 1;  // two labels at least: one that never occurs is still a label
  for (const auto* labels : {&population.truth, &population.predicted}) {
    for (const int label : *labels) largest = std::max(largest, label);
  }
  if (largest >= most_labels) {
    reader.note("/y_true", "has labels above " + std::to_string(most_labels) + "; give class_labels");
    return;
  }
  const std::size_t columns = population.probabilities.columns;
  const std::size_t count = columns > 0 ? columns : static_cast<std::size_t>(largest) + 1;
  for (std::size_t i = 0; i < count; ++i) population.labels.push_back(std::to_string(i));
}

// P(label 1) alone stands for both columns.
Matrix read_probabilities(NumberReader& reader) {
  const JsonValue* value = reader.find("y_prob");
  const JsonList* list = value == nullptr ? nullptr : value->list();
  if (list == nullptr || list->empty() || list->front().list() != nullptr) return reader.matrix("y_prob");
  const std::vector<double> positives = reader.numbers("y_prob");
  Matrix matrix{positives.size(), 2, {}};
  for (const double positive : positives) {
    matrix.cells.push_back(1.0 - positive);
    matrix.cells.push_back(positive);
  }
  return matrix;
}

void predict_most_probable(Population& population) {
  const Matrix& probabilities = population.probabilities;
  for (std::size_t i = 0; i < probabilities.rows; ++i) {
    const auto row = probabilities.row(i);
    population.predicted.push_back(static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin()));
  }
}

void read_groups(NumberReader& reader, Population& population) {
  const JsonValue* groups = reader.find("groups");
  if (groups == nullptr) return;
  if (groups->object() == nullptr) {
    reader.note("/groups", "must be an object");
    return;
  }
  for (const JsonMember& member : *groups->object()) {
    const JsonList* list = member.value.list();
    if (list == nullptr) {
      reader.note(member_pointer("/groups", member.name), "must be a list");
      return;
    }
    std::vector<std::string> values;
    bool are_numbers = true;
    for (const JsonValue& entry : *list) {
      values.push_back(words_of(entry));
      are_numbers = are_numbers && entry.number() != nullptr;
    }
    population.features.push_back(make_feature(member.name, values, are_numbers));
  }
}

}  // namespace

Feature make_feature(std::string name, const std::vector<std::string>& values, bool are_numbers) {
  const std::set<std::string> known(values.begin(), values.end());
  Feature feature{std::move(name), {known.begin(), known.end()}, {}};
  if (are_numbers) {
    std::stable_sort(feature.groups.begin(), feature.groups.end(), [](const std::string& a, const std::string& b) {
      return std::strtod(a.c_str(), nullptr) < std::strtod(b.c_str(), nullptr);
    });
  }
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < feature.groups.size(); ++i) places[feature.groups[i]] = i;
  feature.of.reserve(values.size());
  for (const std::string& value : values) feature.of.push_back(places[value]);
  return feature;
}

core::Result<Population> read_population(const JsonObject& object) {
  NumberReader reader(object, "");
  Population population;
  population.probabilities = read_probabilities(reader);
  read_labels(reader, population);
  if (!reader.has("y_pred") && population.predicted.empty()) predict_most_probable(population);
  if (!population.probabilities.empty() && population.probabilities.columns != population.labels.size()) {
    reader.note("/y_prob",
                "must have a column for each of the " + std::to_string(population.labels.size()) + " labels");
  }
  read_groups(reader, population);
  population.embeddings = reader.matrix("embeddings");
  population.embeddings_b = reader.matrix("embeddings_b");
  population.embeddings_c = reader.matrix("embeddings_c");
  population.pred_sets = reader.count_rows("y_pred_sets");
  if (reader.has("nominal_coverage")) population.nominal_coverage = reader.number("nominal_coverage", 0.0);
  if (reader.problem()) return core::fail(*reader.problem());
  return checked(std::move(population));
}

}  // namespace guardian::adapters
