/** The mode in which our journal is measured: what is recorded survives a power cut. The table's header says so. */
export const durability = 'full'
