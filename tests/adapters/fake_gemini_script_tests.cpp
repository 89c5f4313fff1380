// Scripts decide which request of which agent gets which reply.

#include "tests/adapters/fake_gemini_calls.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::tests;
using Catch::Contains;
