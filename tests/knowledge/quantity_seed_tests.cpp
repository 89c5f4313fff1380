// The shipped tables of quantities, read as the reader will get them: names, units against published factors, and what
// numbers without a unit become.

#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "knowledge/quantity_reader.hpp"
#include "knowledge/text.hpp"

using namespace guardian;
using namespace guardian::knowledge;

namespace {

using Row = std::vector<std::string>;

// The rows of a seed file without comments and header.
std::vector<Row> rows_of(const std::string& file, std::size_t columns) {
  std::ifstream in(std::string(GUARDIAN_SOURCE_DIR) + "/knowledge/seed/" + file);
  REQUIRE(in.good());
  std::vector<Row> rows;
  bool header = true;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (std::exchange(header, false)) continue;
    Row row;
    for (std::size_t at = 0;;) {
      const std::size_t tab = line.find('\t', at);
      row.push_back(line.substr(at, tab == std::string::npos ? tab : tab - at));
      if (tab == std::string::npos) break;
      at = tab + 1;
    }
    CAPTURE(file, line);
    REQUIRE(row.size() == columns);
    rows.push_back(std::move(row));
  }
  return rows;
}

double number(const std::string& text) {
  CAPTURE(text);
  const auto value = parse_number(text);
  REQUIRE(value.has_value());
  return *value;
}

QuantityTables shipped_tables() {
  QuantityTables tables;
  for (const Row& row : rows_of("quantities.tsv", 9)) {
    QuantityDefinition definition{row[0], row[1], row[2], row[3], number(row[4]), number(row[5]), {}, row[7]};
    if (!row[6].empty()) definition.stale_days = number(row[6]);
    tables.quantities.push_back(definition);
  }
  for (const Row& row : rows_of("quantity_names.labs.tsv", 3)) tables.names.push_back({row[0], row[1], row[2]});
  for (const Row& row : rows_of("quantity_units.labs.tsv", 4)) {
    tables.units.push_back({row[0], row[1], number(row[2]), number(row[3])});
  }
  for (const Row& row : rows_of("quantity_unstated.labs.tsv", 4)) {
    QuantityUnstated unstated{row[0], {}, number(row[2]), number(row[3])};
    for (const std::string_view unit : split(row[1], " | ")) unstated.units.emplace_back(unit);
    tables.unstated.push_back(unstated);
  }
  return tables;
}

const QuantityReader& reader() {
  static const QuantityReader made = [] {
    auto built = QuantityReader::build(shipped_tables());
    if (!built) FAIL(built.error().message);
    return *std::move(built);
  }();
  return made;
}

std::string quantity_of(std::string_view name) {
  const auto named = reader().quantity_of(name);
  return named ? named->definition->name : "";
}

LabReading read(const core::LabResult& lab) { return reader().read(lab, core::parse_moment("2026-11-02")); }

}  // namespace

TEST_CASE("every shipped name is read as its quantity in any case", "[knowledge][quantity][seed]") {
  const auto names = rows_of("quantity_names.labs.tsv", 3);
  CHECK(names.size() >= 350);
  for (const Row& row : names) {
    CAPTURE(row[0]);
    CHECK(quantity_of(row[0]) == row[1]);
    CHECK(quantity_of(lower_case(row[0])) == row[1]);
    CHECK(quantity_of("Serum " + row[0]) == row[1]);
  }
}

TEST_CASE("every laboratory quantity has a name and its canonical unit", "[knowledge][quantity][seed]") {
  std::set<std::string> named;
  for (const Row& row : rows_of("quantity_names.labs.tsv", 3)) named.insert(row[1]);
  for (const QuantityDefinition& definition : shipped_tables().quantities) {
    CAPTURE(definition.name);
    if (definition.kind == "lab") CHECK(named.count(definition.name) == 1);
    CHECK(reader().to_canonical(definition.name, 3.25, definition.unit) == 3.25);
  }
}

TEST_CASE("every unit of every quantity converts there and back", "[knowledge][quantity][seed]") {
  for (const QuantityUnit& unit : shipped_tables().units) {
    CAPTURE(unit.quantity, unit.unit);
    for (const double value : {0.5, 7.0, 140.0, 12345.0}) {
      const auto canonical = reader().to_canonical(unit.quantity, value, unit.unit);
      REQUIRE(canonical.has_value());
      const auto back = reader().from_canonical(unit.quantity, *canonical, unit.unit);
      REQUIRE(back.has_value());
      CHECK(*back == Approx(value).epsilon(1e-7));
    }
  }
}

