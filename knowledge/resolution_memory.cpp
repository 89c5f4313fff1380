#include "knowledge/resolution_memory.hpp"

namespace guardian::knowledge {
namespace {

// What is longer is no order that comes again, and would take the room of many.
constexpr std::size_t longest = 512;

// The length stands before each part, so that two requests never have one key.
void add_part(std::string& key, const std::string& part) {
  key += std::to_string(part.size());
  key += ':';
  key += part;
}

}  // namespace

std::shared_ptr<const Resolution> ResolutionMemory::resolve(const ResolveRequest& request) {
  key_.clear();
  add_part(key_, request.text);
  add_part(key_, request.code);
  add_part(key_, request.code_system);
  add_part(key_, request.locale);
  if (const auto found = known_.find(key_); found != known_.end()) return found->second;
  auto resolution = std::make_shared<const Resolution>(knowledge::resolve(base_, request));
  if (key_.size() > longest) return resolution;
  if (known_.size() >= most_) known_.clear();
  known_.emplace(key_, resolution);
  return resolution;
}

}  // namespace guardian::knowledge
