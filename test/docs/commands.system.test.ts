import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'

needs('build')

const root = resolve(import.meta.dirname, '../..')
const help = (...words: readonly string[]) =>
  execFileSync(process.execPath, [`${root}/dist/cli/main.js`, ...words, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '100' },
  })
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
    const section = (words: readonly string[]) =>
      `## understudy ${words.join(' ')}\n\n\`\`\`\n${help(...words).trimEnd()}\n\`\`\`\n`
    const pages = commandsIn(help()).flatMap((name) => {
      const inner = commandsIn(help(name)).map((sub) => [name, sub])
      return [[name], ...inner].map(section)
    })
    const text = `# Commands\n\nWritten from \`--help\`; exit statuses are in [exit-status.md](exit-status.md).\n\n${completion}\n\`\`\`\n${help().trimEnd()}\n\`\`\`\n\n${pages.join('\n')}`
    await expect(text).toMatchFileSnapshot(`${root}/docs/commands.md`)
  })
})
