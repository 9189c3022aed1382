import { checkAgainstSchema } from '../pipeline/json-schema.js'
import type { PlannedTool } from '../pipeline/plan.js'
import type { Scope } from '../pipeline/template-engine.js'
import type { ToolCallPart, ToolResultPart } from '../points/provider.js'
import type { StepTools } from '../points/step.js'
import type { RunStep } from './call-runner.js'
import { StopPipeline } from './early-stop.js'
import { Pause } from './pause.js'
import type { RunScope } from './run-scope.js'

interface ToolPlace {
  /** Of the step whose tools they are. */
  readonly path: string
  readonly values: Scope
  readonly scope: RunScope
  readonly run: RunStep
}

/** Steps as tools of a model. Calls are numbered in the order in which they are made, so that a resumed run finds them again. */
export function createTools(tools: readonly PlannedTool[], { path, values, scope, run }: ToolPlace): StepTools {
  const calls = new Map<string, number>()
  const answer = (call: ToolCallPart, content: string, isError: boolean): ToolResultPart => ({
    type: 'tool-result',
    id: call.id,
    tool: call.tool,
    content,
    ...(isError ? { isError } : {}),
  })
  return {
    definitions: tools.map(({ document }) => ({ name: document.id, description: document.description, input: document.arguments })),
    async call(call) {
      const tool = tools.find(({ document }) => document.id === call.tool)
      if (!tool)
        return answer(call, `There is no tool "${call.tool}". Tools: ${tools.map(({ document }) => document.id).join(', ')}.`, true)
      const count = calls.get(call.tool) ?? 0
      calls.set(call.tool, count + 1)
      const problems = checkAgainstSchema(tool.document.arguments, call.arguments)
      if (problems.length > 0) return answer(call, `The arguments do not fit: ${problems.map(({ message }) => message).join(' ')}`, true)
      const outcome = await run(tool.step, `${path}/${call.tool}[${count}]`, { ...values, arguments: call.arguments }, scope)
      switch (outcome.status) {
        case 'failed':
          return answer(call, `${outcome.error.code}: ${outcome.error.message}`, true)
        case 'paused': {
          const [question] = outcome.questions
          if (question) throw new Pause(question)
          return answer(call, 'It waits for a person.', true)
        }
        case 'stopped':
          throw new StopPipeline(outcome.output)
        default:
          return answer(call, typeof outcome.output === 'string' ? outcome.output : JSON.stringify(outcome.output), false)
      }
    },
  }
}
