import { architecture } from '../architecture.ts'

architecture('lvs-tun', '10.86.2')
