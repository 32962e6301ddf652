import type { Mistake } from './mistakes.ts'

const inInstance = (lines: string) => [['advert_int 1', `advert_int 1\n  ${lines}`]] as const
const atTop = (lines: string) => [['vrrp_instance', `${lines}\nvrrp_instance`]] as const

/** Lines that keepalived's own parser cannot read, or that are for nobody. */
export const mistakenParsing: readonly Mistake[] = [
  ['keepalived-word', atTop('included more.conf'), /Unknown keyword 'included'/],
  ['keepalived-word', atTop('include'), /Unknown keyword 'include'/],
  ['keepalived-word', inInstance('include'), /Unknown keyword 'include'/],
  ['keepalived-word', atTop('/etc/keepalived/more.conf'), /Unknown keyword '\/etc\/keepalived\/more\.conf'/],
  ['keepalived-word', atTop('~SEQ(N) notify x'), /Invalid ~SEQ definition/],
  ['keepalived-word', atTop('~SEQ(N, 1, 0, 5) notify x'), /Invalid ~SEQ values/],
  ['keepalived-word', inInstance('~SEQ(N, one) notify x'), /Invalid ~SEQ definition/],
  ['keepalived-word', atTop('~NUMBERS(N, 1, 5) notify x'), /Unknown keyword '~NUMBERS\(N,'/],
  ['keepalived-word', inInstance('@ lb1 priority 120')],
  ['keepalived-word', inInstance('@lb1')],
  ['keepalived-word', atTop('these are our directors'), /Unknown keyword 'these'/],
  ['keepalived-include', atTop('include "more.conf"')],
]
