#include "agents/text_mask.hpp"

#include <chrono>
#include <set>

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using agents::mask;
using agents::MaskedText;
using agents::MaskTable;
using knowledge::TextSpan;

namespace {

const agents::MaskLexicon& lexicon() {
  static const agents::MaskLexicon words = agents::MaskLexicon::build(*tests::shipped_knowledge());
  return words;
}

MaskTable table() { return MaskTable("2026-11-02T08:00:00Z", "US"); }

std::string masked(const std::string& text) {
  MaskTable placeholders = table();
  return mask(text, lexicon(), placeholders).text;
}

}  // namespace

TEST_CASE("names are masked, also those that are words", "[agents][mask]") {
  CHECK(masked("Mr John Smith was seen by Dr. Graves with his daughter Rose.") ==
        "Mr [NAME-1] [NAME-2] was seen by Dr. [NAME-3] with his daughter [NAME-4].");
  CHECK(masked("Mark was seen. Will has pain. Seen with Bill Mayhew today.") ==
        "[NAME-1] was seen. [NAME-2] has pain. Seen with [NAME-3] [NAME-4] today.");
  CHECK(masked("Patient: Rose Butcher. Signed J. Smith RN.") ==
        "Patient: [NAME-1] [NAME-2]. Signed [NAME-3]. [NAME-4] RN.");
  CHECK(masked("john smith takes metformin, mary brown phoned") ==
        "[NAME-1] [NAME-2] takes metformin, [NAME-3] [NAME-4] phoned");
  CHECK(masked("JOHN SMITH 72M WITH CHEST PAIN, NAD") == "[NAME-1] [NAME-2] 72M WITH CHEST PAIN, NAD");
  CHECK(masked("Müller attended, O'Brien called, محمد علي") == "[NAME-1] attended, [NAME-2] called, [NAME-3] [NAME-4]");
}

TEST_CASE("the same words of ordinary charting stay", "[agents][mask]") {
  for (const std::string text :
       {"Will need dialysis. May increase the dose. Mark the site.",
        "Parkinson's disease, Crohn disease, Graves disease.",
        "Hodgkin lymphoma, Wolff-Parkinson-White, Addison crisis, Cushing syndrome.",
        "Warfarin 5 mg PO daily, INR 2.4, K 4.1 mmol/L, BP 120/80, SpO2 96%, WBC 12000, platelets 250,000.",
        "Na 139 K 4.1 Cl 101 CO2 24 BUN 12 Cr 1.1 glucose 98, eGFR 41 mL/min/1.73m2, HbA1c 7.9%",
        "ibuprofen 400mg TID x 14 days, St John's wort, vitamin B12 1000 mcg, Humalog 75/25, q8h, 500-1000 mg",
        "Haematuria, melaena and dyspnoea; piperacillin-tazobactam given for urosepsis.",
        "72M WITH CHEST PAIN, NAD, RRR, CTAB, PERRLA",
        "Seen on Monday at 14:30. Pain 3/10. 1/2 tablet. 61-year-old woman.",
        "Takes 90 tablets. Stopped 3 days ago. Allergic to penicillin (anaphylaxis)."}) {
    CHECK(masked(text) == text);
  }
}

TEST_CASE("dates become ages where the review has a date", "[agents][mask]") {
  CHECK(masked("INR on 2026-10-30") == "INR on [3 days ago]");
  CHECK(masked("seen 30 October 2026, DOB 12/03/1950, due Nov 12, 2026") ==
        "seen [3 days ago], DOB [75 years ago], due [in 10 days]");
  CHECK(masked("on 2026-10-30 and on 30/10/2026") == "on [3 days ago] and on [3 days ago #2]");
  CHECK(masked("born 1 May 1930") == "born [over 89 years ago]");
  CHECK(masked("seen 3/11, pain 3/10") == "seen [DATE-1], pain 3/10");
  MaskTable no_date;
  CHECK(mask("INR on 2026-10-30", lexicon(), no_date).text == "INR on [DATE-1]");
}

TEST_CASE("ages above 89 are masked, others stay", "[agents][mask]") {
  CHECK(masked("93 year old man, wife is 91 yo, aged 95, 92M") ==
        "[over 89] year old man, wife is [over 89 #2] yo, aged [over 89 #3], [over 89 #4]M");
  CHECK(masked("89 year old man, weight 95 kg, for 90 days, SpO2 95") ==
        "89 year old man, weight 95 kg, for 90 days, SpO2 95");
}

