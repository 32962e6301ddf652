import type { ExplainedFamily } from '../model/rule.ts'

/** What the proof of failover finds of a cluster. */
export const proofRules = {
  'proof-orphaned': {
    severity: 'error',
    reason:
      'There is a state in which nobody holds a VIP though a healthy director is there; a warning where it takes more than one failure.',
    source: 'RFC 9568, 6.4; docs/failover-proof.md',
  },
  'proof-doubled': {
    severity: 'error',
    reason:
      'There is a state in which directors that could hear each other hold the same VIP at once; a warning where it takes more than one failure.',
    source: 'RFC 9568, 6.4; docs/failover-proof.md',
  },
  'proof-flaps': {
    severity: 'error',
    reason:
      'There is a state in which a VIP goes to and fro for ever; a warning where it takes more than one failure.',
    source: 'RFC 9568, 6.4; docs/failover-proof.md',
  },
  'proof-unserved': {
    severity: 'warning',
    reason:
      'There is a state in which a VIP stays with a director on which fails what keepalived watches, though a healthy one is there: a weight does not cross the priority of the other, or stands beside nopreempt.',
    source: 'keepalived.conf(5), weight and nopreempt; keepalived#2599, keepalived#2379',
  },
} as const satisfies ExplainedFamily<'proof'>
