#pragma once
// A case with every member of the format, and for each member values that it must refuse.

#include <string_view>
#include <vector>

namespace guardian::test {

inline constexpr std::string_view full_case = R"json({
  "id": "C-1042", "as_of": "2026-11-02T08:00:00Z", "locale": "US",
  "patient": {"age": 61, "age_unit": "y", "sex": "F", "weight_kg": 70, "height_cm": 165,
              "pregnant": false, "gestation_weeks": 20, "lactating": false,
              "conditions": ["epilepsy", "CKD 2", {"text": "gout", "code": "M10", "system": "icd10"}],
              "allergies": [{"text": "penicillin", "reaction": "anaphylaxis"}, {"allergen": "latex"}, "sulfa"],
              "labs": [{"name": "Na", "value": 139, "unit": "mmol/L", "when": "today"},
                       {"name": "digoxin", "value": "<0.2", "unit": "", "when": "2026-11-02"}]},
  "medications": [{"text": "Dilantin 100 mg TID", "status": "stopped", "stopped_days_ago": 10,
                   "code": "8183", "system": "rxnorm"},
                  "warfarin 5 mg daily"],
  "orders": [{"text": "Diflucan 200mg PO daily x14 days"}],
  "order": {"text": "clarithromycin 500 mg BID"},
  "note": "free text",
  "vitals": {"rr": 18, "spo2": 96, "spo2_scale": 1, "supplemental_o2": false, "sbp": 128, "dbp": 74, "hr": 78,
             "temp_c": 37.9, "consciousness": "A"}
})json";

struct WrongValue {
  std::string_view path;
  std::string_view value;  // JSON
};

// clang-format off
inline const std::vector<WrongValue> wrong_values{
    {"/id", "7"}, {"/id", R"("")"}, {"/id", R"("  ")"}, {"/id", "null"}, {"/id", R"("a\u0000b")"},
    {"/as_of", "20261102"}, {"/as_of", R"("yesterday")"}, {"/as_of", R"("2026-13-01")"},
    {"/as_of", R"("2026-02-29T08:00:00Z")"}, {"/as_of", R"("2026-11-02T25:00:00Z")"}, {"/as_of", R"("2026-11-02T08:00:00Zjunk")"},
    {"/as_of", R"("2026-11-02T08:00:00+1:00")"}, {"/as_of", R"("1026-11-02")"}, {"/as_of", R"("")"},
    {"/locale", "1"}, {"/locale", R"("USA")"}, {"/locale", R"("U1")"},
    {"/patient", "[]"}, {"/patient", R"("F, 61")"},
    {"/patient/age", R"("61")"}, {"/patient/age", "-1"}, {"/patient/age", "131"}, {"/patient/age", "true"},
    {"/patient/age_unit", R"("years")"}, {"/patient/age_unit", "1"},
    {"/patient/sex", R"("female")"}, {"/patient/sex", "0"},
    {"/patient/weight_kg", R"("70")"}, {"/patient/weight_kg", "0"}, {"/patient/weight_kg", "701"}, {"/patient/weight_kg", "-3"},
    {"/patient/height_cm", R"("165")"}, {"/patient/height_cm", "1.65"}, {"/patient/height_cm", "300"},
    {"/patient/pregnant", R"("no")"}, {"/patient/pregnant", "0"},
    {"/patient/gestation_weeks", R"("20")"}, {"/patient/gestation_weeks", "-1"}, {"/patient/gestation_weeks", "46"},
    {"/patient/lactating", "1"},
    {"/patient/conditions", R"("epilepsy")"}, {"/patient/conditions", "{}"},
    {"/patient/conditions/0", "1"}, {"/patient/conditions/0", R"("")"}, {"/patient/conditions/0", "null"},
    {"/patient/conditions/2/text", "1"}, {"/patient/conditions/2/code", "10"}, {"/patient/conditions/2/system", "false"},
    {"/patient/allergies", R"("latex")"}, {"/patient/allergies/0", "[]"}, {"/patient/allergies/2", R"(" ")"},
    {"/patient/allergies/0/text", R"("")"}, {"/patient/allergies/0/text", "1"}, {"/patient/allergies/0/text", "null"},
    {"/patient/allergies/0/reaction", "1"}, {"/patient/allergies/0/allergen", R"("ampicillin")"},
    {"/patient/allergies/1/allergen", "[]"}, {"/patient/allergies/1/allergen", R"("")"},
    {"/patient/labs", "{}"}, {"/patient/labs/0", R"("Na 139")"}, {"/patient/labs/0/name", "1"},
    {"/patient/labs/0/name", R"("")"}, {"/patient/labs/0/name", "null"},
    {"/patient/labs/0/value", "true"}, {"/patient/labs/0/value", R"("")"}, {"/patient/labs/0/value", "[1]"},
    {"/patient/labs/0/unit", "1"}, {"/patient/labs/0/when", "3"}, {"/patient/labs/0/when", R"("2026-02-30")"},
    {"/medications", "{}"}, {"/medications", R"("warfarin")"}, {"/medications/1", "null"}, {"/medications/1", "5"},
    {"/medications/1", R"("")"}, {"/medications/0", "[]"},
    {"/medications/0/text", "1"}, {"/medications/0/status", R"("held")"}, {"/medications/0/status", "1"},
    {"/medications/0/stopped_days_ago", "-1"}, {"/medications/0/stopped_days_ago", R"("10")"},
    {"/medications/0/code", "8183"}, {"/medications/0/system", "1"},
    {"/orders", "{}"}, {"/orders/0", "1"}, {"/orders/0/text", "null"}, {"/orders/0/text", R"("")"}, {"/orders/0/text", "[]"},
    {"/order", "[]"}, {"/order", R"("")"}, {"/order/text", "1"},
    {"/note", "1"}, {"/note", R"("a\u0000b")"},
    {"/vitals", "[]"}, {"/vitals/rr", R"("18")"}, {"/vitals/rr", "-1"}, {"/vitals/rr", "151"},
    {"/vitals/spo2", R"("96%")"}, {"/vitals/spo2", "0.96"}, {"/vitals/spo2", "101"},
    {"/vitals/spo2_scale", "3"}, {"/vitals/spo2_scale", "1.5"}, {"/vitals/spo2_scale", R"("1")"},
    {"/vitals/supplemental_o2", R"("air")"}, {"/vitals/sbp", R"("128")"}, {"/vitals/sbp", "-1"}, {"/vitals/sbp", "351"},
    {"/vitals/dbp", R"("74")"}, {"/vitals/dbp", "251"}, {"/vitals/dbp", "129"},
    {"/vitals/hr", R"("78")"}, {"/vitals/hr", "-1"}, {"/vitals/hr", "401"},
    {"/vitals/temp_c", R"("37.9 C")"}, {"/vitals/temp_c", "98.6"}, {"/vitals/temp_c", "3.7"},
    {"/vitals/consciousness", R"("alert")"}, {"/vitals/consciousness", "1"}, {"/vitals/consciousness", R"("")"},
};
// clang-format on

}  // namespace guardian::test
