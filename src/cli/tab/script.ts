/**
 * Bash gives the line as it was typed. The scripts of the library for it evaluate that line as a command, redirections
 * and all, and need the package bash-completion; so this one is our own.
 */
const bash = `# bash completion for understudy
_understudy() {
  local piece=\${COMP_WORDS[COMP_CWORD]-} answers line
  answers=$(COMP_LINE=\${COMP_LINE:0:COMP_POINT} COMP_WORD=$piece understudy complete 2>/dev/null) || return
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      # Nothing is known here: bash completes files.
      :0) compopt -o default ;;
      :*) ;;
      *)
        line=\${line%%$'\\t'*}
        # Inside quotes bash itself sees to the signs of the shell.
        [[ $piece == [\\'\\"]* ]] || printf -v line %q "$line"
        COMPREPLY+=("$line")
        ;;
    esac
  done <<<"$answers"
}
complete -F _understudy understudy
`

/** Prints the script that teaches a shell to complete `understudy`. */
export async function printScript(shell: 'bash' | 'zsh' | 'fish'): Promise<void> {
  if (shell === 'bash') {
    process.stdout.write(bash)
    return
  }
  const { script } = await import('@bomb.sh/tab')
  script(shell, 'understudy', 'understudy')
}
