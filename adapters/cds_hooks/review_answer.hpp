#pragma once
// A review of a case that came by no hook, as the answer that a CDS service gives: of its orders where it has some,
// else of all that is taken. Pure.

#include <string>
#include <vector>

#include "adapters/cds_hooks/cards.hpp"
#include "adapters/fhir/chart.hpp"
#include "core/case.hpp"
#include "core/review.hpp"

namespace guardian::adapters::cds_hooks {

// `read_from` are the resources of the medicines of `subject`, in their order; empty where it was no chart.
[[nodiscard]] std::string review_answer(const core::Case& subject, std::vector<fhir::ChartMedication> read_from,
                                        const core::Review& review, const BelongsTo& belongs);

}  // namespace guardian::adapters::cds_hooks