TEST_CASE("the same original has the same placeholder in all texts of a case", "[agents][mask]") {
  MaskTable placeholders = table();
  const MaskedText one = mask("Seen by Dr Okonkwo.", lexicon(), placeholders);
  const MaskedText other = mask("Okonkwo called again.", lexicon(), placeholders);
  CHECK(one.text == "Seen by Dr [NAME-1].");
  CHECK(other.text == "[NAME-1] called again.");
  CHECK(placeholders.unmask("Dr [NAME-1] and [NAME-2]") == "Dr Okonkwo and [NAME-2]");
}

TEST_CASE("a span is found again in the other text", "[agents][mask]") {
  MaskTable placeholders = table();
  const std::string text = "Dr Okonkwo: black stools since 2026-10-30, stop ibuprofen.";
  const MaskedText result = mask(text, lexicon(), placeholders);
  CHECK(result.text == "Dr [NAME-1]: black stools since [3 days ago], stop ibuprofen.");
  for (const std::string quote : {"black stools", "ibuprofen", "stop ibuprofen."}) {
    const std::size_t at = result.text.find(quote);
    const TextSpan span = result.in_original({at, at + quote.size()});
    CHECK(text.substr(span.begin, span.end - span.begin) == quote);
    CHECK(result.in_masked(span) == TextSpan{at, at + quote.size()});
  }
  const std::size_t at = result.text.find("AME-1");
  const TextSpan whole = result.in_original({at, at + 2});
  CHECK(text.substr(whole.begin, whole.end - whole.begin) == "Okonkwo");
}

TEST_CASE("what looks like a placeholder is not taken for one", "[agents][mask]") {
  MaskTable placeholders = table();
  const std::string text = "[NAME-1] and [3 days ago] and Okonkwo and [x]";
  const MaskedText result = mask(text, lexicon(), placeholders);
  CHECK(result.text == "[WORD-1] and [WORD-2] and [NAME-1] and [x]");
  CHECK(placeholders.unmask(result.text) == text);
}

TEST_CASE("unmasking gives back any text", "[agents][mask][property]") {
  const std::vector<std::string> parts{"Mr ",
                                       "Okonkwo",
                                       "[NAME-1]",
                                       "[",
                                       "]",
                                       " 2026-10-30 ",
                                       "07700 900123",
                                       "12 Oak Street",
                                       "\xFF",
                                       "é",
                                       " (",
                                       "May ",
                                       "over 89",
                                       "93 yo",
                                       ". ",
                                       "\n",
                                       "warfarin 5 mg",
                                       "MRN: 12345",
                                       "a@b.c",
                                       "[3 days ago]",
                                       "'s",
                                       "’",
                                       "-",
                                       "1/2",
                                       "\xE2\x80\x8B"};
  rc::prop("texts of such parts", [&] {
    const auto chosen = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, parts.size()));
    std::string text = *rc::gen::arbitrary<std::string>();
    for (const std::size_t part : chosen) text += parts[part];
    MaskTable placeholders = table();
    const MaskedText result = mask(text, lexicon(), placeholders);
    RC_ASSERT(placeholders.unmask(result.text) == text);
    std::size_t masked_end = 0;
    std::size_t original_end = 0;
    for (const auto& piece : result.pieces) {
      const std::size_t kept = piece.masked.begin - masked_end;
      RC_ASSERT(result.text.substr(masked_end, kept) == text.substr(original_end, piece.original.begin - original_end));
      masked_end = piece.masked.end;
      original_end = piece.original.end;
    }
    RC_ASSERT(result.text.substr(masked_end) == text.substr(original_end));
  });
}

TEST_CASE("masking takes linear time of any bytes", "[agents][mask]") {
  for (const std::string part : {"Okonkwo ", "1-", "12 Oak ", "[", "\xFF", "a@", "Mr ", "0 ", "May 1 ", "www.", "A."}) {
    std::string text;
    while (text.size() < 300'000) text += part;
    MaskTable placeholders = table();
    INFO(part);
    const auto start = std::chrono::steady_clock::now();
    const MaskedText result = mask(text, lexicon(), placeholders);
    CHECK(placeholders.unmask(result.text) == text);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  }
}
