#compdef seller-ledger
# zsh completion of seller-ledger, printed by: seller-ledger completion zsh
#
# _seller_ledger_facts says what a command has: its commands, its options, which of them take a value, and what may stand
# there. A value is `words …`, `books connection` (asked of the program), `file`, or nothing.
_seller_ledger_facts() {
  local option=$2
  value=''
  case "$1" in
@FACTS@
  esac
  names=" ${(j: :)${(@)subs%%:*}} "
}

_seller_ledger() {
  local cur=$words[CURRENT] value='' valued='' names='' branch='' option='' at=0 word
  local -a subs opts vals offered globals
  # Down the tree as the program goes: `branch` is the command, `at` how many words of its own stand there, `option` the one
  # that waits for its value.
  for word in "${(@)words[2,CURRENT-1]}"; do
    if [[ -n $option ]]; then
      case "$option" in --home | --database-url) globals+=("$option" "$word") ;; esac
      option=''
      continue
    fi
    _seller_ledger_facts "$branch" ''
    case "$word" in
      --*=*) ;;
      --demo) globals+=(--demo) ;;
      -*) if [[ "$valued" == *" $word "* ]]; then option=$word; fi ;;
      *)
        if [[ "$names" == *" $word "* ]]; then
          branch="${branch:+$branch }$word"
          at=0
        else
          at=$((at + 1))
        fi
        ;;
    esac
  done
  _seller_ledger_facts "$branch" "$option"
  if [[ -z $option ]]; then value=${vals[at + 1]}; fi
  if [[ -z $option && $cur == -* ]]; then
    _describe option opts
    return
  fi
  case "${value%% *}" in
    words)
      offered=(${(s: :)value#* })
      compadd -a offered
      ;;
    books)
      offered=(${(f)"$("${words[1]}" $globals completion words "${value#* }" "$cur" 2>/dev/null)"})
      compadd -a offered
      ;;
    file) _files ;;
    *) if [[ -z $option && $at -eq 0 && $#subs -gt 0 ]]; then _describe command subs; fi ;;
  esac
}

# Read by way of fpath this file is the function itself; read by `source` it only defines it.
if [[ "${funcstack[1]}" == _seller-ledger ]]; then _seller_ledger "$@"; else compdef _seller_ledger seller-ledger; fi
