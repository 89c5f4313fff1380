#include "knowledge/resolver.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iomanip>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/text.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian::knowledge;
using guardian::core::DoseUnit;
using guardian::tests::TemporaryKnowledge;

namespace {

using Names = std::vector<std::string>;

// One "name kind" a line: the ingredients of the small knowledge base.
std::string ingredient_rows() {
  std::string rows;
  const auto add = [&](const std::string& names, const std::string& kind) {
    std::size_t at = 0;
    while (at < names.size()) {
      const auto end = std::min(names.find(',', at), names.size());
      const std::string name = names.substr(at, end - at);
      rows += (rows.empty() ? "" : "\n") + name + "\t" + kind + "\t" +
              (name == "warfarin"    ? "11289"
               : name == "phenytoin" ? "8183"
                                     : "") +
              "\t\t\t\t";
      at = end + 1;
    }
  };
  add("acetaminophen,amlodipine,amoxicillin,aspirin,benazepril,bupropion,calcium "
      "carbonate,carbidopa,celecoxib,citalopram,clavulanate,"
      "clopidogrel,codeine,dexamethasone,dextromethorphan,diclofenac,diltiazem,fentanyl,furosemide,guaifenesin,"
      "hydrochlorothiazide,"
      "hydrocortisone,isoniazid,itraconazole,ketorolac,levodopa,levothyroxine,lisinopril,losartan,magnesium "
      "sulfate,metformin,"
      "methotrexate,metoprolol,morniflumate,morphine,nirmatrelvir,omeprazole,phenytoin,potassium "
      "chloride,prednisolone,prednisone,"
      "rifampin,ritonavir,simvastatin,sodium "
      "bicarbonate,tamsulosin,timolol,torsemide,triamterene,vancomycin,vinblastine,vincristine,"
      "warfarin",
      "drug");
  add("adalimumab,insulin glargine,insulin lispro,insulin lispro protamine", "biologic");
  add("cholecalciferol", "nutrient");
  add("st. john's wort extract", "herb");
  add("grapefruit", "food");
  return rows;
}

const TemporaryKnowledge& small() {
  static const TemporaryKnowledge made({
      {"ingredients", ingredient_rows()},
      {"names",
       "APAP\tabbreviation\tacetaminophen\t\t\t\t\nASA\tabbreviation\taspirin\t\t\t\t\nHCTZ\tabbreviation\thydrochlorot"
       "hiazide\t\t\t\t\n"
       "INH\tabbreviation\tisoniazid\t\t\t\t\nCartia\tbrand\taspirin\t\tAU NZ\t\t\nCartia "
       "XT\tbrand\tdiltiazem\toral\tUS\t\t\n"
       "aspirin/codeine\tsynonym\taspirin + codeine\t\t\t\t\n"
       "aspirin/codeine AF\tsynonym\tacetaminophen + codeine\t\t\t\t\n"
       "Carac\tbrand\tmethotrexate\t\tUS\t\t\nCarace\tbrand\tlisinopril\t\tGB\t\t\n"
       "Zestril\tbrand\tlisinopril\t\tUS\t\t\nZestryl\tbrand\tlisinopril\t\tGB\t\t\n"
       "Celebrex\tbrand\tcelecoxib\t\t\t\t\nCelexa\tbrand\tcitalopram\t\t\t\t\nCoumadin\tbrand\twarfarin\t\t\t\t\n"
       "Flomax\tbrand\tmorniflumate\t\tIT\t\t\nFlomax\tbrand\ttamsulosin\t\tUS CA GB\t\t\nHumalog\tbrand\tinsulin "
       "lispro\t\t\t\t\n"
       "Humalog Mix 75/25\tbrand\tinsulin lispro protamine + insulin lispro\tsubcutaneous\t\t75/25 %\t\n"
       "Lantus\tbrand\tinsulin glargine\tsubcutaneous\t\t\t\nLasix\tbrand\tfurosemide\t\t\t\t\n"
       "Maxzide\tbrand\ttriamterene + hydrochlorothiazide\t\t\t37.5/25 mg | 75/50 mg\t\nMS\tambiguous\tmorphine | "
       "magnesium sulfate\t\t\t\t\n"
       "Mucinex\tbrand\tguaifenesin\t\t\t\t\nMucinex DM\tbrand\tguaifenesin + dextromethorphan\t\t\t600/30 mg\t\n"
       "Augmentin\tbrand\tamoxicillin + clavulanate\t\t\t250/125 mg | 500/125 mg | 875/125 mg\t\n"
       "Paxlovid\tbrand\tnirmatrelvir + ritonavir\t\t\t150/100 mg\t\nSporanox\tbrand\titraconazole\t\t\t\t\n"
       "St. John's wort\tsynonym\tst. john's wort extract\t\t\t\t\nTylenol\tbrand\tacetaminophen\t\t\t\t\n"
       "Tylenol #3\tbrand\tacetaminophen + codeine\t\t\t300/30 mg\t\nVoltaren\tbrand\tdiclofenac\t\t\t\t\n"
       "Voltaren Gel\tbrand\tdiclofenac\ttopical\t\t\t\nWellbutrin\tbrand\tbupropion\t\t\t\t\nWellbutrin "
       "XL\tbrand\tbupropion\toral\t\t\t\n"
       "calcium\tsynonym\tcalcium carbonate\t\t\t\t\ngrapefruit juice\tsynonym\tgrapefruit\t\t\t\t\n"
       "insulin\tambiguous\tinsulin lispro | insulin glargine\t\t\t\t\npotassium\tsynonym\tpotassium chloride\t\t\t\t\n"
       "vitamin d\tsynonym\tcholecalciferol\t\t\t\t"},
      {"routes", "im\tsystemic\noral\tsystemic\nsubcutaneous\tsystemic\ntopical\tlocal"},
      {"lookalikes", "Celebrex\tCelexa\t\nvinblastine\tvincristine\t"},
      {"classes", "maoi\tmonoamine oxidase inhibitor\t\nnsaid\tNSAID\t\nstatin\tstatin\t"},
  });
  return made;
}

Resolution read(const std::string& text, const std::string& code = {}, const std::string& locale = {}) {
  return resolve(small().base(), {text, code, code.empty() ? "" : "RxNorm", locale});
}

// The ingredients that are meant, sorted; empty when it is not resolved.
Names meant(const Resolution& resolution) {
  Names names;
  if (!resolution.resolved) return names;
  for (const IngredientIndex index : resolution.interpretations.front().ingredients)
    names.push_back(small().base().graph().ingredient_name(index));
  std::sort(names.begin(), names.end());
  return names;
}
Names meant(const std::string& text) { return meant(read(text)); }

bool offers(const Resolution& resolution, const std::string& ingredient) {
  return std::any_of(resolution.interpretations.begin(), resolution.interpretations.end(),
                     [&](const Interpretation& one) {
                       return std::any_of(one.ingredients.begin(), one.ingredients.end(), [&](IngredientIndex index) {
                         return small().base().graph().ingredient_name(index) == ingredient;
                       });
                     });
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("known names resolve with the kind of their match", "[knowledge][resolver]") {
  const auto kind = [](const std::string& text) { return read(text).interpretations.at(0).kind; };
  CHECK(kind("warfarin") == MatchKind::exact);
  CHECK(kind("Coumadin") == MatchKind::brand);
  CHECK(kind("APAP") == MatchKind::abbreviation);
  CHECK(kind("vitamin D") == MatchKind::synonym);
  CHECK(kind("warferin") == MatchKind::fuzzy);
  CHECK(read("", "11289").interpretations.at(0).kind == MatchKind::code);
  CHECK(read("WARFARIN").interpretations.at(0).score == 1.0);
}

TEST_CASE("orders as people write them resolve", "[knowledge][resolver]") {
  CHECK(meant("Sporanox 100mg caps 2 PO BID w/ food x14d") == Names{"itraconazole"});
  CHECK(meant("metoprolol succ ER 50 mg 1 tab po qd") == Names{"metoprolol"});
  CHECK(meant("Lantus 20 units subq qhs") == Names{"insulin glargine"});
  CHECK(meant("fentanyl 25 mcg/hr patch q72h") == Names{"fentanyl"});
  CHECK(meant("warfarin 5mg tab: take 1 tablet by mouth every evening") == Names{"warfarin"});
  CHECK(meant("APAP 325mg 1-2 tabs q4-6h prn pain") == Names{"acetaminophen"});
  CHECK(meant("24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet") == Names{"metformin"});
  CHECK(meant("aspirin EC 81 mg daily") == Names{"aspirin"});
  CHECK(meant("aspirin81mg") == Names{"aspirin"});
  CHECK(meant("St. John\xE2\x80\x99s Wort 300mg TID") == Names{"st. john's wort extract"});
  CHECK(meant("ketorolac 30mg IV x1") == Names{"ketorolac"});
  CHECK(meant("Tab. simvastatin 40 mg nocte") == Names{"simvastatin"});
}

TEST_CASE("the longest known name wins and an unknown release form is ignored", "[knowledge][resolver]") {
  CHECK(meant("Tylenol #3 1 tab q6h") == Names{"acetaminophen", "codeine"});
  CHECK(meant("Tylenol 325 mg") == Names{"acetaminophen"});
  CHECK(meant("Tylenol 3 g daily") == Names{"acetaminophen"});  // grams, not #3
  CHECK(meant("Tylenol 3 tabs q6h") == Names{"acetaminophen", "codeine"});
  CHECK(meant("Humalog Mix 75/25 20 units BID") == Names{"insulin lispro", "insulin lispro protamine"});
  CHECK(meant("Wellbutrin XL 150 mg") == Names{"bupropion"});
  CHECK(meant("Wellbutrin SR 150 mg") == Names{"bupropion"});
  CHECK(read("Voltaren gel").route == "topical");
  CHECK(read("Wellbutrin XL").interpretations.at(0).name == "Wellbutrin XL");
}

TEST_CASE("combinations hold every part", "[knowledge][resolver]") {
  const Names both{"hydrochlorothiazide", "lisinopril"};
  CHECK(meant("lisinopril/HCTZ 20-12.5") == both);
  CHECK(meant("lisinopril-hydrochlorothiazide") == both);
  CHECK(meant("lisinopril + HCTZ") == both);
  CHECK(meant("lisinopril and HCTZ") == both);
  CHECK(meant("lisinopril with HCTZ") == both);
  CHECK(meant("lisinopril & HCTZ") == both);
  CHECK(meant("lisinopril 20 mg / HCTZ 12.5 mg") == both);
  CHECK(meant("lisinopril 20 mg daily hydrochlorothiazide 25 mg daily") == both);
  CHECK(meant("aspirin 81mg, clopidogrel 75mg") == Names{"aspirin", "clopidogrel"});
  CHECK(meant("omeprazole sodium bicarbonate 40-1100") == Names{"omeprazole", "sodium bicarbonate"});
  CHECK(meant("calcium/vitamin D") == Names{"calcium carbonate", "cholecalciferol"});
  CHECK(meant("rifampin/INH") == Names{"isoniazid", "rifampin"});
  CHECK(meant("Hydrochlorothiazide 25 MG / Triamterene 37.5 MG Oral Tablet [Maxzide]") ==
        Names{"hydrochlorothiazide", "triamterene"});
}

TEST_CASE("a part that is not known is never dropped", "[knowledge][resolver]") {
  for (const std::string text :
       {"lisinopril/foobarol", "lisinopril and foobarol", "foobarol-lisinopril", "foobarol 5 mg / lisinopril 10 mg",
        "lisinopril 10 mg / foobarol 5 mg", "lisinopril 10 mg with foobarol 5 mg", "lisinopril 10 mg foobarol 5 mg"}) {
    INFO(text);
    const Resolution resolution = read(text);
    CHECK_FALSE(resolution.resolved);
    CHECK(says(resolution.reason, "foobarol"));
    CHECK(offers(resolution, "lisinopril"));
  }
}

TEST_CASE("a salt is no part and a mineral of its own is one", "[knowledge][resolver]") {
  CHECK(meant("losartan potassium 50 mg") == Names{"losartan"});
  CHECK(meant("losartan-potassium 50 mg") == Names{"losartan"});
  CHECK(meant("diclofenac sodium") == Names{"diclofenac"});
  CHECK(meant("metoprolol tartrate 25 mg") == Names{"metoprolol"});
  CHECK(meant("dexamethasone sodium phosphate 4 mg IV") == Names{"dexamethasone"});
  CHECK(meant("potassium chloride 20 mEq PO daily") == Names{"potassium chloride"});
  CHECK(meant("losartan + potassium") == Names{"losartan", "potassium chloride"});
}

TEST_CASE("a word behind the name that makes another product of it is not passed over", "[knowledge][resolver]") {
  CHECK(meant("Mucinex DM") == Names{"dextromethorphan", "guaifenesin"});
  CHECK_FALSE(read("Tylenol PM").resolved);
  CHECK_FALSE(read("Mucinex D").resolved);
  CHECK_FALSE(read("losartan HCT").resolved);
  CHECK_FALSE(read("Tylenol #4").resolved);
  CHECK_FALSE(read("Tylenol Plus").resolved);
  CHECK_FALSE(read("Tylenol Foobar 500 mg").resolved);  // there is a Tylenol that is more than acetaminophen
  CHECK(meant("Tylenol Extra Strength 500 mg") == Names{"acetaminophen"});
}

TEST_CASE("an unknown word beside a name lowers the score and is named", "[knowledge][resolver]") {
  const Resolution resolution = read("warfarin Foobarium 5 mg");
  CHECK(meant(resolution) == Names{"warfarin"});
  CHECK(resolution.interpretations.at(0).score < 1.0);
  CHECK(says(resolution.note, "foobarium"));
  const Resolution free_words = read("warfarin 5 mg daily because of Foobarium");
  CHECK(free_words.interpretations.at(0).score == 1.0);
}

TEST_CASE("a word beside a name that is nearly another drug is a doubt", "[knowledge][resolver]") {
  const Resolution resolution = read("warfarin simvastatim 5 mg");
  CHECK_FALSE(resolution.resolved);
  CHECK(offers(resolution, "simvastatin"));
}

TEST_CASE("strengths for more ingredients than the name has are a doubt", "[knowledge][resolver]") {
  CHECK_FALSE(read("lisinopril 20/12.5 mg").resolved);
  CHECK_FALSE(read("Humalog 75/25").resolved);
  CHECK(meant("metformin 500-1000 mg") == Names{"metformin"});
  CHECK(read("metformin 500-1000 mg").dose.strengths == std::vector<double>{1000});
}

TEST_CASE("indications, foods, diluents and what is to be avoided are no parts", "[knowledge][resolver]") {
  CHECK(meant("metoprolol 50 mg with food for blood pressure") == Names{"metoprolol"});
  CHECK(meant("levothyroxine 50 mcg daily, avoid calcium") == Names{"levothyroxine"});
  const Resolution food = read("simvastatin 40 mg qhs with grapefruit juice");
  CHECK(meant(food) == Names{"simvastatin"});
  CHECK(says(food.note, "grapefruit"));
}

TEST_CASE("a misspelling is accepted only when one name stands clear", "[knowledge][resolver]") {
  CHECK(meant("warferin 5 mg") == Names{"warfarin"});
  CHECK(meant("wafarin") == Names{"warfarin"});
  CHECK(meant("metropolol 25 mg") == Names{"metoprolol"});
  CHECK(meant("hydroclorothiazide") == Names{"hydrochlorothiazide"});
  CHECK(meant("simvastin 20 mg") == Names{"simvastatin"});
  CHECK(meant("lisinopril/hydroclorothiazide") == Names{"hydrochlorothiazide", "lisinopril"});
  CHECK_FALSE(read("prednisolne 5 mg").interpretations.empty());
  CHECK_FALSE(read("lasx").resolved);      // too short
  CHECK_FALSE(read("xarfarin").resolved);  // the first letter is another
  CHECK_FALSE(read("mefformun").resolved);
}

TEST_CASE("a misspelling between look-alikes is never accepted but an exact look-alike is", "[knowledge][resolver]") {
  const Resolution between = read("vinblistine");
  CHECK_FALSE(between.resolved);
  CHECK(offers(between, "vinblastine"));
  CHECK(offers(between, "vincristine"));
  CHECK(meant("vinblastine") == Names{"vinblastine"});
  CHECK(meant("Celebrex 200 mg") == Names{"celecoxib"});
}

TEST_CASE("a single letter or a number is never a misspelling", "[knowledge][resolver]") {
  CHECK_FALSE(read("vitamin k").resolved);
  CHECK_FALSE(read("Humalog Mix 70/25").resolved);
}

TEST_CASE("an ambiguous name never resolves by itself", "[knowledge][resolver]") {
  const Resolution resolution = read("MS 15 mg");
  CHECK_FALSE(resolution.resolved);
  CHECK(offers(resolution, "morphine"));
  CHECK(offers(resolution, "magnesium sulfate"));
  CHECK(meant("MS (morphine) 15 mg") == Names{"morphine"});
  CHECK(meant("insulin lispro 5 units") == Names{"insulin lispro"});
  CHECK(meant("insulin (Lantus) 20 units") == Names{"insulin glargine"});
  CHECK_FALSE(read("insulin 10 units").resolved);
}

TEST_CASE("a brand of different drugs is decided by the country alone", "[knowledge][resolver]") {
  CHECK(meant(read("Flomax 0.4 mg", "", "US")) == Names{"tamsulosin"});
  CHECK(says(read("Flomax 0.4 mg", "", "US").note, "morniflumate"));
  CHECK(meant(read("Flomax", "", "it")) == Names{"morniflumate"});
  CHECK_FALSE(read("Flomax").resolved);
  CHECK_FALSE(read("Flomax", "", "DE").resolved);
  CHECK(read("Flomax").interpretations.size() == 2);
}

TEST_CASE("a foreign brand that begins a brand of this country is a doubt", "[knowledge][resolver]") {
  CHECK_FALSE(read("Cartia 120 mg", "", "US").resolved);
  CHECK(meant(read("Cartia 100 mg", "", "AU")) == Names{"aspirin"});
  CHECK(meant(read("Cartia XT 120 mg", "", "US")) == Names{"diltiazem"});
}

TEST_CASE("a foreign brand one letter from a brand of another drug that is sold here is a doubt",
          "[knowledge][resolver]") {
  const Resolution doubtful = read("Carace 10 mg", "", "US");
  CHECK_FALSE(doubtful.resolved);
  CHECK(says(doubtful.reason, "carac"));
  CHECK(meant(read("Carace 10 mg", "", "GB")) == Names{"lisinopril"});
  CHECK(meant(read("Carace (lisinopril) 10 mg", "", "US")) == Names{"lisinopril"});
  CHECK(meant(read("Carace 10 mg")) == Names{"lisinopril"});
  CHECK(meant(read("Zestryl 10 mg", "", "US")) == Names{"lisinopril"});
}

TEST_CASE("an unknown word behind a name that is one letter from the ending of another medicine is a doubt",
          "[knowledge][resolver]") {
  CHECK(meant("Mucinex DM") == Names{"dextromethorphan", "guaifenesin"});
  CHECK(meant("aspirin/codeine") == Names{"aspirin", "codeine"});
  CHECK(meant("aspirin/codeine AF q6h") == Names{"acetaminophen", "codeine"});
  CHECK_FALSE(read("aspirin/codeine lF q6h").resolved);
  CHECK(says(read("aspirin/codeine lF q6h").reason, "it may be `aspirin codeine af`"));
  CHECK(meant("Mucinex am") == Names{"guaifenesin"});
  CHECK(meant("Wellbutrin xk 150 mg") == Names{"bupropion"});
}

TEST_CASE("a class is not a medicine", "[knowledge][resolver]") {
  for (const std::string text : {"statin", "statins 20 mg", "NSAID", "MAOI", "blood thinner"}) {
    INFO(text);
    CHECK_FALSE(read(text).resolved);
    CHECK(says(read(text).reason, "class"));
  }
  CHECK(meant("warfarin (blood thinner) 5 mg") == Names{"warfarin"});
}

TEST_CASE("nothing written is not resolved and says so", "[knowledge][resolver]") {
  for (const std::string text : {"", "   ", "\t\n", "...", "\xFF\xFE"}) {
    CHECK_FALSE(read(text).resolved);
    CHECK_FALSE(read(text).reason.empty());
  }
  CHECK_FALSE(read("20 mg daily").resolved);
  CHECK_FALSE(read("foobarol 20 mg").resolved);
}

TEST_CASE("a code decides where the text does not, and a contradiction is a doubt", "[knowledge][resolver]") {
  CHECK(meant(read("", "11289")) == Names{"warfarin"});
  CHECK(meant(read("MS?", "99")).empty());
  CHECK(meant(read("foobarol 5 mg", "11289")) == Names{"warfarin"});
  CHECK(read("Coumadin 5 mg PO daily", "11289").interpretations.at(0).kind == MatchKind::code);
  CHECK(read("Coumadin 5 mg PO daily", "11289").route == "oral");
  const Resolution conflict = read("Coumadin 5 mg", "8183");
  CHECK_FALSE(conflict.resolved);
  CHECK(says(conflict.reason, "phenytoin"));
  CHECK(says(conflict.reason, "warfarin"));
  CHECK_FALSE(read("MS 15 mg", "11289").resolved);
  CHECK_FALSE(read("warfarin/foobarol", "8183").resolved);
  CHECK(meant(read("warfarin", "424242")) == Names{"warfarin"});
  CHECK_FALSE(read("warfarin", "424242").note.empty());
  CHECK_FALSE(read("", "424242").resolved);
  CHECK(meant(resolve(small().base(), {"", "11289", "http://www.nlm.nih.gov/research/umls/RxNorm", ""})) ==
        Names{"warfarin"});
  CHECK_FALSE(resolve(small().base(), {"", "11289", "snomed", ""}).resolved);
}

TEST_CASE("a name in brackets that contradicts the words is a doubt", "[knowledge][resolver]") {
  CHECK(meant("Lasix (furosemide) 20 mg") == Names{"furosemide"});
  CHECK_FALSE(read("Lasix (torsemide) 20 mg").resolved);
  CHECK(meant("warfarin 5 MG Oral Tablet [Foobarin]") == Names{"warfarin"});
}

TEST_CASE("words about the route win over the product and are noted", "[knowledge][resolver]") {
  CHECK(read("Lantus 20 units").route == "subcutaneous");
  const Resolution resolution = read("Lantus 20 units IV");
  CHECK(resolution.route == "iv");
  CHECK(says(resolution.note, "subcutaneous"));
  CHECK(read("fluorouracil").route.empty());
  CHECK(read("warfarin 5 mg").route.empty());
  CHECK(read("INH 300 mg").route.empty());
}

TEST_CASE("the strengths of a combination are completed from the knowledge base", "[knowledge][resolver]") {
  const auto strengths = [](const std::string& text) { return read(text).dose.strengths; };
  CHECK(strengths("Augmentin 875 mg BID") == std::vector<double>{875, 125});
  CHECK(strengths("Augmentin 125/875 BID") == std::vector<double>{875, 125});
  CHECK(strengths("Tylenol #3 1 tab q6h") == std::vector<double>{300, 30});
  CHECK(strengths("Augmentin 125 mg BID").empty());  // which one it is of is not known
  CHECK(strengths("lisinopril/HCTZ 20-12.5") == std::vector<double>{20, 12.5});
  CHECK(read("Paxlovid 300/100 BID x5d").dose.strength_unit == DoseUnit::mg);
  CHECK(strengths("Paxlovid 300/100 BID x5d") == std::vector<double>{300, 100});
}

TEST_CASE("the same text always gives the same answer", "[knowledge][resolver]") {
  const Resolution one = read("warfarn 5mg/foobar daily");
  const Resolution two = read("warfarn 5mg/foobar daily");
  CHECK(one.reason == two.reason);
  CHECK(one.interpretations.size() == two.interpretations.size());
}

TEST_CASE("any bytes are taken, and what is resolved has ingredients", "[knowledge][resolver][property]") {
  CHECK(rc::check([](const std::vector<unsigned char>& bytes) {
    const Resolution resolution = read(std::string(bytes.begin(), bytes.end()));
    RC_ASSERT(!resolution.resolved ||
              (!resolution.interpretations.empty() && !resolution.interpretations.front().ingredients.empty()));
    RC_ASSERT(resolution.resolved || !resolution.reason.empty());
    for (const Interpretation& one : resolution.interpretations) RC_ASSERT(one.score >= 0.0 && one.score <= 1.0);
  }));
}

namespace {

// Words of orders in any order: nearer to the grammar than bytes are.
std::string any_order() {
  const Names words{"warfarin", "Lasix", "MS",     "HCTZ", "foobarol", "/",   "-",  "with",     "and",   "5 mg",
                    "12.5",     "(",     ")",      "[",    "]",        "tab", "PO", "q6h",      "daily", "for",
                    "prn",      "avoid", "sodium", "xl",   "plus",     "DM",  "#3", "warferin", "1/2",   ","};
  std::string text;
  for (const std::string& word : *rc::gen::container<Names>(rc::gen::elementOf(words)))
    text += (*rc::gen::arbitrary<bool>() ? " " : "") + word;
  return text;
}

}  // namespace

TEST_CASE("letter case never changes what is meant", "[knowledge][resolver][property]") {
  CHECK(rc::check([] {
    const std::string text = any_order();
    std::string other = text;
    for (char& c : other) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (letter && *rc::gen::arbitrary<bool>()) c = static_cast<char>(c ^ 0x20);
    }
    RC_ASSERT(meant(text) == meant(other));
    RC_ASSERT(read(text).resolved == read(other).resolved);
  }));
}

TEST_CASE("a part that is not known keeps any order from resolving", "[knowledge][resolver][property]") {
  CHECK(rc::check([] {
    const std::string known =
        *rc::gen::element<std::string>("warfarin", "Lasix 20 mg", "lisinopril/HCTZ", "aspirin 81 mg PO daily");
    const std::string joiner = *rc::gen::element<std::string>("/", " / ", " + ", "+");
    RC_ASSERT(!read(known + joiner + "zzyqxol").resolved);
    RC_ASSERT(!read("zzyqxol 5 mg" + joiner + known).resolved);
  }));
}

TEST_CASE("a text of any length is answered and a very long one is not resolved", "[knowledge][resolver]") {
  CHECK_FALSE(read(std::string(5000, 'a')).resolved);
  std::string text = "warfarin";
  while (text.size() < 5000) text += " aspirin";
  CHECK_FALSE(read(text).resolved);
  std::string unknown;
  while (unknown.size() < 4000) unknown += "foobarol ";
  CHECK_FALSE(read(unknown).resolved);
}

TEST_CASE("the shipped knowledge base reads common orders", "[knowledge][resolver]") {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  const auto ingredients = [&](const std::string& text) {
    Names names;
    const Resolution resolution = resolve(base, {text, "", "", "US"});
    if (resolution.resolved) {
      for (const IngredientIndex index : resolution.interpretations.front().ingredients)
        names.push_back(base.graph().ingredient_name(index));
    }
    std::sort(names.begin(), names.end());
    return names;
  };
  CHECK(ingredients("Dilantin 100 mg TID") == Names{"phenytoin"});
  CHECK(ingredients("Diflucan 200mg PO daily x14 days") == Names{"fluconazole"});
  CHECK(ingredients("amoxicillin-clavulanate 875-125") == Names{"amoxicillin", "clavulanate"});
  CHECK(ingredients("diclofenac 1% gel apply to knee QID") == Names{"diclofenac"});
  CHECK(ingredients("vancomycin 125 mg PO q6h") == Names{"vancomycin"});
  CHECK(ingredients("methotrexate 15 mg PO weekly") == Names{"methotrexate"});
  CHECK(ingredients("warfarin") == Names{"warfarin"});
  CHECK(ingredients("MTX").size() <= 1);
}

TEST_CASE("a part that is written as a symbol or a salt is never dropped beside one that is known",
          "[knowledge][resolver]") {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  for (const char* text : {"Li carbonate 300 / KCl", "Li + HCTZ", "ibuprofen, Li carbonate", "K citrate + amiloride",
                           "Ca acetate/Vit K", "Fe fumarate/folic acid", "sodium / warfarin", "acetate/warfarin"}) {
    CAPTURE(text);
    CHECK_FALSE(resolve(base, {text, "", "", "US"}).resolved);
  }
  for (const char* text :
       {"losartan potassium/HCTZ 50-12.5 mg", "amoxicillin/clavulanate potassium 875-125",
        "metoprolol succinate ER 50 mg, 1 tab po daily", "Sporanox 100mg caps 2 PO BID w/ food x14d"}) {
    CAPTURE(text);
    CHECK(resolve(base, {text, "", "", "US"}).resolved);
  }
}

TEST_CASE("words that say a medicine is not taken are shown and change nothing", "[knowledge][resolver]") {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  for (const char* text : {"HOLD metformin", "d/c warfarin", "aspirin 75 mg daily (stopped)"}) {
    CAPTURE(text);
    const Resolution resolution = resolve(base, {text, "", "", "US"});
    CHECK(resolution.resolved);
    CHECK_THAT(resolution.note, Catch::Contains("the words say"));
  }
  CHECK(resolve(base, {"warfarin 5 mg at noon", "", "", "US"}).note.empty());
}

TEST_CASE("a shampoo, a wash and a swab are topical", "[knowledge][resolver]") {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  for (const char* text : {"ketoconazole 2% shampoo", "chlorhexidine wash", "alcohol swab"}) {
    CAPTURE(text);
    CHECK(resolve(base, {text, "", "", "US"}).route == "topical");
  }
}

TEST_CASE("only a named product is a fixed combination, not two medicines in one line", "[knowledge][resolver]") {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  const auto product = [&](const char* text) {
    const Resolution resolution = resolve(base, {text, "", "", "US"});
    REQUIRE(resolution.resolved);
    return resolution.interpretations.front().fixed_product;
  };
  CHECK(product("Nuedexta 20/10 mg"));
  CHECK_FALSE(product("aliskiren and valsartan"));
  CHECK_FALSE(product("warfarin + fluconazole"));
}

TEST_CASE("a medicine beside its antidote is not read as both", "[knowledge][resolver]") {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  CHECK_FALSE(resolve(base, {"digoxin DigiFab", "", "", "US"}).resolved);
  CHECK(resolve(base, {"DigiFab 4 vials IV", "", "", "US"}).resolved);
  CHECK(resolve(base, {"digoxin immune fab", "", "", "US"}).resolved);
}

TEST_CASE("several doses in one line give no dose, and a note", "[knowledge][resolver]") {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  for (const char* text :
       {"Jantoven 5mg MWF, 2.5mg TTSS", "Zoloft 50mg \xE2\x86\x92 100 mg", "warfarin 5 mg mon, 2.5 mg sun"}) {
    CAPTURE(text);
    const Resolution resolution = resolve(base, {text, "", "", "US"});
    CHECK(resolution.resolved);
    CHECK(resolution.dose == guardian::core::Dose{});
    CHECK_THAT(resolution.note, Catch::Contains("more than one dose"));
  }
  CHECK(resolve(base, {"methotrexate 15 mg every monday", "", "", "US"}).dose.strengths == std::vector<double>{15.0});
}

namespace {

std::string four_digits(double number) {
  std::ostringstream text;
  text << std::setprecision(4) << number;
  return text.str();
}

// One administration as the table writes it: "4000/500 mg", "20 units"; empty when it is not known.
std::string one_administration(const guardian::core::Dose& dose) {
  using guardian::core::DoseUnit;
  std::string text;
  for (std::size_t i = 0; i < dose.strengths.size(); ++i) {
    const bool by_weight = dose.strength_unit == DoseUnit::mg_per_kg;
    const auto mass = guardian::core::single_mg(dose, i, {by_weight ? std::optional(1.0) : std::nullopt, {}});
    const auto one =
        mass ? mass : guardian::core::single_units(dose, i, {by_weight ? std::optional(1.0) : std::nullopt, {}});
    if (!one) return {};
    std::ostringstream number;
    number << std::setprecision(9) << std::round(*one * 1e6) / 1e6;
    text += (text.empty() ? "" : "/") + number.str();
  }
  if (text.empty()) return {};
  const bool mass = guardian::core::single_mg(dose, 0, {}).has_value();
  return text + " " + (mass ? "mg" : std::string(guardian::core::to_string(dose.strength_unit)));
}

}  // namespace

TEST_CASE("orders as wards write them are read in every part", "[knowledge][resolver][order]") {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  std::ifstream file(std::string(GUARDIAN_SOURCE_DIR) + "/tests/knowledge/orders.tsv");
  REQUIRE(file);
  std::size_t count = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#' || line.starts_with("order\t")) continue;
    const auto cells = split(line, "\t");
    REQUIRE(cells.size() == 7);
    INFO(cells[0]);
    const Resolution resolution = resolve(base, {std::string(cells[0]), "", "", ""});
    CHECK(resolution.resolved);
    if (!resolution.resolved) continue;
    std::string ingredients;
    for (const IngredientIndex index : resolution.interpretations.front().ingredients)
      ingredients += (ingredients.empty() ? "" : " + ") + base.graph().ingredient_name(index);
    const guardian::core::Dose& dose = resolution.dose;
    CHECK(ingredients == cells[1]);
    CHECK(resolution.route == cells[2]);
    CHECK(one_administration(dose) == cells[3]);
    CHECK((dose.times_per_day ? four_digits(*dose.times_per_day) : "") == cells[4]);
    CHECK((dose.duration_days ? four_digits(*dose.duration_days) : "") == cells[5]);
    CHECK((dose.as_needed ? "prn" : "") == cells[6]);
    ++count;
  }
  CHECK(count > 400);
}

