import type { Command } from './command-config.js'

export interface CommandPreset extends Command {
  /** How to get the program. */
  readonly install: string
}

const usual = { modelArguments: [], format: 'text', environment: [], timeoutMs: 300_000 } satisfies Partial<Command>

/** The commands that are known without configuration. None of them is asked to change files or to run tools. */
export const commandPresets: Readonly<Record<string, CommandPreset>> = {
  claude: {
    ...usual,
    command: ['claude', '-p', '--output-format', 'json'],
    modelArguments: ['--model', '{model}'],
    format: 'json',
    report: {
      answer: 'result',
      error: 'is_error',
      inputTokens: ['usage.input_tokens', 'usage.cache_creation_input_tokens', 'usage.cache_read_input_tokens'],
      outputTokens: ['usage.output_tokens'],
    },
    environment: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'CLAUDE_CONFIG_DIR'],
    install: 'npm install -g @anthropic-ai/claude-code, then run `claude` once to log in',
  },
  codex: {
    ...usual,
    command: ['codex', 'exec', '--skip-git-repo-check', '--sandbox', 'read-only', '-'],
    modelArguments: ['--model', '{model}'],
    environment: ['OPENAI_API_KEY', 'CODEX_API_KEY', 'CODEX_HOME'],
    install: 'npm install -g @openai/codex, then run `codex login`',
  },
  gemini: {
    ...usual,
    // What stands after -p is put behind what is read from standard input.
    command: ['gemini', '--output-format', 'json', '-p', 'Answer what is asked above.'],
    modelArguments: ['--model', '{model}'],
    format: 'json',
    report: {
      answer: 'response',
      error: 'error.message',
      inputTokens: ['stats.models.*.tokens.prompt'],
      outputTokens: ['stats.models.*.tokens.candidates', 'stats.models.*.tokens.thoughts'],
    },
    environment: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_CLOUD_PROJECT'],
    install: 'npm install -g @google/gemini-cli, then run `gemini` once to log in',
  },
  llm: {
    ...usual,
    command: ['llm'],
    modelArguments: ['-m', '{model}'],
    environment: ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'LLM_USER_PATH'],
    install: 'pipx install llm, then `llm keys set openai`',
  },
  ollama: {
    ...usual,
    // Without the flag the reasoning of models that think is printed as if it were the answer.
    command: ['ollama', 'run', '--hidethinking', '{model}'],
    environment: ['OLLAMA_HOST'],
    install: 'https://ollama.com/download, then `ollama pull MODEL`',
  },
}
