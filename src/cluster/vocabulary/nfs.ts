import { z } from 'zod'
import { address, groupName } from './words.ts'

const path = z
  .string()
  .regex(/^\/[^\s"#\\]*[^\s"#\\/]$/, 'must be an absolute path without blanks, quotes, # or backslashes')

const options = z
  .string()
  .regex(
    /^[A-Za-z0-9_=:@/.-]+(,[A-Za-z0-9_=:@/.-]+)*$/,
    'must be options with commas between, without blanks',
  )

/** Pages that all realservers take from one machine. */
export const nfs = z.strictObject({
  server: groupName.default('nfs').describe('Group with the one machine that has the pages.'),
  address: address
    .optional()
    .describe('Address at which realservers reach it, where it is not the one Understudy connects to.'),
  export: path.default('/srv/www').describe('Directory there; put the pages into it.'),
  export_options: options
    .default('ro,sync,no_subtree_check')
    .describe('As in exports(5). The realservers, and nobody else, may mount it.'),
  mount_options: options
    .default('ro,soft,timeo=50,retrans=2,bg,_netdev,nofail')
    .describe(
      'As in nfs(5). `soft`: a server that is gone makes requests fail instead of hang. `bg,nofail`: a realserver ' +
        'boots without it and takes it when it comes.',
    ),
})
