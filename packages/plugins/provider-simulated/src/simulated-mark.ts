/** What simulated prose begins with, in texts and within values, so that nobody takes it for a model's wherever it is shown. */
export const simulatedMark = '[simulated]'
