#include "knowledge/rule_syntax.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

using namespace guardian;
using namespace guardian::knowledge;

namespace {

ConceptName ingredient(std::string name) { return {ConceptKind::ingredient, std::move(name), {}, 0, false}; }
ConceptName drug_class(std::string name) { return {ConceptKind::drug_class, std::move(name), {}, 0, false}; }
ConceptName role(std::string target, Relation relation, int grade) {
  return {ConceptKind::role, std::move(target), relation, grade, false};
}
ConceptName effect(std::string name, int grade) {
  return {ConceptKind::effect, std::move(name), {}, std::abs(grade), grade < 0};
}

std::string refusal_of_terms(const std::string& text) {
  const auto terms = parse_terms(text);
  INFO(text);
  CHECK_FALSE(terms.has_value());
  if (terms) return {};
  CHECK(terms.error().code == core::ErrorCode::invalid_input);
  return terms.error().message;
}

std::string refusal_of_predicates(const std::string& text) {
  const auto predicates = parse_predicates(text);
  INFO(text);
  CHECK_FALSE(predicates.has_value());
  return predicates ? std::string() : predicates.error().message;
}

PredicateText one_predicate(const std::string& text) {
  const auto predicates = parse_predicates(text);
  INFO(text);
  REQUIRE(predicates.has_value());
  REQUIRE(predicates->size() == 1);
  return predicates->front();
}

// ---- generators: what an author can write ----

std::string some_word() {
  const auto letters =
      *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcxyz019_-."))));
  return letters;
}

ConceptName some_concept() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0: return ingredient(*rc::gen::arbitrary<bool>() ? some_word() : some_word() + " " + some_word());
    case 1: return drug_class(some_word());
    case 2: return role(some_word(), static_cast<Relation>(*rc::gen::inRange(0, 4)), *rc::gen::inRange(1, 4));
    default: return effect(some_word(), *rc::gen::inRange(1, 4) * (*rc::gen::arbitrary<bool>() ? 1 : -1));
  }
}

Selector some_selector() {
  Selector selector;
  const auto alternatives = *rc::gen::inRange(1, 4);
  for (int i = 0; i < alternatives; ++i) {
    AlternativeNames names;
    const auto wanted = *rc::gen::inRange(1, 4);
    for (int j = 0; j < wanted; ++j) names.push_back(some_concept());
    selector.push_back(std::move(names));
  }
  return selector;
}

// A predicate on a medicine.
PredicateText some_predicate() {
  PredicateText made;
  made.kind = static_cast<PredicateKind>(*rc::gen::inRange(0, 7));
  made.on_unknown = static_cast<OnUnknown>(*rc::gen::inRange(0, 4));
  const auto limited = [&](std::string unit) {
    made.comparison = static_cast<Comparison>(*rc::gen::inRange(1, 5));
    made.number = *rc::gen::inRange(0, 100000) / 64.0;
    made.unit = std::move(unit);
  };
  switch (made.kind) {
    case PredicateKind::exposure: made.words = {*rc::gen::element<std::string>("any", "local", "systemic")}; break;
    case PredicateKind::route:
      for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
        made.words.push_back(*rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z'))));
      }
      break;
    case PredicateKind::dose:
      limited(*rc::gen::element<std::string>("mg/day", "g/day", "mcg/day", "mg/week", "mg/kg/day", "units/kg/day",
                                             "meq/day"));
      break;
    case PredicateKind::duration: limited("d"); break;
    case PredicateKind::single: limited(*rc::gen::element<std::string>("mg", "mcg/kg", "units", "g")); break;
    case PredicateKind::times: limited(*rc::gen::element<std::string>("/day", "/week")); break;
    default:
      made.kind = PredicateKind::status;
      made.words = {*rc::gen::element<std::string>("order", "taken", "start")};
      if (made.words.front() == "taken" && *rc::gen::arbitrary<bool>()) made.words.emplace_back("stopped");
      break;
  }
  return made;
}

std::vector<PredicateText> some_predicates() {
  std::vector<PredicateText> predicates;
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) predicates.push_back(some_predicate());
  return predicates;
}

