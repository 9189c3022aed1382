import { testStore } from '@pipewright/kernel/conformance'
import { createSqliteStore } from './sqlite-store.js'

testStore({ create: ({ clock }) => createSqliteStore({ clock, durability: 'normal' }) })
