import { architecture } from '../architecture.ts'

architecture('two-machines', '10.90.4')
