/** Takes the ES modules of `yaml`, which it offers to everybody but Node. They are the same code, and need no look-ups by name at run time. */
export function yamlModules() {
  return {
    name: 'yaml-modules',
    resolveId: {
      filter: { id: /^yaml$/ },
      async handler(id, importer) {
        const found = await this.resolve(id, importer, { skipSelf: true })
        return found?.id.replace(/([\\/])dist([\\/])index\.js$/, '$1browser$1dist$2index.js')
      },
    },
  }
}
