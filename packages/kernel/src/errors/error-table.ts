/**
 * Every code a kernel, plugin or command-line error can carry: the exit code it leads to, whether trying the same again
 * may help, and the way out that is offered when the place that throws knows no better one.
 * `docs/reference/errors.md` is generated from this table.
 */
export const errorTable = {
  // Reading documents
  DOCUMENT_NOT_FOUND: { exit: 3, retryable: false, hint: 'Check the path; `pipewright init` makes a first pipeline.' },
  DOCUMENT_UNREADABLE: { exit: 3, retryable: false, hint: 'Check that the file is readable text in UTF-8.' },
  DOCUMENT_TOO_LARGE: { exit: 3, retryable: false, hint: 'A document may have at most 1 MiB; move data into files that a step reads.' },
  DOCUMENT_TOO_COMPLEX: { exit: 3, retryable: false, hint: 'Use fewer aliases and less nesting.' },
  YAML_SYNTAX: { exit: 3, retryable: false, hint: 'Correct the YAML at the place named.' },
  DUPLICATE_KEY: { exit: 3, retryable: false, hint: 'Keep one of the two.' },
  UNKNOWN_KEY: { exit: 3, retryable: false, hint: 'Remove the key, or use one that the format knows.' },
  MISSING_KEY: { exit: 3, retryable: false, hint: 'Add the key.' },
  INVALID_VALUE: { exit: 3, retryable: false, hint: 'Give a value of the type named.' },
  // Binding a document to a plan
  UNKNOWN_STEP_TYPE: { exit: 3, retryable: false, hint: '`pipewright plugin list` shows the step types that are installed.' },
  UNKNOWN_MODEL: { exit: 3, retryable: false, hint: 'Name a model as provider/model; `pipewright doctor` lists providers.' },
  UNKNOWN_PROVIDER: { exit: 3, retryable: false, hint: '`pipewright plugin list` shows the providers that are installed.' },
  UNKNOWN_GUARDRAIL: { exit: 3, retryable: false, hint: '`pipewright plugin list` shows the guardrails that are installed.' },
  UNKNOWN_VARIABLE: { exit: 3, retryable: false, hint: 'Use inputs.<name>, steps.<id>.output, or item inside for_each.' },
  UNKNOWN_FILTER: { exit: 3, retryable: false, hint: 'Use one of Liquid’s filters: https://liquidjs.com/filters/overview.html' },
  MISSING_MODEL: { exit: 3, retryable: false, hint: 'Set `model:` on the step, under `defaults:`, or in pipewright.yaml.' },
  DUPLICATE_STEP: { exit: 3, retryable: false, hint: 'Give each step an id of its own.' },
  STEP_CYCLE: { exit: 3, retryable: false, hint: 'Remove one of the references that close the circle.' },
  LOOP_UNBOUNDED: { exit: 3, retryable: false, hint: 'Say how often at most: max_iterations: 10' },
  EXPRESSION_SYNTAX: { exit: 3, retryable: false, hint: 'Correct the expression.' },
  UNREAD_OUTPUT: { exit: 3, retryable: false, hint: 'Use the output in another step or in `outputs:`, or remove the step.' },
  TYPE_MISMATCH: { exit: 3, retryable: false, hint: 'Refer to a value of the type that is needed, or make it one with a transform step.' },
  TOOLS_REFUSED: { exit: 3, retryable: false, hint: 'Give tools to a step that offers them to a model, for example prompt.' },
  SESSION_REFUSED: { exit: 3, retryable: false, hint: 'Give a session to a step that goes on with it, for example prompt.' },
  CACHE_REFUSED: { exit: 3, retryable: false, hint: 'Remove cache:; a step is cached that asks a model or always gives the same.' },
  SECRET_EXPOSED: {
    exit: 3,
    retryable: false,
    hint: 'Use the secret in `with:` of the step that needs it, for example in headers of http.',
  },
  MODEL_OUTPUT_IN_TARGET: {
    exit: 3,
    retryable: false,
    hint: 'Let the model choose: a schema with an enum, or a switch whose cases say what is done.',
  },
  MODEL_OUTPUT_IN_PROMPT: {
    exit: 3,
    retryable: false,
    hint: 'Ask with a schema of enums and numbers, or give the tools with effects to another step.',
  },
  UNREACHABLE_STEP: { exit: 3, retryable: false, hint: 'Remove the step, or what keeps it from running.' },
  CONSTANT_CONDITION: { exit: 3, retryable: false, hint: 'Compare something that can change, or leave the condition out.' },
  FAN_OUT: { exit: 3, retryable: false, hint: 'Bound the lists, or let one call work on several items.' },
  PARALLEL_WRITERS: { exit: 3, retryable: false, hint: 'Write to a file of its own each, or one after the other with needs:.' },
  UNUSED_VARIABLE: { exit: 3, retryable: false, hint: 'Use the variable, or remove it.' },
  UNUSED_INPUT: { exit: 3, retryable: false, hint: 'Use the input, or remove it.' },
  BUDGET_BELOW_ESTIMATE: { exit: 3, retryable: false, hint: 'Raise the budget, or lower max_output_tokens.' },
  PRICE_UNKNOWN: {
    exit: 3,
    retryable: false,
    hint: 'Name a model with a known price; local models need none.',
  },
  // Starting a run
  INPUT_MISSING: { exit: 3, retryable: false, hint: 'Give it with --input NAME=VALUE.' },
  INPUT_INVALID: { exit: 3, retryable: false, hint: 'Give a value of the declared type.' },
  INPUT_UNKNOWN: { exit: 3, retryable: false, hint: 'The pipeline declares no such input.' },
  SECRET_UNKNOWN: { exit: 3, retryable: false, hint: 'Name where it comes from under `secrets:` in pipewright.yaml.' },
  SECRET_MISSING: { exit: 1, retryable: false, hint: 'Put it where pipewright.yaml says that it comes from; `pipewright doctor` checks.' },
  SECRET_INVALID: { exit: 1, retryable: false, hint: 'A secret is a text of 4 to 16,384 characters.' },
  FILE_NOT_FOUND: { exit: 1, retryable: false, hint: 'Check the path.' },
  FILE_OUTSIDE_PROJECT: { exit: 3, retryable: false, hint: 'Name the file yourself with --input, or move it into the project.' },
  FILE_TOO_LARGE: { exit: 1, retryable: false, hint: 'Split the file, or raise the limit of the step that reads it.' },
  FILE_INVALID: { exit: 1, retryable: false, hint: 'Check that the file is what its name says.' },
  // Running
  STEP_FAILED: { exit: 1, retryable: false, hint: 'See the step’s own message.' },
  STEP_INPUT_INVALID: { exit: 1, retryable: false, hint: 'Check what the step’s `with:` renders to.' },
  STEP_OUTPUT_INVALID: { exit: 1, retryable: false, hint: 'The step broke its own contract: report it to the plugin’s author.' },
  STEP_TIMEOUT: { exit: 1, retryable: true, hint: 'Raise the step’s `timeout:`.' },
  LOOP_LIMIT: { exit: 1, retryable: false, hint: 'Raise max_iterations, or go on with the last output: on_limit: continue' },
  EXPRESSION_FAILED: { exit: 1, retryable: false, hint: 'Check the expression against the data it is given.' },
  MISSING_VALUE: { exit: 1, retryable: false, hint: 'Give the value, or state what stands in its place: {{ value | default: "…" }}.' },
  NESTING_TOO_DEEP: { exit: 3, retryable: false, hint: 'Pipelines may call pipelines eight levels deep.' },
  RUN_NOT_FOUND: { exit: 1, retryable: false, hint: '`pipewright runs` lists the runs of this project.' },
  RUN_BUSY: { exit: 1, retryable: true, hint: 'Another process is running it; wait for it, or cancel it.' },
  DONE_ELSEWHERE: { exit: 1, retryable: false, hint: '`pipewright runs show ID` says how the other run stands.' },
  RUN_NOT_WAITING: { exit: 1, retryable: false, hint: '`pipewright runs show ID` says how it stands.' },
  ANSWER_INVALID: { exit: 3, retryable: false, hint: 'Answer what is asked; `pipewright runs show ID` says what that is.' },
  RUN_CANCELLED: { exit: 1, retryable: false, hint: 'Start it again with `pipewright run`.' },
  RUN_INTERRUPTED: { exit: 130, retryable: true, hint: 'Continue it with `pipewright runs resume ID`.' },
  APPROVAL_REJECTED: { exit: 5, retryable: false, hint: 'A person said no; change what was asked for and run again.' },
  // Budgets, guardrails
  BUDGET_EXCEEDED: { exit: 4, retryable: false, hint: 'Raise the pipeline’s `budget:`, or give --max-usd.' },
  BUDGET_TIME: { exit: 4, retryable: false, hint: 'Raise the time in the pipeline’s `budget:`.' },
  GUARDRAIL_BLOCKED: { exit: 5, retryable: false, hint: 'See the finding; change what was blocked, or the guardrail’s settings.' },
  GUARDRAIL_FAILED: { exit: 5, retryable: false, hint: 'A guardrail that cannot decide blocks: repair or remove it.' },
  // Providers: one taxonomy for all of them
  PROVIDER_RATE_LIMITED: { exit: 1, retryable: true, hint: 'Wait, or lower `concurrency:`.' },
  PROVIDER_OVERLOADED: { exit: 1, retryable: true, hint: 'Try again later, or name another model.' },
  PROVIDER_TIMEOUT: { exit: 1, retryable: true, hint: 'Raise `timeout:`, or ask for a shorter answer.' },
  PROVIDER_AUTH: { exit: 1, retryable: false, hint: 'Check the provider’s API key; `pipewright doctor` says where it is looked for.' },
  PROVIDER_INVALID_REQUEST: { exit: 1, retryable: false, hint: 'The provider refused the request: see its message.' },
  PROVIDER_FILTERED: { exit: 1, retryable: false, hint: 'The provider’s content filter stopped the answer.' },
  PROVIDER_CONTEXT_TOO_LONG: { exit: 1, retryable: false, hint: 'Shorten the prompt, or name a model with a larger context.' },
  PROVIDER_NETWORK: { exit: 1, retryable: true, hint: 'Check the connection and the provider’s base URL.' },
  PROVIDER_BAD_RESPONSE: { exit: 1, retryable: true, hint: 'The provider’s answer could not be read; try again.' },
  MODEL_OUTPUT_INVALID: { exit: 1, retryable: true, hint: 'The model’s answer does not fit the schema asked for.' },
  TOOL_ROUNDS_EXCEEDED: {
    exit: 1,
    retryable: false,
    hint: 'Raise `max_tool_rounds`, or tell the model when to stop calling tools.',
  },
  CASSETTE_MISSING: { exit: 1, retryable: false, hint: 'Record it with `pipewright test --record`, or run with --provider simulated.' },
  CASSETTE_INVALID: { exit: 3, retryable: false, hint: 'Correct the cassette at the place named, or delete it and record it again.' },
  // Plugins
  PLUGIN_NOT_FOUND: { exit: 3, retryable: false, hint: 'Install it with npm beside pipewright, or remove it from `plugins:`.' },
  PLUGIN_MANIFEST_INVALID: { exit: 3, retryable: false, hint: 'Correct the `pipewright` block of its package.json.' },
  PLUGIN_INCOMPATIBLE: { exit: 3, retryable: false, hint: 'Install a version of the plugin that fits this kernel.' },
  PLUGIN_DEPENDENCY_MISSING: { exit: 3, retryable: false, hint: 'Install the plugin that it requires.' },
  PLUGIN_CYCLE: { exit: 3, retryable: false, hint: 'One of the plugins must stop requiring the other.' },
  PLUGIN_DUPLICATE: { exit: 3, retryable: false, hint: 'Remove one of the two plugins.' },
  PLUGIN_CONTRIBUTION_MISMATCH: { exit: 3, retryable: false, hint: 'The manifest and what setup returns must agree.' },
  PLUGIN_CONFIG_INVALID: { exit: 3, retryable: false, hint: 'Correct the plugin’s configuration in pipewright.yaml.' },
  PLUGIN_SETUP_FAILED: { exit: 3, retryable: false, hint: 'Report it to the plugin’s author, or remove it from `plugins:`.' },
  PLUGIN_SETUP_TIMEOUT: { exit: 3, retryable: false, hint: 'Report it to the plugin’s author, or remove it from `plugins:`.' },
  PLUGIN_PERMISSION_DENIED: { exit: 5, retryable: false, hint: 'The plugin’s manifest does not ask for this permission.' },
  // Project, state, command line
  CONFIG_INVALID: { exit: 3, retryable: false, hint: 'Correct pipewright.yaml at the place named.' },
  USAGE: { exit: 2, retryable: false, hint: '`pipewright --help` shows the commands.' },
  STATE_UNWRITABLE: { exit: 1, retryable: false, hint: 'Free some space or make the folder writable; what was recorded before is intact.' },
  STATE_CORRUPT: { exit: 1, retryable: false, hint: 'Move the state folder away; the records before the damage can still be read.' },
  // Registry, as its clients see it
  REGISTRY_UNREACHABLE: { exit: 1, retryable: true, hint: 'Check the address; without --registry the built-in catalogue serves.' },
  REGISTRY_REFUSED: { exit: 7, retryable: false, hint: 'See the registry’s message.' },
  PACKAGE_NOT_FOUND: { exit: 7, retryable: false, hint: '`pipewright search WORDS` looks for one.' },
  PACKAGE_INVALID: { exit: 3, retryable: false, hint: 'Correct the package at the place named.' },
  INTEGRITY_MISMATCH: { exit: 7, retryable: false, hint: 'The files are not what was pinned: do not use them; ask the package’s owner.' },
  TEST_FAILED: { exit: 1, retryable: false, hint: 'See the assertion that failed.' },
  GENESIS_NO_MATCH: {
    exit: 1,
    retryable: false,
    hint: 'Say it in other words, look with `pipewright search`, or start with `pipewright init`.',
  },
  INTERNAL: { exit: 1, retryable: false, hint: 'This is a defect in Pipewright: please report it.' },
} as const satisfies Record<string, ErrorTableEntry>

export interface ErrorTableEntry {
  /** The exit code of the `pipewright` command when a run ends with this error. */
  readonly exit: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 130
  /** Whether the same attempt, repeated, may succeed. */
  readonly retryable: boolean
  /** The way out when the place that throws knows no better one. */
  readonly hint: string
}

export type ErrorCode = keyof typeof errorTable
