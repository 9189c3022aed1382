import { chmod, mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock, type JournalRecord, type OpenStore } from '@pipewright/kernel'
import { temporaryFolder } from '@pipewright/kernel/conformance'
import { describe, expect, test } from 'vitest'
import { createSqliteStore } from './sqlite-store.js'

const store = createSqliteStore({ clock: systemClock, durability: 'normal' })
const pageBytes = 4096

describe('a state that cannot be written', () => {
  test('a file in the place of the folder', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'taken'), 'a note')
    await expect(store.open(join(folder, 'taken'))).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' })
  })

  test('a folder in the place of the file', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'state.db'))
    await expect(store.open(folder)).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' })
  })

  // Permissions do not hold the administrator back.
  test.skipIf(process.getuid?.() === 0)('a folder that may only be read', async () => {
    const folder = await temporaryFolder()
    await chmod(folder, 0o555)
    await expect(store.open(folder)).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' })
    await chmod(folder, 0o755)
  })

  test('a full disk: the error says so, what was recorded stands, and work goes on once there is space', async () => {
    const folder = await temporaryFolder()
    const small = await createSqliteStore({ clock: systemClock, durability: 'normal', maxPages: 24 }).open(folder)
    await createRun(small, 'run-1')
    let appended = 0
    const fill = async (): Promise<void> => {
      for (; appended < 1000; appended++) await small.journal.append('run-1', [record(appended)])
    }
    await expect(fill()).rejects.toMatchObject({ code: 'STATE_UNWRITABLE', message: expect.stringContaining('no space') as string })
    expect(appended).toBeGreaterThan(3)
    expect(await small.journal.read('run-1')).toHaveLength(appended)
    await small.close()

    const roomy = await store.open(folder)
    await roomy.journal.append('run-1', [record(appended)])
    expect(await roomy.journal.read('run-1')).toEqual(Array.from({ length: appended + 1 }, (_, index) => record(index)))
    await roomy.close()
  })

  test('a state of a newer version is left alone', async () => {
    const folder = await temporaryFolder()
    await (await store.open(folder)).close()
    const database = new DatabaseSync(join(folder, 'state.db'))
    database.exec('pragma user_version = 99')
    database.close()
    await expect(store.open(folder)).rejects.toMatchObject({
      code: 'STATE_UNWRITABLE',
      message: expect.stringContaining('newer version') as string,
    })
  })
})

describe('a state that is damaged', () => {
  test('a file that is no database is named and not touched', async () => {
    const folder = await temporaryFolder()
    const text = 'this is somebody’s diary\n'.repeat(500)
    await writeFile(join(folder, 'state.db'), text)
    await expect(store.open(folder)).rejects.toMatchObject({ code: 'STATE_CORRUPT', place: { file: join(folder, 'state.db') } })
    expect(await readFile(join(folder, 'state.db'), 'utf8')).toBe(text)
  })

  test('records before the damage can still be read', async () => {
    const folder = await temporaryFolder()
    const before = await store.open(folder)
    for (const id of ['run-1', 'run-2', 'run-3']) {
      await createRun(before, id)
      await before.journal.append(
        id,
        Array.from({ length: 40 }, (_, index) => record(index)),
      )
    }
    await before.close()
    const file = await open(join(folder, 'state.db'), 'r+')
    const { size } = await file.stat()
    await file.write(Buffer.alloc(pageBytes, 0xff), 0, pageBytes, size - pageBytes)
    await file.close()

    const { journal, close } = await store.open(folder)
    expect(await journal.read('run-1')).toHaveLength(40)
    await expect(journal.read('run-3')).rejects.toMatchObject({ code: 'STATE_CORRUPT' })
    expect(await journal.list(10)).toHaveLength(3)
    await close()
  })

  test('a record that is no longer JSON is named', async () => {
    const folder = await temporaryFolder()
    const opened = await store.open(folder)
    await createRun(opened, 'run-1')
    await opened.journal.append('run-1', [record(0), record(1)])
    const database = new DatabaseSync(join(folder, 'state.db'))
    database.exec(`update journal_records set record = '{"type":"st' where sequence = 2`)
    database.close()
    await expect(opened.journal.read('run-1')).rejects.toMatchObject({
      code: 'STATE_CORRUPT',
      message: 'Record 2 of run run-1 cannot be read.',
    })
    await opened.close()
  })
})

async function createRun({ journal }: OpenStore, id: string): Promise<void> {
  await journal.create({ id, pipeline: 'example', status: 'running', startedAt: '2026-01-01T00:00:00.000Z', finishedAt: null })
}

function record(at: number): JournalRecord {
  return { type: 'run-resumed', at, owner: 'x'.repeat(800) }
}
