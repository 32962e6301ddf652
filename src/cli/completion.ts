import { Argument, type Command } from 'commander'

/** `understudy completion`: what a shell needs to complete the words of a line, and what it then asks for. */
export function declareCompletion(program: Command): void {
  program
    .command('completion')
    .description(
      'print a script by which a shell completes commands, flags, inventories, hosts, drills and labs',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { printScript } = await import('./tab/script.ts')
      await printScript(shell)
    })
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const { answer } = await import('./tab/answer.ts')
      process.stdout.write(await answer(program, words, process.env))
    })
}
