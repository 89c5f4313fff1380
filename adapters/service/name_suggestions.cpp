#include "adapters/service/name_suggestions.hpp"

#include <algorithm>
#include <cctype>
#include <span>
#include <vector>

#include "adapters/json/json_text.hpp"
#include "knowledge/name_index.hpp"

namespace guardian::adapters::service {
namespace {

struct Suggestion {
  std::string_view name;
  std::string_view kind;
  std::span<const std::string> ingredients;  // empty: the name itself
};

bool begins(std::string_view name, std::string_view beginning) {
  return name.size() >= beginning.size() &&
         std::ranges::equal(name.substr(0, beginning.size()), beginning, [](char one, char other) {
           return std::tolower(static_cast<unsigned char>(one)) == std::tolower(static_cast<unsigned char>(other));
         });
}

int rank(const Suggestion& suggestion) {
  if (suggestion.kind == "ingredient") return 0;
  if (suggestion.kind == "ambiguous") return 2;
  return 1;
}

}  // namespace

std::string suggest_names(const knowledge::KnowledgeBase& base, std::string_view beginning, std::size_t most) {
  std::vector<Suggestion> found;
  const auto& tables = base.tables();
  for (std::size_t i = 0; i < tables.ingredients.size(); ++i) {
    const std::string& name = base.graph().ingredient_name(static_cast<knowledge::IngredientIndex>(i));
    if (begins(name, beginning)) found.push_back({name, "ingredient", {}});
  }
  for (const knowledge::NameRow& row : tables.names) {
    if (begins(row.name, beginning)) found.push_back({row.name, row.kind, row.ingredients});
  }
  std::ranges::stable_sort(found, [](const Suggestion& one, const Suggestion& other) {
    if (rank(one) != rank(other)) return rank(one) < rank(other);
    return one.name.size() < other.name.size();
  });
  JsonText out;
  out.open_object();
  out.open_list("names");
  std::vector<std::string_view> said;
  for (const Suggestion& suggestion : found) {
    if (said.size() == most) break;
    if (std::ranges::find(said, suggestion.name) != said.end()) continue;
    said.push_back(suggestion.name);
    out.open_object();
    out.text("name", suggestion.name);
    out.text("kind", suggestion.kind);
    out.open_list("ingredients");
    for (const std::string& ingredient : suggestion.ingredients) out.text(ingredient);
    out.close_list();
    out.open_list("lookalikes");
    for (const std::string& other : base.names().lookalikes_of(knowledge::normalised_name(suggestion.name))) {
      out.text(other);
    }
    out.close_list();
    out.close_object();
  }
  out.close_list();
  out.close_object();
  return out.take();
}

}  // namespace guardian::adapters::service
