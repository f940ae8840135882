#include "api/verdict.h"

#include <utility>

#include "base/text.h"

namespace ucm::api {

namespace {

using net::Reach;
using wire::ApiVerdict;

Trouble trouble_of(Reach reach) noexcept {
  switch (reach) {
    case Reach::answered:
      return Trouble::none;
    case Reach::resolve:
    case Reach::connect:
      return Trouble::connect;
    case Reach::tls:
      return Trouble::tls;
    case Reach::timeout:
      return Trouble::timeout;
    case Reach::cut:
    case Reach::too_large:
      return Trouble::protocol;
  }
  return Trouble::protocol;
}

void refuse(Reply& reply, Trouble trouble, ApiVerdict verdict, std::string what) {
  reply.refused.trouble = trouble;
  reply.refused.verdict = verdict;
  reply.what = std::move(what);
}

std::string_view where_the_api_is(ApiKind kind) noexcept {
  return kind == ApiKind::legacy ? "HTTPS API Settings (Old)" : "HTTPS API Settings (New)";
}

void refuse_forbidden(Reply& reply, const Access& access) {
  refuse(
      reply, Trouble::permission, ApiVerdict::failed,
      text(
          "the PBX answers 403 Forbidden: switch the API on under Integrations > API Configuration > {}, and "
          "put this machine's address into its permitted IPs; look into the PBX's blacklist too",
          where_the_api_is(access.kind)));
}

void refuse_password(Reply& reply, const Access& access) {
  refuse(reply, Trouble::auth, ApiVerdict::password,
         text("the PBX refuses user \"{}\" or its password: compare User and PasswordFile of the API block "
              "with {} "
              "on the PBX",
              access.user, where_the_api_is(access.kind)));
}

bool reads_like_forbidden(std::string_view body) {
  return body.substr(0, 2'000).find("403 Forbidden") != std::string_view::npos;
}

// What remains for an action: the PBX let us in, this alone it does not do.
void refuse_action(Reply& reply, const Question& question, const Access& access, std::int64_t status) {
  reply.of_action = true;
  const ApiVerdict verdict = wire::verdict_of(status);
  if (verdict == ApiVerdict::not_permitted) {
    refuse(reply, Trouble::permission, verdict,
           text("{} is not permitted (-47): tick it for API user \"{}\" under Integrations > API "
                "Configuration > {}",
                question.action, access.user, where_the_api_is(access.kind)));
    return;
  }
  refuse(reply, Trouble::protocol, verdict,
         text("{} was answered with status {} ({})", question.action, status, wire::words_for(status)));
}

void judge_status(Reply& reply, const Question& question, const Access& access, std::int64_t status) {
  switch (const ApiVerdict verdict = wire::verdict_of(status)) {
    case ApiVerdict::ok:
      return;
    case ApiVerdict::cookie:
      refuse(reply, Trouble::protocol, verdict,
             text("the PBX does not take the cookie that it has just given (status {})", status));
      return;
    case ApiVerdict::password:
      refuse_password(reply, access);
      return;
    case ApiVerdict::wait_15_s:
    case ApiVerdict::wait_60_s:
      refuse(reply, Trouble::protocol, verdict,
             text("the PBX wants to be asked less often (status {}, {}): raise StatusInterval and "
                  "BackfillInterval if "
                  "this repeats",
                  status, wire::words_for(status)));
      return;
    case ApiVerdict::locked_out:
      refuse(
          reply, Trouble::auth, verdict,
          text("the PBX has locked user \"{}\" or this address out (status {}, {}): remove it from the PBX's "
               "blacklist, and see whether another program logs in with a wrong password",
               access.user, status, wire::words_for(status)));
      return;
    case ApiVerdict::not_permitted:
    case ApiVerdict::invalid:
    case ApiVerdict::no_such_item:
    case ApiVerdict::unsupported:
    case ApiVerdict::failed:
      refuse_action(reply, question, access, status);
      return;
  }
}

}  // namespace

Reply judge_exchange(net::ClientAnswer answer, const Access& access) {
  Reply reply;
  reply.http_status = answer.status;
  reply.elapsed_ms = answer.elapsed_ms;
  if (answer.reach != Reach::answered) {
    refuse(reply, trouble_of(answer.reach), ApiVerdict::failed, std::move(answer.what));
    reply.too_large = answer.reach == Reach::too_large;
    return reply;
  }
  reply.body = std::move(answer.body);
  if (answer.status == 401) {
    refuse_password(reply, access);
    if (access.user.empty()) reply.what = "the PBX asks for a user and a password: set User and PasswordFile";
  } else if (answer.status == 403 || (answer.status != 200 && reads_like_forbidden(reply.body))) {
    refuse_forbidden(reply, access);
  } else if (answer.status < 200 || answer.status > 299) {
    reply.of_action = answer.status == 404 && access.kind == ApiKind::legacy;
    refuse(reply, Trouble::protocol, reply.of_action ? ApiVerdict::no_such_item : ApiVerdict::failed,
           text("the PBX answers HTTP status {}: does URL name its API?", answer.status));
  }
  return reply;
}

void judge_envelope(Reply& reply, const Question& question, const Access& access) {
  if (question.expected == Expected::anything) {
    const auto status = wire::error_status_of(reply.body);
    if (status) judge_status(reply, question, access, *status);
    return;
  }
  Result<wire::ApiAnswer> read = wire::read_api_answer(reply.body);
  if (!read) {
    if (reads_like_forbidden(reply.body)) {
      refuse_forbidden(reply, access);
    } else {
      refuse(reply, Trouble::protocol, ApiVerdict::failed, read.error().what);
    }
    return;
  }
  reply.answer = std::move(read).value();
  reply.refused.tries_left = reply.answer.tries_left;
  reply.refused.locked_for_s = reply.answer.locked_for_s;
  judge_status(reply, question, access, reply.answer.status);
}

void judge_login(Reply& reply, const Access& access) {
  const Question login{"login", {}};
  judge_envelope(reply, login, access);
  if (!reply.of_action) return;
  reply.of_action = false;
  if (reply.refused.verdict == ApiVerdict::not_permitted) {
    reply.what = text(
        "the PBX lets user \"{}\" not in from this address (-47): switch {} on, save the user there, and "
        "put this machine's address into its permitted IPs",
        access.user, where_the_api_is(access.kind));
  } else {
    reply.what = text("the PBX does not log user \"{}\" in (status {}, {})", access.user, reply.answer.status,
                      wire::words_for(reply.answer.status));
  }
}

}  // namespace ucm::api
