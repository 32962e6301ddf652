import { architecture } from '../architecture.ts'

architecture('hot-standby', '10.90.1')