std::vector<TermText> some_terms() {
  std::vector<TermText> terms;
  const auto first = *rc::gen::inRange(0, 7);
  const auto size = *rc::gen::inRange(1, 5);
  for (int i = 0; i < size; ++i) {
    TermText term;
    term.label = static_cast<TermLabel>((first + i) % 7);
    if (term.label == TermLabel::count || term.label == TermLabel::sum) term.quantity = *rc::gen::inRange(2, 101);
    term.selector =
        term.label == TermLabel::sum ? Selector{{effect(some_word(), *rc::gen::inRange(1, 4))}} : some_selector();
    term.predicates = some_predicates();
    terms.push_back(std::move(term));
  }
  return terms;
}

}  // namespace

TEST_CASE("each kind of concept is read from its written form", "[knowledge][rule_syntax]") {
  CHECK(*parse_concept("st. john's wort extract") == ingredient("st. john's wort extract"));
  CHECK(*parse_concept("class:ssri") == drug_class("ssri"));
  CHECK(*parse_concept("role:CYP3A4 inhibitor strong") == role("CYP3A4", Relation::inhibitor, 3));
  CHECK(*parse_concept("role:CYP3A4 inducer weak") == role("CYP3A4", Relation::inducer, 1));
  CHECK(*parse_concept("role:P-gp substrate sensitive") == role("P-gp", Relation::substrate, 3));
  CHECK(*parse_concept("role:CYP2D6 prodrug minor") == role("CYP2D6", Relation::prodrug, 1));
  CHECK(*parse_concept("role:CYP2D6 prodrug moderate") == role("CYP2D6", Relation::prodrug, 2));
  CHECK(*parse_concept("effect:qt+2") == effect("qt", 2));
  CHECK(*parse_concept("effect:potassium-1") == effect("potassium", -1));
  CHECK(*parse_concept("effect:a-b+3") == effect("a-b", 3));
}

