# `systemctl reload`: what it swaps, and what it says.

mode_is() { status_says '"policy":\{.*"mode":"'"$1"'"'; }

# As in a minimal Debian, which has no `kill`.
without_kill() { inside rm -f /usr/bin/kill /bin/kill; }

check_reload_swaps_the_policy() {
  running_service
  without_kill
  local before
  before=$(property MainPID)
  mode_is report || fail "the policy reports at first"
  policy declare
  inside systemctl reload "$unit" || fail "a good policy is taken"
  mode_is declare || fail "the policy is in force when the command returns"
  status_says '"last_reload":\{"at":"[^"]*","ok":true,"error":null\}' || fail "the status says so" "$(status)"
  equal "it is the same process, and active" "$(property MainPID) $(property ActiveState)" "$before active"
}

check_a_bad_policy_fails_the_reload_and_keeps_the_old_one() {
  running_service
  without_kill
  local before said
  before=$(property MainPID)
  write /etc/ovh-licensed/policy.yaml 'mode: enfroce'
  inside systemctl reload "$unit" 2>/dev/null && fail "whoever reloads is told that it failed"
  wait_for "the status to say why" status_says '"last_reload":\{"at":"[^"]*","ok":false,"error":"[^"]*policy.yaml:1:7:'
  equal "the service goes on" "$(property MainPID) $(properties ActiveState,SubState,Result)" \
    "$before ActiveState=active Result=success SubState=running"
  mode_is report || fail "the policy is the one of before"
  holds "systemctl status says so" "$(property StatusText)" "the last reload was refused: /etc/ovh-licensed/policy.yaml:1:7:"
  said=$(journal -o cat)
  holds "the journal says that it was refused" "$said" "reload refused, the previous configuration stays in force"
  holds "and what is wrong" "$said" "/etc/ovh-licensed/policy.yaml:1:7:"

  policy declare
  inside systemctl reload "$unit" || fail "a good policy is taken after all"
  wait_for "the policy to be in force" mode_is declare
}
