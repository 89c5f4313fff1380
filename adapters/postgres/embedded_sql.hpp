#pragma once
// SQL that is built into the program.

#include <string_view>

namespace guardian::adapters::postgres {

[[nodiscard]] std::string_view ledger_sql();       // ledger.sql
[[nodiscard]] std::string_view work_sql();         // work.sql
[[nodiscard]] std::string_view shape_sql();        // shape.sql
[[nodiscard]] std::string_view shape_of_ledger();  // shape.txt: what shape.sql says of a ledger that nobody touched

}  // namespace guardian::adapters::postgres
