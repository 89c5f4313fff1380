// Product names in the manner of RxNorm ("Lisinopril 20 MG Oral Tablet [Zestril]"), against the shipped knowledge base.

#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/resolver.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian::knowledge;

namespace {

using Names = std::set<std::string>;

// The ingredients of a text; empty when it does not resolve.
Names ingredients(const std::string& text) {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  const Resolution resolution = resolve(base, {text, {}, {}, "US"});
  Names names;
  if (!resolution.resolved) return names;
  for (const IngredientIndex index : resolution.interpretations.front().ingredients)
    names.insert(base.graph().ingredient_name(index));
  return names;
}

Resolution read_in(const std::string& text, const std::string& country) {
  return resolve(*guardian::tests::shipped_knowledge(), {text, {}, {}, country});
}

// Likewise, as a country reads its brands.
Names ingredients_in(const std::string& text, const std::string& country) {
  const Resolution resolution = read_in(text, country);
  Names names;
  if (!resolution.resolved) return names;
  for (const IngredientIndex index : resolution.interpretations.front().ingredients)
    names.insert(guardian::tests::shipped_knowledge()->graph().ingredient_name(index));
  return names;
}

std::string route(const std::string& text) {
  return resolve(*guardian::tests::shipped_knowledge(), {text, {}, {}, "US"}).route;
}

}  // namespace

TEST_CASE("the ingredients that are written out decide over a brand in brackets that changed its formula",
          "[knowledge][resolver]") {
  CHECK(ingredients("Acetaminophen 500 MG / Pseudoephedrine Hydrochloride 30 MG Oral Tablet [Tylenol Sinus]") ==
        Names{"acetaminophen", "pseudoephedrine"});
  CHECK(ingredients("Diltiazem Hydrochloride 120 MG [Cartia]") == Names{"diltiazem"});
}

TEST_CASE("a brand in brackets still adds what one ingredient leaves out, and one of other medicines leaves doubt",
          "[knowledge][resolver]") {
  CHECK(ingredients("Lisinopril 20 MG [Zestoretic]") == Names{"hydrochlorothiazide", "lisinopril"});
  CHECK(ingredients("Metformin 500 MG / Glipizide 5 MG [Coumadin]").empty());
  CHECK(ingredients("Metformin 500 MG [Coumadin]").empty());
  CHECK(ingredients("Cartia 120 mg").empty());  // aspirin abroad, and "Cartia XT" is diltiazem
}

TEST_CASE("a brand of one release only is known without its letters", "[knowledge][resolver]") {
  CHECK(ingredients("Trokendi 50 mg daily") == Names{"topiramate"});
  CHECK(ingredients("Astagraf Pill") == Names{"tacrolimus"});
  CHECK(ingredients("Oxtellar") == Names{"oxcarbazepine"});
}

TEST_CASE("another product of a brand is not taken for the brand", "[knowledge][resolver]") {
  CHECK(ingredients("BroveX CB") == Names{"brompheniramine", "codeine"});
  CHECK(ingredients("BroveX XY").empty());
}

TEST_CASE("digestive enzymes, marine oils and mineral salts count as one field name each", "[knowledge][resolver]") {
  CHECK(ingredients("Amylases 30000 UNT / Endopeptidases 25000 UNT / Lipase 8000 UNT Oral Capsule") ==
        Names{"pancrelipase"});
  CHECK(ingredients("Docosahexaenoic Acid 200 MG / Eicosapentaenoic Acid 300 MG Oral Capsule") == Names{"fish oil"});
  CHECK(ingredients("fenofibric acid 135 MG Delayed Release Oral Capsule [Trilipix]") == Names{"fenofibrate"});
  CHECK(ingredients("Sodium Phosphate, Monobasic 250 MG") == Names{"sodium phosphate"});
  CHECK(ingredients("potassium permanganate") == Names{"potassium permanganate"});
  CHECK(ingredients("HIV protease inhibitor").empty());
}

