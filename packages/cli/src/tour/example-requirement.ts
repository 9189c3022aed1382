import { stat } from 'node:fs/promises'
import { join } from 'node:path'

const file = 'examples/orders.csv'

/** What the tour asks for when nobody says anything: about the repository's own file where there is one. */
export async function exampleRequirement(cwd: string): Promise<string> {
  const info = await stat(join(cwd, file)).catch(() => null)
  const subject = info?.isFile() ? file : 'a CSV export of our orders'
  return `Clean up ${subject}: find the missing values and the duplicate rows, and tell me what looks wrong.`
}
