# bash completion of seller-ledger, printed by: seller-ledger completion bash
#
# _seller_ledger_facts says what a command has: its commands, its options, which of them take a value, and what may stand
# there. A value is `words …`, `books connection` (asked of the program), `file`, or nothing.
_seller_ledger_facts() {
  local option=$2
  value=''
  case "$1" in
@FACTS@
  esac
  names=" ${subs[*]} "
}

_seller_ledger() {
  local cur=${COMP_WORDS[COMP_CWORD]} value='' valued='' names='' branch='' option='' at=0 word each offered
  local -a subs=() opts=() vals=() before=() globals=()
  # Bash breaks words at "=" as well.
  for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do if [[ $each != '=' ]]; then before+=("$each"); fi; done
  if [[ $cur == '=' ]]; then cur=''; fi
  # Down the tree as the program goes: `branch` is the command, `at` how many words of its own stand there, `option` the one
  # that waits for its value.
  for word in "${before[@]}"; do
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
  if [[ -z $option ]]; then value=${vals[at]}; fi
  COMPREPLY=()
  if [[ -z $option && $cur == -* ]]; then
    COMPREPLY=($(compgen -W "${opts[*]}" -- "$cur"))
    return
  fi
  case "${value%% *}" in
    words) COMPREPLY=($(compgen -W "${value#* }" -- "$cur")) ;;
    books)
      offered=$("${COMP_WORDS[0]}" "${globals[@]}" completion words "${value#* }" "$cur" 2>/dev/null)
      COMPREPLY=($(compgen -W "$offered" -- "$cur"))
      ;;
    file)
      compopt -o filenames 2>/dev/null
      local IFS=$'\n'
      COMPREPLY=($(compgen -f -- "$cur"))
      ;;
    *) if [[ -z $option && $at -eq 0 ]]; then COMPREPLY=($(compgen -W "${subs[*]}" -- "$cur")); fi ;;
  esac
}

complete -F _seller_ledger seller-ledger
