import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { type Answer, probed } from './probed.ts'

type ProbedKind<Desired> = ResourceKind<Desired, { answer: Query<Answer> }>

const packageName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9+.:-]*$/, 'must be the name of a package')

const answer = z.strictObject({
  name: packageName.describe('The package that asks.'),
  question: z
    .string()
    .regex(/^[^\s\0]+$/, 'must be one word')
    .describe('What it asks.'),
  type: z
    .string()
    .regex(/^[a-z]+$/, 'must be the type of a question')
    .default('string')
    .describe('Of what type the answer is.'),
  value: z
    .string()
    .regex(/^[^\n\0]*$/, 'must be one line')
    .describe('The answer. Never shown where it is a password.'),
  seen: z.boolean().optional().describe('It counts as asked.'),
})

/** An answer to a question that a package of Debian asks when it is set up. */
export const debconfAnswer: ProbedKind<z.infer<typeof answer>> = probed({
  name: 'debconf',
  summary: 'An answer to a question that a package of Debian asks when it is set up.',
  schema: answer,
  subject: ({ name, question }) => `${name} ${question}`,
  about: ({ name }) => [`debconf:${name}`],
  ask: ({ name }) => sh`debconf-show ${name} 2>/dev/null || :`,
  change: ({ name, question, type, value, seen }, { stdout }) => {
    const line = stdout.split('\n').find((one) => one.slice(2).startsWith(`${question}:`))
    const now = line?.slice(question.length + 3).trim()
    // What a password is, debconf does not tell: it is set in every run.
    if (type !== 'password' && now === value && line?.startsWith('*') === (seen ?? line?.startsWith('*')))
      return undefined
    if (type === 'password' && line?.startsWith('*') && now !== '') return undefined
    return {
      summary: 'answer',
      differences: [
        { is: 'attribute', name: question, before: now, after: type === 'password' ? '(hidden)' : value },
      ],
      script: sh`if ! command -v debconf-set-selections >/dev/null 2>&1; then echo 'there is no debconf on this host' >&2; exit 1; fi
printf '%s\n' ${`${name} ${question} ${type} ${value}`} | debconf-set-selections ${seen === false ? ['-u'] : []}`,
      disturbs: [`debconf:${name}`],
    }
  },
})

const selection = z.strictObject({
  name: packageName.describe('The package.'),
  selection: z.enum(['install', 'hold', 'deinstall', 'purge']).describe('What dpkg is to want of it.'),
})

/** What dpkg is to want of a package, such as to leave it as it is. */
export const dpkgSelection: ProbedKind<z.infer<typeof selection>> = probed({
  name: 'dpkg_selections',
  summary: 'What dpkg is to want of a package, such as to leave it as it is.',
  schema: selection,
  subject: ({ name }) => name,
  ask: ({ name }) => sh`dpkg --get-selections ${name} 2>/dev/null | awk '{ print $2; exit }'`,
  change: ({ name, selection }, { stdout }) => {
    const now = stdout.trim()
    if (now === selection) return undefined
    return {
      summary: selection,
      differences: [{ is: 'attribute', name: 'selection', before: now || undefined, after: selection }],
      script: sh`printf '%s %s\n' ${name} ${selection} | dpkg --set-selections`,
      disturbs: [`package:${name}`],
    }
  },
})