// AMA Manual of Style, 11th ed., 17.5 (conventional unit x factor = SI unit), and for drugs ASHP, Appendix A
// "Therapeutic ranges of drugs in traditional and SI units". Both are rounded to three or four digits.
TEST_CASE("the factors agree with the published ones in both directions", "[knowledge][quantity][seed]") {
  struct Published {
    const char* quantity;
    const char* conventional;
    const char* si;
    double factor;
  };
  for (const Published& row : {Published{"creatinine", "mg/dL", "umol/L", 88.4},
                               Published{"glucose", "mg/dL", "mmol/L", 0.0555},
                               Published{"urea_nitrogen", "mg/dL", "mmol/L", 0.357},
                               Published{"urea_nitrogen", "mg/dL as urea", "mmol/L", 0.1665},
                               Published{"bilirubin", "mg/dL", "umol/L", 17.1},
                               Published{"calcium", "mg/dL", "mmol/L", 0.2495},
                               Published{"magnesium", "mg/dL", "mmol/L", 0.4114},
                               Published{"magnesium", "mEq/L", "mmol/L", 0.5},
                               Published{"phosphate", "mg/dL", "mmol/L", 0.3229},
                               Published{"uric_acid", "mg/dL", "umol/L", 59.485},
                               Published{"ldl", "mg/dL", "mmol/L", 0.0259},
                               Published{"triglycerides", "mg/dL", "mmol/L", 0.0113},
                               Published{"lactate", "mg/dL", "mmol/L", 0.111},
                               Published{"ammonia", "ug/dL", "umol/L", 0.587},
                               Published{"albumin", "g/dL", "g/L", 10},
                               Published{"hemoglobin", "g/dL", "g/L", 10},
                               Published{"hemoglobin", "g/dL", "mmol/L", 0.6206},
                               Published{"fibrinogen", "mg/dL", "g/L", 0.01},
                               Published{"fibrinogen", "mg/dL", "umol/L", 0.0294},
                               Published{"ferritin", "ng/mL", "pmol/L", 2.247},
                               Published{"free_t4", "ng/dL", "pmol/L", 12.871},
                               Published{"vitamin_b12", "pg/mL", "pmol/L", 0.738},
                               Published{"vitamin_d", "ng/mL", "nmol/L", 2.496},
                               Published{"crp", "mg/L", "nmol/L", 9.524},
                               Published{"alt", "U/L", "ukat/L", 0.01667},
                               Published{"urine_albumin_ratio", "mg/g", "mg/mmol", 0.1131},
                               Published{"platelets", "10^3/uL", "10^9/L", 1},
                               Published{"neutrophils", "/uL", "10^9/L", 0.001},
                               Published{"acetaminophen_level", "ug/mL", "umol/L", 6.616},
                               Published{"carbamazepine_level", "mg/L", "umol/L", 4.23},
                               Published{"digoxin_level", "ng/mL", "nmol/L", 1.281},
                               Published{"lithium_level", "mEq/L", "mmol/L", 1},
                               Published{"phenobarbital_level", "mg/L", "umol/L", 4.306},
                               Published{"phenytoin_level", "mg/L", "umol/L", 3.964},
                               Published{"salicylate_level", "ug/mL", "umol/L", 7.24},
                               Published{"salicylate_level", "mg/dL", "mmol/L", 0.0724},
                               Published{"tacrolimus_level", "ng/mL", "nmol/L", 1.244},
                               Published{"theophylline_level", "mg/L", "umol/L", 5.55},
                               Published{"valproate_level", "mg/L", "umol/L", 6.934},
                               Published{"vancomycin_trough", "mg/L", "umol/L", 0.690}}) {
    CAPTURE(row.quantity, row.conventional, row.si);
    const auto canonical = reader().to_canonical(row.quantity, 10.0, row.conventional);
    REQUIRE(canonical.has_value());
    const auto si = reader().from_canonical(row.quantity, *canonical, row.si);
    REQUIRE(si.has_value());
    CHECK(*si == Approx(10.0 * row.factor).epsilon(0.005));
    const auto back = reader().to_canonical(row.quantity, *si, row.si);
    REQUIRE(back.has_value());
    CHECK(*back == Approx(*canonical).epsilon(1e-8));
  }
  // NGSP = 0.09148 x IFCC + 2.152: the published pairs 48 and 6.5, 53 and 7.0, 75 and 9.0.
  CHECK(*reader().to_canonical("hba1c", 48, "mmol/mol") == Approx(6.5).margin(0.05));
  CHECK(*reader().to_canonical("hba1c", 53, "mmol/mol") == Approx(7.0).margin(0.05));
  CHECK(*reader().to_canonical("hba1c", 75, "mmol/mol") == Approx(9.0).margin(0.05));
  CHECK(*reader().to_canonical("temperature", 98.6, "F") == 37.0);
}

