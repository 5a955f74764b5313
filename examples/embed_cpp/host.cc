// host.cc — agents from C++17: handles that release themselves, requests that are waited for with std::future.
#include <cstdio>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "bank.h"

namespace {

class Runtime {
 public:
  Runtime() {
    ag_options options{};
    if (ag_runtime_new(&options, &rt_) != AG_OK) throw std::runtime_error("no runtime");
  }
  ~Runtime() { ag_runtime_free(rt_); }
  Runtime(const Runtime &) = delete;
  Runtime &operator=(const Runtime &) = delete;
  operator ag_runtime *() const { return rt_; }

 private:
  ag_runtime *rt_ = nullptr;
};

// Of a request that is under way. What went wrong is thrown where it is asked for, not in the runtime's thread.
class Pending {
 public:
  struct Answer {
    ag_status status;
    int64_t value;
    std::string error;
  };
  explicit Pending(std::future<Answer> answer) : answer_(std::move(answer)) {}
  int64_t get() {
    Answer answer = answer_.get();
    if (answer.status != AG_OK) throw std::runtime_error(answer.error);
    return answer.value;
  }

 private:
  std::future<Answer> answer_;
};

class Account {
 public:
  Account(ag_runtime *rt, const std::string &owner) : rt_(rt) { check(bank_Account_spawn(rt, owner.c_str(), &agent_)); }
  ~Account() { bank_Account_release(rt_, agent_); }
  Account(const Account &) = delete;
  Account &operator=(const Account &) = delete;

  Pending deposit(int64_t amount) { return ask(bank_Account_deposit_async, amount); }
  Pending withdraw(int64_t amount) { return ask(bank_Account_withdraw_async, amount); }
  std::string owner() {
    const char *text = nullptr;
    check(bank_Account_holder_wait(rt_, agent_, -1, &text));
    std::string copy(text);
    ag_text_free(rt_, text);
    return copy;
  }

 private:
  static std::string text(ag_status status) {
    return status == AG_ERR_FAILED ? ag_error_text() : ag_status_text(status);
  }
  static void check(ag_status status) {
    if (status != AG_OK) throw std::runtime_error(text(status));
  }
  // The promise lives until the callback, which is called once.
  template <typename Ask>
  Pending ask(Ask call, int64_t amount) {
    auto promise = std::make_unique<std::promise<Pending::Answer>>();
    auto future = promise->get_future();
    check(call(rt_, agent_, amount, done, promise.get()));
    promise.release();
    return Pending(std::move(future));
  }
  static void done(void *user, ag_status status, int64_t reply) {
    std::unique_ptr<std::promise<Pending::Answer>> promise(static_cast<std::promise<Pending::Answer> *>(user));
    promise->set_value({status, reply, status == AG_OK ? std::string() : text(status)});
  }

  ag_runtime *rt_;
  bank_Account *agent_ = nullptr;
};

} // namespace

int main() {
  Runtime rt;
  Account account(rt, "Ada");
  auto first = account.deposit(100);
  auto second = account.withdraw(30);
  std::printf("%s: %d, %d\n", account.owner().c_str(), static_cast<int>(first.get()), static_cast<int>(second.get()));
  try {
    account.withdraw(1000).get();
  } catch (const std::runtime_error &e) { std::printf("refused: %s\n", e.what()); }
}
