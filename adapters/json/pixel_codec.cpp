// Deletion and insertion curves of saliency maps.

#include "adapters/json/audit_families.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/number_reader.hpp"
#include "audit/population/pixel_curves.hpp"

namespace guardian::adapters {
namespace {

namespace stats = audit::population;

constexpr std::size_t steps = 20;
constexpr std::size_t coarse_steps = 9;
constexpr double default_blur = 1.0;  // pixels; `blur_sigma` of the input says otherwise

JsonValue encode(const stats::PixelCurve& curve, const char* test) {
  return JsonValue{JsonObject{{"confidences", json_numbers(curve.confidences)},
                              {"step_fractions", json_numbers(curve.fractions)},
                              {"aupc", json_number(curve.area)},
                              {"initial_confidence", json_number(curve.confidences.front())},
                              {"final_confidence", json_number(curve.confidences.back())},
                              {"test", json_text(test)}}};
}

}  // namespace

JsonResult audit_pixels(const JsonObject& document) {
  NumberReader reader(document, "");
  stats::PixelModel model;
  model.image = reader.matrix("image");
  model.weights = reader.matrix("weights");
  model.target_class = static_cast<int>(reader.count("target_class", 1));
  const double blur = reader.number("blur_sigma", default_blur);
  if (!(blur > 0.0 && blur <= 100.0)) reader.note("/blur_sigma", "must be above 0 and at most 100");
  const auto same_shape = [&](const stats::Matrix& other) {
    return other.rows == model.image.rows && other.columns == model.image.columns;
  };
  if (model.image.empty()) reader.note("/image", "must have at least one row");
  if (!same_shape(model.weights)) reader.note("/weights", "must have the shape of image");
  if (model.target_class > 1) reader.note("/target_class", "must be 0 or 1");
  if (reader.problem()) return core::fail(*reader.problem());
  JsonResult cases =
      audit_entries(document, "cases", [&](const JsonObject& object, const std::string& place) -> JsonResult {
        NumberReader entry(object, place);
        const std::string name = entry.text("name");
        const stats::Matrix saliency = entry.matrix("saliency");
        if (!same_shape(saliency)) entry.note(entry.pointer("saliency"), "must have the shape of image");
        if (entry.problem()) return core::fail(*entry.problem());
        const stats::PixelCurve deletion = stats::deletion_curve(model, saliency, steps, stats::Fill::mean);
        const stats::PixelCurve coarse = stats::deletion_curve(model, saliency, coarse_steps, stats::Fill::zero);
        const stats::PixelCurve insertion = stats::insertion_curve(model, saliency, steps, blur);
        const double score = insertion.area - deletion.area;
        return JsonValue{
            JsonObject{{"name", json_text(name)},
                       {"deletion", encode(deletion, "deletion")},
                       {"deletion_zero9", encode(coarse, "deletion")},
                       {"insertion", encode(insertion, "insertion")},
                       {"summary", JsonValue{JsonObject{{"deletion_aupc", json_number(deletion.area)},
                                                        {"insertion_aupc", json_number(insertion.area)},
                                                        {"faithfulness_score", json_number(stats::round_to(score, 4))},
                                                        {"verdict", json_text(stats::faithfulness_verdict(score))}}}},
                       {"aopc_from_curve", json_number(stats::mean_drop(deletion))}}};
      });
  if (!cases) return cases;
  return JsonValue{JsonObject{{"cases", std::move(*cases)}}};
}

}  // namespace guardian::adapters
