#include "knowledge/name_index.hpp"

#include <string>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/spelling.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian::knowledge;
using guardian::tests::TemporaryKnowledge;

namespace {

const TemporaryKnowledge& knowledge() {
  static const TemporaryKnowledge made({
      {"ingredients",
       "diltiazem\tdrug\t3443\t\t\t\t\naspirin\tdrug\t1191\t\t\t\t\nmedroxyprogesterone\tdrug\t\t\t\t\t\n"
       "vinblastine\tdrug\t\t\t\t\t\nvincristine\tdrug\t\t\t\t\t\nwarfarin\tdrug\t11289\t\t\t\t"},
      {"names",
       "ASA\tabbreviation\taspirin\t\t\t\t\nCartia\tbrand\taspirin\t\tAU NZ\t\t\nCartia "
       "XT\tbrand\tdiltiazem\toral\tUS\t\t\n"
       "Depo-Provera\tbrand\tmedroxyprogesterone\tim\t\t\t\nCoumadin\tbrand\twarfarin\t\t\t\t"},
      {"routes", "im\tsystemic\noral\tsystemic\nsubcutaneous\tsystemic\ntopical\tlocal"},
      {"lookalikes", "vinblastine\tvincristine\t"},
      {"classes", "maoi_nonselective\tnon-selective MAO inhibitor\t\nstatin\tstatin\t"},
  });
  return made;
}

const NameIndex& index() { return knowledge().base().names(); }

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (const SpelledWord& word : spelled(text).words) words.push_back(word.text);
  return words;
}

}  // namespace

TEST_CASE("a normalised name is the same for two spellings of one name", "[knowledge][names]") {
  CHECK(normalised_name("  Depo-Provera ") == "depo provera");
  CHECK(normalised_name("ST. JOHN'S WORT") == normalised_name("St Johns Wort"));
  CHECK(normalised_name("St. John\xE2\x80\x99s wort") == "st johns wort");
  CHECK(normalised_name("D.H.E. 45") == "dhe 45");
  CHECK(normalised_name("p.o.") == "po");
  CHECK(normalised_name("Percocet 7.5/325") == "percocet 7.5 325");
  CHECK(normalised_name("caf\xC3\xA9ine") == "cafeine");
  CHECK(normalised_name("\xFF\x01").empty());
}

TEST_CASE("a decimal number keeps its value however it is written", "[knowledge][names]") {
  CHECK(normalised_name(".5 mg") == "0.5 mg");
  CHECK(normalised_name("0,125 mg") == "0.125 mg");
  CHECK(normalised_name("digoxin0.125mg") == "digoxin0.125mg");
  CHECK(normalised_name("1,000 mg") == "1000 mg");
  CHECK(normalised_name("1,200,000") == "1200000");
  CHECK(normalised_name("1,25-dihydroxy") == "1 25 dihydroxy");
}

TEST_CASE("a known name has its meanings and an unknown one has none", "[knowledge][names]") {
  REQUIRE(index().find("cartia").size() == 1);
  const NameEntry& entry = index().find("cartia").front();
  CHECK(entry.kind == NameKind::brand);
  CHECK(entry.countries == std::vector<std::string>{"AU", "NZ"});
  CHECK(knowledge().base().graph().ingredient_name(entry.ingredients.front()) == "aspirin");
  CHECK(index().find("aspirin").front().kind == NameKind::canonical);
  CHECK(index().find("foobarol").empty());
  CHECK(index().find("").empty());
}

TEST_CASE("a long name is found when its words are written together or apart", "[knowledge][names]") {
  CHECK_FALSE(index().find("depoprovera").empty());
  CHECK_FALSE(index().find("cou madin").empty());
  CHECK(index().find("as a").empty());
}

TEST_CASE("an RxNorm code leads to its ingredient", "[knowledge][names]") {
  REQUIRE(index().find_code("11289").size() == 1);
  CHECK(index().find_code("11289").front().name == "warfarin");
  CHECK(index().find_code("0").empty());
  CHECK(index().find_code("").empty());
}

TEST_CASE("the longest known name wins", "[knowledge][names]") {
  CHECK(index().longest_match(words_of("Cartia XT 120 mg"), 0) == 2);
  CHECK(index().longest_match(words_of("Cartia 120 mg"), 0) == 1);
  CHECK(index().longest_match(words_of("take Cartia"), 0) == 0);
  CHECK(index().longest_match(words_of("take Cartia"), 1) == 1);
  CHECK(index().longest_match(words_of("Cartia"), 7) == 0);
}

