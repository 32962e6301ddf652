import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inProcess } from '../cli/in-process.ts'

const root = resolve(import.meta.dirname, '../..')
const help = async (...words: readonly string[]) => (await inProcess([...words, '--help'])).stdout
const commandsIn = (text: string) =>
  [...(text.split('Commands:\n')[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm)]
    .map(([, name]) => name ?? '')
    .filter((name) => name !== 'help')

const completion = `A shell completes commands, flags, inventories, hosts and groups of the inventory in the line, drills and labs, once it has this:

| shell | once |
| --- | --- |
| bash | \`understudy completion bash >~/.understudy.bash\`, and the line \`. ~/.understudy.bash\` in \`~/.bashrc\` |
| zsh | \`understudy completion zsh >~/.understudy.zsh\`, and the line \`. ~/.understudy.zsh\` in \`~/.zshrc\`, after \`compinit\` |
| fish | \`understudy completion fish >~/.config/fish/completions/understudy.fish\` |

An inventory that is a program is run for its hosts only where the line names it.
`

describe('docs/commands.md', () => {
  // `npx vitest run test/docs -u` writes it anew.
  it('is what --help says', async () => {
    const pages: string[] = []
    const add = async (...words: readonly string[]) => {
      const said = await help(...words)
      pages.push(`## understudy ${words.join(' ')}\n\n\`\`\`\n${said.trimEnd()}\n\`\`\`\n`)
      return said
    }
    const top = await help()
    for (const name of commandsIn(top)) for (const sub of commandsIn(await add(name))) await add(name, sub)
    const text = `# Commands\n\nWritten from \`--help\`; exit statuses are in [exit-status.md](exit-status.md).\n\n${completion}\n\`\`\`\n${top.trimEnd()}\n\`\`\`\n\n${pages.join('\n')}`
    await expect(text).toMatchFileSnapshot(`${root}/docs/commands.md`)
  })
})
