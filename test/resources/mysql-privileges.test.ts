import { describe, expect, it } from 'vitest'
import { privilegeChanges, privilegesShown, privilegesWritten } from '../../src/resources/mysql-privileges.ts'

const who = "'a'@'%'"
const shown = privilegesShown(`GRANT USAGE ON *.* TO \`a\`@\`%\` IDENTIFIED BY PASSWORD '*1'
GRANT SELECT, INSERT (\`y\`, \`x\`) ON \`shop\`.* TO \`a\`@\`%\` WITH GRANT OPTION
GRANT PROXY ON ''@'%' TO 'a'@'%'
GRANT ALL PRIVILEGES ON \`old\`.* TO \`a\`@\`%\`
`)

describe('what somebody may do in MySQL', () => {
  it('is compared as servers print it', () => {
    const same = 'shop.*:insert(x, y),SELECT,GRANT/old.*:ALL/*.*:USAGE'
    expect(privilegeChanges(shown, privilegesWritten(same), 'exactly', who)).toEqual([])
    expect(privilegeChanges(shown, privilegesWritten({ 'old.*': 'SELECT,UPDATE' }), 'more', who)).toEqual([])
  })

  it('is given and taken away, and no more than is meant', () => {
    const wanted = privilegesWritten('shop.*:SELECT,UPDATE')
    expect(privilegeChanges(shown, wanted, 'exactly', who)).toEqual([
      "REVOKE INSERT (x, y), GRANT OPTION ON `shop`.* FROM 'a'@'%';",
      "GRANT UPDATE ON `shop`.* TO 'a'@'%';",
      "REVOKE ALL PRIVILEGES ON `old`.* FROM 'a'@'%';",
    ])
    expect(privilegeChanges(shown, wanted, 'more', who)).toEqual(["GRANT UPDATE ON `shop`.* TO 'a'@'%';"])
    expect(privilegeChanges(shown, wanted, 'less', who)).toEqual(["REVOKE SELECT ON `shop`.* FROM 'a'@'%';"])
  })

  it('is all where a server names all of it', () => {
    const names = ['SUPER', 'SHUTDOWN', ...Array.from({ length: 25 }, (_, index) => `RIGHT ${index}`)]
    const all = privilegesShown(`GRANT ${names.join(', ')} ON *.* TO \`a\`@\`%\` WITH GRANT OPTION\n`)
    expect(privilegeChanges(all, privilegesWritten('*.*:ALL,GRANT'), 'exactly', who)).toEqual([])
  })
})
