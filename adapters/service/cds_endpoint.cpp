#include "adapters/service/cds_endpoint.hpp"

#include <algorithm>
#include <utility>

#include "adapters/service/feedback.hpp"
#include "adapters/service/replies.hpp"
#include "adapters/service/review_entries.hpp"
#include "knowledge/digest.hpp"

namespace guardian::adapters::service {
namespace {

using cds_hooks::Card;
using cds_hooks::Hook;
using cds_hooks::HookCall;
using cds_hooks::Indicator;

// The parser keeps its memory for the next request of the thread.
JsonReader& reader_of_thread() {
  thread_local JsonReader reader;
  return reader;
}

constexpr std::size_t most_alternatives = 2;  // to one order

bool speaks(const Card& card) { return !card.findings.empty(); }

}  // namespace

CdsEndpoint::CdsEndpoint(ReviewDesk& desk, CdsSettings settings, Fetch fetch, StoreFeedback store, CountCard count,
                         std::function<std::string()> now)
    : desk_(desk),
      settings_(std::move(settings)),
      fetch_(std::move(fetch)),
      store_(std::move(store)),
      count_(std::move(count)),
      now_(std::move(now)),
      policy_{settings_.most_interruptive, std::string(cds_hooks::override_system), settings_.detected_issues},
      discovery_(cds_hooks::discovery()) {}

http::Reply CdsEndpoint::discovery() const { return json_reply(discovery_); }

void CdsEndpoint::remember(const HookCards& hook) {
  for (const auto& [card, findings] : hook.cards) memory_.remember(card, {hook.review, findings, hook.service});
}

http::Reply CdsEndpoint::call(const cds_hooks::Service& service, const http::Request& request) {
  const auto begun = std::chrono::steady_clock::now();
  if (!is_json(request)) return status_reply(415);
  const JsonViewing body = reader_of_thread().parse(request.body);
  if (!body.value.present()) return problems_reply(400, {body.problem});
  std::vector<InputProblem> problems;
  const HookCall call = cds_hooks::read_call(body.value, service, problems);
  if (!problems.empty()) return problems_reply(400, problems);
  Gathering gathering = gather_chart(call, now_(), fetch_);
  if (gathering.status != 200) return outcome_reply(gathering.status, gathering.issues);
  return answer(call, service, std::move(gathering), begun);
}

http::Reply CdsEndpoint::answer(const HookCall& call, const cds_hooks::Service& service, Gathering gathering,
                                std::chrono::steady_clock::time_point begun) {
  const cds_hooks::CardSource source{"Patient Safety Guardian", settings_.public_url};
  const fhir::Chart& chart = gathering.chart;
  const bool drafts = std::any_of(chart.medications.begin(), chart.medications.end(),
                                  [](const auto& medicine) { return medicine.role == fhir::Role::draft; });
  const bool nothing_to_check = chart.medications.empty() || (call.hook != Hook::patient_view && !drafts);
  // Drafts that do not name a medicine yet are sent at every keystroke.
  if (nothing_to_check && chart.unread.empty()) {
    return json_reply(cds_hooks::encode_answer({}, source, {}));
  }
  // A request that is sent again leads to the same address.
  const std::string name = cds_hooks::uuid_of(call.instance + '|' + std::string(service.id) + '|' + call.patient);
  const auto base = desk_.knowledge();
  const bool all_there = gathering.missing.empty();
  const auto belongs = cds_hooks::membership(*base);
  const std::string link = settings_.link_reviews ? settings_.public_url + "/?review=" + name : std::string();
  std::vector<knowledge::OrderAlternative> alternatives;
  bool time_was_short = false;
  const auto cards_for = [&](const core::Review& of) {
    return cds_hooks::cards_of({call, chart, of, gathering.missing, link, alternatives, time_was_short}, policy_,
                               belongs);
  };
  std::vector<Card> cards;
  const auto late = [&] { return std::chrono::steady_clock::now() - begun >= settings_.hook_time / 2; };
  auto reviewed =
      desk_.review(chart.subject, Depth::findings, name, {}, [&](const core::Review& made, const auto& find) {
        const auto orders = cds_hooks::interrupted_orders({call, chart, made, {}, {}}, belongs);
        time_was_short = !orders.empty() && late();
        if (!orders.empty() && !time_was_short) {
          alternatives = find(orders, most_alternatives, late);
          time_was_short = alternatives.empty() && late();
        }
        cards = cards_for(made);
        HookCards hook{name, std::string(service.id), {}, {}};
        for (const Card& card : cards) hook.cards.emplace_back(card.uuid, card.findings);
        for (const auto& alternative : alternatives) {
          if (std::find(hook.offered.begin(), hook.offered.end(), alternative.to) == hook.offered.end())
            hook.offered.push_back(alternative.to);
        }
        return encode_hook(hook);
      });
  if (!reviewed) return error_reply(reviewed.error());
  const core::Review& review = *reviewed->review;
  if (review.ledger && !review.ledger->unrecorded.empty()) {
    // Advice that nobody can trace is not given.
    alternatives.clear();
    cards = cards_for(review);
  }
  coordinate(call, chart, review, cards);
  for (const Card& card : cards) {
    memory_.remember(card.uuid, {reviewed->id, card.findings, std::string(service.id)});
    count_(card.indicator);
  }
  cds_hooks::AnswerNotes notes;
  notes.status = review.complete && all_there ? "complete" : "incomplete";
  notes.decision = std::string(core::to_string(review.decision));
  notes.review = reviewed->id;
  if (time_was_short) notes.alternatives = "not looked for: the time of the call was short";
  for (const core::NotAssessed& entry : review.not_assessed) {
    if (entry.must_know) notes.not_assessed.push_back(entry.wanted);
  }
  for (const core::Degradation& degradation : review.degradations) {
    notes.degraded.push_back(degradation.agent + ": " + degradation.reason);
  }
  return json_reply(cds_hooks::encode_answer(cards, source, notes));
}

// Before signing, what was shown while ordering is left out where the client asks for it and nothing has changed: the
// clinician, the patient, the orders, the words. What is critical is always said again (against the guide, which would
// filter it too): docs/cds-hooks.md.
void CdsEndpoint::coordinate(const HookCall& call, const fhir::Chart& chart, const core::Review& review,
                             std::vector<Card>& cards) {
  const bool remember = call.hook == Hook::order_select && call.settings.remember_shown;
  const bool filter = call.hook == Hook::order_sign && call.settings.filter_repeated;
  if (!remember && !filter) return;
  const auto key = [&](const Card& card) {
    std::string text = call.user + '\n' + call.patient + '\n' + call.encounter + '\n' + card.summary + '\n' +
                       card.detail + '\n' + std::to_string(static_cast<int>(card.indicator));
    for (const core::Finding& finding : review.findings) {
      if (std::find(card.findings.begin(), card.findings.end(), finding.id) == card.findings.end()) continue;
      for (const fhir::ChartMedication& medicine : chart.medications) {
        const bool of_finding =
            std::find(finding.elements.begin(), finding.elements.end(), medicine.element) != finding.elements.end();
        if (of_finding && medicine.role == fhir::Role::draft) text += '\n' + medicine.resource;
      }
    }
    return knowledge::sha256_hex(text);
  };
  if (remember) {
    for (const Card& card : cards) {
      if (speaks(card)) memory_.remember_shown(key(card));
    }
    return;
  }
  const std::size_t before = cards.size();
  std::erase_if(cards, [&](const Card& card) {
    return speaks(card) && card.indicator != Indicator::critical && memory_.was_shown(key(card));
  });
  const std::size_t left_out = before - cards.size();
  if (left_out == 0) return;
  Card note;
  note.uuid = cds_hooks::uuid_of(call.instance + "|filtered");
  note.summary = std::to_string(left_out) + (left_out == 1 ? " alert" : " alerts") +
                 " shown while these orders were chosen: not repeated";
  note.detail = "Nothing has changed since. The whole review has them.";
  note.link = cards.empty() ? std::string() : cards.front().link;
  cards.push_back(std::move(note));
}

http::Reply CdsEndpoint::feedback(const cds_hooks::Service& service, const http::Request& request) {
  if (!is_json(request)) return status_reply(415);
  const JsonViewing body = reader_of_thread().parse(request.body);
  if (!body.value.present()) return problems_reply(400, {body.problem});
  std::vector<InputProblem> problems;
  std::vector<CardFeedback> entries = read_feedback(body.value, problems);
  if (!problems.empty()) return problems_reply(400, problems);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto shown = memory_.find(entries[i].card);
    if (!shown || shown->service != service.id) {
      return outcome_reply(404, "not-found",
                           entry_pointer("/feedback", i) + "/card: no card of this service that is still known");
    }
    entries[i].shown = *shown;
    if (auto erased = erased_reply(desk_, shown->review)) return std::move(*erased);
  }
  for (const CardFeedback& entry : entries) {
    if (const auto stored = store_(entry); !stored) return error_reply(stored.error());
  }
  return json_reply({});
}

}  // namespace guardian::adapters::service
