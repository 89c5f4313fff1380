#include <ostream>

#include "adapters/cli/commands.hpp"
#include "adapters/json/schemas.hpp"

namespace guardian::adapters::cli {

int run_schema(const std::string& which, const Streams& streams) {
  streams.out << (which == "case" ? case_schema() : which == "answer" ? answer_schema() : review_schema());
  return exit_done;
}

}  // namespace guardian::adapters::cli