TEST_CASE("a role that is not written well is refused", "[knowledge][rule_syntax]") {
  for (const char* text :
       {"role:", "role:CYP3A4", "role:CYP3A4 inhibitor", "role:CYP3A4 inhibitor sensitive",
        "role:CYP3A4 substrate strong", "role:CYP3A4 blocker strong", "role:CYP3A4 strong inhibitor",
        "role:CYP3A4 inhibitor strong more", "role:CYP3A4  inhibitor strong", "role:CYP3A4 Inhibitor strong"}) {
    CAPTURE(text);
    const auto parsed = parse_concept(text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK_THAT(parsed.error().message, Catch::Contains("a role is written") && Catch::Contains(text));
  }
}

TEST_CASE("an effect that is not written well is refused", "[knowledge][rule_syntax]") {
  for (const char* text : {"effect:", "effect:qt", "effect:qt+", "effect:qt+0", "effect:qt+4", "effect:qt+22",
                           "effect:qt 2", "effect:+2", "effect:qt+a"}) {
    CAPTURE(text);
    const auto parsed = parse_concept(text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK_THAT(parsed.error().message, Catch::Contains("an effect is written"));
  }
}

TEST_CASE("an empty concept is refused", "[knowledge][rule_syntax]") {
  CHECK_FALSE(parse_concept("").has_value());
  CHECK_FALSE(parse_selector("").has_value());
  CHECK_FALSE(parse_selector("a | ").has_value());
  CHECK_FALSE(parse_selector("a |  | b").has_value());
}

TEST_CASE("a selector is a list of alternatives of concepts", "[knowledge][rule_syntax]") {
  CHECK(*parse_selector("simvastatin") == Selector{{ingredient("simvastatin")}});
  CHECK(*parse_selector("a | class:b | c") == Selector{{ingredient("a")}, {drug_class("b")}, {ingredient("c")}});
  CHECK(*parse_selector("role:CYP3A4 inhibitor strong & role:P-gp inhibitor weak | itraconazole") ==
        Selector{{role("CYP3A4", Relation::inhibitor, 3), role("P-gp", Relation::inhibitor, 1)},
                 {ingredient("itraconazole")}});
  CHECK(*parse_selector("a/b") == Selector{{ingredient("a/b")}});
}

TEST_CASE("a grade has the words of its relation", "[knowledge][rule_syntax]") {
  for (const Relation relation : {Relation::inhibitor, Relation::inducer, Relation::substrate, Relation::prodrug}) {
    CHECK(parse_relation(to_string(relation)) == relation);
    for (int grade = 1; grade <= 3; ++grade) CHECK(parse_grade(relation, grade_word(relation, grade)) == grade);
    CHECK(grade_word(relation, 0).empty());
    CHECK(grade_word(relation, 4).empty());
    CHECK(parse_grade(relation, "") == 0);
  }
  CHECK(grade_word(Relation::inducer, 3) == "strong");
  CHECK(grade_word(Relation::prodrug, 3) == "sensitive");
  CHECK(parse_grade(Relation::substrate, "strong") == 0);
  CHECK_FALSE(parse_relation("Inhibitor").has_value());
}

TEST_CASE("each predicate is read from its written form", "[knowledge][rule_syntax]") {
  const PredicateText exposure = one_predicate("exposure=any");
  CHECK(exposure.kind == PredicateKind::exposure);
  CHECK(exposure.words == std::vector<std::string>{"any"});
  CHECK(exposure.on_unknown == OnUnknown::fire);
  CHECK(one_predicate("exposure=local").words.front() == "local");
  CHECK(one_predicate("exposure=systemic").words.front() == "systemic");

  const PredicateText route = one_predicate("route=oral|buccal");
  CHECK(route.kind == PredicateKind::route);
  CHECK(route.words == std::vector<std::string>{"oral", "buccal"});

  const PredicateText dose = one_predicate("dose>20 mg/day");
  CHECK(dose.kind == PredicateKind::dose);
  CHECK(dose.comparison == Comparison::greater);
  CHECK(dose.number == 20.0);
  CHECK(dose.unit == "mg/day");

  const PredicateText duration = one_predicate("duration<=3.5 d");
  CHECK(duration.kind == PredicateKind::duration);
  CHECK(duration.comparison == Comparison::less_or_equal);
  CHECK(duration.number == 3.5);

  CHECK(one_predicate("dose>=1 g/day").comparison == Comparison::greater_or_equal);
  CHECK(one_predicate("dose<1 g/day").comparison == Comparison::less);
}

TEST_CASE("a predicate says what the unknown means", "[knowledge][rule_syntax]") {
  CHECK(one_predicate("dose>20 mg/day ?ask").on_unknown == OnUnknown::ask);
  CHECK(one_predicate("dose>20 mg/day ?ignore").on_unknown == OnUnknown::ignore);
  CHECK(one_predicate("dose>20 mg/day ?fire").on_unknown == OnUnknown::fire);
  CHECK(one_predicate("route=oral ?ask").words == std::vector<std::string>{"oral"});
  CHECK_THAT(refusal_of_predicates("dose>20 mg/day ?maybe"), Catch::Contains("?fire, ?ask, ?must or ?ignore"));
}

TEST_CASE("blanks around the parts of a predicate do not matter", "[knowledge][rule_syntax]") {
  CHECK(one_predicate("dose > 20 mg/day") == one_predicate("dose>20 mg/day"));
  CHECK(one_predicate(" route = oral | buccal ") == one_predicate("route=oral|buccal"));
  const auto two = parse_predicates("route=oral ,dose>1 mg/day");
  REQUIRE(two.has_value());
  CHECK(two->size() == 2);
  CHECK(parse_predicates("")->empty());
}

TEST_CASE("a predicate that is not written well is refused", "[knowledge][rule_syntax]") {
  CHECK_THAT(refusal_of_predicates("oral"), Catch::Contains("a predicate is NAME, a comparison and a value"));
  CHECK_THAT(refusal_of_predicates("form=tablet"), Catch::Contains("unknown predicate `form`"));
  CHECK_THAT(refusal_of_predicates("exposure>any"), Catch::Contains("only `=`"));
  CHECK_THAT(refusal_of_predicates("exposure="), Catch::Contains("no value"));
  CHECK_THAT(refusal_of_predicates("exposure=none"), Catch::Contains("exposure is any, local or systemic"));
  CHECK_THAT(refusal_of_predicates("exposure=any|local"), Catch::Contains("exposure is"));
  CHECK_THAT(refusal_of_predicates("route<oral"), Catch::Contains("only `=`"));
  CHECK_THAT(refusal_of_predicates("route="), Catch::Contains("no value"));
  CHECK_THAT(refusal_of_predicates("dose=20 mg/day"), Catch::Contains("needs <, <=, > or >="));
  CHECK_THAT(refusal_of_predicates("dose>20mg/day"), Catch::Contains("a number, a blank and a unit"));
  CHECK_THAT(refusal_of_predicates("dose>20"), Catch::Contains("a number, a blank and a unit"));
  CHECK_THAT(refusal_of_predicates("dose>many mg/day"), Catch::Contains("a number"));
  CHECK_THAT(refusal_of_predicates("dose>20 mg"), Catch::Contains("unknown unit `mg`"));
  CHECK_THAT(refusal_of_predicates("dose>20 drops/day"), Catch::Contains("unknown unit"));
  CHECK_THAT(refusal_of_predicates("single>20 mg/day"), Catch::Contains("unknown unit"));
  CHECK_THAT(refusal_of_predicates("times>2 /month"), Catch::Contains("unknown unit"));
  CHECK_THAT(refusal_of_predicates("status=perhaps"), Catch::Contains("order, taken, start or stopped"));
  CHECK_THAT(refusal_of_predicates("reaction=sneeze"), Catch::Contains("unknown grade"));
  CHECK_THAT(refusal_of_predicates("dose>20 mg/month"), Catch::Contains("unknown unit"));
  CHECK_THAT(refusal_of_predicates("dose>20 mg/day?ask"), Catch::Contains("unknown unit"));
  CHECK_THAT(refusal_of_predicates("dose==20 mg/day"), Catch::Contains("unknown comparison"));
  CHECK_THAT(refusal_of_predicates("duration>3 days"), Catch::Contains("unknown unit `days`"));
  CHECK_THAT(refusal_of_predicates("duration>3 mg/day"), Catch::Contains("unknown unit"));
  CHECK_THAT(refusal_of_predicates("route=oral,"), Catch::Contains("a predicate is"));
}

TEST_CASE("the limit of a predicate is converted to its measure", "[knowledge][rule_syntax]") {
  const auto limit = [](const char* text) { return dose_limit(one_predicate(text)); };
  CHECK(limit("dose>20 mg/day")->number == 20.0);
  CHECK(limit("dose>2 g/day")->number == 2000.0);
  CHECK(limit("dose>125 mcg/day")->number == Approx(0.125));
  CHECK(limit("dose>14 mg/week")->number == Approx(2.0));
  CHECK(limit("dose>15 mg/kg/day")->measure == DoseMeasure::milligrams_per_kg);
  CHECK(limit("single>100 units")->measure == DoseMeasure::units);
  CHECK(limit("times>1 /week")->number == Approx(1.0 / 7.0));
  CHECK_FALSE(limit("duration>3 d").has_value());
  CHECK(limit("dose>40 meq/h")->measure == DoseMeasure::milliequivalents);
  CHECK(limit("dose>40 meq/h")->number == 40.0);
  CHECK(limit("dose>300 mcg/kg/h")->number == Approx(0.3));
}

TEST_CASE("a dose by the hour is a rate, and is written back as it was", "[knowledge][rule_syntax]") {
  CHECK(one_predicate("dose>5 mg/kg/h").kind == PredicateKind::rate);
  CHECK(one_predicate("dose>5 mg/kg/day").kind == PredicateKind::dose);
  CHECK(to_string({one_predicate("dose>5 mg/kg/h ?ignore")}) == "dose>5 mg/kg/h ?ignore");
  CHECK_THAT(refusal_of_predicates("single>5 mg/h"), Catch::Contains("unknown unit"));
}

TEST_CASE("terms about the patient are read and written back", "[knowledge][rule_syntax]") {
  for (const char* text :
       {"drug = metformin ; value = egfr {value<30 mL/min/1.73m2}", "drug = class:nsaid ; condition = heart_failure",
        "drug = warfarin ; missing = inr {within<30 d, ?must}", "drug = any ; allergy = same {reaction=rash|unknown}",
        "drug = isotretinoin ; condition = pregnancy {?must}",
        "drug = class:triptan ; condition = stroke {within<180 d} ; without = migraine",
        "drug = acetaminophen {dose>4 g/day ?ask}", "products(2) = any",
        "drug = lithium ; value = age {value>=65 y} ; value = egfr {value<60 mL/min/1.73m2, ?ignore}"}) {
    const auto terms = parse_terms(text);
    INFO(text);
    REQUIRE(terms.has_value());
    CHECK(to_string(*terms) == text);
  }
}

TEST_CASE("terms about the patient that mean nothing are refused", "[knowledge][rule_syntax]") {
  for (const char* text : {"drug = metformin ; value = egfr | crcl {value<30 mL/min}", "condition = heart failure",
                           "drug = metformin ; condition = ckd {dose>3 mg/day}", "drug = metformin ; drug = insulin",
                           "drug = metformin ; value = egfr {route=oral}"}) {
    INFO(text);
    CHECK_FALSE(parse_terms(text).has_value());
  }
}

TEST_CASE("the terms of the readme are read", "[knowledge][rule_syntax]") {
  for (const char* text :
       {"object = simvastatin | lovastatin ; precipitant = role:CYP3A4 inhibitor strong",
        "object = warfarin ; precipitant = miconazole {route=oral|buccal}", "a = effect:qt+3 ; b = effect:qt+3",
        "object = class:factor_xa_inhibitor ; precipitant = role:CYP3A4 inhibitor strong & role:P-gp inhibitor weak",
        "object = simvastatin {dose>20 mg/day} ; precipitant = amlodipine", "count(3) = effect:cns_depression+2",
        "sum(6) = effect:qt+1"}) {
    CAPTURE(text);
    const auto terms = parse_terms(text);
    REQUIRE(terms.has_value());
    CHECK(to_string(*terms) == text);
  }
}

TEST_CASE("a term has a label, a quantity, a selector and predicates", "[knowledge][rule_syntax]") {
  const auto terms = parse_terms("object = a | b {dose>1 mg/day, route=oral ?ask} ; count(12) = class:c");
  REQUIRE(terms.has_value());
  REQUIRE(terms->size() == 2);
  CHECK(terms->at(0).label == TermLabel::object);
  CHECK(terms->at(0).quantity == 1);
  CHECK(terms->at(0).selector.size() == 2);
  CHECK(terms->at(0).predicates.size() == 2);
  CHECK(terms->at(1).label == TermLabel::count);
  CHECK(terms->at(1).quantity == 12);
  CHECK(terms->at(1).predicates.empty());
}

TEST_CASE("every label of a term has its word", "[knowledge][rule_syntax]") {
  for (const TermLabel label : {TermLabel::object, TermLabel::precipitant, TermLabel::a, TermLabel::b, TermLabel::c,
                                TermLabel::count, TermLabel::sum}) {
    CHECK(parse_term_label(to_string(label)) == label);
  }
  CHECK_FALSE(parse_term_label("d").has_value());
  CHECK_FALSE(parse_term_label("").has_value());
}

TEST_CASE("a term that is not written well is refused", "[knowledge][rule_syntax]") {
  CHECK_THAT(refusal_of_terms(""), Catch::Contains("a rule without terms"));
  CHECK_THAT(refusal_of_terms("simvastatin"), Catch::Contains("a term is written `label = selector`"));
  CHECK_THAT(refusal_of_terms("object=simvastatin"), Catch::Contains("a term is written"));
  CHECK_THAT(refusal_of_terms("subject = a"), Catch::Contains("`subject`: unknown label"));
  CHECK_THAT(refusal_of_terms("d = a"), Catch::Contains("unknown label"));
  CHECK_THAT(refusal_of_terms("a = x ; a = y"), Catch::Contains("two terms named `a`"));
  CHECK_THAT(refusal_of_terms("a = x ; "), Catch::Contains("a term is written"));
  CHECK_THAT(refusal_of_terms("count = x"), Catch::Contains("need a number"));
  CHECK_THAT(refusal_of_terms("sum = effect:qt+1"), Catch::Contains("need a number"));
  CHECK_THAT(refusal_of_terms("object(2) = x"), Catch::Contains("need a number"));
  CHECK_THAT(refusal_of_terms("count(1) = x"), Catch::Contains("number from 2 to 100"));
  CHECK_THAT(refusal_of_terms("count(101) = x"), Catch::Contains("number from 2 to 100"));
  CHECK_THAT(refusal_of_terms("count() = x"), Catch::Contains("number from 2 to 100"));
  CHECK_THAT(refusal_of_terms("count(two) = x"), Catch::Contains("number from 2 to 100"));
  CHECK_THAT(refusal_of_terms("sum(3) = x"), Catch::Contains("exactly one effect"));
  CHECK_THAT(refusal_of_terms("sum(3) = effect:qt+1 | effect:qt+2"), Catch::Contains("exactly one effect"));
  CHECK_THAT(refusal_of_terms("sum(3) = effect:qt+1 & class:x"), Catch::Contains("exactly one effect"));
  CHECK_THAT(refusal_of_terms("a = x }"), Catch::Contains("`}` without `{`"));
  CHECK_THAT(refusal_of_terms("a = {route=oral}"), Catch::Contains("a term without a selector"));
  CHECK_THAT(refusal_of_terms("a = x {route}"), Catch::Contains("a predicate is"));
  CHECK_THAT(refusal_of_terms("a = role:CYP3A4 strong"), Catch::Contains("a role is written"));
}

TEST_CASE("a quantity that is no whole number is refused", "[knowledge][rule_syntax]") {
  CHECK_FALSE(parse_terms("count(2.5) = x").has_value());
  CHECK_FALSE(parse_terms("sum(3.9) = effect:qt+1").has_value());
}

// A dose that is compared with NaN is never true.
TEST_CASE("a dose or duration that is no finite number from zero is refused", "[knowledge][rule_syntax]") {
  for (const char* text :
       {"dose>nan mg/day", "dose>inf mg/day", "dose>-20 mg/day", "duration>nan d", "duration>-1 d"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_predicates(text).has_value());
  }
}

TEST_CASE("a concept that was written reads back as it was", "[knowledge][rule_syntax][property]") {
  CHECK(rc::check("parse_concept undoes to_string", [] {
    const ConceptName concept_name = some_concept();
    const auto again = parse_concept(to_string(concept_name));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == concept_name);
  }));
}

TEST_CASE("a selector that was written reads back as it was", "[knowledge][rule_syntax][property]") {
  CHECK(rc::check("parse_selector undoes to_string", [] {
    const Selector selector = some_selector();
    const auto again = parse_selector(to_string(selector));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == selector);
  }));
}

