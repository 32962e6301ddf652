/** What is found of the marks of files. */
export interface Marks {
  /** SELinux is on. */
  readonly isLabelling: boolean
  /** Its labels have a level. */
  readonly hasLevels: boolean
  /** It can be asked which label the policy gives. */
  readonly knowsDefaults: boolean
  /** There are programs for the attributes of file systems. */
  readonly canMark: boolean
  /** By the order in which paths were asked about. */
  readonly at: readonly {
    readonly isThere: boolean
    /** Labels are those of its mount: none can be set there. */
    readonly isSpecial: boolean
    /** Each that is met, in its parts: one, or those of all that is in it; none where nothing is there. */
    readonly labels: readonly (readonly string[])[]
    /** What the policy gives to it, in its parts. */
    readonly usual: readonly string[] | undefined
    /** The letters of each combination of attributes that is met. */
    readonly attributes: readonly string[]
  }[]
}

/** Reads the answer about marks: what holds for the machine, then what holds for each path. */
export function readMarks(answer: string): Marks {
  const [general = [], ...each] = sections(answer)
  return {
    isLabelling: general.includes('selinux'),
    hasLevels: general.includes('levels'),
    canMark: general.includes('chattr'),
    knowsDefaults: !each.some((lines) => lines.includes('no-defaults')),
    at: each.map((lines) => {
      const told = (word: string) =>
        lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
      const usual = told('default')[0] ?? ''
      return {
        isThere: lines.includes('there'),
        isSpecial: lines.includes('special'),
        labels: told('label')
          .filter((label) => label.includes(':'))
          .map(labelParts),
        // The policy says of some paths that they keep what they have.
        usual: usual.includes(':') ? labelParts(usual) : undefined,
        attributes: told('flags').map((flags) => flags.replaceAll('-', '')),
      }
    }),
  }
}

function sections(answer: string): readonly (readonly string[])[] {
  const all: string[][] = [[]]
  for (const line of answer.split('\n')) {
    if (line === 'path') all.push([])
    else all.at(-1)?.push(line)
  }
  return all
}

/** A level may have colons of its own: `system_u:object_r:etc_t:s0:c1`. */
function labelParts(label: string): readonly string[] {
  const [user = '', role = '', type = '', ...level] = label.split(':')
  return [user, role, type, ...(level.length > 0 ? [level.join(':')] : [])]
}