TEST_CASE("a common result without a unit is read as a clinician reads it", "[knowledge][quantity][seed]") {
  struct Common {
    const char* name;
    double value;
    double canonical;
  };
  for (const Common& row : {Common{"K", 5.9, 5.9},
                            Common{"Na", 128, 128},
                            Common{"SCr", 1.1, 1.1},
                            Common{"creat", 4.2, 4.2},
                            Common{"creatinine", 176.8, 2},
                            Common{"BUN", 40, 40},
                            Common{"glucose", 110, 110},
                            Common{"glucose", 450, 450},
                            Common{"glucose", 5, 90.078},
                            Common{"Ca", 9.2, 9.2},
                            Common{"Ca", 2.5, 10.0195},
                            Common{"Mg", 2.0, 2.0},
                            Common{"phos", 3.5, 3.5},
                            Common{"albumin", 3.2, 3.2},
                            Common{"albumin", 32, 3.2},
                            Common{"bili", 1.2, 1.2},
                            Common{"Hgb", 7.4, 7.4},
                            Common{"Hb", 13, 13},
                            Common{"Hb", 74, 7.4},
                            Common{"Plt", 45, 45},
                            Common{"Plt", 45000, 45},
                            Common{"WBC", 2.1, 2.1},
                            Common{"WBC", 2100, 2.1},
                            Common{"ANC", 450, 0.45},
                            Common{"ANC", 0.4, 0.4},
                            Common{"INR", 4.5, 4.5},
                            Common{"aPTT", 80, 80},
                            Common{"eGFR (CKD-EPI)", 28, 28},
                            Common{"CrCl", 28, 28},
                            Common{"HbA1c", 8.1, 8.1},
                            Common{"HbA1c", 65, 8.0982},
                            Common{"ALT", 320, 320},
                            Common{"CK", 12000, 12000},
                            Common{"TSH", 0.01, 0.01},
                            Common{"uric acid", 9.1, 9.1},
                            Common{"urate", 535.365, 9},
                            Common{"lactate", 4.2, 4.2},
                            Common{"lithium level", 1.8, 1.8},
                            Common{"digoxin", 2.4, 2.4},
                            Common{"phenytoin", 12, 12},
                            Common{"vanc trough", 28, 28},
                            Common{"tacrolimus", 14, 14},
                            Common{"triglycerides", 850, 850},
                            Common{"LDL", 70, 70},
                            Common{"CD4", 180, 180},
                            Common{"QTc", 505, 505},
                            Common{"LVEF", 35, 35},
                            Common{"LVEF", 0.35, 35},
                            Common{"temp", 101.3, 38.5},
                            Common{"HCO3", 18, 18},
                            Common{"pH", 7.21, 7.21}}) {
    CAPTURE(row.name, row.value);
    const LabReading reading = read({row.name, row.value, "", "today"});
    if (const auto* refusal = std::get_if<LabRefusal>(&reading)) FAIL_CHECK(refusal->message);
    if (const auto* value = std::get_if<LabValue>(&reading)) CHECK(value->value == Approx(row.canonical).epsilon(1e-4));
  }
}

TEST_CASE("a result without a unit that two readings fit is refused", "[knowledge][quantity][seed]") {
  struct Unclear {
    const char* name;
    double value;
  };
  for (const Unclear& row :
       {Unclear{"glucose", 20}, Unclear{"bilirubin", 12}, Unclear{"urea", 40}, Unclear{"Mg", 1.0},
        Unclear{"phosphate", 1.1}, Unclear{"neutrophils", 65}, Unclear{"eosinophils", 3}, Unclear{"phenytoin", 40},
        Unclear{"CRP", 5}, Unclear{"platelets", 2000}, Unclear{"paracetamol level", 500}}) {
    CAPTURE(row.name, row.value);
    const LabReading reading = read({row.name, row.value, "", "today"});
    REQUIRE(std::holds_alternative<LabRefusal>(reading));
    CHECK(std::get<LabRefusal>(reading).reason == LabRefusalReason::unit_unclear);
  }
}

