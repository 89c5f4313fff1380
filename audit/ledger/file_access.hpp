#pragma once
// What the ledger asks of the file system, and how a file is named to SQLite.

#include <filesystem>
#include <string>

namespace guardian::audit::ledger {

// Puts the entry of a new file into its folder for good: until then a power cut could take away the file itself.
void keep_folder_entry(const std::filesystem::path& file);

// The name of a file that nobody changes while it is open: SQLite then needs no lock and no shared memory beside it.
[[nodiscard]] std::string unchanging_uri(const std::filesystem::path& file);

}  // namespace guardian::audit::ledger
