import { definePlugin } from '@pipewright/kernel'
import { commandConfigSchema, type CommandConfig } from './command-config.js'
import { createCommandProvider } from './command-provider.js'
import { LiveCommands } from './live-commands.js'

/** Contributes the provider `command`: any local command that reads a prompt and prints an answer. */
export default definePlugin<CommandConfig>({
  config: commandConfigSchema,
  setup({ secret, onDispose }, config) {
    const live = new LiveCommands()
    onDispose(() => live.stopAll())
    return { providers: [createCommandProvider(config, secret, live)] }
  },
})
