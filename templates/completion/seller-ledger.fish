# fish completion of seller-ledger, printed by: seller-ledger completion fish
#
# __seller_ledger_facts says what a command has: its commands, its options, which of them take a value, and what may stand
# there. A value is `words …`, `books connection` (asked of the program), `file`, or nothing.
function __seller_ledger_facts
  set -l option "$argv[2]"
  set -g __seller_ledger_value ''
  set -g __seller_ledger_names
  set -g __seller_ledger_subs
  set -g __seller_ledger_opts
  set -g __seller_ledger_valued
  set -g __seller_ledger_vals
  switch "$argv[1]"
@FACTS@
  end
end

function __seller_ledger_offer
  set -l branch ''
  set -l option ''
  set -l at 1
  set -l globals
  set -l line (commandline -opc)
  set -l current (commandline -ct)
  # Down the tree as the program goes: `branch` is the command, `at` which word of its own comes next, `option` the one that
  # waits for its value.
  __seller_ledger_facts '' ''
  for word in $line[2..-1]
    if test -n "$option"
      if contains -- "$option" --home --database-url
        set -a globals $option $word
      end
      set option ''
      continue
    end
    switch "$word"
      case '--*=*'
      case --demo
        set -a globals --demo
      case '-*'
        if contains -- "$word" $__seller_ledger_valued
          set option $word
        end
      case '*'
        if contains -- "$word" $__seller_ledger_names
          set branch (string trim -- "$branch $word")
          set at 1
          __seller_ledger_facts "$branch" ''
        else
          set at (math $at + 1)
        end
    end
  end
  __seller_ledger_facts "$branch" "$option"
  if test -z "$option"
    set __seller_ledger_value "$__seller_ledger_vals[$at]"
    if string match -q -- '-*' "$current"
      printf '%s\n' $__seller_ledger_opts
      return
    end
  end
  switch "$__seller_ledger_value"
    case 'words *'
      string split ' ' -- (string replace 'words ' '' -- "$__seller_ledger_value")
    case 'books *'
      $line[1] $globals completion words (string replace 'books ' '' -- "$__seller_ledger_value") "$current" 2>/dev/null
    case file
      __fish_complete_path "$current"
    case '*'
      if test -z "$option"; and test $at -eq 1; and test -n "$__seller_ledger_subs"
        printf '%s\n' $__seller_ledger_subs
      end
  end
end

complete -c seller-ledger -e
complete -c seller-ledger -f -a '(__seller_ledger_offer)'
