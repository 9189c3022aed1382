/** A plugin's package on disk, and how the project wants it. */
export interface PluginSource {
  /** Absolute. */
  readonly directory: string
  /** What the project's configuration says to it. */
  readonly config?: unknown
  /** Whether it ships with Pipewright or the project adds it. */
  readonly origin: 'built-in' | 'project'
}
