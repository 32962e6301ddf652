import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { type Answer, probed } from './probed.ts'
import { splitWords } from './words.ts'

const schema = z
  .strictObject({
    command: z
      .string()
      .regex(/^[a-z][a-z:-]*$/, 'must be one command: what follows it is "arguments"')
      .default('install')
      .describe('What it does.'),
    arguments: z.string().default('').describe('What follows.'),
    directory: absolutePath.optional().describe('The project; absent: what all projects of the user have.'),
    php: absolutePath.optional().describe('The PHP that runs it.'),
    composer: absolutePath.optional().describe('The program itself.'),
    flags: z
      .array(z.string().regex(/^[a-z-]+$/))
      .default([])
      .describe('Options, as far as the command knows them.'),
  })
  .refine(({ arguments: more }) => more.trim() === '' || splitWords(more).problem === undefined, {
    path: ['arguments'],
    message: 'must be words: no shell reads them',
  })

type Composer = z.infer<typeof schema>

/** What a project of PHP needs, as composer brings it; it tells itself whether it would do something. */
export const composerRun: ResourceKind<Composer, { answer: Query<Answer> }> = probed({
  name: 'composer',
  summary: 'What a project of PHP needs, as composer brings it.',
  schema,
  subject: ({ command, arguments: more, directory }) =>
    [command, more, directory ?? 'global'].join(' ').trim(),
  ask: (
    wanted,
  ) => sh`us_php=${wanted.php ?? ''}; [ -n "$us_php" ] || us_php=$(command -v php) || { echo no-php; exit 0; }
us_c=${wanted.composer ?? ''}; [ -n "$us_c" ] || us_c=$(command -v composer) || us_c=/usr/local/bin/composer
[ -f "$us_c" ] || { echo no-composer; exit 0; }
[ -d ${wanted.directory ?? '/'} ] || { echo no-directory; exit 0; }
us_help=$("$us_php" "$us_c" help ${wanted.command} --no-interaction --format=json 2>/dev/null) || { echo no-command; exit 0; }
us_known=
for us_o in no-ansi no-interaction no-progress ${wanted.flags} dry-run; do
  case $us_help in *"\"name\":\"--$us_o\""*) us_known="$us_known $us_o" ;; esac
done
echo "knows$us_known"
case "$us_known " in *' dry-run '*)
  set --
  for us_o in $us_known; do set -- "$@" "--$us_o"; done
  "$us_php" "$us_c" ${inWhat(wanted)} "$@" ${splitWords(wanted.arguments).words} 2>&1 | tail -n 200
esac`,
  change: (wanted, { stdout }) => {
    const { command, directory, flags } = wanted
    const [first = '', ...said] = stdout.split('\n')
    if (first === 'no-php') return 'there is no php on this host: install it in a task before'
    if (first === 'no-composer') return 'there is no composer on this host: install it in a task before'
    if (first === 'no-directory') return `there is no ${directory}`
    if (first === 'no-command') return `composer knows no command ${command}`
    const known = first.split(' ').slice(1)
    const text = said.join(' ')
    if (/Nothing to (install or update|install, update or remove)/.test(text)) return undefined
    const own = ['no-ansi', 'no-interaction', 'no-progress', ...flags].filter((one) => known.includes(one))
    const steps = said.flatMap(
      (line) => /^\s+- (?:Installing|Upgrading|Downgrading|Removing) .*/.exec(line)?.[0].trim() ?? [],
    )
    return {
      summary: known.includes('dry-run') ? command : `${command}, as in every run`,
      differences: steps.slice(0, 20).map((step) => ({
        is: 'attribute',
        name: 'step',
        before: undefined,
        after: step.slice(2),
      })),
      script: sh`us_php=${wanted.php ?? ''}; [ -n "$us_php" ] || us_php=$(command -v php)
us_c=${wanted.composer ?? ''}; [ -n "$us_c" ] || us_c=$(command -v composer) || us_c=/usr/local/bin/composer
"$us_php" "$us_c" ${inWhat(wanted)} ${own.map((one) => `--${one}`)} ${splitWords(wanted.arguments).words}`,
      takesLong: true,
    }
  },
})

function inWhat({ command, directory }: Composer): readonly string[] {
  return directory === undefined ? ['global', command] : [command, '--working-dir', directory]
}