TEST_CASE("every shipped name is found whole, also with its words apart", "[knowledge][names]") {
  const auto& base = *guardian::tests::shipped_knowledge();
  std::size_t apart = 0;
  for (const NameRow& row : base.tables().names) {
    const std::string key = normalised_name(row.name);
    if (base.names().find(key).empty()) continue;  // no letters
    INFO(row.name);
    auto words = words_of(key);
    words.insert(words.begin(), "take");
    words.push_back("daily");
    CHECK(base.names().longest_match(words, 1) >= words.size() - 2);
    // "cou madin": where the index knows the spelling apart, it finds it among other words too.
    if (key.size() < 8 || words.size() != 3) continue;
    const std::string left = key.substr(0, key.size() / 2);
    const std::string right = key.substr(key.size() / 2);
    if (base.names().find(left + " " + right).empty()) continue;
    const std::vector<std::string> split_words{"take", left, right, "daily"};
    CHECK(base.names().longest_match(split_words, 1) >= 2);
    ++apart;
  }
  CHECK(apart > 1000);
}

TEST_CASE("near names come nearest first and abbreviations are never among them", "[knowledge][names]") {
  const auto near = index().near("vinblistine", 2);
  REQUIRE(near.size() == 2);
  CHECK(near[0].key == "vinblastine");
  CHECK(near[0].distance == 1);
  CHECK(near[0].score == Approx(1.0 - 1.0 / 11.0));
  CHECK(near[1].key == "vincristine");
  CHECK(index().near("asb", 1).empty());
  CHECK(index().near("warfarin", -1).empty());
}

TEST_CASE("longer names of a name are those that go on with another word", "[knowledge][names]") {
  CHECK(index().longer_names("cartia") == std::vector<std::string>{"cartia xt"});
  CHECK(index().longer_names("carti").empty());
}

TEST_CASE("look-alikes are the same in both orders", "[knowledge][names]") {
  CHECK(index().are_lookalikes("vinblastine", "vincristine"));
  CHECK(index().are_lookalikes("vincristine", "vinblastine"));
  CHECK_FALSE(index().are_lookalikes("warfarin", "aspirin"));
}

TEST_CASE("a class is known by its name, its title and their plurals", "[knowledge][names]") {
  CHECK(index().class_title("statins") == "statin");
  CHECK(index().class_title("non selective mao inhibitor") == "non-selective MAO inhibitor");
  CHECK(index().class_title("maoi nonselective") == "non-selective MAO inhibitor");
  CHECK(index().class_title("warfarin").empty());
}

TEST_CASE("the distance of two spellings counts a swap of neighbours once", "[knowledge][names]") {
  CHECK(spelling_distance("diltiazem", "dilitazem", 2) == 1);
  CHECK(spelling_distance("warfarin", "warfarin", 2) == 0);
  CHECK(spelling_distance("warfarin", "wafarin", 2) == 1);
  CHECK(spelling_distance("metoprolol", "metropolol", 2) == 2);
  CHECK(spelling_distance("abc", "xyz", 2) == 3);
}

TEST_CASE("the distance of spellings is symmetric and bounded by its limit", "[knowledge][names][property]") {
  CHECK(rc::check([](const std::string& one, const std::string& other) {
    const int distance = spelling_distance(one, other, 3);
    RC_ASSERT(distance >= 0);
    RC_ASSERT(distance <= 4);
    RC_ASSERT(distance == spelling_distance(other, one, 3));
    if (one.size() < 96 && other.size() < 96) RC_ASSERT((distance == 0) == (one == other));
  }));
}

TEST_CASE("distances in bits are the distances of the table", "[knowledge][names][property]") {
  CHECK(rc::check("for spellings of a few letters, often alike", [] {
    const auto word = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc ")));
    const auto other = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc ")));
    RC_PRE(word.size() <= SpellingDistances::longest && other.size() <= SpellingDistances::longest);
    RC_ASSERT(SpellingDistances(word).to(other) == spelling_distance(word, other, 100));
  }));
}

TEST_CASE("normalising a name twice changes nothing more", "[knowledge][names][property]") {
  CHECK(rc::check([](const std::vector<unsigned char>& bytes) {
    const std::string once = normalised_name(std::string(bytes.begin(), bytes.end()));
    RC_ASSERT(normalised_name(once) == once);
  }));
}

TEST_CASE("near names are found by brute force and by the index alike", "[knowledge][names][property]") {
  const std::vector<std::string> keys{
      "aspirin",     "cartia",      "cartia xt",           "coumadin", "depo provera", "diltiazem",
      "vinblastine", "vincristine", "medroxyprogesterone", "warfarin"};
  CHECK(rc::check([&] {
    std::string word = *rc::gen::elementOf(keys);
    const int changes = *rc::gen::inRange(0, 4);
    for (int i = 0; i < changes; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, word.size());
      word[at] = *rc::gen::inRange('a', 'z');
    }
    std::size_t expected = 0;
    for (const std::string& key : keys) expected += spelling_distance(key, word, 2) <= 2 ? 1U : 0U;
    RC_ASSERT(index().near(word, 2).size() == expected);
  }));
}
