# What zsh offers for a command line: zsh -f capture.zsh FOLDER 'ovh-licensed plan --'
# A shell at a terminal of its own completes it, with a compadd that says its words instead of offering them.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1= PROMPT2= ; stty -echo; unsetopt zle_bracketed_paste 2>/dev/null
all=($fpath); fpath=('"${(q)1}"' ${(M)fpath:#*/Completion(|/Base)}); autoload -Uz compinit; compinit -u -D
fpath+=($all); autoload -Uz _files _path_files _list_files # the rest would take a second to read
bindkey "^I" complete-word; zstyle ":completion:*" list-grouped false; zstyle ":completion:*" insert-tab false
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a found; builtin compadd -A found "$@"
  print -rl -- WORD:${^found}
  builtin compadd "$@"
}
said() { print -r -- ${(l:3::=:):-}END }
zle -N said; bindkey "^T" said
print -r -- ${(l:3::=:):-}READY'
zpty -r shell text '*===READY*'
zpty -w -n shell "$2"$'\t\C-t'
zpty -r shell text '*===END*'
print -r -- $text | tr -d '\r' | sed -n 's/^.*WORD://p' | sort -u
zpty -d shell
