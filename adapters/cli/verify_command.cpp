#include <fstream>
#include <istream>
#include <iterator>
#include <ostream>

#include "adapters/cli/command_support.hpp"
#include "adapters/json/review_reader.hpp"
#include "audit/review_verifier.hpp"
#include "knowledge/store.hpp"

namespace guardian::adapters::cli {
namespace {

std::optional<std::string> read_whole(const std::string& file, const Streams& streams) {
  if (file == "-") return std::string(std::istreambuf_iterator<char>(streams.in), std::istreambuf_iterator<char>());
  std::error_code error;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file, error)) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

}  // namespace

int run_verify(const VerifyOptions& options, const Streams& streams) {
  const std::string shown = options.review == "-" ? "standard input" : options.review;
  const auto text = read_whole(options.review, streams);
  if (!text) {
    streams.err << "guardian: " << shown << ": cannot be read\n";
    return exit_input;
  }
  const auto review = read_review(*text);
  if (!review) {
    streams.err << "guardian: " << shown << ": " << review.error().message << '\n';
    return exit_input;
  }
  const auto file = checked_knowledge_file(options.knowledge);
  if (!file) return report(file.error(), streams);
  // The file is whole: its seal holds.
  auto store = knowledge::Store::open(*file);
  if (!store) return report(store.error(), streams);
  const auto seed = store->seed();
  if (!seed) return report(seed.error(), streams);
  if (const auto checked = check_sign_offs(*seed, *file); !checked) return report(checked.error(), streams);
  auto verifier = audit::ReviewVerifier::open(*file);
  if (!verifier) return report(verifier.error(), streams);
  const auto result = verifier->verify(*review);
  if (!result) return report(result.error(), streams);

  for (const std::string& reason : result->refused) streams.out << "refused: " << reason << '\n';
  if (result->refused.empty()) {
    streams.out << "verified: " << result->findings << (result->findings == 1 ? " finding follows" : " findings follow")
                << " from the facts, and no other does; " << result->rules << " rules over "
                << review->certificate.pairs << (review->certificate.pairs == 1 ? " pair" : " pairs")
                << ", knowledge base " << result->digest << '\n';
  }
  for (const std::string& rest : result->not_derived) streams.out << "not re-derived: " << rest << '\n';
  return result->refused.empty() ? exit_done : exit_no;
}

}  // namespace guardian::adapters::cli
