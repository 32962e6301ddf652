import { architecture } from '../architecture.ts'

architecture('lvs-nat', '10.86.1')
