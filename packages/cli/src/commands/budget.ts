import { count, money } from '../output/format.js'
import { table } from '../output/table.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context) => {
  const { output } = context
  const project = await openProject(context)
  try {
    const accounts = await (await project.store()).ledger.accounts()
    output.result({ accounts })
    const rows = accounts.map(({ account, spent, reserved }) => [
      account,
      count(spent.tokens),
      money(spent.usd),
      count(reserved.tokens),
      money(reserved.usd),
    ])
    output.print(
      rows.length === 0
        ? 'Nothing spent yet.'
        : table(['account', 'tokens spent', '$ spent', 'tokens reserved', '$ reserved'], rows, [
            'left',
            'right',
            'right',
            'right',
            'right',
          ]),
    )
    return 0
  } finally {
    await project.close()
  }
}