TEST_CASE("IN behind a dose is the nose, and elsewhere a preposition", "[knowledge][resolver][order]") {
  CHECK(route("naloxone 4 mg IN prn") == "nasal");
  CHECK(route("midazolam 5 mg IN x1") == "nasal");
  CHECK(route("metoprolol 25 mg in the morning").empty());
  CHECK(route("vancomycin 1 g in 250 mL NS IV") == "iv");
}

TEST_CASE("what is inhaled by mouth is inhaled", "[knowledge][resolver][order]") {
  CHECK(route("albuterol 90 mcg inhale 2 puffs by mouth every 4 hours") == "inhaled");
  CHECK(route("ALBUTEROL 90MCG ORAL INHL INHALE 2 PUFFS BY MOUTH FOUR TIMES A DAY") == "inhaled");
  CHECK(route("prednisone 5 mg by mouth daily") == "oral");
}

TEST_CASE("a brand that is another drug elsewhere means what its country says, and is asked about in a third",
          "[knowledge][resolver]") {
  CHECK(ingredients_in("Norpramin 20 mg", "US") == Names{"desipramine"});
  CHECK(ingredients_in("Norpramin 20 mg", "ES") == Names{"omeprazole"});
  CHECK(ingredients_in("Vivelle 0.1 mg", "US") == Names{"estradiol"});
  CHECK(ingredients_in("Rubex", "IE") == Names{"ascorbic acid"});
  CHECK(ingredients_in("Urex 20 mg", "AU") == Names{"furosemide"});
  for (const std::string text : {"Norpramin", "Rubex", "Vivelle", "Dilacor", "Urex"}) {
    INFO(text);
    CHECK_FALSE(read_in(text, "FR").resolved);
    CHECK_FALSE(read_in(text, "").resolved);
  }
  // Amiodarone and frovatriptan elsewhere, one letter from a brand of this country.
  CHECK_FALSE(read_in("Ambyen 200 mg", "US").resolved);
  CHECK_FALSE(read_in("Allegro", "US").resolved);
}

TEST_CASE("a brand of one drug is read everywhere, and says where it is sold when that is elsewhere",
          "[knowledge][resolver]") {
  CHECK(ingredients_in("Forxiga 10 mg", "US") == Names{"dapagliflozin"});
  CHECK(read_in("Forxiga 10 mg", "US").note.find("is a brand of") != std::string::npos);
  CHECK(read_in("Forxiga 10 mg", "GB").note.empty());
  CHECK(read_in("Farxiga 10 mg", "US").note.empty());
}

TEST_CASE("the maker before a generic name is no part of it", "[knowledge][resolver]") {
  CHECK(ingredients_in("Apo-Atorvastatin 20 mg", "CA") == Names{"atorvastatin"});
  CHECK(ingredients_in("pms-Gabapentin", "CA") == Names{"gabapentin"});
  CHECK(ingredients_in("ratio-Salbutamol HFA", "CA") == Names{"albuterol"});
  CHECK(ingredients_in("Auro-Pantoprazole", "CA") == Names{"pantoprazole"});
  CHECK(ingredients_in("APO-go pen", "GB") == Names{"apomorphine"});
}

TEST_CASE("names as order systems cut them short are read whole", "[knowledge][resolver]") {
  CHECK(ingredients("fluticasone-umeclidin-vilanter") == Names{"fluticasone", "umeclidinium", "vilanterol"});
  CHECK(ingredients("bictegravir-emtricit-tenofov ala") ==
        Names{"bictegravir", "emtricitabine", "tenofovir alafenamide"});
  CHECK(ingredients("levonorgestrel-ethinyl estrad 0.1-20 mg-mcg") == Names{"ethinyl estradiol", "levonorgestrel"});
  CHECK(ingredients("mag hydrox-al hydrox-simeth") ==
        Names{"aluminum hydroxide", "magnesium hydroxide", "simethicone"});
  CHECK(ingredients("Lantus Solostar U-100 Insulin 100 unit/mL (3 mL) subcutaneous pen") == Names{"insulin glargine"});
  CHECK(ingredients("Novolog FlexPen U-100 Insulin") == Names{"insulin aspart"});
  CHECK(ingredients("potassium, sodium phosphates") == Names{"potassium phosphate", "sodium phosphate"});
}
