import { architecture } from '../architecture.ts'

architecture('lvs-nginx', '10.86.3')
