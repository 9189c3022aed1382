import { PipewrightError } from '@pipewright/kernel/documents'
import { openDatabase, type DatabaseLocation } from '../database/open-database.js'
import { leaveAdministratorToken } from './pending-tokens.js'
import { createAdministratorToken } from './tokens.js'

/** Makes an administrator's token, whether or not the registry is being served just now. @returns the token, shown once */
export async function makeAdministratorToken(location: DatabaseLocation, name: string): Promise<string> {
  try {
    const database = await openDatabase(location)
    try {
      return await createAdministratorToken(database, { name })
    } finally {
      await database.close()
    }
  } catch (error) {
    const isInUse = PipewrightError.isInstance(error) && error.details['holder'] !== undefined
    if (!isInUse || !('dataDirectory' in location)) throw error
    return leaveAdministratorToken(location.dataDirectory, name)
  }
}
