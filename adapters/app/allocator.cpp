// How jemalloc works in this program (docs/decisions/0014-allocator.md). It looks for a variable of this name, as
// https://jemalloc.net/jemalloc.3.html says under "tuning"; MALLOC_CONF of the environment comes after it.
//
// A review as JSON, the row of it and what is packed are of some 50 KB each. Up to 256 KB is kept by the thread that
// gave it back, and what none of them keeps goes back to the system after a minute, not after ten seconds.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "tcache_max:262144,dirty_decay_ms:60000";
}
