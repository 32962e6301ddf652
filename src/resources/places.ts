import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { type Answer, probed } from './probed.ts'

type ProbedKind<Desired> = ResourceKind<Desired, { answer: Query<Answer> }>

const zone = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/, 'must be a time zone such as Europe/Vienna')
    .describe('The zone.'),
})

/** The time zone of a host. */
export const timezone: ProbedKind<z.infer<typeof zone>> = probed({
  name: 'timezone',
  summary: 'The time zone of a host.',
  schema: zone,
  subject: ({ name }) => name,
  about: () => ['file:/etc/localtime', 'file:/etc/timezone', 'file:/usr/share/zoneinfo'],
  ask: ({ name }) => sh`readlink /etc/localtime || echo none
cat /etc/timezone 2>/dev/null || echo ${name}`,
  change: ({ name }, { stdout }) => {
    const [link = '', written] = stdout.split('\n')
    const now = link.replace(/^.*zoneinfo\//, '')
    if (now === name && written === name) return undefined
    return {
      summary: `set to ${name}`,
      differences: [{ is: 'attribute', name: 'zone', before: now, after: name }],
      script: sh`if [ ! -f ${`/usr/share/zoneinfo/${name}`} ]; then echo ${`there is no zone ${name} here: install tzdata in a task before`} >&2; exit 1; fi
ln -s -- ${`../usr/share/zoneinfo/${name}`} /etc/localtime.understudy
mv -f -- /etc/localtime.understudy /etc/localtime
if [ -e /etc/timezone ]; then printf '%s\n' ${name} >/etc/timezone; fi`,
      disturbs: ['file:/etc/localtime', 'file:/etc/timezone'],
    }
  },
})

const localeFields = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z]{2,3}_[A-Z]{2}([.@][A-Za-z0-9@._-]+)?$|^C\.[A-Za-z0-9-]+$/,
      'must be a locale such as de_AT.UTF-8',
    )
    .describe('The locale.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: it is not made.'),
})

function plainLocale(name: string): string {
  return name.toLowerCase().replaceAll('-', '').replace('.utf8', '.utf8')
}

/** A locale that programs can be given. */
export const locale: ProbedKind<z.infer<typeof localeFields>> = probed({
  name: 'locale',
  summary: 'A locale that programs can be given.',
  schema: localeFields,
  subject: ({ name }) => name,
  about: () => ['file:/etc/locale.gen', 'file:/usr/lib/locale'],
  ask: () => sh`locale -a 2>/dev/null || :`,
  change: ({ name, state }, { stdout }) => {
    const there = stdout.split('\n').some((one) => plainLocale(one) === plainLocale(name))
    if (there === (state === 'present')) return undefined
    const charset = /\.([^@]*)/.exec(name)?.[1] ?? 'ISO-8859-1'
    return {
      summary: state === 'present' ? 'make' : 'remove',
      script: sh`if ! command -v locale-gen >/dev/null 2>&1; then echo 'there is no locale-gen on this host: install locales in a task before' >&2; exit 1; fi
us_locale=${name} us_charset=${charset} us_state=${state} awk '
  { line = $0; sub(/^#[ \t]*/, "", line); split(line, words, /[ \t]+/) }
  words[1] == ENVIRON["us_locale"] && (ENVIRON["us_state"] == "absent" || !done) {
    done = 1; print (ENVIRON["us_state"] == "present" ? "" : "# ") line; next
  }
  { print }
  END { if (!done && ENVIRON["us_state"] == "present") print ENVIRON["us_locale"] " " ENVIRON["us_charset"] }
' /etc/locale.gen >"$us_tmp/locale.gen"
cat "$us_tmp/locale.gen" >/etc/locale.gen
locale-gen`,
      takesLong: true,
      disturbs: ['file:/etc/locale.gen', 'file:/usr/lib/locale'],
    }
  },
})

const alternativeFields = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.+-]*$/, 'must be the name of a link group')
    .describe('The link group.'),
  path: z
    .string()
    .regex(/^\/[^\n\0]+$/, 'must be an absolute path')
    .describe('What is chosen.'),
  link: z
    .string()
    .regex(/^\/[^\n\0]+$/, 'must be an absolute path')
    .optional()
    .describe('The link that leads to it; needed where the group is new.'),
  priority: z.number().int().default(50).describe('How much it counts where nobody chose.'),
  state: z
    .enum(['present', 'selected', 'auto', 'absent'])
    .default('selected')
    .describe('`present`: it can be chosen. `auto`: the priorities choose.'),
})

/** Which of several programs is meant by a name. */
export const alternative: ProbedKind<z.infer<typeof alternativeFields>> = probed({
  name: 'alternatives',
  summary: 'Which of several programs is meant by a name.',
  schema: alternativeFields,
  subject: ({ name }) => name,
  ask: ({ name }) => sh`us_u=$(command -v update-alternatives || command -v alternatives) || exit 3
"$us_u" --query ${name} 2>/dev/null || "$us_u" --display ${name} 2>/dev/null || :`,
  change: ({ name, path, link, priority, state }, { rc, stdout }) => {
    if (rc === 3) return 'there is no update-alternatives on this host'
    const known = new RegExp(
      `^(Alternative: )?${path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}( - priority.*)?$`,
      'm',
    ).test(stdout)
    const value = /^(?:Value:|\s*link currently points to) (.*)$/m.exec(stdout)?.[1]?.trim()
    const isAuto = /^Status: auto$|status is auto/m.test(stdout)
    const chosen = state === 'selected' ? value === path && !isAuto : state === 'auto' ? isAuto : true
    if (state === 'absent' ? !known : known && chosen) return undefined
    const to = link ?? /^(?:Link:|\s*link \S+ is) (.*)$/m.exec(stdout)?.[1]?.trim()
    if (!known && state !== 'absent' && to === undefined)
      return `there is no link group ${name} yet: say "link"`
    return {
      summary: state === 'absent' ? `remove ${path}` : `choose ${path}`,
      differences: [{ is: 'attribute', name, before: value, after: state === 'absent' ? undefined : path }],
      script: sh`us_u=$(command -v update-alternatives || command -v alternatives)
case ${state} in
  absent) "$us_u" --remove ${name} ${path}; exit ;;
esac
if [ ${known ? 1 : 0} -eq 0 ]; then "$us_u" --install ${to ?? ''} ${name} ${path} ${priority}; fi
case ${state} in
  selected) "$us_u" --set ${name} ${path} ;;
  auto) "$us_u" --auto ${name} ;;
esac`,
    }
  },
})
