# bash completion of ovh-licensed. tests/manual compares it with the program's own options.

# The command that the line has, or nothing.
_ovh_licensed_command() {
  local i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      -c | --config) ((++i)); [[ ${COMP_WORDS[i]} == "=" ]] && ((++i)) ;;
      -*) ;;
      *) printf %s "${COMP_WORDS[i]}"; return ;;
    esac
  done
}

# Files whose names end in one of these, and folders on the way; no endings: every file.
_ovh_licensed_files() {
  local file ending
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do
    [[ $# -eq 0 || -d $file ]] && COMPREPLY+=("$file") && continue
    for ending; do
      [[ $file == *".$ending" ]] && COMPREPLY+=("$file")
    done
  done < <(compgen -f -- "$cur")
}

# VMs or accounts that the status file names and that begin as the word does; silent without one.
_ovh_licensed_known() {
  local name config=()
  [[ $COMP_LINE =~ (-c|--config)[[:space:]=]+([^[:space:]]+) ]] && config=(-c "${BASH_REMATCH[2]}")
  while IFS= read -r name; do
    [[ $name == "$cur"* ]] && COMPREPLY+=("$(printf %q "$name")")
  done < <("${COMP_WORDS[0]}" "${config[@]}" status --format json 2>/dev/null | sed -n "$1")
}
_ovh_licensed_vms='s/.*"vm_id": [0-9]*, "name": "\([^"\\]*\)".*/\1/p'
_ovh_licensed_accounts='s/.*{"account": "\([^"\\]*\)", "credential_expires_at".*/\1/p'

_ovh_licensed_words() {
  mapfile -t COMPREPLY < <(compgen -W "$*" -- "$cur")
}

_ovh_licensed() {
  local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command
  COMPREPLY=()
  command=$(_ovh_licensed_command)

  # bash takes --format=json apart
  [[ $before == "=" ]] && before=${COMP_WORDS[COMP_CWORD - 2]}
  [[ $cur == "=" ]] && cur=
  case $command:$before in
    *:-c | *:--config) _ovh_licensed_files yaml yml; return ;;
    plan:--format) _ovh_licensed_words table json csv; return ;;
    history:--format) _ovh_licensed_words table json; return ;;
    status:--format) _ovh_licensed_words text json csv icinga; return ;;
    status:--verdict | plan:--verdict) _ovh_licensed_words missing wrong superfluous exempt review mismatch managed; return ;;
    status:--rule | status:--service | status:--datacenter | status:--limit) return ;;
    plan:--rule | plan:--service | plan:--datacenter | plan:--limit) return ;;
    plan:--out | plan:--show | apply:--plan) _ovh_licensed_files json; return ;;
    apply:--vm) _ovh_licensed_known "$_ovh_licensed_vms"; return ;;
    apply:--only) _ovh_licensed_words declare replace remove; return ;;
    login:--file) _ovh_licensed_files; return ;;
    login:--account) _ovh_licensed_known "$_ovh_licensed_accounts"; return ;;
    history:--since | history:--limit) return ;;
  esac

  if [[ $cur == -* ]]; then
    local options="-c --config -h --help"
    case $command in
      "") options+=" --version" ;;
      check) options+=" --online" ;;
      plan) options+=" --format --json --out --show --rows --verdict --rule --service --datacenter --limit" ;;
      history) options+=" --since --limit --format --json" ;;
      apply) options+=" --plan --old --vm --only --yes" ;;
      status) options+=" --format --json --strict --rows --verdict --rule --service --datacenter --limit" ;;
      login) options+=" --account --read-only --corrections --renewals --file" ;;
    esac
    _ovh_licensed_words "$options"
    return
  fi
  case $command in
    "") _ovh_licensed_words run check reload plan apply explain test status history verify login help version ;;
    explain | history) _ovh_licensed_known "$_ovh_licensed_vms" ;;
    help) _ovh_licensed_words run check reload plan apply explain test status history verify login ;;
    test) _ovh_licensed_files yaml yml ;;
  esac
}

complete -F _ovh_licensed ovh-licensed
