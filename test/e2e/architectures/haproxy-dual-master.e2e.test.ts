import { architecture } from '../architecture.ts'
import { killed } from '../killed.ts'

architecture('haproxy-dual-master', '10.94.0', killed)
