// What `guardian batch` answers a second and core, how that grows with the medicines of a case, what a second thread is
// worth, and what memory does with the number of cases (benchmarks/README.md, "Batches").

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

constexpr double aim_reviews = 3'000;
constexpr double aim_screens = 50'000;
constexpr double aim_speed_up = 1.2;  // 60 % of what two cores could give
constexpr int rounds = 3;

// Orders as records have them: most come again with the next patient.
const std::vector<const char*>& orders() {
  static const std::vector<const char*> list{"warfarin 5 mg daily",          "metoprolol 50 mg twice daily",
                                             "atorvastatin 20 mg nightly",   "lisinopril 20 mg daily",
                                             "metformin 500 mg twice daily", "omeprazole 20 mg daily",
                                             "levothyroxine 100 mcg",        "sertraline 50 mg daily",
                                             "ibuprofen 400 mg prn",         "trimethoprim 100 mg",
                                             "amlodipine 5 mg daily",        "furosemide 40 mg daily",
                                             "spironolactone 25 mg daily",   "aspirin 81 mg daily",
                                             "clopidogrel 75 mg daily",      "simvastatin 20 mg",
                                             "allopurinol 100 mg daily",     "prednisone 5 mg daily",
                                             "gabapentin 300 mg tid",        "tramadol 50 mg prn",
                                             "digoxin 0.125 mg daily",       "amiodarone 200 mg daily",
                                             "citalopram 20 mg daily",       "mirtazapine 15 mg at night",
                                             "quetiapine 25 mg at night",    "salbutamol inhaler prn",
                                             "insulin glargine 20 units",    "hydrochlorothiazide 25 mg",
                                             "losartan 50 mg daily",         "bisoprolol 5 mg daily",
                                             "apixaban 5 mg twice daily",    "pantoprazole 40 mg daily",
                                             "folic acid 5 mg weekly",       "methotrexate 10 mg weekly",
                                             "alendronate 70 mg weekly",     "calcium carbonate 500 mg",
                                             "ferrous sulfate 325 mg",       "tamsulosin 0.4 mg daily",
                                             "zolpidem 5 mg at night",       "paracetamol 1 g four times daily"};
  return list;
}

// The same cases in every run.
class Sequence {
 public:
  std::size_t below(std::size_t limit) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state_ >> 33U) % limit;
  }

 private:
  std::uint64_t state_ = 20261122;
};

std::string case_line(Sequence& sequence, std::size_t number, std::size_t medicines) {
  std::vector<std::size_t> chosen(orders().size());
  for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = i;
  std::string line = R"({"id":"B-)" + std::to_string(number) + R"(","as_of":"2026-11-02T08:00:00Z","patient":{"age":)" +
                     std::to_string(40 + sequence.below(50)) + R"(,"sex":")" + (number % 2 == 0 ? "F" : "M") +
                     R"(","weight_kg":)" + std::to_string(50 + sequence.below(50)) +
                     R"(,"conditions":[{"text":"Atrial fibrillation"},{"text":"Type 2 diabetes"}],"allergies":[],)" +
                     R"("labs":[{"name":"INR","value":2.)" + std::to_string(sequence.below(10)) +
                     R"(,"when":"2026-10-30"},{"name":"creatinine","value":1.)" + std::to_string(sequence.below(10)) +
                     R"(,"unit":"mg/dL","when":"2026-10-30"},{"name":"potassium","value":4.)" +
                     std::to_string(sequence.below(10)) +
                     R"(,"unit":"mmol/L","when":"2026-10-30"}]},"vitals":{"rr":16,"spo2":97,"sbp":)" +
                     std::to_string(110 + sequence.below(40)) +
                     R"(,"hr":72,"temp_c":36.8,"consciousness":"A","supplemental_o2":false},"medications":[)";
  for (std::size_t i = 0; i < medicines; ++i) {
    std::swap(chosen[i], chosen[i + sequence.below(chosen.size() - i)]);
    line += std::string(i == 0 ? "" : ",") + R"({"text":")" + orders()[chosen[i]] + R"("})";
  }
  return line + "]}\n";
}

fs::path cases(const fs::path& folder, std::size_t count, std::size_t medicines) {
  fs::path file = folder / (std::to_string(count) + "-" + std::to_string(medicines) + ".ndjson");
  std::ofstream out(file);
  Sequence sequence;
  for (std::size_t i = 0; i < count; ++i) out << case_line(sequence, i, medicines);
  return file;
}

struct Run {
  double cpu_s = 0.0;  // of all threads
  double wall_s = 0.0;
  long resident_kb = 0;
};

Run run(const fs::path& input, const std::string& jobs, bool screen_only) {
  const auto begun = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDOUT_FILENO);
    ::execl(GUARDIAN_PROGRAM, "guardian", "batch", input.c_str(), "--kb", GUARDIAN_SHIPPED_KB, "--offline", "--jobs",
            jobs.c_str(), screen_only ? "--screen-only" : nullptr, nullptr);
    ::_exit(3);
  }
  int status = 0;
  rusage used{};
  ::wait4(child, &status, 0, &used);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "guardian batch did not answer every case\n");
    std::exit(3);
  }
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return {seconds(used.ru_utime) + seconds(used.ru_stime),
          std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(), used.ru_maxrss};
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// Cases a second of CPU time; what the start takes is left out by the difference of two lengths.
double rate(const fs::path& small, const fs::path& large, double more, bool screen_only) {
  std::vector<double> rates;
  for (int round = 0; round < rounds; ++round) {
    const double start = run(small, "1", screen_only).cpu_s;
    rates.push_back(more / (run(large, "1", screen_only).cpu_s - start));
  }
  return median(rates);
}

}  // namespace

int main() {
  const fs::path folder = fs::temp_directory_path() / ("guardian-batch-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  constexpr std::size_t few = 100;
  constexpr std::size_t many = 2'100;
  for (const std::size_t medicines : {5U, 10U, 20U}) {
    const double reviews = rate(cases(folder, few, medicines), cases(folder, many, medicines), many - few, false);
    std::printf("full reviews of %zu medicines a second and core: %.0f", medicines, reviews);
    std::printf(medicines == 10 ? " [at least %.0f]\n" : " [no aim]\n", aim_reviews);
    constexpr std::size_t screens = 30'000;
    const double screened = rate(cases(folder, few, medicines), cases(folder, screens, medicines), screens - few, true);
    std::printf("screens only of %zu medicines a second and core: %.0f", medicines, screened);
    std::printf(medicines == 10 ? " [at least %.0f]\n" : " [no aim]\n", aim_screens);
    std::fflush(stdout);
  }
  const fs::path input = cases(folder, 2 * many, 10);
  std::vector<double> speed_ups;
  long resident = 0;
  for (int round = 0; round < rounds; ++round) {
    const Run one = run(input, "1", false);
    speed_ups.push_back(one.wall_s / run(input, "2", false).wall_s);
    resident = one.resident_kb;
  }
  std::printf("speed-up of a batch by a second thread: %.2f x [at least %.1f]\n", median(speed_ups), aim_speed_up);
  std::printf("memory of a batch of %zu and of %zu cases: %ld and %ld kB [flat]\n", few, 2 * many,
              run(cases(folder, few, 10), "1", false).resident_kb, resident);
  fs::remove_all(folder);
  return 0;
}
