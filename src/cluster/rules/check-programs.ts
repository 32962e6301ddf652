import { type Doubt, doubtful, type Family, type Subject, writtenChecks } from './subject.ts'

/** Rules about programs that directors run as checks. */
export const checkProgramRules = {
  'check-program-path': {
    severity: 'warning',
    reason:
      'Whoever may put another program in the place of a check decides who is well, and what runs on the director.',
    source: 'keepalived.conf(5), enable_script_security',
    find: programsAreWhereTheyStay,
  },
} satisfies Family<'check'>

/** Directories in which others than root write. */
export const ofOthers = /^\/(?:tmp|var\/tmp|home|dev\/shm)\//

function programsAreWhereTheyStay(subject: Subject): readonly Doubt[] {
  return writtenChecks(subject).flatMap(({ path, check }) =>
    check.type === 'misc' && ofOthers.test(check.program)
      ? [
          doubtful(
            subject,
            [...path, 'program'],
            `${check.program.split(' ')[0]} lies where others than root may write`,
            'Put it below /usr/local/lib, where root alone may write.',
          ),
        ]
      : [],
  )
}
