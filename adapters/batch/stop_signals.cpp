#include "adapters/batch/stop_signals.hpp"

#include <cstdint>
#include <stdexcept>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace guardian::adapters::batch {
namespace {

sigset_t ending() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t signals = ending();
  ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
  signals_ = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
  stopped_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  descriptor_ = ::epoll_create1(EPOLL_CLOEXEC);
  for (const int watched : {signals_, stopped_}) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (watched < 0 || descriptor_ < 0 || ::epoll_ctl(descriptor_, EPOLL_CTL_ADD, watched, &event) != 0)
      throw std::runtime_error("no descriptor to wait for signals");
  }
}

StopSignals::~StopSignals() {
  for (const int descriptor : {descriptor_, stopped_, signals_}) ::close(descriptor);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int StopSignals::received() {
  if (received_ != 0) return received_;
  signalfd_siginfo information{};
  if (::read(signals_, &information, sizeof information) != static_cast<ssize_t>(sizeof information)) return 0;
  received_ = static_cast<int>(information.ssi_signo);
  stop();  // what was read is gone; the descriptor stays readable
  const sigset_t signals = ending();
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  return received_;
}

void StopSignals::stop() const {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(stopped_, &one, sizeof one));
}

}  // namespace guardian::adapters::batch
