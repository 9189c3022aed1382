const perDollar = 1e9

/**
 * Money is kept as whole nano-dollars, since sums of fractions drift. What is held or spent is rounded up and a limit
 * down, so rounding never lets anything overshoot. Less than a thousandth of a nano-dollar is the noise of floating
 * point and is not rounded up.
 */
export function nanosUp(usd: number): number {
  return Math.ceil(withoutNoise(usd))
}

export function nanosDown(usd: number): number {
  return Math.floor(withoutNoise(usd))
}

export function dollars(nanos: number): number {
  return nanos / perDollar
}

function withoutNoise(usd: number): number {
  return Number((usd * perDollar).toFixed(3))
}