TEST_CASE("predicates that were written read back as they were", "[knowledge][rule_syntax][property]") {
  CHECK(rc::check("parse_predicates undoes to_string", [] {
    const auto predicates = some_predicates();
    const auto again = parse_predicates(to_string(predicates));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == predicates);
  }));
}

TEST_CASE("terms that were written read back as they were", "[knowledge][rule_syntax][property]") {
  CHECK(rc::check("parse_terms undoes to_string", [] {
    const auto terms = some_terms();
    const auto again = parse_terms(to_string(terms));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == terms);
  }));
}

TEST_CASE("no text makes the reader of terms fail otherwise than by saying so", "[knowledge][rule_syntax][property]") {
  CHECK(rc::check("parse_terms takes any text", [] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "a", "object", " = ", " ; ", " | ", " & ", "{", "}", "(", ")", "2", "count", "sum", "effect:", "+",
        "role:", "class:", "dose", ">", "=", " ", " ?", "ask", ",", "mg/day", "\xC3\xA9"));
    std::string text;
    for (const std::string& piece : pieces) text += piece;
    const auto terms = parse_terms(text);
    if (!terms) {
      RC_ASSERT(!terms.error().message.empty());
      return;
    }
    const auto again = parse_terms(to_string(*terms));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *terms);
  }));
}
