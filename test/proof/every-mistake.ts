import { mistakenAddresses } from './mistaken-addresses.ts'
import { mistakenLines } from './mistaken-lines.ts'
import { mistakenNumbers } from './mistaken-numbers.ts'
import { mistakenParsing } from './mistaken-parsing.ts'
import { mistakenPrograms } from './mistaken-programs.ts'
import { mistakenTogether } from './mistaken-together.ts'
import { mistakenUnread } from './mistaken-unread.ts'
import { type Mistake, mistakes } from './mistakes.ts'

/** Whatever a rule about configurations written by hand has to tell. */
export const everyMistake: readonly Mistake[] = [
  ...mistakes,
  ...mistakenAddresses,
  ...mistakenLines,
  ...mistakenNumbers,
  ...mistakenParsing,
  ...mistakenPrograms,
  ...mistakenTogether,
  ...mistakenUnread,
]
