#include "knowledge/allergy_story.hpp"

#include <algorithm>
#include <optional>

#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t longest_reaction = 5;  // words
constexpr std::size_t most_fillers = 6;
constexpr std::uint32_t parts = gap::boundary | gap::colon;

// One of these is in every phrase that tells of a reaction; most words of a note end the search here.
constexpr WordList heads = {
    "hive",         "hives",     "urticaria",  "rash",        "rashes",       "swelled",  "swelling",   "swell",
    "swollen",      "puffed",    "angioedema", "anaphylaxis", "anaphylactic", "closed",   "closing",    "close",
    "tight",        "tightened", "breath",     "breathe",     "breathing",    "wheeze",   "wheezing",   "wheezed",
    "bronchospasm", "welt",      "welts",      "blister",     "blistered",    "blisters", "blistering", "peeled",
    "peeling",      "stridor",   "itching",    "itchy",       "sjs",          "dress",    "ten"};
// Between a reaction and its substance.
constexpr WordList leads_behind = {"after", "from", "following", "to",      "on", "with",
                                   "when",  "once", "whenever",  "because", "by"};
constexpr WordList fillers_behind = {
    "taking", "taken", "took",  "takes", "given",  "getting", "receiving", "received", "being",    "she",
    "he",     "they",  "was",   "had",   "having", "a",       "an",        "the",      "of",       "dose",
    "her",    "his",   "first", "one",   "some",   "iv",      "oral",      "course",   "starting", "started",
    "eating", "ate",   "using", "used",  "single", "tablet",  "injection", "shot",     "last",     "previous",
    "i",      "it",    "this",  "up",    "years",  "ago",     "while",     "in"};
// The verb of a substance that does it: "penicillin gave her hives".
constexpr WordList causes = {"gave",    "gives", "give",  "giving",  "caused", "causes",    "causing",
                             "cause",   "made",  "makes", "brought", "broke",  "triggered", "triggers",
                             "trigger", "put",   "sent",  "make",    "bring"};
constexpr WordList fillers_before = {
    "her",        "him",     "me",          "them",        "patient", "pt",    "a",     "an",    "the",  "severe",
    "bad",        "some",    "to",          "in",          "into",    "out",   "on",    "break", "come", "awful",
    "terrible",   "bright",  "red",         "face",        "mild",    "itchy", "her's", "his",   "full", "body",
    "widespread", "diffuse", "generalized", "generalised", "throat",  "lips",  "tongue"};
// Words stand here as `clinical_words` spells them too: "give" of "gives".
// Told so, "on" and "with" are no treatment: "broke out in hives on Bactrim", beside "rash controlled on prednisone".
constexpr WordList breaking_out = {"broke",     "came",     "come",    "got",     "gets",        "get",
                                   "developed", "develops", "develop", "had",     "has",         "broken",
                                   "erupted",   "react",    "reacts",  "reacted", "swelled",     "closed",
                                   "puffed",    "couldn't", "wheezed", "gave",    "experienced", "breaks"};
// In the sentence: not so, not yet, or not the patient.
constexpr WordList denials = {"no",       "not",      "never",     "without",   "denies",     "denied",   "deny",
                              "nor",      "neither",  "none",      "didn't",    "didnt",      "doesn't",  "doesnt",
                              "hasn't",   "wasn't",   "tolerated", "tolerates", "tolerating", "unlikely", "negative",
                              "resolved", "improved", "treated",   "better",    "controlled", "settled",  "responded"};
constexpr WordList fears = {"if",       "may",        "might",     "could",    "can",      "risk",      "warned",
                            "advised",  "counselled", "counseled", "watch",    "monitor",  "would",     "should",
                            "worried",  "afraid",     "fear",      "educated", "informed", "discussed", "unless",
                            "possible", "query",      "side",      "boxed"};
constexpr WordList others = {"son",         "daughter",    "mother",  "father",       "brother",  "sister",
                             "husband",     "wife",        "partner", "friend",       "mom",      "mum",
                             "dad",         "grandson",    "cousin",  "uncle",        "aunt",     "sibling",
                             "grandmother", "grandfather", "twin",    "family",       "roommate", "neighbor",
                             "neighbour",   "niece",       "nephew",  "granddaughter"};

class Finder {
 public:
  Finder(const ClinicalWords& words, const ClinicalLexicon& reactions, std::string_view note)
      : words_(words), reactions_(reactions), note_(note) {}

