// Exact decimals: money is never a floating point number.
const PLACES = 24n
const ONE = 10n ** PLACES

export function decimal(text) {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(String(text))
  const shift = PLACES - BigInt(fraction.length) + BigInt(exponent)
  const digits = BigInt(whole + fraction)
  return (sign ? -1n : 1n) * (shift >= 0n ? digits * 10n ** shift : digits / 10n ** -shift)
}

export const times = (a, b) => (a * b) / ONE
export const over = (a, b) => (a * ONE) / b
export const sum = amounts => amounts.reduce((a, b) => a + b, 0n)

export function plain(amount) {
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(Number(PLACES) + 1, '0')
  return sign + `${digits.slice(0, -Number(PLACES))}.${digits.slice(-Number(PLACES))}`.replace(/\.?0+$/, '')
}
