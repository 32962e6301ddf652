import { z } from 'zod'
import type { Change, SelfTold, Upload } from '../model/change.ts'
import { type Registered, type ResourceKind, unchanged } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { type CommandReading, outcomeOf } from '../sensors/commands.ts'
import { modulesAsked, unanswered } from '../sensors/foreign.ts'
import { differencesIn, resultOf } from './foreign-result.ts'
import { findPython, foreignProgram, foreignScript, noPython } from './foreign-script.ts'
import { refuse } from './refuse.ts'

const schema = z.strictObject({
  program: foreignProgram,
  /** What it is told, in its own way. */
  arguments: z.string(),
  /** The same with the word that it is only to say what it would change; absent: it is not asked. */
  asking: z.string().optional(),
  /** Nothing is asked at all: it runs in any case. */
  unasked: z.boolean(),
  /** It only looks, as its name says. */
  looks: z.boolean(),
  python: z.string().optional(),
  runAs: z.string().optional(),
  environment: z.record(z.string(), z.string()),
})

type Foreign = z.infer<typeof schema>

interface Asked {
  readonly [name: string]: Query<CommandReading>
}

/** A module of Ansible that is none of ours, run by the Python of the host: only it knows what is to be done. */
export const foreign: ResourceKind<Foreign, Asked> = {
  name: 'foreign',
  summary: 'A module of Ansible that is none of ours, run on the host as Ansible runs it.',
  schema,
  subject: ({ program }) => program.name,
  onceInARun: true,
  inspect: (wanted): Asked => {
    const { asking, unasked, program, python } = wanted
    if (unasked) return {}
    if (asking === undefined) return program.python ? { python: outcomeOf(findPython(python)) } : {}
    const { name, content } = program
    const sensor = modulesAsked(`${name} ${content.length}`, uploadOf(wanted))
    return {
      answer: {
        sensor,
        subject: foreignScript({ ...wanted, arguments: asking, isAsked: true }),
        about: ['*'],
      },
    }
  },
  converge: (wanted, { answer, python }) => {
    const lacking = [answer, python].find((one) => one && isWithoutPython(one))
    if (lacking) return refuse(lacking.stderr.trim())
    if (!answer) return running(wanted, wanted.unasked ? '' : unknown, passedOver)
    if (answer.rc === unanswered) return running(wanted, ': it did not say in time what it would change')
    const told = resultOf(answer)
    if (told.failed)
      return running(wanted, `, which says that it would fail: ${told.msg ?? 'it does not say why'}`, told)
    if (told.skipped) return running(wanted, unknown, told)
    if (!told.changed)
      return wanted.looks
        ? undefined
        : { ...running(wanted, ', which says that it changes nothing', told), onlyTold: true }
    const differences = differencesIn(told.found, wanted.program.name)
    return { ...running(wanted, ', which says that it would change something', told), differences }
  },
  result: ({ answer }) => {
    const told = answer && resultOf(answer)
    return told && !told.changed && !told.failed && !told.skipped ? registered(told) : notAsked
  },
}

const unknown = ': it has no check mode, so what it changes is unknown until apply'

/** What a module without check mode says where it is only checked. */
const passedOver: SelfTold = {
  ...unchanged,
  skipped: true,
  msg: 'the module has no check mode',
  found: {},
  shown: '',
}

const notAsked: Registered = { ...unchanged, skipped: true }

function running(wanted: Foreign, how: string, foretold?: SelfTold): Change {
  return {
    summary: `run this foreign module${how}`,
    differences: [],
    script: foreignScript(wanted),
    impact: 'none',
    disturbs: wanted.looks ? [] : 'everything',
    uploads: [uploadOf(wanted)],
    takesLong: true,
    reads: resultOf,
    stopsByStatus: wanted.program.python,
    ...(wanted.looks ? { changesNothing: true } : {}),
    ...(foretold ? { foretold } : {}),
  }
}

function uploadOf({ program }: Foreign): Upload {
  return { name: 'module', content: program.content, kept: true }
}

function isWithoutPython({ rc, stdout, stderr }: CommandReading): boolean {
  return rc === noPython.status && stdout === '' && stderr.startsWith(noPython.words)
}

function registered({ shown: _, ...told }: SelfTold): Registered {
  return told
}