  std::vector<AllergyStory> find() {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (heads.has(words_.spelling(i))) read_at(i);
    }
    return std::move(found_);
  }

 private:
  struct Sentence {
    std::size_t first = 0;
    std::size_t last = 0;
  };

  void read_at(std::size_t head) {
    if (!found_.empty() && head < found_.back().last) return;
    const Sentence sentence = sentence_of(head);
    if (!has_link(head, sentence)) return;
    auto [first, last] = reaction_at(head, sentence);
    if (last == first || is_not_told(sentence, first)) return;
    // "Amoxicillin caused a rash when she was 5": which of both is a substance, the caller knows.
    if (const auto at = substance_behind(first, last, sentence)) found_.push_back({first, last, *at, false});
    if (const auto end = substance_before(first, sentence)) found_.push_back({first, last, *end, true});
  }

  [[nodiscard]] Sentence sentence_of(std::size_t head) const {
    Sentence sentence{head, head + 1};
    while (sentence.first > 0 && (words_.before(sentence.first) & gap::boundary) == 0 && !turns(sentence.first))
      --sentence.first;
    while (sentence.last < words_.size() && (words_.before(sentence.last) & gap::boundary) == 0 &&
           !turns(sentence.last))
      ++sentence.last;
    return sentence;
  }

  // "denies fever but broke out in hives": what stands before is told of something else.
  [[nodiscard]] bool turns(std::size_t i) const {
    const std::string_view word = words_.spelling(i);
    return word == "but" || word == "however" || word == "although" || word == "though";
  }

  // Whether any word could lead from the reaction to a substance: most reactions of a note are told without one, and
  // the lexicon need not be asked about them.
  [[nodiscard]] bool has_link(std::size_t head, const Sentence& sentence) const {
    for (std::size_t i = sentence.first; i < sentence.last; ++i) {
      const std::string_view word = words_.spelling(i);
      if (i < head ? causes.has(word) : leads_behind.has(word)) return true;
    }
    return false;
  }

  // The longest phrase of the lexicon around the head.
  [[nodiscard]] std::pair<std::size_t, std::size_t> reaction_at(std::size_t head, const Sentence& sentence) const {
    const std::size_t from = head - std::min(head - sentence.first, longest_reaction - 1);
    for (std::size_t size = longest_reaction; size > 0; --size) {
      for (std::size_t first = from; first <= head; ++first) {
        const std::size_t last = first + size;
        if (last <= head || last > sentence.last) continue;
        const std::size_t begin = words_.words[first].begin;
        if (!reactions_.find(note_.substr(begin, words_.words[last - 1].end - begin)).empty()) return {first, last};
      }
    }
    return {head, head};
  }

  [[nodiscard]] bool is_not_told(const Sentence& sentence, std::size_t reaction) const {
    const std::size_t end = words_.words[sentence.last - 1].end;
    if (end < note_.size() && note_[end] == '?') return true;
    for (std::size_t i = sentence.first; i < sentence.last; ++i) {
      if ((words_.before(i) & gap::query) != 0 || others.has(words_.spelling(i))) return true;
      const bool to_report = words_.spelling(i) == "report" && i + 1 < sentence.last && words_.spelling(i + 1) == "any";
      const bool of_child = words_.spelling(i) == "child" && i > sentence.first && words_.spelling(i - 1) != "a";
      if (to_report || of_child || fears.has(words_.spelling(i))) return true;
      // "not" behind the reaction may deny another thing; before it, it is this one.
      if (i <= reaction + most_fillers && denials.has(words_.spelling(i))) return true;
    }
    return false;
  }

  [[nodiscard]] bool is_broken_out(std::size_t first, std::size_t last, const Sentence& sentence) const {
    const std::size_t from = first - std::min(first - sentence.first, std::size_t{5});
    for (std::size_t i = from; i < last; ++i) {
      if (breaking_out.has(words_.spelling(i))) return true;
    }
    return false;
  }

  [[nodiscard]] std::optional<std::size_t> substance_behind(std::size_t first, std::size_t last,
                                                            const Sentence& sentence) const {
    std::size_t at = last;
    bool linked = false;
    for (; at < sentence.last && at < last + most_fillers + 1; ++at) {
      if ((words_.before(at) & (parts | gap::comma)) != 0) return std::nullopt;
      const std::string_view word = words_.spelling(at);
      const bool weak = word == "on" || word == "with" || word == "to" || word == "by";
      if (leads_behind.has(word) && (!weak || linked || is_broken_out(first, last, sentence))) {
        linked = true;
      } else if (!fillers_behind.has(word) && !(word == "all" || word == "over")) {
        break;
      }
    }
    return linked && at < sentence.last ? std::optional(at) : std::nullopt;
  }

  [[nodiscard]] std::optional<std::size_t> substance_before(std::size_t first, const Sentence& sentence) const {
    std::size_t at = first;
    while (at > sentence.first && at + most_fillers > first && fillers_before.has(words_.spelling(at - 1)) &&
           (words_.before(at) & (parts | gap::comma)) == 0)
      --at;
    if (at == sentence.first || !causes.has(words_.spelling(at - 1)) || (words_.before(at) & parts) != 0)
      return std::nullopt;
    --at;
    while (at > sentence.first && (words_.spelling(at - 1) == "has" || words_.spelling(at - 1) == "had" ||
                                   words_.spelling(at - 1) == "always" || words_.spelling(at - 1) == "which"))
      --at;
    return at > sentence.first ? std::optional(at) : std::nullopt;
  }

  const ClinicalWords& words_;
  const ClinicalLexicon& reactions_;
  std::string_view note_;
  std::vector<AllergyStory> found_;
};

}  // namespace

std::vector<AllergyStory> find_allergy_stories(const ClinicalWords& words, const ClinicalLexicon& reactions,
                                               std::string_view note) {
  return Finder(words, reactions, note).find();
}

}  // namespace guardian::knowledge
