#include "knowledge/screener_pool.hpp"

#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;

TEST_CASE("a screener that was given back is lent again, and two that are out are two", "[knowledge][screener_pool]") {
  knowledge::ScreenerPool pool(tests::shipped_knowledge());
  for (int i = 0; i < 3; ++i) CHECK(pool.lend() != nullptr);
  CHECK(pool.made() == 1);
  {
    const auto one = pool.lend();
    const auto other = pool.lend();
    CHECK(one.get() != other.get());
  }
  CHECK(pool.made() == 2);
}

TEST_CASE("a lent screener screens as a new one does, also from several threads", "[knowledge][screener_pool]") {
  core::Case subject;
  subject.medicines_only = true;
  for (const std::string name : {"warfarin", "ibuprofen"}) {
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(subject.medications.size());
    entry.text = name;
    subject.medications.push_back(entry);
  }
  const auto expected = knowledge::Screener(tests::shipped_knowledge()).screen(subject)->findings;
  REQUIRE_FALSE(expected.empty());
  knowledge::ScreenerPool pool(tests::shipped_knowledge());
  std::vector<int> same(4, 0);
  {
    std::vector<std::jthread> threads;
    for (int& count : same) {
      threads.emplace_back([&] {
        for (int i = 0; i < 5; ++i) count += pool.lend()->screen(subject)->findings == expected ? 1 : 0;
      });
    }
  }
  CHECK(same == std::vector<int>(4, 5));
  CHECK(pool.made() <= 4);
}
