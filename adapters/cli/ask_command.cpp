#include <ostream>

#include "adapters/cli/answer_report.hpp"
#include "adapters/cli/command_support.hpp"
#include "adapters/cli/model_session.hpp"
#include "adapters/json/answer_codec.hpp"
#include "runtime/case_conversation.hpp"

namespace guardian::adapters::cli {

int run_ask(const AskOptions& options, const Streams& streams) {
  for (const std::string& question : options.questions) {
    if (question.find_first_not_of(" \t\r\n") == std::string::npos) {
      streams.err << "guardian: a question is empty\n";
      return exit_input;
    }
    if (question.size() > longest_question) {
      streams.err << "guardian: a question is longer than " << longest_question << " bytes\n";
      return exit_input;
    }
  }
  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  auto subject = read_case(options.case_file, streams);
  if (!subject) return exit_input;
  const auto session = ModelSession::open(options.model, *base);
  if (!session) return report(session.error(), streams);
  runtime::ConversationOptions talking;
  talking.reviewer.default_locale = options.knowledge.locale;
  auto conversation = runtime::CaseConversation::open(base, std::move(*subject), talking, session->model());
  if (!conversation) return report(conversation.error(), streams);

  const core::Review& review = conversation->review();
  core::Conversation told{review.case_id, review.as_of, review.kb, review.decision, review.complete, {}};
  int status = exit_done;
  for (const std::string& question : options.questions) {
    core::Answer answer = conversation->ask(question, session->events());
    if (const auto written = session->written(); !written) return report(written.error(), streams);
    if (answer.status == core::AnswerStatus::failed) status = exit_cannot;
    // Each is shown when it is there: a model may take its time over the next.
    if (options.format == Format::text)
      streams.out << (told.answers.empty() ? "" : "\n") << answer_report(answer, {streams.columns, streams.colour})
                  << std::flush;
    told.answers.push_back(std::move(answer));
  }
  if (options.format == Format::json) streams.out << encode_conversation(told, true) << '\n';
  return status;
}

}  // namespace guardian::adapters::cli