TEST_CASE("a test that is another one than its name begins with is not known", "[knowledge][quantity][seed]") {
  for (const char* name : {"urine sodium",
                           "sodium, urine",
                           "urine creatinine",
                           "creatinine urine",
                           "free phenytoin",
                           "phenytoin free",
                           "neutrophils %",
                           "eos %",
                           "CSF glucose",
                           "glucose CSF",
                           "urine glucose",
                           "urine protein",
                           "urine pH",
                           "nucleated RBC",
                           "albumin urine",
                           "urine albumin",
                           "eGFR African American",
                           "creatinine kinase isoenzyme",
                           "urea breath test",
                           "BUN/creatinine ratio",
                           "venous pH",
                           "potassium chloride",
                           "magnesium sulfate",
                           "calcium carbonate"}) {
    CAPTURE(name);
    CHECK(quantity_of(name).empty());
  }
}

TEST_CASE("a fraction, a peak and a gas of the blood are tests of their own", "[knowledge][quantity][seed]") {
  struct Own {
    const char* name;
    const char* quantity;
  };
  for (const Own& row : {Own{"ionized calcium", "ionized_calcium"},
                         Own{"calcium (ionized)", "ionized_calcium"},
                         Own{"iCa", "ionized_calcium"},
                         Own{"direct bilirubin", "bilirubin_direct"},
                         Own{"conjugated bilirubin", "bilirubin_direct"},
                         Own{"pCO2", "pco2"},
                         Own{"PaCO2", "pco2"},
                         Own{"hematocrit", "hematocrit"},
                         Own{"HDL", "hdl"},
                         Own{"total cholesterol", "cholesterol"},
                         Own{"total T4", "total_t4"},
                         Own{"CK-MB", "ck_mb"},
                         Own{"Troponin I", "troponin_i"},
                         Own{"hs-cTnT", "troponin_t"},
                         Own{"troponin", "troponin"},
                         Own{"NT-proBNP", "nt_probnp"},
                         Own{"BNP", "bnp"},
                         Own{"LDH", "ldh"},
                         Own{"beta-hCG", "hcg"},
                         Own{"D-dimer", "d_dimer"},
                         Own{"vancomycin level", "vancomycin_level"},
                         Own{"gentamicin peak", "aminoglycoside_peak"},
                         Own{"MPV", "mpv"},
                         Own{"prealbumin", "prealbumin"},
                         Own{"PT", "pt"},
                         Own{"iron saturation", "transferrin_saturation"}}) {
    CAPTURE(row.name);
    CHECK(quantity_of(row.name) == row.quantity);
  }
}

// IUPAC molar masses, and the pressure of a millimetre of mercury in kPa (0.133322).
TEST_CASE("the tests of a hospital panel convert between their units", "[knowledge][quantity][seed]") {
  struct Converted {
    const char* quantity;
    double value;
    const char* unit;
    double canonical;
  };
  for (const Converted& row :
       {Converted{"pco2", 6.0, "kPa", 45.004}, Converted{"po2", 13.3, "kPa", 99.758},
        Converted{"ionized_calcium", 4.8, "mg/dL", 1.1976}, Converted{"troponin_i", 0.04, "ng/mL", 40.0},
        Converted{"troponin_t", 14, "ng/L", 14.0}, Converted{"bnp", 100, "pmol/L", 346.4},
        Converted{"nt_probnp", 100, "pmol/L", 845.7}, Converted{"cholesterol", 5.2, "mmol/L", 201.08},
        Converted{"hematocrit", 0.42, "L/L", 42.0}, Converted{"cortisol", 500, "nmol/L", 18.123},
        Converted{"iron", 10, "umol/L", 55.845}, Converted{"bilirubin_direct", 17.1, "umol/L", 1.0},
        Converted{"d_dimer", 0.5, "mg/L", 500.0}, Converted{"ethanol_level", 20, "mmol/L", 92.14},
        Converted{"folate", 20, "nmol/L", 8.826}, Converted{"pth", 10, "pmol/L", 94.3},
        Converted{"upcr", 50, "mg/mmol", 442.0}, Converted{"hcg", 25, "IU/L", 25.0},
        Converted{"total_protein", 70, "g/L", 7.0}}) {
    CAPTURE(row.quantity, row.unit);
    const auto canonical = reader().to_canonical(row.quantity, row.value, row.unit);
    REQUIRE(canonical.has_value());
    CHECK(*canonical == Approx(row.canonical).epsilon(0.002));
  }
}
