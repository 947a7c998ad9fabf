/**
 * Money is a decimal string from the API to the screen; it never passes through a JavaScript number. `Intl` formats
 * decimal strings exactly.
 */
export function money(amount: string | null | undefined, currency: string): string {
  if (amount === null || amount === undefined) return 'not known yet'
  const digits = isSmall(amount) ? 4 : 2
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: isTiny(amount) ? 12 : digits,
  })
  return format.format(amount as Intl.StringNumericLiteral)
}

/** Every digit, for a single call. */
export function exactMoney(amount: string | null | undefined, currency: string): string {
  if (amount === null || amount === undefined) return 'not known yet'
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: 12,
  })
  return format.format(amount as Intl.StringNumericLiteral)
}

const isSmall = (amount: string) => /^-?0(\.|$)/.test(amount)
const isTiny = (amount: string) => /^-?0\.0000/.test(amount)

/** Trillionths, exact. */
export function units(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.')
  const value = BigInt(whole + fraction.padEnd(12, '0').slice(0, 12))
  return amount.startsWith('-') ? -value : value
}

/** Exact, to the trillionth. */
export function sum(...amounts: string[]): string {
  const total = amounts.reduce((all, amount) => all + units(amount), 0n)
  const digits = (total < 0n ? -total : total).toString().padStart(13, '0')
  const fraction = digits.slice(-12).replace(/0+$/, '')
  return `${total < 0n ? '-' : ''}${digits.slice(0, -12)}${fraction && `.${fraction}`}`
}

/** How much of the whole, from 0 to 1, for drawing only. */
export function share(part: string, whole: string): number {
  const all = units(whole)
  return all === 0n ? 0 : Number((units(part) * 100_000n) / all) / 100_000
}

export const count = (n: number) => new Intl.NumberFormat('en').format(n)
