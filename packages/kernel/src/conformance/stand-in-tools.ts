import type { ToolCallPart } from '../points/provider.js'
import type { StepTools } from '../points/step.js'

/** What a tool gives for its arguments; what it throws is told to the model, as the engine does. */
export type StandInTool = (given: unknown) => unknown

/** Tools that are functions of the test, called as the engine calls steps. @param calls is told of each call as it begins */
export function standInTools(tools: Readonly<Record<string, StandInTool>>, calls: ToolCallPart[]): StepTools {
  return {
    definitions: Object.keys(tools).map((name) => ({ name, description: `Does ${name}.`, input: { type: 'object' } })),
    async call(call) {
      calls.push(call)
      const answered = { type: 'tool-result' as const, id: call.id, tool: call.tool }
      const tool = Object.hasOwn(tools, call.tool) ? tools[call.tool] : undefined
      if (!tool) return { ...answered, content: `There is no tool ${call.tool}.`, isError: true }
      try {
        const value = await tool(call.arguments)
        return { ...answered, content: typeof value === 'string' ? value : JSON.stringify(value) }
      } catch (error) {
        return { ...answered, content: error instanceof Error ? error.message : String(error), isError: true }
      }
    },
  }
}
