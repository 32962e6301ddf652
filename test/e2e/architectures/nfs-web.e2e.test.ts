import { architecture } from '../architecture.ts'

architecture('nfs-web', '10.90.2')