TEST_CASE("the name of a medicine and that of its form are one medicine", "[knowledge][resolver]") {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  const auto names = [&](const std::string& text) {
    Names all;
    const Resolution resolution = resolve(base, {text, "", "", ""});
    if (!resolution.resolved) return all;
    for (const IngredientIndex index : resolution.interpretations.front().ingredients)
      all.push_back(base.graph().ingredient_name(index));
    return all;
  };
  CHECK(names("amphotericin B (AmBisome) 3 mg/kg IV daily") == Names{"amphotericin b liposomal"});
  CHECK(names("AmBisome (amphotericin B) 3 mg/kg IV daily") == Names{"amphotericin b liposomal"});
  CHECK(names("penicillin G (Bicillin L-A) 2.4 million units IM") == Names{"penicillin g benzathine"});
  CHECK(names("digoxin (DigiFab) 40 mg IV").empty());
  CHECK(names("insulin aspart protamine / insulin aspart 70/30").size() == 2);
}

TEST_CASE("a year in the name of a product is no number of tablets", "[knowledge][resolver][order]") {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  const Resolution dated = resolve(base, {"Kaopectate Reformulated Aug 2006 Pill", "", "", "US"});
  CHECK(dated.resolved);
  CHECK_FALSE(dated.dose.amount);
  const Resolution counted = resolve(base, {"Kaopectate Reformulated Aug 2006 2 tablets QID", "", "", "US"});
  CHECK(counted.dose.amount == 2.0);
  CHECK(counted.dose.times_per_day == 4.0);
}

TEST_CASE("one word of a misspelt name of many words is not read as another medicine", "[knowledge][resolver]") {
  const KnowledgeBase& base = *guardian::tests::shipped_knowledge();
  for (const std::string text :
       {"flctor eight inhibitor bypassing activity", "factr eight inhibitor bypassing activity",
        "flctor eight inhibitor bypassing activity 75 units/kg IV q12h"}) {
    CAPTURE(text);
    const Resolution resolution = resolve(base, {text, "", "", ""});
    REQUIRE(resolution.resolved);
    REQUIRE(resolution.interpretations.front().ingredients.size() == 1);
    CHECK(base.graph().ingredient_name(resolution.interpretations.front().ingredients.front()) ==
          "anti-inhibitor coagulant complex");
  }
  // The brand that is one letter off stays the brand where nothing else of a longer name stands behind it.
  CHECK(resolve(base, {"flctor patch to the knee twice daily", "", "", ""}).resolved);
}
