#pragma once
// Does an explanation of a picture point at what the model looks at? Its most salient pixels are taken out, or put in,
// step by step, and the model is asked each time (Samek and others 2017; Petsiuk and others 2018). Pure. The model here
// is logistic: P(class 1) = sigmoid(sum of weight times pixel).

#include <cstddef>
#include <string>
#include <vector>

#include "audit/population/numbers.hpp"

namespace guardian::audit::population {

struct PixelModel {
  Matrix image;
  Matrix weights;
  int target_class = 1;
};

struct PixelCurve {
  std::vector<double> confidences;
  std::vector<double> fractions;
  double area = 0.0;  // by trapezoids, 4 decimals
};

enum class Fill { mean, zero };
[[nodiscard]] PixelCurve deletion_curve(const PixelModel& model, const Matrix& saliency, std::size_t steps, Fill fill);
// From the picture blurred by a Gaussian of that many pixels, reflected at its edges and cut at 4 sigma.
[[nodiscard]] PixelCurve insertion_curve(const PixelModel& model, const Matrix& saliency, std::size_t steps,
                                         double blur);

// "faithful" above 0.1, "marginally_faithful" above 0, else "unfaithful"; no random baseline, so only for comparison.
[[nodiscard]] std::string faithfulness_verdict(double score);
// Mean drop along a deletion curve (Samek and others 2017).
[[nodiscard]] double mean_drop(const PixelCurve& deletion);

}  // namespace guardian::audit::population
