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
    plan:--format) _ovh_licensed_words table json; return ;;
    status:--format) _ovh_licensed_words text json csv icinga; return ;;
    status:--verdict) _ovh_licensed_words missing wrong superfluous exempt review mismatch managed; return ;;
    status:--rule | status:--service | status:--datacenter | status:--limit) return ;;
    plan:--out | apply:--plan) _ovh_licensed_files json; return ;;
    login:--file) _ovh_licensed_files; return ;;
    login:--account) return ;;
  esac

  if [[ $cur == -* ]]; then
    local options="-c --config -h --help"
    case $command in
      "") options+=" --version" ;;
      check) options+=" --online" ;;
      plan) options+=" --format --out" ;;
      apply) options+=" --plan --old --yes" ;;
      status) options+=" --format --rows --verdict --rule --service --datacenter --limit" ;;
      login) options+=" --account --read-only --corrections --renewals --file" ;;
    esac
    _ovh_licensed_words "$options"
    return
  fi
  case $command in
    "") _ovh_licensed_words run check plan apply explain test status verify login ;;
    test) _ovh_licensed_files yaml yml ;;
  esac
}

complete -F _ovh_licensed ovh-licensed
