import { architecture } from '../architecture.ts'

architecture('dual-master-tomcat', '10.90.3')
