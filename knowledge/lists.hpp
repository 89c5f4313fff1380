#pragma once
// Small helpers on lists. Pure.

#include <algorithm>
#include <utility>
#include <vector>

namespace guardian::knowledge {

template <class T>
void add_once(std::vector<T>& list, T item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(std::move(item));
}

}  // namespace guardian::knowledge
