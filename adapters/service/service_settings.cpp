#include "adapters/service/service_settings.hpp"

#include <cmath>
#include <functional>
#include <map>

#include "adapters/json/json_view.hpp"
#include "adapters/ledger/ledger_place.hpp"

namespace guardian::adapters::service {
namespace {

class SettingsReader {
 public:
  SettingsReader(std::filesystem::path folder, ServiceSettings& settings, std::vector<InputProblem>& problems)
      : folder_(std::move(folder)), settings_(settings), problems_(problems) {}

  void read(const JsonView& root) {
    const Members members = {
        {"host", [&](const JsonView& value, const std::string& path) { text(value, path, settings_.host); }},
        {"port",
         [&](const JsonView& value, const std::string& path) { whole(value, path, 0, 65'535, settings_.port); }},
        {"public_url",
         [&](const JsonView& value, const std::string& path) { text(value, path, settings_.public_url); }},
        {"api_keys", [&](const JsonView& value, const std::string& path) { file(value, path, settings_.api_keys); }},
        {"origins", [&](const JsonView& value, const std::string& path) { texts(value, path, settings_.origins); }},
        {"fhir_hosts",
         [&](const JsonView& value, const std::string& path) { texts(value, path, settings_.fhir_hosts); }},
        {"fhir_networks",
         [&](const JsonView& value, const std::string& path) { texts(value, path, settings_.fhir_networks); }},
        {"fhir_time_ms",
         [&](const JsonView& value, const std::string& path) { milliseconds(value, path, settings_.fhir_time); }},
        {"behind_tls",
         [&](const JsonView& value, const std::string& path) { flag(value, path, settings_.behind_tls); }},
        {"locale", [&](const JsonView& value, const std::string& path) { text(value, path, settings_.locale); }},
        {"knowledge_warn_days",
         [&](const JsonView& value, const std::string& path) {
           whole(value, path, 0, 100'000, settings_.knowledge_warn_days);
         }},
        {"knowledge_refuse_days",
         [&](const JsonView& value, const std::string& path) {
           whole(value, path, 0, 100'000, settings_.knowledge_refuse_days);
         }},
        {"self_test_required",
         [&](const JsonView& value, const std::string& path) { flag(value, path, settings_.self_test_required); }},
        {"interruptive_cards",
         [&](const JsonView& value, const std::string& path) { count(value, path, settings_.most_interruptive); }},
        {"hook_time_ms",
         [&](const JsonView& value, const std::string& path) { milliseconds(value, path, settings_.hook_time); }},
        {"detected_issues",
         [&](const JsonView& value, const std::string& path) { flag(value, path, settings_.detected_issues); }},
        {"release_uncertified",
         [&](const JsonView& value, const std::string& path) { flag(value, path, settings_.release_uncertified); }},
        {"failed_sign_ins", [&](const JsonView& value, const std::string& path) { failed_sign_ins(value, path); }},
        {"records", [&](const JsonView& value, const std::string& path) { file(value, path, settings_.records); }},
        {"ledger", [&](const JsonView& value, const std::string& path) { ledger(value, path); }},
        {"cds_clients", [&](const JsonView& value, const std::string& path) { clients(value, path); }},
        {"rate", [&](const JsonView& value, const std::string& path) { rate(value, path); }},
        {"limits", [&](const JsonView& value, const std::string& path) { limits(value, path); }},
    };
    object(root, "", members);
  }

 private:
  using Members = std::map<std::string, std::function<void(const JsonView&, const std::string&)>, std::less<>>;

  void problem(const std::string& path, std::string message) { problems_.push_back({path, std::move(message)}); }

  void object(const JsonView& value, const std::string& path, const Members& members) {
    if (!value.is_object()) return problem(path, "must be an object");
    std::vector<std::string> seen;
    value.each_member([&](std::string_view name, const JsonView& member) {
      const std::string at = member_pointer(path, name);
      const auto known = members.find(name);
      if (known == members.end()) return problem(at, "is not a setting");
      for (const std::string& before : seen) {
        if (before == name) return problem(at, "is given twice");
      }
      seen.emplace_back(name);
      known->second(member, at);
    });
  }

  void text(const JsonView& value, const std::string& path, std::string& to) {
    const auto given = value.text();
    if (!given || given->empty()) return problem(path, "must be a string with something in it");
    to = std::string(*given);
  }

  // Relative to the folder of the settings file.
  void file(const JsonView& value, const std::string& path, std::filesystem::path& to) {
    std::string name;
    text(value, path, name);
    if (!name.empty()) to = folder_ / name;
  }

  void texts(const JsonView& value, const std::string& path, std::vector<std::string>& to) {
    if (!value.is_list()) return problem(path, "must be a list of strings");
    to.clear();
    value.each_entry([&](const JsonView& entry, std::size_t index) {
      std::string one;
      text(entry, entry_pointer(path, index), one);
      if (!one.empty()) to.push_back(std::move(one));
    });
  }

  void flag(const JsonView& value, const std::string& path, bool& to) {
    const auto given = value.boolean();
    if (!given) return problem(path, "must be true or false");
    to = *given;
  }

  void whole(const JsonView& value, const std::string& path, double least, double most, int& to) {
    const auto given = value.number();
    if (!given || *given != std::floor(*given) || *given < least || *given > most) {
      return problem(path, "must be a whole number from " + std::to_string(static_cast<int>(least)) + " to " +
                               std::to_string(static_cast<int>(most)));
    }
    to = static_cast<int>(*given);
  }

  void count(const JsonView& value, const std::string& path, std::size_t& to) {
    int given = static_cast<int>(to);
    whole(value, path, 0, 1'000'000'000, given);
    to = static_cast<std::size_t>(given);
  }

  void milliseconds(const JsonView& value, const std::string& path, std::chrono::milliseconds& to) {
    int given = static_cast<int>(to.count());
    whole(value, path, 1, 600'000, given);
    to = std::chrono::milliseconds(given);
  }

  void positive(const JsonView& value, const std::string& path, double& to) {
    const auto given = value.number();
    if (!given || *given <= 0.0) return problem(path, "must be a number above 0");
    to = *given;
  }

  // A file, or the name of a server.
  void place(const JsonView& value, const std::string& path, audit::ledger::Place& to) {
    std::string name;
    text(value, path, name);
    if (name.empty()) return;
    auto found = ledger_place(names_server(name) ? name : (folder_ / name).string(), NamedBy::settings);
    if (!found) return problem(path, found.error().message);
    to = std::move(*found);
  }

  void ledger(const JsonView& value, const std::string& path) {
    LedgerSettings wanted;
    object(value, path,
           {{"file", [&](const JsonView& member, const std::string& at) { place(member, at, wanted.place); }},
            {"key", [&](const JsonView& member, const std::string& at) { file(member, at, wanted.key); }},
            {"deidentified",
             [&](const JsonView& member, const std::string& at) { flag(member, at, wanted.deidentified); }}});
    if (wanted.place.empty()) return problem(path + "/file", "is required");
    settings_.ledger = std::move(wanted);
  }

  void clients(const JsonView& value, const std::string& path) {
    if (!value.is_list()) return problem(path, "must be a list");
    value.each_entry([&](const JsonView& entry, std::size_t index) {
      sign_in::TrustedIssuer issuer;
      std::filesystem::path keys;
      const std::string at = entry_pointer(path, index);
      object(entry, at,
             {{"issuer", [&](const JsonView& member, const std::string& to) { text(member, to, issuer.issuer); }},
              {"key_file", [&](const JsonView& member, const std::string& to) { file(member, to, keys); }},
              {"key_url", [&](const JsonView& member, const std::string& to) { text(member, to, issuer.key_url); }},
              {"tenants", [&](const JsonView& member, const std::string& to) { texts(member, to, issuer.tenants); }}});
      issuer.key_file = keys.string();
      if (issuer.issuer.empty()) problem(at + "/issuer", "is required");
      settings_.cds_clients.push_back(std::move(issuer));
    });
  }

  void rate(const JsonView& value, const std::string& path) {
    object(
        value, path,
        {{"per_second",
          [&](const JsonView& member, const std::string& at) { positive(member, at, settings_.rate.per_second); }},
         {"burst", [&](const JsonView& member, const std::string& at) { positive(member, at, settings_.rate.burst); }},
         {"off", [&](const JsonView& member, const std::string& at) {
            bool off = !settings_.rate_limits;
            flag(member, at, off);
            settings_.rate_limits = !off;
          }}});
  }

  void failed_sign_ins(const JsonView& value, const std::string& path) {
    sign_in::RateLimitSettings& to = settings_.failed_sign_ins;
    object(value, path,
           {{"per_second", [&](const JsonView& member, const std::string& at) { positive(member, at, to.per_second); }},
            {"burst", [&](const JsonView& member, const std::string& at) { positive(member, at, to.burst); }}});
  }

  void limits(const JsonView& value, const std::string& path) {
    http::ListenerLimits& to = settings_.limits;
    object(value, path,
           {{"connections", [&](const JsonView& member, const std::string& at) { count(member, at, to.connections); }},
            {"waiting", [&](const JsonView& member, const std::string& at) { count(member, at, to.waiting); }},
            {"body_bytes", [&](const JsonView& member, const std::string& at) { count(member, at, to.body_bytes); }},
            {"request_time_ms",
             [&](const JsonView& member, const std::string& at) { milliseconds(member, at, to.request_time); }},
            {"idle_time_ms",
             [&](const JsonView& member, const std::string& at) { milliseconds(member, at, to.idle_time); }}});
    if (to.connections == 0) problem(path + "/connections", "must be at least 1");
  }

  std::filesystem::path folder_;
  ServiceSettings& settings_;
  std::vector<InputProblem>& problems_;
};

}  // namespace

bool read_settings(std::string_view json_text, const std::filesystem::path& folder, ServiceSettings& settings,
                   std::vector<InputProblem>& problems) {
  JsonReader reader;
  const JsonViewing document = reader.parse(json_text);
  if (!document.value.present()) {
    problems.push_back(document.problem);
    return false;
  }
  SettingsReader(folder, settings, problems).read(document.value);
  return problems.empty();
}

bool is_loopback_host(std::string_view host) noexcept {
  return host == "localhost" || host == "::1" || host == "[::1]" || host.rfind("127.", 0) == 0;
}

}  // namespace guardian::adapters::service
